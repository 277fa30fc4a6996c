"""Nobody looked for days: one letter of where things stand, nobody lapses by it, and the history says so once."""

from __future__ import annotations

from typing import Any

import pytest

from cycle.jobs.passes import Passed, make_pass
from tests.cast import DEPARTMENTS, HEAD, LIAISON, City, CityAt
from tests.held import instant, key_of
from tests.workers.town import watch_on
from workflows.wake import stamp

RUNGS = "SELECT rung, outcome FROM fired_rung WHERE subject = :key AND decided_at = :now ORDER BY at"
LETTERS = (
    "SELECT recipient, kind, title, body FROM outbox WHERE subject = :key AND at = :now ORDER BY recipient"
)
OUTAGE = "scheduler:deadlines"


@pytest.fixture
def city(city_at: CityAt) -> City:
    """A running year over which the watch has gone on since its plans opened."""
    found = city_at("running")
    watch_on(found, "2025-01-10 00:00")
    return found


def stopped(city: City, last: str, first: str) -> Passed:
    """A pass, none until the next one, and that one."""
    watch_on(city, last)
    assert make_pass(city.service, "before").failed == []
    city.at(first)
    passed = make_pass(city.service, "after")
    assert passed.failed == []
    return passed


def at_restart(city: City, sql: str, department: str) -> list[tuple[Any, ...]]:
    return city.select(sql, key=key_of(department), now=stamp(city.clock.at))


@pytest.mark.parametrize(
    ("last", "first", "superseded", "days"),
    [
        ("2025-02-27 12:00", "2025-03-06 10:00", ["0", "+1"], 4),
        ("2025-02-24 12:00", "2025-03-06 12:00", ["-3", "-1", "0", "+1"], 4),  # ten days
    ],
)
def test_each_gets_one_letter_of_the_latest_of_the_rungs_missed(
    city: City, last: str, first: str, superseded: list[str], days: int
) -> None:
    stopped(city, last, first)
    for department in DEPARTMENTS:
        rungs = at_restart(city, RUNGS, department)
        assert rungs == [*((rung, "superseded") for rung in superseded), ("+3", "told")]
        letters = at_restart(city, LETTERS, department)
        assert [who for who, *_ in letters] == sorted({LIAISON[department], HEAD[department]})
        for _, kind, title, body in letters:
            assert kind == "overdue"
            assert f"逾期{days}个工作日" in title + body.replace(" ", "")
        assert city.state(department) == "plan.drafting"


def test_nobody_lapses_whose_grace_ended_while_nobody_looked(city: City) -> None:
    passed = stopped(city, "2025-02-27 12:00", "2025-03-09 12:00")  # ten days; grace ended on the seventh
    assert passed.spared.moved == [(key_of(department), "shift_grace") for department in DEPARTMENTS]
    for department in DEPARTMENTS:
        rungs = at_restart(city, RUNGS, department)
        # The latest still stands in the digests of superiors; the department is told its new date instead.
        assert rungs == [*((rung, "superseded") for rung in ("0", "+1", "+3")), ("+5", "told")]
        letters = at_restart(city, LETTERS, department)
        assert [who for who, *_ in letters] == sorted({LIAISON[department], HEAD[department]})
        assert {kind for _, kind, *_ in letters} == {"date_moved"}
        assert all("3月10日" in body for *_, body in letters)
        assert city.open_deadlines(key_of(department)) == [("liaison", "2025-02-28", "2025-03-10")]
    watch_on(city, "2025-03-10 23:59:59.999999")
    assert make_pass(city.service, "after").swept.moved == []
    city.at("2025-03-11 00:00")
    lapsed = make_pass(city.service, "after").swept.moved
    assert lapsed == [(key_of(department), "lapse") for department in DEPARTMENTS]


def test_the_outage_stands_once_in_the_history(city: City) -> None:
    stopped(city, "2025-02-27 12:00", "2025-03-09 12:00")
    for worker in ("after", "another"):
        make_pass(city.service, worker)
    (row,) = city.history(OUTAGE)
    gap = {"from": stamp(instant("2025-02-27 12:00")), "until": stamp(instant("2025-03-09 12:00"))}
    assert row["data"]["record"]["outage"] == gap


def test_an_hour_without_a_pass_is_no_outage(city: City) -> None:
    assert stopped(city, "2025-02-27 12:00", "2025-02-27 13:00").since is None
    assert city.select("SELECT 1 FROM history WHERE subject = :key", key=OUTAGE) == []
