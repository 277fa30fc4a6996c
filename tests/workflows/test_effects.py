"""What a move brings with it in time: clocks armed and voided, and what the record keeps of a form."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.worlds import (
    FAILED,
    SUBJECT,
    World,
    asked,
    at,
    depart,
    extra,
    facts,
    form,
    local,
    record,
    world,
)
from workflows.clocks import Clock
from workflows.deadlines import Deadline, Term
from workflows.effects import Effect, effect
from workflows.facts import Line
from workflows.ledger import digest, merge

FORMS = ("plan", "midyear", "yearend", "rectification")
OPEN = {
    f"{SUBJECT}#5.1": {"state": "x", "who": "liaison", "due": "2025-06-20", "grace_until": "2025-06-27"},
    f"{SUBJECT}#6.1": {"state": "x", "who": "office", "due": "2025-06-13"},
}


def done(there: World, action: str) -> Effect:
    """What `action` changes here."""
    return effect(there.facts, there.step(action), there.now)


def clocks(found: Effect) -> list[tuple[str, str, str | None]]:
    """Whose clock runs until when, and when its grace ends."""
    return [
        (d.who, d.due.isoformat(), d.grace_until.isoformat() if d.grace_until else None)
        for d in found.deadlines
    ]


def after(there: World, action: str) -> dict[str, Any]:
    """The record after `action`."""
    return merge(there.facts.record, done(there, action).record)


# --- a window opens ---


@pytest.mark.parametrize(
    ("state", "action", "when", "due", "grace"),
    [
        ("none", "open_plan", "2025-01-10T00:00", "2025-02-28", "2025-03-07"),
        ("none", "open_plan", "2024-12-20T10:00", "2025-02-28", "2025-03-07"),
        # A window that is nearly over leaves five working days.
        ("none", "open_plan", "2025-02-26T10:00", "2025-03-05", "2025-03-12"),
        ("none", "open_plan", "2025-02-21T10:00", "2025-02-28", "2025-03-07"),
        ("plan.accepted", "open_midyear", "2025-07-01T00:00", "2025-07-21", "2025-07-28"),
        ("plan.lapsed", "open_midyear", "2025-07-18T10:00", "2025-07-25", "2025-08-01"),
        ("midyear.accepted", "open_yearend", "2025-11-10T00:00", "2025-12-01", "2025-12-08"),
        ("midyear.lapsed", "open_yearend", "2025-12-10T10:00", "2025-12-17", "2025-12-24"),
    ],
)
def test_a_form_is_due_by_its_window_and_at_least_five_working_days_ahead(
    state: str, action: str, when: str, due: str, grace: str
) -> None:
    there = depart(world("appraisal", state, action), at(local(when)), asked(due=None))
    found = done(there, action)
    assert clocks(found) == [("liaison", due, grace)]
    kept = merge(there.facts.record, found.record)["forms"][found.deadlines[0].state.partition(".")[0]]
    assert (kept["due"], kept["grace_until"]) == (due, grace)


def test_a_department_that_joins_has_its_own_date() -> None:
    joining = depart(world("appraisal", "none"), asked(stage="midyear", due=date(2025, 7, 12)))
    joining = depart(joining, at(local("2025-07-01T10:00")))
    assert clocks(done(joining, "enrol")) == [("liaison", "2025-07-14", "2025-07-21")]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    ("part", "action"), [("submitted", "send_back"), ("lapsed", "readmit")], ids=["returned", "readmitted"]
)
def test_a_returned_form_has_the_date_it_was_given(name: str, part: str, action: str) -> None:
    there = depart(
        world("appraisal", f"{name}.{part}"), asked(due=date(2025, 10, 1)), record(talk={"on": "x"})
    )
    there = depart(there, at(local("2025-06-30T10:00")))
    assert clocks(done(there, action)) == [("liaison", "2025-10-09", "2025-10-15")]


@pytest.mark.parametrize("name", FORMS)
def test_a_withdrawn_form_keeps_the_date_it_had(name: str) -> None:
    there = depart(world("appraisal", f"{name}.submitted"), asked(due=None))
    assert clocks(done(there, "withdraw")) == [("liaison", "2025-06-20", "2025-06-27")]


@pytest.mark.parametrize("name", FORMS)
def test_a_withdrawal_sets_no_date_whatever_is_asked_along_with_it(name: str) -> None:
    there = depart(world("appraisal", f"{name}.submitted"), asked(due=date(2027, 1, 4)))
    assert clocks(done(there, "withdraw")) == [("liaison", "2025-06-20", "2025-06-27")]


def test_a_window_sets_its_own_date_whatever_is_asked_along_with_it() -> None:
    there = depart(
        world("appraisal", "plan.accepted"), asked(due=date(2025, 6, 1)), at(local("2025-07-01T00:00"))
    )
    assert clocks(done(there, "open_midyear")) == [("liaison", "2025-07-21", "2025-07-28")]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_starts_each_visit_unsigned_and_not_taken_up(name: str) -> None:
    marks = form(taken_up=True, late=True, shifted=True, asked={"until": "2025-07-04"}, extensions=1)
    kept = after(depart(world("appraisal", f"{name}.submitted", "send_back"), marks), "send_back")["forms"][
        name
    ]
    assert kept["text"] == "t1"
    assert kept["extensions"] == 1
    assert not {"signed", "signed_by", "taken_up", "late", "shifted", "asked"} & set(kept)


# --- leaving and coming back ---


@pytest.mark.parametrize(
    ("state", "action"),
    [
        *((f"{name}.drafting", "submit") for name in FORMS),
        *((f"{name}.drafting", "lapse") for name in FORMS),
        *((f"{name}.submitted", "accept") for name in FORMS),
        *((f"{name}.submitted", "send_back") for name in FORMS),
        *((f"{name}.submitted", "withdraw") for name in FORMS),
        ("midyear.drafting", "reopen"),
        ("yearend.accepted", "exempt"),
        ("central_review.marking", "complete"),
        ("inspection.open", "settle"),
        ("grading.pending", "propose"),
        ("rectification.underway", "verify"),
        ("rectification.drafting", "amend"),
    ],
)
def test_leaving_a_state_voids_whatever_clock_ran_there(state: str, action: str) -> None:
    there = depart(world("appraisal", state, action), record(deadlines=OPEN))
    found = done(there, action)
    assert found.voids == tuple(sorted(OPEN))
    armed = {deadline.id for deadline in found.deadlines}
    assert set(merge(there.facts.record, found.record)["deadlines"]) == armed
    assert {deadline.state for deadline in found.deadlines} <= {there.step(action).after}


@pytest.mark.parametrize(
    ("state", "action"),
    [("plan.drafting", "save_form"), ("plan.submitted", "take_up"), ("plan.accepted", "record_line")],
)
def test_what_stays_leaves_the_clocks_alone(state: str, action: str) -> None:
    found = done(depart(world("appraisal", state, action), record(deadlines=OPEN)), action)
    assert (found.deadlines, found.voids) == ((), ())
    assert "deadlines" not in found.record


def test_every_entry_is_a_visit_of_its_own() -> None:
    there = depart(world("appraisal", "plan.submitted", "send_back"), record(visits={"plan.drafting": 2}))
    found = done(there, "send_back")
    assert found.record["visits"] == {"plan.drafting": 3}
    assert [deadline.visit for deadline in found.deadlines] == [3]


def test_a_deadline_is_named_by_the_row_that_arms_it() -> None:
    there = depart(world("appraisal", "yearend.accepted"), at(local("2025-12-11T00:00")), facts(number=41))
    there = depart(there, record(marks=None))
    found = done(there, "open_central_review")
    assert [deadline.id for deadline in found.deadlines] == [f"{SUBJECT}#41.{n}" for n in (1, 2, 3)]
    assert found.deadlines[0] == Deadline(
        f"{SUBJECT}#41.1", "central_review.marking", 1, "r1", date(2025, 12, 29), None, provisional=False
    )
    assert set(found.record["deadlines"]) == {deadline.id for deadline in found.deadlines}


def test_a_deadline_in_a_year_without_a_table_is_provisional() -> None:
    later = asked(due=date(2027, 3, 1))
    there = depart(world("appraisal", "rectification.lapsed"), later, record(talk={"on": "x"}))
    assert [deadline.provisional for deadline in done(there, "readmit").deadlines] == [True]


# --- everyone has a clock ---


@pytest.mark.parametrize("name", ["plan", "midyear", "yearend"])
def test_the_office_has_five_working_days_for_a_submission_and_never_lapses(name: str) -> None:
    there = depart(world("appraisal", f"{name}.drafting"), at(local("2025-06-12T10:00")))
    assert clocks(done(there, "submit")) == [("office", "2025-06-19", None)]


def test_a_member_assigned_before_the_review_has_no_clock_yet() -> None:
    assert done(world("appraisal", "yearend.drafting"), "assign").deadlines == ()


@pytest.mark.parametrize(
    ("when", "due"), [("2025-12-30T10:00", "2026-01-19"), ("2026-01-20T10:00", "2026-01-27")]
)
def test_the_office_proposes_by_the_twelfth_working_day_or_within_its_five(when: str, due: str) -> None:
    there = depart(world("appraisal", "central_review.marking"), at(local(when)))
    assert clocks(done(there, "complete")) == [("office", due, None)]


def test_the_leader_has_a_clock_while_a_rating_is_missing() -> None:
    rated = world("appraisal", "inspection.open", "settle")
    assert clocks(done(rated, "settle")) == [("office", "2026-01-19", None)]
    unrated = depart(rated, facts(lines=[line for line in rated.facts.lines if line.item != "conduct"]))
    assert clocks(done(unrated, "settle")) == [("office", "2026-01-19", None), ("leader", "2026-01-19", None)]


@pytest.mark.parametrize("action", ["rate", "rule_missing"])
def test_the_leaders_clock_stops_with_the_last_rating(action: str) -> None:
    pending = depart(world("appraisal", "grading.pending"), record(deadlines={"d1": {"who": "leader"}}))
    lines = [line for line in pending.facts.lines if line.item not in ("conduct", "team")]
    pending = depart(pending, facts(lines=lines))
    last: tuple[dict[str, str | int], ...] = (
        {"item": "conduct", "level": "good"},
        {"item": "team", "points": 90},
    )
    for number, voids in ((1, ()), (2, ("d1",))):
        ruled = tuple(Line("leader", str(one["item"]), 80) for one in last[:number])
        assert (
            done(depart(pending, asked(lines=ruled, extra={"ratings": last[:number]})), action).voids == voids
        )


# --- rectification ---


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (FAILED, [("liaison", "2025-07-15", "2025-07-22"), ("leader", "2025-07-15", None)]),
        ({"grade": "good"}, [("liaison", "2025-07-15", "2025-07-22")]),
    ],
)
def test_a_rectification_is_due_thirty_working_days_after_ratification_and_a_talk_with_it(
    result: dict[str, Any], expected: list[tuple[str, str, str | None]]
) -> None:
    there = depart(world("appraisal", "grading.ratified"), record(ratified_on="2025-06-03", result=result))
    there = depart(
        there, record(talk=None, forms={"rectification": None}), facts(key_findings=("f",)), asked(due=None)
    )
    assert clocks(done(there, "start_rectification")) == expected


def test_a_talk_once_held_has_no_clock() -> None:
    there = depart(world("appraisal", "rectification.submitted"), record(result=FAILED))
    assert clocks(done(there, "send_back")) == [("liaison", "2025-07-04", "2025-07-11")]


@pytest.mark.parametrize(("part", "action"), [("submitted", "send_back"), ("lapsed", "readmit")])
def test_the_talk_is_due_with_the_form_as_it_was_given_back(part: str, action: str) -> None:
    there = depart(world("appraisal", f"rectification.{part}"), record(result=FAILED, talk=None))
    assert clocks(done(there, action)) == [
        ("liaison", "2025-07-04", "2025-07-11"),
        ("leader", "2025-07-04", None),
    ]


def test_who_fails_by_an_amendment_has_the_time_of_everybody_else() -> None:
    there = depart(
        world("appraisal", "closed"), record(ratified_on="2025-02-03", talk=None), extra(grade="failed")
    )
    there = depart(
        there, record(forms={"rectification": None}), asked(due=None), at(local("2025-06-03T10:00"))
    )
    assert clocks(done(there, "amend")) == [
        ("liaison", "2025-07-15", "2025-07-22"),
        ("leader", "2025-07-15", None),
    ]
    assert after(there, "amend")["ratified_on"] == "2025-06-03"


@pytest.mark.parametrize("state", ["closed", "grading.ratified", "rectification.underway"])
def test_an_amendment_that_starts_no_rectification_leaves_the_day_of_ratifying(state: str) -> None:
    there = depart(world("appraisal", state), record(ratified_on="2025-02-03"), extra(grade="good"))
    assert after(there, "amend")["ratified_on"] == "2025-02-03"


def test_a_rectification_is_verified_within_a_hundred_and_twenty_working_days_of_ratification() -> None:
    there = depart(world("appraisal", "rectification.submitted"), record(ratified_on="2025-06-03"))
    assert clocks(done(there, "accept")) == [("liaison", "2025-11-24", None)]


def test_a_recorded_talk_stops_the_leaders_clock_and_keeps_the_words_by_digest() -> None:
    held = record(talk=None, deadlines={"d1": {"who": "leader"}, "d2": {"who": "liaison"}})
    found = done(depart(world("appraisal", "rectification.drafting"), held), "record_talk")
    assert found.voids == ("d1",)
    assert found.record["talk"] == {"on": "2025-06-09", "by": "p-office", "text": digest("words")}
    assert found.texts == ("words",)


def test_a_talk_recorded_again_without_words_keeps_none_of_the_earlier_ones() -> None:
    earlier = record(talk={"on": "2025-06-02", "by": "p-leader", "text": digest("earlier")})
    there = depart(world("appraisal", "rectification.drafting"), earlier, asked(text=" "))
    assert done(there, "record_talk").texts == ()
    assert after(there, "record_talk")["talk"] == {"on": "2025-06-09", "by": "p-office"}


# --- a calendar is imported ---


def test_moved_dates_void_the_old_clocks_and_arm_the_given_ones() -> None:
    moved = Clock("plan.drafting", "liaison", Term(date(2025, 6, 24), 0, 5))
    there = depart(
        world("appraisal", "plan.drafting"),
        record(deadlines=OPEN),
        extra(clocks=[moved], voids=[f"{SUBJECT}#5.1"]),
    )
    found = done(there, "redate")
    assert clocks(found) == [("liaison", "2025-06-24", "2025-07-01")]
    kept = merge(there.facts.record, found.record)
    assert sorted(kept["deadlines"]) == [f"{SUBJECT}#6.1", f"{SUBJECT}#7.1"]
    assert (kept["forms"]["plan"]["due"], kept["forms"]["plan"]["grace_until"]) == (
        "2025-06-24",
        "2025-07-01",
    )
