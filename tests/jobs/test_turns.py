"""Whose turn: one worker a slot; another takes over from one that died, after an hour from one that broke."""

from __future__ import annotations

from datetime import datetime

import pytest

from cycle.jobs import run_log
from cycle.jobs.turns import in_turn
from tests.cast import City, CityAt
from tests.held import instant


@pytest.fixture
def city(city_at: CityAt) -> City:
    city = city_at("registered")
    city.at("2025-03-03 01:00")
    return city


def turn(city: City, slot: str, worker: str = "one") -> bool:
    """Take a turn that does nothing."""
    return in_turn(city.service, "history", slot, worker, lambda _now: None)


def test_a_slot_is_done_once_and_the_next_one_again(city: City) -> None:
    assert turn(city, "2025-03-03")
    assert not turn(city, "2025-03-03")
    assert not turn(city, "2025-03-03", "two")
    assert not turn(city, "2025-03-02")  # a clock that stands behind
    assert turn(city, "2025-03-04", "two")


def test_the_work_is_told_the_instant_of_its_turn(city: City) -> None:
    told: list[datetime] = []
    assert in_turn(city.service, "history", "2025-03-03", "one", told.append)
    assert told == [instant("2025-03-03 01:00")]


def test_while_one_is_at_it_no_other_is(city: City) -> None:
    others: list[bool] = []

    def work(_now: datetime) -> None:
        others.append(turn(city, "2025-03-03", "two"))

    assert in_turn(city.service, "history", "2025-03-03", "one", work)
    assert others == [False]


def test_jobs_do_not_wait_for_each_other(city: City) -> None:
    others: list[bool] = []

    def work(_now: datetime) -> None:
        others.append(in_turn(city.service, "backup", "2025-03-03", "two", lambda _n: None))

    assert in_turn(city.service, "history", "2025-03-03", "one", work)
    assert others == [True]


@pytest.mark.parametrize(("at", "taken"), [("02:59:59.999999", False), ("03:00", True)])
def test_a_worker_that_died_at_it_leaves_it_to_others_after_two_hours(
    city: City, at: str, *, taken: bool
) -> None:
    def look(_now: datetime) -> None:
        """Another one comes at a later instant, while this one has not come back."""
        city.at(f"2025-03-03 {at}")
        assert turn(city, "2025-03-03", "two") is taken

    assert in_turn(city.service, "history", "2025-03-03", "one", look)


@pytest.mark.parametrize(("at", "taken"), [("01:59:59.999999", False), ("02:00", True)])
def test_what_broke_goes_on_to_the_caller_and_is_left_alone_for_an_hour(
    city: City, at: str, *, taken: bool
) -> None:
    def broken(_now: datetime) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match=r"^no$"):
        in_turn(city.service, "history", "2025-03-03", "one", broken)
    city.at(f"2025-03-03 {at}")
    assert turn(city, "2025-03-03", "two") is taken


def test_it_stands_who_has_it_until_when_and_what_is_done(city: City) -> None:
    def look(_now: datetime) -> None:
        with city.service.database.read() as session:
            (standing,) = run_log.standing(session)
        assert (standing.name, standing.slot, standing.owner) == ("history", None, "one")
        assert standing.lease_until == "2025-03-02T19:00:00.000000Z"

    assert in_turn(city.service, "history", "2025-03-03", "one", look)
    with city.service.database.read() as session:
        (standing,) = run_log.standing(session)
    assert (standing.slot, standing.owner, standing.lease_until) == ("2025-03-03", None, None)
    assert standing.at == "2025-03-02T17:00:00.000000Z"
