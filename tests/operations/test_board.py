"""The lamps of a year before and after it has begun."""

from __future__ import annotations

from cycle.board.rows import board
from tests.cast import DEPARTMENTS, City, CityAt, book
from tests.held import YEAR
from workflows.engine import NONE


def lamps(city: City, year: int) -> set[tuple[str, str]]:
    with city.service.database.read() as session:
        rows = board(session, year, city.clock.at, city.service.zone)
    assert {row.department for row in rows} == set(DEPARTMENTS)
    return {(row.state, row.lamp) for row in rows}


def test_a_year_not_begun_is_neither_in_time_nor_late(city_at: CityAt) -> None:
    city = city_at("running")
    assert lamps(city, YEAR) == {("plan.drafting", "green")}
    city.at("2026-01-02")
    city.whole("prepare", YEAR + 1, rulebook=book().content())
    assert lamps(city, YEAR + 1) == {(NONE, "grey")}
