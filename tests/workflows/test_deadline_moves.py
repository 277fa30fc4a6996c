"""Whom a deadline presses, how its dates move, and how it looks on a board."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.test_deadlines import LADDER, NATIONAL_DAY, OFFICE, RULEBOOK, deadline_of, local
from tests.workflows.test_workdays import CALENDAR
from workflows.deadlines import (
    LAMPS,
    ZONE,
    Deadline,
    Term,
    grace_after_refusal,
    lamp,
    letter_colour,
    moved_due,
    recipients,
    recomputed,
    shifted_grace,
    workdays_left,
)
from workflows.workdays import Calendar

# --- to whom ---

LIAISON, HEAD = ("liaison", "mail"), ("head", "mail")
LEADER, GROUP = ("leader", "digest"), ("group", "digest")


@pytest.mark.parametrize(
    ("rung", "expected", "colour"),
    [
        ("opens", (LIAISON,), "blue"),
        ("-14", (LIAISON,), "blue"),
        ("-7", (LIAISON,), "blue"),
        ("-3", (LIAISON,), "blue"),
        ("-1", (LIAISON, HEAD), "yellow"),
        ("0", (LIAISON, HEAD), "yellow"),
        ("+1", (LIAISON, HEAD, LEADER), "red"),
        ("+3", (LIAISON, HEAD, LEADER), "red"),
        ("+5", (LIAISON, HEAD, LEADER, GROUP), "red"),
        ("lapse", (LIAISON, HEAD, LEADER, GROUP), "red"),
    ],
)
def test_a_departments_rung_reaches_whom_and_in_which_colour(
    rung: str, expected: tuple[tuple[str, str], ...], colour: str
) -> None:
    assert recipients(rung, "liaison") == expected
    assert letter_colour(rung) == colour


@pytest.mark.parametrize(
    ("rung", "who", "roles"),
    [
        ("0", "office", ["office"]),
        ("+1", "office", ["office", "office_head"]),
        ("+3", "person:7", ["person:7", "office_head"]),
        ("+5", "leader", ["leader", "office_head", "group"]),
        ("+5", "group", ["group", "office_head"]),
        ("+1", "office_head", ["office_head"]),
        ("-1", "office", []),
    ],
)
def test_every_other_clock_presses_its_owner_then_the_office_head_then_the_group_by_digest(
    rung: str, who: str, roles: list[str]
) -> None:
    assert recipients(rung, who) == tuple((role, "digest") for role in roles)


def test_a_superseding_rung_reaches_everyone_the_superseded_would_have() -> None:
    for who, ladder in (("liaison", RULEBOOK), ("office", RULEBOOK[5:9])):
        for earlier, later in pairwise(ladder):
            assert set(recipients(earlier, who)) <= set(recipients(later, who))


# --- grace after an outage and after a refusal ---

GRACE = date(2025, 10, 15)  # ends 2025-10-16T00:00 local


@pytest.mark.parametrize(
    ("gap_start", "gap_end", "expected"),
    [
        ("2025-10-15T20:00", "2025-10-16T08:30", date(2025, 10, 17)),
        ("2025-10-15T23:59:59.999999", "2025-10-16T01:00", date(2025, 10, 17)),
        ("2025-10-16T00:00", "2025-10-16T09:00", None),  # the pass at the end itself still lapsed it
        ("2025-10-15T20:00", "2025-10-15T23:59:59.999999", None),  # back before the end
        ("2025-10-15T20:00", "2025-10-16T00:00", date(2025, 10, 17)),  # back exactly at the end
        ("2025-10-15T23:30", "2025-10-16T00:30", None),  # an hour, not more
        ("2025-10-15T23:30", "2025-10-16T00:30:00.000001", date(2025, 10, 17)),
        ("2025-10-14T12:00", "2025-10-17T10:00", date(2025, 10, 20)),  # restart on a Friday
        ("2025-10-14T12:00", "2025-10-18T10:00", date(2025, 10, 20)),  # restart on a Saturday
        ("2025-09-01T00:00", "2025-10-15T20:00", None),  # long, but over before the end
    ],
)
def test_an_outage_over_the_end_of_grace_moves_it_to_the_next_working_day(
    gap_start: str, gap_end: str, expected: date | None
) -> None:
    start, end = local(gap_start).astimezone(UTC), local(gap_end).astimezone(UTC)
    assert shifted_grace(GRACE, start, end, CALENDAR, ZONE) == expected


def test_the_day_of_the_restart_is_the_local_one() -> None:
    start, end = datetime(2025, 10, 15, 10, tzinfo=UTC), datetime(2025, 10, 16, 23, tzinfo=UTC)
    assert shifted_grace(GRACE, start, end, CALENDAR, ZONE) == date(2025, 10, 20)  # restart 10-17 07:00 local


def test_an_outage_before_national_day_moves_the_end_over_the_holiday() -> None:
    moved = shifted_grace(
        date(2025, 9, 29), local("2025-09-29T18:00"), local("2025-09-30T08:00"), CALENDAR, ZONE
    )
    assert moved == date(2025, 10, 9)


@pytest.mark.parametrize(
    ("refused_on", "expected"),
    [
        (date(2025, 10, 10), GRACE),
        (date(2025, 10, 14), GRACE),
        (date(2025, 10, 15), date(2025, 10, 16)),
        (date(2025, 10, 17), date(2025, 10, 20)),
    ],
)
def test_a_refusal_leaves_at_least_the_next_working_day(refused_on: date, expected: date) -> None:
    assert grace_after_refusal(GRACE, refused_on, CALENDAR) == expected


# --- importing a calendar ---


@pytest.mark.parametrize(
    ("nominal", "today", "current", "expected"),
    [
        # 1 October was counted as a working day; the table puts it off
        (date(2025, 10, 1), date(2025, 9, 1), date(2025, 10, 1), date(2025, 10, 9)),
        # the table leaves it where it is, however near
        (date(2025, 9, 30), date(2025, 9, 30), date(2025, 9, 30), date(2025, 9, 30)),
        # a Sunday turns out to be worked: drawn nearer, with time enough
        (date(2025, 9, 28), date(2025, 9, 1), date(2025, 9, 29), date(2025, 9, 28)),
        # drawn nearer would leave two working days: it stays
        (date(2025, 9, 28), date(2025, 9, 25), date(2025, 9, 29), date(2025, 9, 29)),
        # drawn nearer as far as three working days allow
        (date(2025, 9, 23), date(2025, 9, 22), date(2025, 9, 30), date(2025, 9, 25)),
        # it was on what is now a holiday, and the nominal day is too near
        (date(2025, 9, 28), date(2025, 9, 26), date(2025, 10, 1), date(2025, 9, 30)),
        # put off, but never to less than three working days from now
        (date(2025, 10, 1), date(2025, 10, 8), date(2025, 10, 8), date(2025, 10, 11)),
        (date(2025, 10, 1), date(2025, 10, 8), None, date(2025, 10, 11)),
    ],
)
def test_an_imported_table_moves_a_due_date(
    nominal: date, today: date, current: date | None, expected: date
) -> None:
    assert moved_due(nominal, CALENDAR, today, current=current) == expected


@settings(deadline=None)
@given(
    st.dates(date(2025, 1, 1), date(2025, 12, 1)),
    st.dates(date(2025, 1, 1), date(2025, 12, 1)),
    st.dates(date(2025, 1, 1), date(2025, 12, 1)),
)
def test_a_moved_due_date_is_a_working_day_at_least_three_ahead(
    nominal: date, today: date, current: date
) -> None:
    moved = moved_due(nominal, CALENDAR, today, current=current)
    assert CALENDAR.is_workday(moved)
    assert moved == current or CALENDAR.count(today, moved) >= 3
    assert moved_due(nominal, CALENDAR, today, current=moved) == moved


def test_recomputing_moves_due_and_grace_and_keeps_the_rest() -> None:
    term = Term(date(2025, 10, 1), grace_days=5)
    assumed = deadline_of(term, calendar=Calendar())
    assert (assumed.due, assumed.grace_until, assumed.provisional) == (
        date(2025, 10, 1),
        date(2025, 10, 8),
        True,
    )
    assert recomputed(assumed, term, CALENDAR, date(2025, 9, 1)) == NATIONAL_DAY


def test_recomputing_follows_a_term_in_working_days() -> None:
    term = Term(date(2025, 9, 30), workdays=5)
    assumed = deadline_of(term, who="office", calendar=Calendar())
    assert assumed.due == date(2025, 10, 7)
    moved = recomputed(assumed, term, CALENDAR, date(2025, 10, 1))
    assert moved is not None
    assert (moved.due, moved.grace_until) == (date(2025, 10, 14), None)


def test_recomputing_tells_when_only_the_provisional_mark_goes() -> None:
    term = Term(date(2025, 12, 18), grace_days=5)
    assumed = deadline_of(term, calendar=Calendar())
    assert recomputed(assumed, term, CALENDAR, date(2025, 12, 1)) == replace(assumed, provisional=False)


def test_recomputing_leaves_alone_what_is_the_same_or_already_past_due() -> None:
    term = Term(date(2025, 10, 1), grace_days=5)
    assert recomputed(NATIONAL_DAY, term, CALENDAR, date(2025, 9, 1)) is None
    assumed = deadline_of(term, calendar=Calendar())
    assert recomputed(assumed, term, CALENDAR, date(2025, 10, 2)) is None
    assert recomputed(assumed, term, CALENDAR, date(2025, 10, 1)) is not None


# --- lamps ---


def shown(now: str, state: str = "plan.drafting", deadline: Deadline | None = NATIONAL_DAY) -> str:
    return lamp(local(now).astimezone(UTC), deadline, state, calendar=CALENDAR, zone=ZONE, ladder=LADDER)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-09-12T08:59:59.999999", "green"),  # the opening has been told, nothing more
        ("2025-09-12T09:00:00", "blue"),
        ("2025-09-28T23:59:59.999999", "blue"),  # three working days left
        ("2025-09-29T00:00:00", "yellow"),  # two left; in UTC it is still the day before
        ("2025-10-05T12:00:00", "yellow"),
        ("2025-10-09T23:59:59.999999", "yellow"),
        ("2025-10-10T00:00:00", "red"),
    ],
)
def test_a_lamp_follows_the_clock(now: str, expected: str) -> None:
    assert shown(now) == expected


def test_a_lamp_follows_the_state_before_the_clock() -> None:
    assert shown("2025-11-01T00:00", "exempted") == "grey"
    assert shown("2025-11-01T00:00", "exempted", None) == "grey"
    assert shown("2025-11-01T00:00", "plan.lapsed", None) == "red"
    assert shown("2025-11-01T00:00", "closed", None) == "green"


def test_the_offices_own_lateness_is_red() -> None:
    assert shown("2025-10-14T23:59", "plan.submitted", OFFICE) == "yellow"
    assert shown("2025-10-15T00:00", "plan.submitted", OFFICE) == "red"


def test_sent_back_and_undecided_are_yellow_until_late() -> None:
    early, late = local("2025-09-02T10:00"), local("2025-10-10T10:00")

    def both(now: datetime, deadline: Deadline | None, state: str) -> set[str]:
        return {
            lamp(now, deadline, state, calendar=CALENDAR, zone=ZONE, sent_back=flag, undecided=not flag)
            for flag in (True, False)
        }

    assert both(early, NATIONAL_DAY, "plan.drafting") == {"yellow"}
    assert both(late, NATIONAL_DAY, "plan.drafting") == {"red"}
    assert both(early, None, "grading.proposed") == {"yellow"}


def test_every_lamp_has_its_own_shape_and_word() -> None:
    assert {colour: f"{look.shape} {look.zh}" for colour, look in LAMPS.items()} == {
        "green": "● 按期",
        "blue": "◆ 提醒",
        "yellow": "▲ 临期",
        "red": "■ 逾期",
        "grey": "○ 免予",
    }
    assert len({look.en for look in LAMPS.values()}) == len(LAMPS)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2025-09-23", 7),
        ("2025-09-28", 3),
        ("2025-09-30", 1),
        ("2025-10-01", 1),
        ("2025-10-08", 1),
        ("2025-10-09", 0),
        ("2025-10-10", -1),
        ("2025-10-11", -2),
        ("2025-10-12", -2),
        ("2025-10-13", -3),
        ("2025-10-15", -5),
    ],
)
def test_days_left_are_working_days_and_agree_with_the_rungs(today: str, expected: int) -> None:
    assert workdays_left(date.fromisoformat(today), NATIONAL_DAY.due, CALENDAR) == expected


def test_the_weekend_after_due_is_already_late() -> None:
    friday = date(2025, 10, 17)
    assert workdays_left(date(2025, 10, 18), friday, CALENDAR) == -1
    assert workdays_left(date(2025, 10, 20), friday, CALENDAR) == -1
    assert workdays_left(date(2025, 10, 21), friday, CALENDAR) == -2
