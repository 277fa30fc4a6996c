"""Letters that carry a date carry a calendar entry: one a form, moved and taken out as the date is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import GENERAL, HEAD, LIAISON, City, CityAt
from tests.held import YEAR
from tests.jobs import moves
from tests.jobs.mailbox import mails, reads_english

PLAN = f"appraisal:{YEAR}:{GENERAL}/plan.drafting@cycle.invalid"


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


def entries(city: City, to: str = LIAISON[GENERAL]) -> list[dict[str, Any]]:
    """The entries one person was sent, in the order in which their letters were written."""
    found = sorted((mail for mail in mails(city, to=to) if mail.event), key=lambda mail: mail.at)
    return [mail.event for mail in found if mail.event]


def test_the_first_letter_of_a_window_brings_the_entry_of_its_due_date(city: City) -> None:
    city.at("2025-01-10 09:00")
    city.sweep()
    (letter,) = mails(city, "window_opened", to=LIAISON[GENERAL])
    assert letter.event == {
        "uid": PLAN,
        "sequence": 1,
        "day": "2025-02-28",
        "title": "办公室 年度计划",
        "cancelled": False,
    }
    for word in ("2月28日（周五）24:00", "3月7日（周五）24:00", "年度计划还没有填写"):
        assert word in letter.body
    assert mails(city, "window_opened", to=HEAD[GENERAL]) == []


def test_reminders_of_the_same_date_leave_the_entry_as_it_is(city: City) -> None:
    for day in ("2025-01-10", "2025-02-10", "2025-02-27"):
        city.at(f"{day} 09:00")
        city.sweep()
    (opened, *reminded) = entries(city)
    assert reminded == [opened] * 2
    assert [mail.event for mail in mails(city, "reminder", to=HEAD[GENERAL])] == [opened]


@pytest.mark.parametrize(
    ("play", "day"),
    [
        (moves.sent_back, "2025-02-20"),
        (moves.reopened, "2025-02-21"),
        (moves.readmitted, "2025-03-17"),
        (moves.extended, "2025-03-11"),
        (moves.redated, "2025-03-03"),
        (moves.reinstated, "2025-03-05"),
    ],
)
def test_a_date_that_moves_moves_the_same_entry(city: City, play: moves.Play, day: str) -> None:
    city.at("2025-01-10 09:00")
    city.sweep()
    play(city)
    first, *_, last = entries(city)
    assert (first["uid"], first["day"]) == (PLAN, "2025-02-28")
    assert (last["uid"], last["day"], last["cancelled"]) == (PLAN, day, False)
    numbers = [entry["sequence"] for entry in entries(city)]
    assert numbers == sorted(numbers)
    assert last["sequence"] > first["sequence"]


@pytest.mark.parametrize("play", [moves.accepted, moves.exempted])
def test_what_is_no_longer_due_leaves_the_calendar(city: City, play: moves.Play) -> None:
    city.at("2025-01-10 09:00")
    city.sweep()
    play(city)
    first, last = entries(city)
    assert (last["uid"], last["cancelled"]) == (PLAN, True)
    assert last["sequence"] > first["sequence"]


def test_a_rectification_has_an_entry_of_its_own(city_at: CityAt) -> None:
    city = city_at("pending")
    moves.rectifying(city)
    case = moves.MOVES["start_rectification"]
    (letter,) = mails(city, "rectification_due")
    assert letter.event is not None
    assert letter.event["uid"] == f"appraisal:{YEAR}:{case.department}/rectification.drafting@cycle.invalid"
    assert letter.event["day"] == "2026-03-09"


def test_a_moved_end_of_grace_leaves_the_entry_of_the_due_date(city: City) -> None:
    moves.spared(city)
    assert [mail.event for mail in mails(city, "date_moved")] == [None] * 6


def test_an_entry_is_named_in_the_readers_words(city: City) -> None:
    reads_english(city, LIAISON[GENERAL])
    city.at("2025-01-10 09:00")
    city.sweep()
    (entry,) = entries(city)
    assert entry["title"] == "办公室 plan"
