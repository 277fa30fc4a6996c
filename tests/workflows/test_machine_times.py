"""The instants at which a move begins or ceases to be possible: days end at 24:00 of the office's wall."""

from datetime import date

import pytest

from tests.workflows.worlds import (
    FORM,
    MATTER,
    World,
    asked,
    at,
    depart,
    facts,
    form,
    local,
    record,
    world,
)

FORMS = ("plan", "midyear", "yearend", "rectification")
LAST, FIRST = "2025-06-27T23:59:59.999999", "2025-06-28T00:00"


def drafting(name: str, when: str) -> World:
    """A form of `name` being filled in; grace ends with 27 June."""
    return depart(world("appraisal", f"{name}.drafting"), at(local(when)))


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_in_time_until_midnight_of_the_last_day_of_grace_and_lapses_from_then(name: str) -> None:
    assert drafting(name, LAST).codes("submit") == set()
    assert drafting(name, LAST).codes("lapse") == {"grace_not_over"}
    assert drafting(name, FIRST).codes("submit") == {"grace_over"}
    assert drafting(name, FIRST).codes("lapse") == set()


@pytest.mark.parametrize("name", FORMS)
def test_an_extension_may_be_asked_for_until_the_end_of_grace(name: str) -> None:
    assert drafting(name, LAST).codes("ask_extension") == set()
    assert drafting(name, FIRST).codes("ask_extension") == {"grace_over"}


@pytest.mark.parametrize("name", FORMS)
def test_a_submission_may_be_withdrawn_until_midnight_of_the_due_date(name: str) -> None:
    submitted = world("appraisal", f"{name}.submitted")
    assert depart(submitted, at(local("2025-06-20T23:59:59"))).codes("withdraw") == set()
    assert depart(submitted, at(local("2025-06-21T00:00"))).codes("withdraw") == {"due_passed"}


@pytest.mark.parametrize(
    ("name", "last", "first"),
    [
        ("plan", "2025-06-30T23:59:59", "2025-07-01T00:00"),
        ("midyear", "2025-11-09T23:59:59", "2025-11-10T00:00"),
        ("yearend", "2025-12-10T23:59:59", "2025-12-11T00:00"),
    ],
)
def test_a_lapsed_form_is_readmitted_until_the_next_window_opens(name: str, last: str, first: str) -> None:
    lapsed = depart(world("appraisal", f"{name}.lapsed"), asked(due=date(2025, 12, 31)))
    assert depart(lapsed, at(local(last))).codes("readmit") == set()
    assert depart(lapsed, at(local(first))).codes("readmit") == {"next_window_open"}


def test_no_window_bars_the_readmission_of_a_rectification() -> None:
    lapsed = depart(world("appraisal", "rectification.lapsed"), asked(due=date(2026, 5, 29)))
    assert depart(lapsed, at(local("2026-05-01T00:00"))).codes("readmit") == set()


WINDOWS = [
    ("none", "open_plan", "2025-01-09T23:59:59", "2025-01-10T00:00"),
    ("plan.accepted", "open_midyear", "2025-06-30T23:59:59", "2025-07-01T00:00"),
    ("plan.lapsed", "open_midyear", "2025-06-30T23:59:59", "2025-07-01T00:00"),
    ("midyear.accepted", "open_yearend", "2025-11-09T23:59:59", "2025-11-10T00:00"),
    ("midyear.lapsed", "open_yearend", "2025-11-09T23:59:59", "2025-11-10T00:00"),
    ("yearend.accepted", "open_central_review", "2025-12-10T23:59:59", "2025-12-11T00:00"),
    ("yearend.lapsed", "open_central_review", "2025-12-10T23:59:59", "2025-12-11T00:00"),
]


@pytest.mark.parametrize(("state", "action", "before", "after"), WINDOWS)
def test_the_system_opens_a_window_on_its_day_and_the_office_earlier(
    state: str, action: str, before: str, after: str
) -> None:
    system = depart(world("appraisal", state), asked(role="system"))
    assert depart(system, at(local(before))).codes(action) == {"window_not_reached"}
    assert depart(system, at(local(after))).codes(action) == set()
    assert depart(world("appraisal", state), at(local(before))).codes(action) == set()


@pytest.mark.parametrize("action", ["settle", "carry_over"])
def test_inspections_are_settled_from_the_day_after_the_cut_off(action: str) -> None:
    matters = (MATTER,) if action == "carry_over" else ()
    there = depart(world("appraisal", "inspection.open", action), facts(findings=matters))
    assert depart(there, at(local("2025-12-31T23:59:59"))).codes(action) == {"cutoff_not_passed"}
    assert depart(there, at(local("2026-01-01T00:00"))).codes(action) == set()


def test_grades_are_ratified_from_the_day_after_the_objection_window() -> None:
    proposed = depart(world("cycle", "proposed"), record(objections_until="2026-01-26"))
    assert depart(proposed, at(local("2026-01-26T23:59:59"))).codes("ratify") == {"objection_window_open"}
    assert depart(proposed, at(local("2026-01-27T00:00"))).codes("ratify") == set()


# --- dates asked for ---


@pytest.mark.parametrize(
    ("state", "action", "when", "earliest"),
    [
        # Three working days ahead, over the National Day week with its make-up days.
        ("plan.submitted", "send_back", "2025-06-10T10:00", "2025-06-13"),
        ("yearend.submitted", "send_back", "2025-09-27T10:00", "2025-09-30"),
        ("yearend.submitted", "send_back", "2025-09-28T23:59", "2025-10-09"),
        ("plan.accepted", "reopen", "2025-06-10T10:00", "2025-06-13"),
        ("central_review.marking", "reopen", "2025-12-30T10:00", "2026-01-05"),
        # Five working days ahead.
        ("exempted", "reinstate", "2025-06-10T10:00", "2025-06-17"),
        ("none", "enrol", "2025-09-26T10:00", "2025-10-10"),  # in the time of the mid-year review
    ],
)
def test_a_new_due_date_is_far_enough_ahead_in_working_days(
    state: str, action: str, when: str, earliest: str
) -> None:
    there = depart(world("appraisal", state), at(local(when)), asked(stage="midyear"))
    first = date.fromisoformat(earliest)
    assert depart(there, asked(due=first)).codes(action) == set()
    (unmet,) = depart(there, asked(due=date.fromordinal(first.toordinal() - 1))).refusal(action)
    assert (unmet.code, unmet.data["earliest"]) == ("due_too_near", earliest)


@pytest.mark.parametrize("name", FORMS)
def test_a_readmitted_form_may_be_due_today_and_not_before(name: str) -> None:
    lapsed = depart(world("appraisal", f"{name}.lapsed"), at(local("2025-06-10T23:59:59")))
    assert depart(lapsed, asked(due=date(2025, 6, 10))).codes("readmit") == set()
    assert depart(lapsed, asked(due=date(2025, 6, 9))).codes("readmit") == {"due_past"}


@pytest.mark.parametrize("name", FORMS)
def test_an_extension_is_to_a_later_day_than_the_present_one(name: str) -> None:
    there = world("appraisal", f"{name}.drafting")
    assert depart(there, asked(due=date(2025, 6, 21))).codes("ask_extension") == set()
    assert depart(there, asked(due=date(2025, 6, 20))).codes("ask_extension") == {"due_not_later"}
    waiting = depart(there, form(asked={"until": "2025-06-21"}), asked(due=None))
    assert waiting.codes("extend") == set()
    assert depart(waiting, asked(due=date(2025, 6, 20))).codes("extend") == {"due_not_later"}
    late = at(local("2025-06-22T00:00"))
    assert depart(waiting, late).codes("extend") == {"due_past"}
    assert depart(waiting, late, asked(due=date(2025, 6, 22))).codes("extend") == set()


@pytest.mark.parametrize("extensions", [None, 1])
def test_a_form_is_extended_twice_at_most(extensions: int | None) -> None:
    there = depart(world("appraisal", "plan.drafting"), form(extensions=extensions, requests=extensions))
    assert there.codes("ask_extension") == set()
    assert depart(there, form(extensions=2, requests=2)).codes("ask_extension") == {"extensions_used"}


@pytest.mark.parametrize("state", ["rectification.drafting", "rectification.underway"])
def test_a_talk_is_recorded_on_the_day_it_was_held_or_later(state: str) -> None:
    there = depart(world("appraisal", state), at(local("2025-06-10T00:00")))
    assert depart(there, asked(on=date(2025, 6, 10))).codes("record_talk") == set()
    assert depart(there, asked(on=date(2025, 6, 11))).codes("record_talk") == {"day_ahead"}


def test_a_refusal_says_until_when() -> None:
    (unmet,) = depart(world("appraisal", "plan.drafting"), at(local(FIRST))).refusal("submit")
    assert unmet.data == {"until": FORM["grace_until"]}
