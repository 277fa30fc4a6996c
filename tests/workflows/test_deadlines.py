"""When a deadline reminds, when it lapses, and what a pass over it finds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.test_workdays import CALENDAR
from workflows.deadlines import (
    ZONE,
    Deadline,
    Firing,
    Rung,
    Term,
    armed,
    due_now,
    fired,
    in_time,
    lapse_instant,
    rungs,
)
from workflows.workdays import Calendar

RULEBOOK = ("opens", "-14", "-7", "-3", "-1", "0", "+1", "+3", "+5", "lapse")
MICROSECOND = timedelta(microseconds=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def deadline_of(term: Term, who: str = "liaison", calendar: Calendar = CALENDAR) -> Deadline:
    return armed(id="d1", state="plan.drafting", visit=1, who=who, term=term, calendar=calendar)


NATIONAL_DAY = deadline_of(Term(date(2025, 10, 1), grace_days=5))
OFFICE = deadline_of(Term(date(2025, 9, 30), workdays=5), who="office")


def ladder_of(
    deadline: Deadline, armed_at: str, *, first_visit: bool = True, names: Sequence[str] = RULEBOOK
) -> tuple[Rung, ...]:
    return rungs(
        deadline,
        armed_at=local(armed_at).astimezone(UTC),
        calendar=CALENDAR,
        rulebook_rungs=names,
        zone=ZONE,
        first_visit=first_visit,
    )


def times(ladder: Sequence[Rung]) -> dict[str, str]:
    return {rung.name: rung.at.isoformat(timespec="minutes") for rung in ladder}


def names(ladder: Sequence[Rung]) -> tuple[str, ...]:
    return tuple(rung.name for rung in ladder)


# --- arming ---


def test_a_due_date_on_a_holiday_moves_and_grace_is_five_working_days() -> None:
    assert NATIONAL_DAY.due == date(2025, 10, 9)
    assert NATIONAL_DAY.grace_until == date(2025, 10, 15)
    assert not NATIONAL_DAY.provisional


def test_a_term_in_working_days_counts_from_the_day_after() -> None:
    assert OFFICE.due == date(2025, 10, 14)
    assert OFFICE.grace_until is None


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Term(date(2026, 12, 30)), False),
        (Term(date(2026, 12, 30), grace_days=5), True),
        (Term(date(2027, 1, 4)), True),
        (Term(date(2023, 12, 31)), True),
    ],
)
def test_a_deadline_that_touches_a_year_without_a_table_is_provisional(term: Term, *, expected: bool) -> None:
    assert deadline_of(term).provisional is expected


def test_the_worked_example_of_national_day() -> None:
    assert times(ladder_of(NATIONAL_DAY, "2025-09-01T00:00")) == {
        "opens": "2025-09-01T09:00+08:00",
        "-14": "2025-09-12T09:00+08:00",
        "-7": "2025-09-23T09:00+08:00",
        "-3": "2025-09-28T09:00+08:00",
        "-1": "2025-09-30T09:00+08:00",
        "0": "2025-10-09T09:00+08:00",
        "+1": "2025-10-10T09:00+08:00",
        "+3": "2025-10-13T09:00+08:00",
        "+5": "2025-10-15T09:00+08:00",
        "lapse": "2025-10-16T00:00+08:00",
    }


def test_the_ladder_over_a_leap_day() -> None:
    leap = deadline_of(Term(date(2024, 2, 29), grace_days=5))
    ladder = ladder_of(leap, "2024-02-20T12:00", names=("-1", "0", "+1", "lapse"))
    assert times(ladder) == {
        "-1": "2024-02-28T09:00+08:00",
        "0": "2024-02-29T09:00+08:00",
        "+1": "2024-03-01T09:00+08:00",
        "lapse": "2024-03-08T00:00+08:00",
    }


@pytest.mark.parametrize(
    ("armed_at", "opens"),
    [
        ("2025-09-30T08:59:59.999999", "2025-09-30T09:00+08:00"),
        ("2025-09-30T09:00:00", "2025-10-09T09:00+08:00"),  # strictly after, and then comes the holiday
        ("2025-09-30T00:00:00", "2025-09-30T09:00+08:00"),  # still 29 September in UTC
        ("2025-09-27T00:00:00", "2025-09-28T09:00+08:00"),  # a Saturday before a make-up Sunday
        ("2025-09-28T09:00:00.000001", "2025-09-29T09:00+08:00"),
    ],
)
def test_the_opening_is_told_at_the_first_nine_oclock_of_a_working_day_after_the_arming(
    armed_at: str, opens: str
) -> None:
    later = replace(NATIONAL_DAY, due=date(2025, 12, 31), grace_until=date(2026, 1, 8))
    assert times(ladder_of(later, armed_at))["opens"] == opens


def test_a_rung_before_due_that_is_not_later_than_the_opening_is_void() -> None:
    assert names(ladder_of(NATIONAL_DAY, "2025-09-11T12:00"))[:2] == ("opens", "-7")  # both on 09-12
    assert names(ladder_of(NATIONAL_DAY, "2025-09-11T08:00"))[:2] == ("opens", "-14")
    assert names(ladder_of(NATIONAL_DAY, "2025-09-29T12:00"))[:2] == ("opens", "0")


def test_the_opening_voids_nothing_that_is_not_before_due() -> None:
    ladder = ladder_of(NATIONAL_DAY, "2025-09-30T12:00")
    assert names(ladder) == ("opens", "0", "+1", "+3", "+5", "lapse")
    assert ladder[0].at == ladder[1].at


def test_a_later_visit_has_no_opening_and_keeps_the_rungs_it_would_have_voided() -> None:
    assert names(ladder_of(NATIONAL_DAY, "2025-09-11T12:00", first_visit=False))[0] == "-14"


@pytest.mark.parametrize(
    ("armed_at", "first"),
    [
        ("2025-09-28T08:59:59.999999", "-3"),
        ("2025-09-28T09:00:00", "-1"),
        ("2025-10-15T09:00:00", "lapse"),
    ],
)
def test_a_rung_whose_instant_is_not_after_the_arming_is_void(armed_at: str, first: str) -> None:
    assert names(ladder_of(NATIONAL_DAY, armed_at, first_visit=False))[0] == first


def test_nothing_is_left_to_fire_once_grace_has_ended() -> None:
    assert ladder_of(NATIONAL_DAY, "2025-10-16T00:00", first_visit=False) == ()
    assert names(ladder_of(NATIONAL_DAY, "2025-10-15T23:59:59.999999", first_visit=False)) == ("lapse",)


def test_without_grace_there_are_only_due_and_the_rungs_after_it() -> None:
    assert times(ladder_of(OFFICE, "2025-09-30T10:00")) == {
        "0": "2025-10-14T09:00+08:00",
        "+1": "2025-10-15T09:00+08:00",
        "+3": "2025-10-17T09:00+08:00",
        "+5": "2025-10-21T09:00+08:00",
    }


def test_the_rulebook_names_the_rungs() -> None:
    assert times(ladder_of(NATIONAL_DAY, "2025-09-01T00:00", names=("-10", "+2"))) == {
        "-10": "2025-09-18T09:00+08:00",
        "+2": "2025-10-11T09:00+08:00",
    }
    with pytest.raises(ValueError, match="soon"):
        ladder_of(NATIONAL_DAY, "2025-09-01T00:00", names=("soon",))


def test_a_year_without_a_table_has_a_ladder_too() -> None:
    unknown = deadline_of(Term(date(2031, 10, 1), grace_days=5))
    assert unknown.provisional
    assert times(ladder_of(unknown, "2031-09-29T12:00", first_visit=False)) == {
        "-1": "2031-09-30T09:00+08:00",
        "0": "2031-10-01T09:00+08:00",
        "+1": "2031-10-02T09:00+08:00",
        "+3": "2031-10-06T09:00+08:00",
        "+5": "2031-10-08T09:00+08:00",
        "lapse": "2031-10-09T00:00+08:00",
    }


def test_an_arming_without_a_zone_is_an_error() -> None:
    naive = datetime(2025, 9, 1)  # noqa: DTZ001 -- naive on purpose
    with pytest.raises(ValueError, match="without a zone"):
        rungs(
            NATIONAL_DAY,
            armed_at=naive,
            calendar=CALENDAR,
            rulebook_rungs=RULEBOOK,
            zone=ZONE,
            first_visit=True,
        )


# --- in time ---


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-10-09T15:59:59.999999+00:00", True),
        ("2025-10-09T16:00:00+00:00", False),
        ("2025-10-09T16:00:00.000001+00:00", False),
        ("2025-10-08T23:30:00+00:00", True),  # 07:30 local of the due day
        ("2025-10-09T23:30:00+00:00", False),  # 07:30 local of the day after, the same UTC date
    ],
)
def test_in_time_is_before_midnight_local(now: str, *, expected: bool) -> None:
    assert in_time(datetime.fromisoformat(now), date(2025, 10, 9), ZONE) is expected


def test_a_lapse_is_written_as_the_midnight_after_grace() -> None:
    assert lapse_instant(date(2024, 2, 29), ZONE) == local("2024-03-01T00:00")
    assert lapse_instant(date(2025, 12, 31), ZONE) == datetime(2025, 12, 31, 16, tzinfo=UTC)


# --- passes ---

LADDER = ladder_of(NATIONAL_DAY, "2025-09-01T00:00")
AT = {rung.name: rung.at for rung in LADDER}


def test_a_rung_fires_in_the_first_pass_not_before_its_instant() -> None:
    before, after = AT["-3"] - MICROSECOND, AT["-3"] + MICROSECOND
    assert due_now(LADDER, since=AT["-7"], until=before) == Firing(None, ())
    assert names(fired(LADDER, since=before, until=AT["-3"], voided_at=None)) == ("-3",)
    assert fired(LADDER, since=AT["-3"], until=after, voided_at=None) == ()


def test_of_several_rungs_missed_the_latest_is_sent_and_the_others_are_superseded() -> None:
    firing = due_now(LADDER, since=AT["-14"], until=AT["0"])
    assert firing.chosen == Rung("0", AT["0"])
    assert names(firing.superseded) == ("-7", "-3", "-1")


def test_the_first_pass_of_all_looks_back_to_the_beginning() -> None:
    firing = due_now(LADDER, since=None, until=AT["-14"])
    assert firing.chosen == Rung("-14", AT["-14"])
    assert names(firing.superseded) == ("opens",)


def test_of_two_rungs_at_one_instant_the_later_on_the_ladder_is_sent() -> None:
    ladder = ladder_of(NATIONAL_DAY, "2025-09-30T12:00")
    firing = due_now(ladder, since=None, until=AT["0"])
    assert firing == Firing(Rung("0", AT["0"]), (Rung("opens", AT["0"]),))


@pytest.mark.parametrize(
    ("voided_at", "expected"),
    [
        (AT["-3"] - MICROSECOND, ("opens", "-14", "-7")),
        (AT["-3"], ("opens", "-14", "-7")),
        (AT["-3"] + MICROSECOND, ("opens", "-14", "-7", "-3")),
    ],
)
def test_a_deadline_voided_at_a_rungs_instant_does_not_fire(
    voided_at: datetime, expected: tuple[str, ...]
) -> None:
    assert names(fired(LADDER, since=None, until=AT["lapse"], voided_at=voided_at)) == expected


@pytest.mark.parametrize("until", [AT["-1"], AT["0"]])
def test_who_has_handed_in_is_not_pressed_for_what_an_outage_left_unsent(until: datetime) -> None:
    firing = due_now(LADDER, since=AT["-14"], until=until, voided_at=AT["-1"])
    assert firing.chosen is None
    assert names(firing.superseded) == ("-7", "-3")


def test_a_pass_before_the_leaving_sends_as_if_nobody_left() -> None:
    firing = due_now(LADDER, since=AT["-7"], until=AT["-3"], voided_at=AT["-3"] + MICROSECOND)
    assert firing.chosen == Rung("-3", AT["-3"])


def test_a_lapse_supersedes_what_the_same_pass_would_have_said() -> None:
    firing = due_now(LADDER, since=AT["+3"], until=AT["lapse"])
    assert firing.chosen == Rung("lapse", AT["lapse"])
    assert names(firing.superseded) == ("+5",)


def test_a_lapse_fires_at_the_instant_its_own_move_voids_the_deadline() -> None:
    firing = due_now(LADDER, since=AT["+5"], until=AT["lapse"], voided_at=AT["lapse"], lapsed=True)
    assert firing == Firing(Rung("lapse", AT["lapse"]), ())


def test_a_lapse_noticed_late_still_carries_its_own_instant() -> None:
    late = AT["lapse"] + timedelta(minutes=40)
    firing = due_now(LADDER, since=AT["+5"], until=late, voided_at=late, lapsed=True)
    assert firing.chosen == Rung("lapse", AT["lapse"])


@pytest.mark.parametrize("hours", [0, 1, 30])
def test_a_deadline_left_by_another_move_never_lapsed(hours: int) -> None:
    left = AT["lapse"] + timedelta(hours=hours)
    assert fired(LADDER, since=AT["+5"], until=left + timedelta(days=9), voided_at=left) == ()


def test_a_held_end_of_grace_leaves_the_lapse_out_and_the_rungs_in() -> None:
    firing = due_now(LADDER, since=AT["+3"], until=AT["lapse"], held=True)
    assert firing.chosen == Rung("+5", AT["+5"])
    assert firing.superseded == ()


INSTANTS = st.datetimes(datetime(2025, 8, 25), datetime(2025, 11, 5), timezones=st.just(ZONE))  # noqa: DTZ001


@settings(deadline=None)
@given(INSTANTS, st.booleans(), st.lists(INSTANTS, max_size=12), st.none() | INSTANTS, st.booleans())
def test_any_cut_of_time_into_passes_gives_each_rung_exactly_once(
    armed_at: datetime, first: bool, cuts: list[datetime], voided_at: datetime | None, lapsed: bool
) -> None:
    ladder = ladder_of(NATIONAL_DAY, armed_at.replace(tzinfo=None).isoformat(), first_visit=first)
    end = datetime(2025, 12, 1, tzinfo=ZONE)
    seen: list[Rung] = []
    for since, until in pairwise([None, *sorted(set(cuts)), end]):
        assert until is not None
        firing = due_now(ladder, since=since, until=until, voided_at=voided_at, lapsed=lapsed)
        assert (
            firing.chosen is None or voided_at is None or until < voided_at or firing.chosen.name == "lapse"
        )
        assert firing.chosen not in firing.superseded
        seen += [*firing.superseded, *([firing.chosen] if firing.chosen else [])]
    expected = fired(ladder, since=None, until=end, voided_at=voided_at, lapsed=lapsed)
    assert sorted(seen, key=ladder.index) == list(expected)
    assert voided_at is not None or expected == ladder


@settings(deadline=None)
@given(INSTANTS, st.booleans(), st.none() | INSTANTS)
def test_rungs_are_in_strict_order_and_no_void_one_fires(
    armed_at: datetime, first: bool, voided_at: datetime | None
) -> None:
    ladder = ladder_of(NATIONAL_DAY, armed_at.replace(tzinfo=None).isoformat(), first_visit=first)
    places = [(rung.at, RULEBOOK.index(rung.name)) for rung in ladder]
    assert all(earlier < later for earlier, later in pairwise(places))
    assert all(rung.at > armed_at for rung in ladder)
    opens = [rung.at for rung in ladder if rung.name == "opens"]
    assert len(opens) == int(first)
    assert not [rung for rung in ladder if rung.name.startswith("-") and opens and rung.at <= opens[0]]
    shown = fired(ladder, since=None, until=datetime(2026, 1, 1, tzinfo=ZONE), voided_at=voided_at)
    assert voided_at is None or all(rung.at < voided_at for rung in shown)
