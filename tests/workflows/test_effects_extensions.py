"""Extensions, refusals and outages: how the end of a form's time moves, and what stays visible."""

from datetime import date

import pytest

from tests.workflows.test_effects import FORMS, after, clocks, done
from tests.workflows.worlds import EXTENSION, FAILED, SUBJECT, asked, at, depart, form, local, record, world

RUNNING = {
    f"{SUBJECT}#5.1": {"who": "liaison", "due": "2025-06-20", "grace_until": "2025-06-27"},
    f"{SUBJECT}#6.1": {"who": "office", "due": "2025-06-17"},
}
TALK_DUE = {f"{SUBJECT}#5.2": {"who": "leader", "due": "2025-07-15"}}


@pytest.mark.parametrize("name", FORMS)
def test_a_request_starts_the_offices_clock_and_leaves_the_departments_running(name: str) -> None:
    there = depart(world("appraisal", f"{name}.drafting"), record(deadlines=RUNNING))
    found = done(there, "ask_extension")
    assert clocks(found) == [("office", "2025-06-17", None)]
    assert found.voids == ()
    assert found.record["forms"][name] == {
        "asked": {"until": "2025-07-04", "by": "p-office", "reason": "because"},
        **{key: value for key, value in found.record["forms"][name].items() if key != "asked"},
    }


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    ("given", "due", "grace"),
    [(None, "2025-07-04", "2025-07-11"), (date(2025, 6, 28), "2025-06-30", "2025-07-07")],
    ids=["as asked", "another day"],
)
def test_a_granted_extension_arms_anew_and_keeps_visit_and_first_date(
    name: str, given: date | None, due: str, grace: str
) -> None:
    there = depart(world("appraisal", f"{name}.drafting"), form(asked=EXTENSION), asked(due=given))
    there = depart(there, record(deadlines=RUNNING, visits={f"{name}.drafting": 2}))
    found = done(there, "extend")
    assert clocks(found) == [("liaison", due, grace)]
    assert [deadline.visit for deadline in found.deadlines] == [2]
    assert found.voids == tuple(sorted(RUNNING))
    kept = after(there, "extend")
    assert set(kept["deadlines"]) == {f"{SUBJECT}#7.1"}
    filed = kept["forms"][name]
    assert (filed["due"], filed["grace_until"]) == (due, grace)
    assert (filed["original_due"], filed["extensions"]) == ("2025-06-20", 1)
    assert "asked" not in filed


def test_a_second_extension_keeps_the_very_first_date() -> None:
    again = form(asked=EXTENSION, original_due="2025-05-30", extensions=1)
    filed = after(depart(world("appraisal", "plan.drafting"), again), "extend")["forms"]["plan"]
    assert (filed["original_due"], filed["extensions"]) == ("2025-05-30", 2)


@pytest.mark.parametrize(
    ("when", "grace"),
    [
        ("2025-06-11T10:00", "2025-06-27"),
        ("2025-06-27T10:00", "2025-06-30"),
        # Held open beyond its end; a Friday's refusal leaves until Monday night.
        ("2025-07-04T23:59", "2025-07-07"),
    ],
)
def test_a_refusal_lets_grace_end_at_the_next_working_day_at_the_earliest(when: str, grace: str) -> None:
    there = depart(world("appraisal", "plan.drafting"), form(asked=EXTENSION), at(local(when)))
    there = depart(there, record(deadlines=RUNNING))
    assert clocks(done(there, "refuse_extension")) == [("liaison", "2025-06-20", grace)]
    assert done(there, "refuse_extension").voids == tuple(sorted(RUNNING))
    filed = after(there, "refuse_extension")["forms"]["plan"]
    assert (filed["due"], filed["grace_until"]) == ("2025-06-20", grace)
    assert "asked" not in filed
    assert "extensions" not in filed


@pytest.mark.parametrize("given", [None, date(2025, 7, 2)])
def test_an_outage_of_ours_moves_the_end_of_grace_once(given: date | None) -> None:
    there = depart(world("appraisal", "plan.drafting"), at(local("2025-06-30T10:00")), asked(due=given))
    there = depart(there, record(deadlines={f"{SUBJECT}#5.1": RUNNING[f"{SUBJECT}#5.1"]}))
    grace = "2025-07-02" if given else "2025-07-01"
    found = done(there, "shift_grace")
    assert clocks(found) == [("liaison", "2025-06-20", grace)]
    assert found.voids == (f"{SUBJECT}#5.1",)
    moved = depart(there, record(**found.record))
    assert moved.codes("shift_grace") == {"grace_already_moved"}
    assert moved.codes("lapse") == {"grace_not_over"}


@pytest.mark.parametrize(
    ("when", "late"), [("2025-06-20T23:59:59", False), ("2025-06-21T00:00", True), ("2025-06-27T23:59", True)]
)
def test_a_submission_after_the_due_date_is_marked_late(when: str, late: bool) -> None:
    there = depart(world("appraisal", "plan.drafting"), at(local(when)), form(late=True))
    assert done(there, "submit").details == {"late": late}
    assert after(there, "submit")["forms"]["plan"].get("late", False) is late


def test_handing_in_settles_a_request_nobody_has_answered() -> None:
    there = depart(world("appraisal", "plan.drafting"), form(asked=EXTENSION))
    assert "asked" not in after(there, "submit")["forms"]["plan"]


def test_a_lapse_is_counted() -> None:
    there = world("appraisal", "plan.drafting", "lapse")
    assert after(there, "lapse")["forms"]["plan"]["lapsed"] == 1
    assert after(depart(there, form(lapsed=2)), "lapse")["forms"]["plan"]["lapsed"] == 3


@pytest.mark.parametrize("action", ["extend", "refuse_extension", "shift_grace"])
def test_moving_a_forms_time_leaves_the_leaders_clock_running(action: str) -> None:
    there = depart(world("appraisal", "rectification.drafting", action), record(result=FAILED, talk=None))
    there = depart(there, record(deadlines={**RUNNING, **TALK_DUE}))
    assert [d["who"] for d in after(there, action)["deadlines"].values() if d["who"] == "leader"] == [
        "leader"
    ]


def test_an_extended_deadline_is_a_new_one_that_an_outage_may_move_again() -> None:
    there = depart(world("appraisal", "plan.drafting"), form(shifted=True, asked=EXTENSION))
    assert "shifted" not in after(there, "extend")["forms"]["plan"]


def test_a_department_cannot_hold_grace_open_by_asking_again_and_again() -> None:
    there = world("appraisal", "plan.drafting")
    for _ in range(2):
        there = depart(there, record(**done(there, "ask_extension").record))
        there = depart(there, record(**done(there, "refuse_extension").record))
    assert there.codes("ask_extension") == {"extensions_used"}
