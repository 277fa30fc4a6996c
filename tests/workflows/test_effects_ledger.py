"""What a move writes into the ledger and the record: lines with their signs, the cap, steps, exemptions."""

from typing import Any

import pytest

from tests.workflows.test_effects import after, done
from tests.workflows.worlds import (
    BOOK,
    LEDGER,
    MATTER,
    SUBJECT,
    asked,
    depart,
    extra,
    facts,
    record,
    world,
)
from workflows.effects import Effect
from workflows.facts import Line, Standing
from workflows.ledger import canonical, digest

NATIONAL = tuple(Standing(f"b{n}", "bonus", "score.bonus.national", 300) for n in (1, 2, 3))
RATED = next(line for line in LEDGER if line.part == "public")
CAP = Standing("c1", "cap", "score.bonus.cap", -400)


def points(found: Effect) -> list[tuple[str, str, int]]:
    """Part, item and points of every line written."""
    return [(line["part"], line["item"], line["points"]) for line in found.lines]


# --- lines ---


@pytest.mark.parametrize(
    ("line", "written"),
    [
        (Line("deduction", "score.deduct.5.4"), ("deduction", "score.deduct.5.4", -1000)),
        (Line("deduction", "score.deduct.3", 20), ("deduction", "score.deduct.3", -20)),
        (Line("bonus", "score.bonus.national"), ("bonus", "score.bonus.national", 300)),
    ],
)
def test_a_line_is_written_with_its_sign_and_the_rulebooks_points(
    line: Line, written: tuple[str, str, int]
) -> None:
    there = depart(world("appraisal", "central_review.marking"), facts(lines=()), asked(lines=(line,)))
    assert points(done(there, "record_line")) == [written]


def test_each_line_is_named_by_its_row_and_place_and_keeps_its_note() -> None:
    lines = (Line("deduction", "score.deduct.1", note="visit of 3 May"), Line("deduction", "score.deduct.1"))
    found = done(depart(world("appraisal", "plan.drafting"), asked(lines=lines)), "record_line")
    assert [line["id"] for line in found.lines] == [f"{SUBJECT}#7/1", f"{SUBJECT}#7/2"]
    assert found.lines[0] == {
        "id": f"{SUBJECT}#7/1",
        "part": "deduction",
        "item": "score.deduct.1",
        "points": -100,
        "note": "visit of 3 May",
        "reverses": None,
        "source": None,
    }


@pytest.mark.parametrize("line", [RATED, Standing("r1", "deduction", "score.deduct.1", -100)])
def test_a_wrong_line_is_reversed_by_a_second_one_and_never_changed(line: Standing) -> None:
    found = done(
        depart(world("appraisal", "plan.drafting"), facts(lines=(line,)), asked(line="r1")), "reverse_line"
    )
    assert points(found) == [(line.part, line.item, -line.points)]
    assert [entry["reverses"] for entry in found.lines] == ["r1"]


def test_a_missing_rating_gets_the_points_the_group_gives() -> None:
    found = done(world("appraisal", "grading.pending", "rule_missing"), "rule_missing")
    assert points(found) == [("public", "survey", 250)]


# --- the cap ---


@pytest.mark.parametrize(
    ("bonuses", "cap"),
    [((), []), (NATIONAL[:1], []), (NATIONAL[:2], [-100]), (NATIONAL, [-400])],
)
def test_bonuses_over_the_cap_are_cut_by_one_line_when_the_grades_are_proposed(
    bonuses: tuple[Standing, ...], cap: list[int]
) -> None:
    there = depart(world("appraisal", "grading.pending"), facts(lines=(*LEDGER, *bonuses)))
    found = done(there, "propose")
    assert points(found) == [("cap", "score.bonus.cap", cut) for cut in cap]
    standing = sum(line.points for line in bonuses) + sum(cap)
    assert standing == min(BOOK.bonus_cap, sum(line.points for line in bonuses))


def test_exactly_the_cap_is_not_cut() -> None:
    five = (NATIONAL[0], Standing("b9", "bonus", "score.bonus.region", 200))
    there = depart(world("appraisal", "grading.pending"), facts(lines=(*LEDGER, *five)))
    assert done(there, "propose").lines == ()


def test_withdrawing_a_proposal_takes_the_cut_and_the_result_back() -> None:
    there = depart(world("appraisal", "grading.proposed"), facts(lines=(*LEDGER, *NATIONAL, CAP)))
    found = done(there, "withdraw_proposal")
    assert points(found) == [("cap", "score.bonus.cap", 400)]
    assert [line["reverses"] for line in found.lines] == ["c1"]
    assert "result" not in after(there, "withdraw_proposal")


def test_an_amendment_reverses_writes_and_cuts_anew() -> None:
    there = depart(
        world("appraisal", "grading.ratified"),
        facts(lines=(LEDGER[0], *NATIONAL, CAP)),
        asked(lines=(Line("deduction", "score.deduct.2"),)),
        extra(grade="good", reversals=["b1", "c1"], cap_line=-100),
    )
    found = done(there, "amend")
    assert [(line["part"], line["points"], line["reverses"]) for line in found.lines] == [
        ("bonus", -300, "b1"),
        ("cap", 400, "c1"),
        ("deduction", -100, None),
        ("cap", -100, None),
    ]
    assert len({line["id"] for line in found.lines}) == 4


# --- results ---


@pytest.mark.parametrize(
    ("state", "action"), [("grading.pending", "propose"), ("grading.proposed", "ratify"), ("closed", "amend")]
)
def test_a_result_is_handed_on_whole_and_remembered_by_version_and_grade(state: str, action: str) -> None:
    result: dict[str, Any] = {"version": 2, "grade": "passed", "total": 9000, "rank": 3}
    there = depart(world("appraisal", state), extra(result=result, grade="passed"))
    found = done(there, action)
    assert found.results == (result,)
    assert found.record["result"] == {"version": 2, "grade": "passed"}


def test_the_day_of_ratification_is_remembered_by_the_offices_calendar() -> None:
    assert done(world("appraisal", "grading.proposed"), "ratify").record["ratified_on"] == "2025-06-10"


def test_ratification_freezes_who_was_head() -> None:
    ratified = depart(world("appraisal", "grading.proposed"), extra(head="p-head"))
    assert after(ratified, "ratify")["head"] == "p-head"


# --- steps ---


def test_steps_are_numbered_and_verified_one_by_one() -> None:
    there = depart(world("appraisal", "rectification.underway"), record(steps=None))
    first = done(there, "add_step")
    assert first.record["steps"] == {"1": {"text": digest("words"), "due": "2025-07-04"}}
    assert first.details == {"step": "1"}
    there = depart(there, record(**first.record))
    second = done(there, "add_step")
    assert list(second.record["steps"]) == ["2"]
    there = depart(there, record(**second.record), asked(step="2"))
    there = depart(there, record(**done(there, "verify_step").record))
    assert there.codes("verify") == {"step_unverified"}
    there = depart(there, asked(step="1"))
    there = depart(there, record(**done(there, "verify_step").record))
    assert there.step("verify").after == "closed"


# --- out of the year and back ---


def test_an_exemption_remembers_the_place_left_and_shows_the_seats() -> None:
    seats = {"seats_before": {"failed": 2}, "seats_after": {"failed": 2}}
    there = depart(world("appraisal", "inspection.open"), extra(seats=seats))
    found = done(there, "exempt")
    assert found.record["left"] == "inspection.open"
    assert found.details == seats
    back = depart(world("appraisal", "exempted"), record(**found.record))
    assert back.step("reinstate").after == "inspection.open"
    assert "left" not in after(back, "reinstate")


@pytest.mark.parametrize(
    ("state", "behind"), [("midyear.submitted", "midyear"), ("yearend.lapsed", "yearend")]
)
def test_work_left_behind_by_a_reopening_is_kept_as_a_draft(state: str, behind: str) -> None:
    there = world("appraisal", state)
    assert after(there, "reopen")["forms"][behind]["text"] == "t1"


def test_what_is_carried_over_is_told_with_its_new_year() -> None:
    found = done(world("appraisal", "inspection.open", "carry_over"), "carry_over")
    assert found.details == {"matter": MATTER, "new_year": 2026}


@pytest.mark.parametrize("action", ["record_line", "save_form", "send_back", "exempt"])
def test_everything_a_move_changes_can_be_written_as_json_and_is_the_same_each_time(action: str) -> None:
    state = "plan.submitted" if action == "send_back" else "plan.drafting"
    there = world("appraisal", state, action)
    once, twice = done(there, action), done(there, action)
    assert once == twice
    assert canonical([once.record, list(once.lines), once.details])
