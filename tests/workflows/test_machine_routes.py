"""Where one action may lead to several places, or belongs to several people: what decides."""

from datetime import date

import pytest

from tests.workflows.machine_tables import MOVES
from tests.workflows.worlds import (
    FAILED,
    LEDGER,
    MATTER,
    asked,
    at,
    depart,
    extra,
    facts,
    local,
    machine_of,
    record,
    world,
)
from workflows.engine import route
from workflows.facts import Line

BEFORE_PROPOSAL = (
    "plan.drafting",
    "plan.submitted",
    "plan.accepted",
    "plan.lapsed",
    "midyear.drafting",
    "midyear.submitted",
    "midyear.accepted",
    "midyear.lapsed",
    "yearend.drafting",
    "yearend.submitted",
    "yearend.accepted",
    "yearend.lapsed",
    "central_review.marking",
    "inspection.open",
    "grading.pending",
)
RECTIFYING = (
    "rectification.drafting",
    "rectification.submitted",
    "rectification.lapsed",
    "rectification.underway",
)

# --- enrolment and exemption ---


@pytest.mark.parametrize(
    ("stage", "target", "first", "last"),
    [
        ("plan", "plan.drafting", "2025-01-02T09:00", "2025-06-30T23:59:59"),
        ("midyear", "midyear.drafting", "2025-07-01T00:00", "2025-11-09T23:59:59"),
        ("yearend", "yearend.drafting", "2025-11-10T00:00", "2025-12-10T23:59:59"),
        ("central_review", "central_review.marking", "2025-12-11T00:00", "2026-01-15T10:00"),
    ],
)
def test_a_department_founded_in_mid_year_joins_at_the_stage_now_open(
    stage: str, target: str, first: str, last: str
) -> None:
    founded = depart(world("appraisal", "none"), asked(due=date(2026, 3, 2)))
    for when in (first, last):
        joining = depart(founded, at(local(when)))
        assert depart(joining, asked(stage=stage)).step("enrol").after == target
        for other in {"plan", "midyear", "yearend", "central_review"} - {stage}:
            (unmet,) = depart(joining, asked(stage=other)).refusal("enrol")
            assert (unmet.code, unmet.data) == ("stage_not_open", {"window": stage})


def test_joining_at_the_central_review_asks_for_no_due_date() -> None:
    joining = depart(
        world("appraisal", "none"), asked(stage="central_review", due=None), at(local("2025-12-11T00:00"))
    )
    assert joining.codes("enrol") == set()


@pytest.mark.parametrize("stage", ["", "inspection", "grading", "rectification", "closed"])
def test_nobody_joins_at_a_stage_without_a_window(stage: str) -> None:
    assert depart(world("appraisal", "none"), asked(stage=stage)).codes("enrol") == {"not_here"}


@pytest.mark.parametrize("left", BEFORE_PROPOSAL)
def test_a_reinstated_department_is_back_where_it_left(left: str) -> None:
    back = depart(world("appraisal", "exempted"), record(left=left))
    assert back.step("reinstate").after == left
    without = depart(back, asked(due=None))
    assert without.codes("reinstate") == ({"due_missing"} if left.endswith(".drafting") else set())


@pytest.mark.parametrize("left", ["grading.proposed", "grading.ratified", "closed", "exempted", "none", ""])
def test_nobody_is_reinstated_into_a_place_nobody_leaves_by_exemption(left: str) -> None:
    assert depart(world("appraisal", "exempted"), record(left=left)).codes("reinstate") == {"not_here"}


@pytest.mark.parametrize("state", sorted(MOVES["appraisal"]))
def test_exemption_is_possible_before_a_proposal_and_only_then(state: str) -> None:
    possible = world("appraisal", state).codes("exempt") == set()
    assert possible == (state in BEFORE_PROPOSAL)


@pytest.mark.parametrize("state", ["inspection.open", "grading.pending"])
def test_reopening_into_a_stage_without_drafting_asks_for_no_due_date(state: str) -> None:
    assert depart(world("appraisal", state), asked(due=None)).codes("reopen") == set()


# --- ledger lines ---


@pytest.mark.parametrize("line", [Line("deduction", "score.deduct.2"), Line("bonus", "score.bonus.article")])
@pytest.mark.parametrize("state", BEFORE_PROPOSAL)
def test_deductions_and_bonuses_are_written_beside_their_matter_and_by_nobody_in_person(
    state: str, line: Line
) -> None:
    writing = depart(world("appraisal", state), facts(lines=()), asked(lines=(line,), document=""))
    move = route(machine_of("appraisal"), writing.facts, "record_line", writing.now)
    assert move.who == ("system",)
    assert writing.codes("record_line") == set()


@pytest.mark.parametrize("part", ["central", "public", "leader"])
@pytest.mark.parametrize("state", BEFORE_PROPOSAL)
def test_marks_and_ratings_are_no_lines_to_be_recorded(state: str, part: str) -> None:
    writing = depart(world("appraisal", state), facts(lines=()), asked(lines=(Line(part, "team", 100),)))
    assert writing.codes("record_line") == {"not_here"}


@pytest.mark.parametrize("state", sorted(set(MOVES["appraisal"]) - set(BEFORE_PROPOSAL)))
@pytest.mark.parametrize("action", ["record_line", "reverse_line", "rule_missing"])
def test_the_ledger_is_closed_once_the_grades_are_proposed(state: str, action: str) -> None:
    assert world("appraisal", state, action).codes(action) == {"wrong_state"}


@pytest.mark.parametrize("part", ["cap", "total", ""])
def test_nobody_writes_a_line_of_a_part_that_is_reckoned(part: str) -> None:
    writing = depart(
        world("appraisal", "central_review.marking"), asked(lines=(Line(part, "score.bonus.cap", -100),))
    )
    assert writing.codes("record_line") <= {"not_here", "item_unknown"}
    assert writing.codes("record_line")


@pytest.mark.parametrize("part", ["central", "deduction", "bonus", "cap"])
def test_the_group_rules_on_ratings_and_surveys_only(part: str) -> None:
    ruling = depart(
        world("appraisal", "grading.pending"), facts(lines=()), asked(lines=(Line(part, "content.1.1", 1),))
    )
    assert ruling.codes("rule_missing") == {"not_here"}


@pytest.mark.parametrize(("part", "item"), [("public", "grassroots_leaders"), ("leader", "innovation")])
def test_a_missing_part_is_not_zero_until_the_group_rules(part: str, item: str) -> None:
    gap = facts(lines=tuple(line for line in LEDGER if line.item != item))
    pending = depart(world("appraisal", "grading.pending"), gap, asked(lines=(Line(part, item, 0),)))
    assert pending.codes("propose") == {"part_missing"}
    assert pending.step("rule_missing").after == "grading.pending"


# --- amendments ---


@pytest.mark.parametrize("state", RECTIFYING)
@pytest.mark.parametrize(
    ("grade", "key", "closes"),
    [("passed", (), True), ("passed", (MATTER,), False), ("failed", (), False), ("failed", (MATTER,), False)],
)
def test_an_amendment_closes_a_rectification_without_ground(
    state: str, grade: str, key: tuple[str, ...], closes: bool
) -> None:
    amended = depart(
        world("appraisal", state), record(result=FAILED), extra(grade=grade), facts(key_findings=key)
    )
    assert amended.step("amend").after == ("closed" if closes else state)


@pytest.mark.parametrize(
    ("before", "now", "target"),
    [
        ("good", "failed", "rectification.drafting"),
        ("good", "passed", "closed"),
        ("failed", "failed", "closed"),
        ("failed", "good", "closed"),
    ],
)
def test_an_amendment_starts_a_rectification_of_who_fails_only_now(
    before: str, now: str, target: str
) -> None:
    closed = depart(world("appraisal", "closed"), record(result={"grade": before}), extra(grade=now))
    assert closed.step("amend").after == target


@pytest.mark.parametrize("grade", ["failed", "excellent"])
def test_an_amendment_leaves_an_appraisal_alone_that_has_gone_no_further(grade: str) -> None:
    ratified = depart(world("appraisal", "grading.ratified"), extra(grade=grade))
    assert ratified.step("amend").after == "grading.ratified"


@pytest.mark.parametrize("state", [*BEFORE_PROPOSAL, "grading.proposed", "exempted"])
def test_nothing_is_amended_before_it_is_ratified(state: str) -> None:
    assert depart(world("appraisal", state), extra(grade="good")).codes("amend") == {"wrong_state"}


@pytest.mark.parametrize(("opened", "target"), [(0, "closed"), (1, "ratified")])
def test_an_amended_year_is_open_again_when_an_appraisal_leaves_closed(opened: int, target: str) -> None:
    closed = depart(world("cycle", "closed"), facts(open_appraisals=opened))
    assert closed.step("amend").after == target


def test_amending_a_ratified_year_leaves_it_ratified() -> None:
    ratified = depart(world("cycle", "ratified"), facts(open_appraisals=3))
    assert ratified.step("amend").after == "ratified"
