"""The registers of what results are used for, read from the latest version and the duties that stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import pytest

from cycle.board import uses
from cycle.board.uses import RatifiedYear
from cycle.db import Session
from tests.cast import (
    CLERK,
    DEPARTMENTS,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LEADER,
    PERSONNEL,
    City,
    CityAt,
    codes,
    for_body,
    person,
)
from tests.held import YEAR
from workflows.errors import NotFound

T = TypeVar("T")
AGAIN = YEAR + 1


def ask(city: City, question: Callable[[Session], T]) -> T:
    with city.service.database.read() as session:
        return question(session)


def year(city: City, of: int = YEAR) -> RatifiedYear:
    return ask(city, lambda session: uses.ratified_year(session, of))


def called(city: City, who: str) -> str:
    return str(city.row(f"person:{who}").record["name"])


def test_a_year_has_registers_from_its_ratification_on(city_at: CityAt) -> None:
    city = city_at("pending")
    city.whole("propose")
    assert codes(lambda: year(city)) == ["results_not_ratified"]
    assert codes(lambda: year(city, YEAR - 1)) == ["results_not_ratified"]  # declared unrecorded
    with pytest.raises(NotFound):
        year(city, YEAR + 5)


def test_the_registers_of_a_year_say_who_gets_and_loses_what(city_at: CityAt) -> None:
    city = city_at("ratified")
    known = year(city)
    settled = uses.award_settlement(known)
    assert [(one.department, one.rate, one.share) for one in settled] == [
        (GENERAL, 10, 110),
        (DISCIPLINE, 5, 105),
        (PERSONNEL, -20, 80),
    ]
    assert [(one.department, one.rank, one.state) for one in uses.commended(known)] == [(GENERAL, 1, "open")]
    lost = uses.eligibility_lost(known)
    head = called(city, HEAD[PERSONNEL])
    assert [(one.department, one.loses, one.who) for one in lost] == [
        (PERSONNEL, "department", ""),
        (PERSONNEL, "head", head),
    ]
    assert {(one.awards_of, one.lost_on, one.until) for one in lost} == {
        (YEAR, date(2026, 1, 20), date(2026, 12, 31))
    }
    assert [(one.department, one.head, one.on) for one in uses.talks(known)] == [(PERSONNEL, head, None)]


def test_whoever_was_head_at_ratification_loses_it_whoever_follows(city_at: CityAt) -> None:
    city = city_at("ratified")
    city.at("2026-02-02")
    newcomer = {"department": PERSONNEL, "post": "head", "person": HEAD[GENERAL], "on": "2026-02-01"}
    city.do("appoint", person(CLERK), **newcomer)
    who = {one.who for one in uses.eligibility_lost(year(city))}
    assert who == {"", called(city, HEAD[PERSONNEL])}


def test_what_was_waived_says_so_and_what_was_revoked_is_gone(city_at: CityAt) -> None:
    city = city_at("ratified")
    key = uses.eligibility_lost(year(city))[0].key
    city.both("duty", for_body("group"), subject=key, action="waive")
    city.at("2026-02-02")
    city.move(PERSONNEL, "record_talk", on="2026-02-02")
    known = year(city)
    assert {one.state for one in uses.eligibility_lost(known)} == {"waived"}
    (talk,) = uses.talks(known)
    assert (talk.leader, talk.on) == (called(city, LEADER[PERSONNEL]), date(2026, 2, 2))
    blame: Any = {"department": GENERAL, "lines": [{"part": "deduction", "item": "score.deduct.5.1"}]}
    city.whole("amend", changes=[blame])
    after = year(city)
    assert {one.department for one in uses.eligibility_lost(after)} == {GENERAL}
    assert [one.department for one in uses.commended(after)] == [DISCIPLINE]
    assert [one.department for one in uses.award_settlement(after)] == [DISCIPLINE, PERSONNEL, GENERAL]


def test_without_a_comparable_year_everybody_is_left_out_of_the_circular(city_at: CityAt) -> None:
    found = uses.movements(year(city_at("ratified")))
    assert [(one.department, one.direction) for one in found] == [
        (department, "left_out") for department in DEPARTMENTS
    ]


def test_the_circular_names_who_rose_before_who_fell_and_a_file_holds_every_year(city_at: CityAt) -> None:
    city = city_at("pending again")
    city.to_ratified(AGAIN)
    items = ("score.deduct.3", "score.deduct.4")  # the second overtakes the first by an amendment
    lines = [{"part": "deduction", "item": item} for item in items]
    city.at("2027-02-01")
    city.whole("amend", AGAIN, changes=[{"department": GENERAL, "lines": lines}])
    found = uses.movements(year(city, AGAIN))
    assert [(one.department, one.previous, one.rank, one.by, one.direction) for one in found] == [
        (DISCIPLINE, 2, 1, 1, "rose"),
        (PERSONNEL, 3, 3, 0, "same"),
        (GENERAL, 1, 2, -1, "fell"),
    ]
    file = ask(city, lambda session: uses.department_file(session, PERSONNEL))
    assert [(one.year, one.result["grade"], one.case) for one in file] == [
        (AGAIN, "failed", "opened"),
        (YEAR, "failed", ""),
    ]
    assert {row.record["duty"] for row in file[-1].duties} == {"eligibility", "civil_servant_share"}
    with pytest.raises(NotFound):
        ask(city, lambda session: uses.department_file(session, "none"))
