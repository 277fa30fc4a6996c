"""When the system looks at a subject again, and what it does then."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.workflows.machine_tables import MOVES
from tests.workflows.worlds import BOOK, World, asked, at, depart, form, record, world
from workflows.deadlines import ZONE
from workflows.wake import appraisal_wake, cycle_wake, due_action, midnight, stamp


def woken(there: World) -> str | None:
    """The instant noted for an appraisal."""
    return appraisal_wake(there.facts.state, there.facts.record, 2025, BOOK, ZONE)


def test_an_instant_is_written_in_utc_with_microseconds_and_sorts_as_text() -> None:
    assert stamp(datetime(2025, 6, 10, 8, tzinfo=ZONE)) == "2025-06-10T00:00:00.000000Z"
    assert stamp(datetime(2025, 6, 10, 8, 0, 0, 5, tzinfo=UTC)) == "2025-06-10T08:00:00.000005Z"
    instants = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=7 * n, microseconds=n) for n in range(50)]
    assert sorted(map(stamp, instants)) == [stamp(instant) for instant in instants]


def test_a_day_begins_at_midnight_of_the_office() -> None:
    assert stamp(midnight(date(2025, 7, 1), ZONE)) == "2025-06-30T16:00:00.000000Z"


@pytest.mark.parametrize("name", ["plan", "midyear", "yearend", "rectification"])
def test_a_form_lapses_at_the_end_of_its_grace(name: str) -> None:
    assert woken(world("appraisal", f"{name}.drafting")) == "2025-06-27T16:00:00.000000Z"


@pytest.mark.parametrize("name", ["plan", "midyear", "yearend", "rectification"])
def test_an_undecided_request_keeps_the_clock_from_acting(name: str) -> None:
    assert woken(depart(world("appraisal", f"{name}.drafting"), form(asked={"until": "2025-07-04"}))) is None


@pytest.mark.parametrize("part", ["accepted", "lapsed"])
@pytest.mark.parametrize(
    ("name", "instant"),
    [
        ("plan", "2025-06-30T16:00:00.000000Z"),
        ("midyear", "2025-11-09T16:00:00.000000Z"),
        ("yearend", "2025-12-10T16:00:00.000000Z"),
    ],
)
def test_the_next_window_opens_at_midnight_of_its_day(name: str, part: str, instant: str) -> None:
    assert woken(world("appraisal", f"{name}.{part}")) == instant


def test_a_ratified_appraisal_is_looked_at_from_the_day_of_ratification() -> None:
    there = depart(world("appraisal", "grading.ratified"), record(ratified_on="2026-02-09"))
    assert woken(there) == "2026-02-08T16:00:00.000000Z"


WAITING_FOR_PEOPLE = [
    "plan.submitted",
    "midyear.submitted",
    "yearend.submitted",
    "rectification.submitted",
    "rectification.lapsed",
    "rectification.underway",
    "central_review.marking",
    "inspection.open",
    "grading.pending",
    "grading.proposed",
    "closed",
    "exempted",
]


@pytest.mark.parametrize("state", WAITING_FOR_PEOPLE)
def test_where_only_people_act_the_clock_never_wakes(state: str) -> None:
    assert woken(world("appraisal", state)) is None
    assert due_action(state, failed=True, key_findings=True) is None


ACTS: dict[str, str] = {
    **{f"{name}.drafting": "lapse" for name in ("plan", "midyear", "yearend", "rectification")},
    "plan.accepted": "open_midyear",
    "plan.lapsed": "open_midyear",
    "midyear.accepted": "open_yearend",
    "midyear.lapsed": "open_yearend",
    "yearend.accepted": "open_central_review",
    "yearend.lapsed": "open_central_review",
    "grading.ratified": "close",
}


def test_every_state_is_either_the_clocks_or_peoples() -> None:
    assert set(ACTS) | set(WAITING_FOR_PEOPLE) == set(MOVES["appraisal"]) - {"none"}


@pytest.mark.parametrize("state", sorted(ACTS))
def test_the_clock_does_one_thing_in_each_state(state: str) -> None:
    assert due_action(state, failed=False, key_findings=False) == ACTS[state]


@pytest.mark.parametrize(("failed", "key"), [(True, False), (False, True), (True, True)])
def test_who_has_something_to_rectify_is_not_closed(failed: bool, key: bool) -> None:
    assert due_action("grading.ratified", failed=failed, key_findings=key) == "start_rectification"


@pytest.mark.parametrize("state", sorted(ACTS))
def test_at_the_instant_noted_the_move_is_possible_and_not_a_moment_earlier(state: str) -> None:
    there = depart(world("appraisal", state), asked(role="system"), record(ratified_on="2025-06-10"))
    noted = woken(there)
    assert noted is not None
    instant = datetime.fromisoformat(noted)
    assert depart(there, at(instant)).codes(ACTS[state]) == set()
    if state != "grading.ratified":  # nothing but the ratification itself comes before that
        assert depart(there, at(instant - timedelta(microseconds=1))).codes(ACTS[state])


@pytest.mark.parametrize(
    ("state", "kept", "instant"),
    [
        ("preparing", {}, None),
        ("running", {}, "2025-01-09T16:00:00.000000Z"),
        ("running", {"plans_opened": True}, None),
        ("proposed", {}, None),
        ("ratified", {"ratified_on": "2026-02-09"}, "2026-02-08T16:00:00.000000Z"),
        ("closed", {"ratified_on": "2026-02-09"}, None),
    ],
)
def test_a_cycle_opens_its_plans_on_the_day_and_closes_once_ratified(
    state: str, kept: dict[str, Any], instant: str | None
) -> None:
    assert cycle_wake(state, kept, 2025, BOOK, ZONE) == instant
