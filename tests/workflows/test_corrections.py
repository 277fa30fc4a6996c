"""A rulebook corrected: what differs, what it touches, what it may not lose, and dates moved for all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.workflows.test_workdays import CALENDAR
from tests.workflows.worlds import BOOK, LEDGER
from workflows.corrections import (
    MOVABLE,
    Difference,
    Touched,
    differences,
    due_obstacles,
    in_use,
    item_of,
    moved_clocks,
    points_of,
    touched,
    unmoved,
    with_due,
    with_values,
)
from workflows.deadlines import Term
from workflows.facts import Standing
from workflows.rulebook import RulebookInvalid, thaw

DEDUCTION = Standing("d1", "deduction", "score.deduct.5.1", -300)


def test_a_rulebook_does_not_differ_from_itself() -> None:
    assert differences(BOOK, thaw(BOOK.content())) == ()


def test_every_difference_is_named_by_its_path() -> None:
    other = with_values(
        BOOK,
        {
            "deductions.score.deduct.5.1.points": "3.5",
            "windows.midyear.opens.value": "07-02",
            "deadlines.team_size.value": "5",
        },
    )
    assert differences(BOOK, other) == (
        Difference("deadlines.team_size.value", "3", "5"),
        Difference("deductions.score.deduct.5.1.points", "3", "3.5"),
        Difference("windows.midyear.opens.value", "07-01", "07-02"),
    )
    assert differences(other, BOOK)[2] == Difference("windows.midyear.opens.value", "07-02", "07-01")


def without(item: str) -> Any:
    """The shipped rulebook without one ground for a deduction."""
    content: Any = BOOK.content()
    content["deductions"] = [row for row in content["deductions"] if row["id"] != item]
    return thaw(content)


def test_a_row_that_is_gone_differs_in_each_of_its_values() -> None:
    found = differences(BOOK, without("score.deduct.5.1"))
    assert {each.path.rpartition(".")[0] for each in found} >= {"deductions.score.deduct.5.1"}
    assert {each.after for each in found} == {None}


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("windows.none.due.value", "01-01", KeyError),
        ("windows.plan", "01-01", KeyError),
        ("windows.plan.due", "01-01", RulebookInvalid),
        ("windows", "01-01", KeyError),
        ("bonuses.score.bonus.national.points.more", "1", KeyError),
        ("deadlines.grace_days.value", "many", ValueError),
        ("quota.excellent.percent", "99", RulebookInvalid),
    ],
)
def test_a_value_that_does_not_fit_is_refused(path: str, value: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        with_values(BOOK, {path: value})


def test_every_figure_is_set_by_the_path_under_which_it_is_shown() -> None:
    assert len(BOOK.figures) > 100
    for figure in BOOK.figures:
        assert with_values(BOOK, {figure.path: figure.value}).digest == BOOK.digest, figure.path
    other = with_values(BOOK, {"deadlines.answer_days": "7"})
    assert differences(BOOK, other) == (Difference("deadlines.answer_days.value", "5", "7"),)


def test_every_item_of_the_ledger_has_its_points() -> None:
    found = points_of(BOOK)
    assert found["central", BOOK.indicators[0].id] == BOOK.indicators[0].points
    assert (found["public", "survey"], found["deduction", "score.deduct.5.1"]) == (300, -300)
    assert {(line.part, line.item) for line in LEDGER} <= found.keys()


def test_lines_whose_item_is_worth_something_else_are_touched_and_no_others() -> None:
    other = with_values(BOOK, {"deductions.score.deduct.5.1.points": "3.5"})
    assert touched(BOOK, other, (*LEDGER, DEDUCTION)) == (
        Touched("d1", "deduction", "score.deduct.5.1", -300, -300, -350),
    )
    assert touched(BOOK, BOOK, (*LEDGER, DEDUCTION)) == ()
    capped = Standing("c1", "cap", "bonus", -50)
    assert touched(BOOK, other, (capped,)) == ()


def test_an_item_with_standing_lines_cannot_go() -> None:
    other = without("score.deduct.5.1")
    used = [(line.part, line.item) for line in LEDGER]
    gone = ("deduction", "score.deduct.5.1")
    assert in_use(BOOK, other, [*used, gone, gone]) == ("score.deduct.5.1",)
    assert in_use(BOOK, other, [*used, ("bonus", "score.deduct.5.1")]) == ()


def test_what_a_matter_is_decided_by_is_an_item_of_the_ledger() -> None:
    assert item_of("finding", {"item": "score.deduct.3"}) == ("deduction", "score.deduct.3")
    assert item_of("complaint", {}) in points_of(BOOK)
    assert item_of("bonus", {"item": "score.bonus.region"}) in points_of(BOOK)


def test_a_moved_due_date_is_checked_with_the_rulebook_as_a_whole() -> None:
    moved = with_due(BOOK, "plan", date(2025, 3, 14))
    assert moved.due("plan", 2025) == date(2025, 3, 14)
    assert moved.opens("plan", 2025) == BOOK.opens("plan", 2025)
    with pytest.raises(RulebookInvalid) as invalid:  # its grace would run into central review
        with_due(BOOK, "yearend", date(2025, 12, 8))
    assert [fault.code for fault in invalid.value.faults] == ["grace_overlaps"]


def test_dates_moved_for_one_year_do_not_hold_for_the_next() -> None:
    moved = with_due(with_due(BOOK, "plan", date(2025, 3, 14)), "midyear", date(2025, 7, 25))
    assert unmoved(moved, {"plan": "02-28", "midyear": "07-20"}) == BOOK
    assert unmoved(moved, {}) == moved


@pytest.mark.parametrize(
    ("stage", "due", "today", "codes"),
    [
        ("plan", date(2025, 3, 14), date(2025, 3, 1), []),
        ("central_review", date(2025, 12, 30), date(2025, 12, 30), []),
        ("rectification", date(2025, 3, 14), date(2025, 3, 1), ["stage_not_movable"]),
        ("no such", None, date(2025, 3, 1), ["stage_not_movable"]),
        ("plan", None, date(2025, 3, 1), ["due_missing"]),
        ("plan", date(2025, 2, 28), date(2025, 2, 1), ["due_not_later"]),
        ("plan", date(2026, 3, 14), date(2025, 3, 1), ["due_of_other_year"]),
        ("plan", date(2025, 3, 14), date(2025, 3, 15), ["due_past"]),
        ("plan", date(2024, 3, 14), date(2025, 3, 1), ["due_not_later", "due_of_other_year", "due_past"]),
    ],
)
def test_what_is_in_the_way_of_a_date_for_all(
    stage: str, due: date | None, today: date, codes: list[str]
) -> None:
    assert [unmet.code for unmet in due_obstacles(BOOK, 2025, stage, due, today)] == codes


def kept(state: str, who: str, due: str) -> dict[str, Any]:
    """An open deadline as a record has it."""
    return {"state": state, "who": who, "due": due, "day": due, "workdays": 0, "provisional": False}


def moved(state: str, stage: str, **deadlines: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """What of these deadlines moves to 14 March 2025."""
    record = {"deadlines": deadlines}
    return moved_clocks(state, record, stage, date(2025, 3, 14), book=BOOK, calendar=CALENDAR)


def test_the_departments_clock_moves_with_its_grace() -> None:
    wish, stays = moved("plan.drafting", "plan", a=kept("plan.drafting", "liaison", "2025-02-28"))
    (clock,) = wish["clocks"]
    assert (wish["voids"], clock.who, clock.term, stays) == (
        ["a"],
        "liaison",
        Term(date(2025, 3, 14), 0, BOOK.grace_days),
        False,
    )


@pytest.mark.parametrize("due", ["2025-03-14", "2025-03-20"])
def test_who_has_a_later_date_keeps_it(due: str) -> None:
    assert moved("plan.drafting", "plan", a=kept("plan.drafting", "liaison", due)) == ({}, True)


def test_the_offices_clock_for_an_extension_asked_for_stays() -> None:
    office = kept("plan.drafting", "office", "2025-03-03")
    wish, _ = moved("plan.drafting", "plan", a=kept("plan.drafting", "liaison", "2025-02-28"), b=office)
    assert wish["voids"] == ["a"]


def test_each_reviewers_clock_moves_without_grace() -> None:
    state = "central_review.marking"
    wish, stays = moved(
        state,
        "central_review",
        a=kept(state, "r1", "2025-03-10"),
        b=kept(state, "r2", "2025-03-20"),
        c=kept(state, "r3", "2025-03-10"),
    )
    assert [(clock.who, clock.term.grace_days) for clock in wish["clocks"]] == [("r1", None), ("r3", None)]
    assert (wish["voids"], stays) == (["a", "c"], True)


@pytest.mark.parametrize(
    "state", ["plan.submitted", "plan.lapsed", "midyear.drafting", "central_review.marking"]
)
def test_who_does_not_stand_in_the_stage_is_left_alone(state: str) -> None:
    assert moved(state, "plan", a=kept(state, "liaison", "2025-02-28")) == ({}, False)
    assert "rectification" not in MOVABLE
