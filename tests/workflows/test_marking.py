"""Marks, spreads, ratings and answers: what they change, whose clock ends, what a completed review writes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.test_effects import after, clocks, done
from tests.workflows.worlds import (
    BOOK,
    FIRST,
    LEDGER,
    SHEET,
    World,
    asked,
    at,
    depart,
    extra,
    facts,
    local,
    record,
    world,
)
from workflows import marking
from workflows.corrections import with_values
from workflows.facts import Standing
from workflows.marking import Mark

TEAM = ("r1", "r2", "r3")
ALMOST = {FIRST.id: None}
HELD = record(deadlines={"d1": {"who": "r1"}, "d2": {"who": "r2"}, "d3": {"who": "r3"}})
GIVING = (asked(member="r1"), extra(marks=(Mark(FIRST.id, FIRST.points - 10, " late "),)))


def reviewing(**changes: Any) -> World:
    """A review on a Friday in December, the record changed so."""
    return depart(
        world("appraisal", "central_review.marking"), at(local("2025-12-12T10:00")), record(**changes)
    )


# --- the mean ---


@pytest.mark.parametrize(
    ("given", "mean"),
    [((200, 150, 100), 150), ((200, 200, 199), 200), ((200, 199, 199), 199), ((200, 190, 185), 192)],
)
def test_an_indicators_line_is_the_mean_of_the_members_marks(given: tuple[int, ...], mean: int) -> None:
    sheets = {m: {FIRST.id: {"points": points, "reason": "x"}} for m, points in zip(TEAM, given, strict=True)}
    assert marking.mean(reviewing(marks=sheets).facts.record, BOOK, FIRST.id) == mean


def test_from_five_members_on_the_highest_and_the_lowest_mark_are_left_out() -> None:
    five = [*TEAM, "r4", "r5"]
    sheets = {m: {FIRST.id: {"points": p}} for m, p in zip(five, (0, 100, 110, 120, 200), strict=True)}
    assert marking.mean(reviewing(team=five, marks=sheets).facts.record, BOOK, FIRST.id) == 110


def test_there_is_no_mean_while_a_members_mark_is_missing() -> None:
    assert marking.mean(reviewing(marks={"r2": ALMOST}).facts.record, BOOK, FIRST.id) is None
    assert marking.mean(reviewing(team=None).facts.record, BOOK, FIRST.id) is None


def test_only_lines_that_differ_are_written_when_a_review_is_completed_again() -> None:
    stood = [Standing("i1", "central", FIRST.id, FIRST.points - 5), *LEDGER[1:]]
    found = done(depart(reviewing(), facts(lines=stood)), "complete")
    assert [(line["item"], line["points"], line["reverses"]) for line in found.lines] == [
        (FIRST.id, 5 - FIRST.points, "i1"),
        (FIRST.id, FIRST.points, None),
    ]


def test_a_line_says_every_reason_once_and_no_member() -> None:
    given = (("r1", 10, "late"), ("r2", 20, "late"), ("r3", 0, "all in order"))
    sheets = {m: {FIRST.id: {"points": FIRST.points - lost, "reason": why}} for m, lost, why in given}
    found = done(depart(reviewing(marks=sheets), facts(lines=LEDGER[1:])), "complete")
    assert [(line["item"], line["points"], line["note"]) for line in found.lines] == [
        (FIRST.id, FIRST.points - 10, "late")
    ]


# --- sheets ---


def test_a_mark_keeps_points_and_reason_and_replaces_what_was_said_before() -> None:
    before = {FIRST.id: {"points": 0, "reason": "nothing", "evidence": ["evidence:2025:caizheng:1"]}}
    found = done(depart(reviewing(marks={"r1": before}), *GIVING), "mark")
    kept = {"points": FIRST.points - 10, "reason": "late", "evidence": None}
    assert found.record["marks"] == {"r1": {FIRST.id: kept}}
    assert found.details == {"member": "r1"}
    full = extra(marks=(Mark(FIRST.id, FIRST.points),))
    again = after(depart(reviewing(marks={"r1": before}), *GIVING, full), "mark")
    assert again["marks"]["r1"][FIRST.id] == {"points": FIRST.points}


def test_a_members_clock_ends_with_their_last_mark_and_not_before() -> None:
    mine = record(deadlines={"d1": {"who": "r1"}})
    gap = depart(reviewing(marks={"r1": {FIRST.id: None, "content.1.2": None}, "r2": ALMOST}), mine)
    assert done(depart(gap, *GIVING), "mark").voids == ()
    last = depart(reviewing(marks={"r1": ALMOST, "r2": ALMOST}), mine)
    found = done(depart(last, *GIVING), "mark")
    assert (found.voids, found.deadlines) == (("d1",), ())


def test_once_everybody_is_done_it_is_the_offices_turn() -> None:
    last = depart(reviewing(marks={"r1": ALMOST}), record(deadlines={"d1": {"who": "r1"}}))
    found = done(depart(last, *GIVING), "mark")
    assert found.voids == ("d1",)
    assert clocks(found) == [("office", "2025-12-19", None)]
    changed = depart(reviewing(), record(deadlines={"d9": {"who": "office"}}), *GIVING)
    assert (done(changed, "mark").voids, done(changed, "mark").deadlines) == ((), ())


def test_a_member_assigned_while_marking_gets_a_clock_and_the_office_waits_again() -> None:
    marking_ = depart(
        reviewing(visits={"central_review.marking": 2}), record(deadlines={"d9": {"who": "office"}})
    )
    joined = done(marking_, "assign")
    assert clocks(joined) == [("r4", "2025-12-29", None)]
    assert joined.deadlines[0].visit == 2
    assert joined.record["team"] == [*TEAM, "r4"]
    assert joined.voids == ("d9",)
    back = depart(marking_, record(marks={"r4": SHEET}))
    assert (done(back, "assign").voids, done(back, "assign").deadlines) == ((), ())


def test_a_member_released_loses_the_clock_and_the_last_to_wait_for_ends_the_waiting() -> None:
    open_ = depart(reviewing(marks={"r1": ALMOST, "r2": ALMOST, "r3": ALMOST}), HELD, asked(member="r1"))
    left = done(open_, "release")
    assert (left.voids, left.deadlines) == (("d1",), ())
    assert left.record == {"team": ["r2", "r3"], "deadlines": {"d1": None}}
    only = depart(
        reviewing(marks={"r1": ALMOST}), record(deadlines={"d1": {"who": "r1"}}), asked(member="r1")
    )
    assert clocks(done(only, "release")) == [("office", "2025-12-19", None)]


@pytest.mark.parametrize(
    ("when", "due"), [("2025-12-11T00:00", "2025-12-29"), ("2025-12-26T10:00", "2026-01-05")]
)
def test_each_member_of_the_team_has_a_clock_for_the_marks(when: str, due: str) -> None:
    there = depart(world("appraisal", "yearend.lapsed"), at(local(when)), record(marks=None))
    assert clocks(done(there, "open_central_review")) == [(member, due, None) for member in TEAM]


def test_who_comes_back_from_an_exemption_marks_only_what_is_left() -> None:
    left = record(left="central_review.marking", marks={"r2": ALMOST})
    back = depart(world("appraisal", "exempted"), at(local("2025-12-12T10:00")), left)
    assert clocks(done(back, "reinstate")) == [("r2", "2025-12-29", None)]
    whole = depart(back, record(marks={"r2": SHEET}))
    assert clocks(done(whole, "reinstate")) == [("office", "2025-12-19", None)]


# --- after a reopening ---


@pytest.mark.parametrize(
    ("state", "again"),
    [("central_review.marking", True), ("inspection.open", True), ("grading.pending", False)],
)
def test_marks_left_behind_must_be_confirmed_again(state: str, *, again: bool) -> None:
    there = depart(world("appraisal", state), record(marks={"r3": None, "r9": SHEET}))
    assert after(there, "reopen").get("marks_unconfirmed") == (["r1", "r2"] if again else None)
    none = depart(there, record(marks=None))
    assert "marks_unconfirmed" not in after(none, "reopen")


def test_a_review_reopened_gives_every_member_a_clock_again() -> None:
    reopened = depart(world("appraisal", "inspection.open"), at(local("2025-12-12T10:00")))
    assert clocks(done(reopened, "reopen")) == [(member, "2025-12-29", None) for member in TEAM]


def test_each_member_confirms_their_own_and_the_team_all() -> None:
    again = depart(reviewing(marks_unconfirmed=list(TEAM)), HELD)
    found = done(depart(again, asked(member="r2")), "confirm_marks")
    assert found.record["marks_unconfirmed"] == ["r1", "r3"]
    assert (found.voids, found.deadlines) == (("d2",), ())
    together = done(depart(again, asked(member="")), "confirm_marks")
    assert together.record["marks_unconfirmed"] is None
    assert together.voids == ("d1", "d2", "d3")
    assert clocks(together) == [("office", "2025-12-19", None)]


def test_a_whole_sheet_given_anew_is_confirmed_by_that_and_a_single_mark_is_not() -> None:
    again = depart(reviewing(marks_unconfirmed=["r1"]), HELD)
    assert "marks_unconfirmed" not in done(depart(again, *GIVING), "mark").record
    whole = extra(marks=tuple(Mark(i.id, i.points) for i in BOOK.indicators))
    assert done(depart(again, *GIVING, whole), "mark").record["marks_unconfirmed"] is None


# --- ratings and answers ---


def test_a_level_gives_its_share_of_the_points() -> None:
    for level, points in {"excellent": 100, "good": 80, "fair": 60, "poor": 0}.items():
        given = extra(ratings=({"item": "team", "level": level},))
        found = done(depart(world("appraisal", "plan.drafting", "rate"), given), "rate")
        assert [(line["part"], line["item"], line["points"]) for line in found.lines] == [
            ("leader", "team", points)
        ]
        assert found.details == {"levels": {"team": level}}


@pytest.mark.parametrize(
    ("counts", "points"),
    [
        ({"satisfied": 1}, 300),
        ({"dissatisfied": 5}, 0),
        ({"satisfied": 1, "dissatisfied": 2}, 100),
        ({"satisfied": 50, "fairly": 30, "neutral": 15, "dissatisfied": 6}, 247),
        ({"satisfied": 199, "dissatisfied": 1}, 299),  # 298.5
    ],
)
def test_the_answers_come_to_the_mean_of_their_levels_half_up(counts: dict[str, int], points: int) -> None:
    there = depart(world("appraisal", "plan.drafting", "record_survey"), extra(counts=counts))
    found = done(there, "record_survey")
    assert [(line["part"], line["item"], line["points"]) for line in found.lines] == [
        ("public", "survey", points)
    ]
    levels = dict.fromkeys(("satisfied", "fairly", "neutral", "dissatisfied"), 0) | counts
    assert found.record["survey"] == {"survey": {"counts": levels, "document": "市考评〔2025〕1号"}}


def test_with_a_survey_reversed_its_answers_go() -> None:
    kept = record(survey={"survey": {"counts": {"satisfied": 1}}})
    found = done(depart(world("appraisal", "plan.drafting", "reverse_line"), kept), "reverse_line")
    assert found.record == {"survey": {"survey": None}}


# --- a corrected rulebook ---

LOWERED = with_values(BOOK, {"indicators.content.2.1.points": "3", "indicators.content.2.2.points": "22"})


def corrected(**changes: Any) -> World:
    """A review that runs, under a rulebook that gives one indicator less and another more than before."""
    return depart(reviewing(**changes), facts(rulebook=LOWERED), extra(members=["r1", "r2"]))


def test_only_members_who_marked_what_is_worth_something_else_are_disturbed() -> None:
    rest = {item: mark for item, mark in SHEET.items() if item not in ("content.2.1", "content.2.2")}
    marks = {"r1": SHEET, "r2": {**rest, "content.2.2": {"points": 1}}, "r3": rest, "r9": SHEET}
    there = {"team": [*TEAM], "marks": marks}
    assert marking.disturbed(there, BOOK, LOWERED) == {
        "r1": ["content.2.1", "content.2.2"],
        "r2": ["content.2.2"],
    }
    assert marking.disturbed(there, BOOK, BOOK) == {}
    assert marking.above(there, LOWERED, "r1") == ["content.2.1"]
    assert not marking.is_done(there, LOWERED, "r1")


def test_who_has_to_look_again_gets_a_clock_and_the_office_waits() -> None:
    there = corrected(marks_unconfirmed=["r3"], deadlines={"d2": {"who": "r2"}, "d9": {"who": "office"}})
    found = done(there, "correct_rulebook")
    assert found.record["marks_unconfirmed"] == ["r1", "r2", "r3"]
    assert clocks(found) == [("r1", "2025-12-29", None), ("r3", "2025-12-29", None)]
    assert found.voids == ("d9",)


def test_a_correction_that_disturbs_nobody_leaves_the_clocks_alone() -> None:
    waiting = depart(
        reviewing(marks={"r1": ALMOST}), record(deadlines={"d1": {"who": "r1"}}), extra(members=[])
    )
    found = done(waiting, "correct_rulebook")
    assert (found.record, found.deadlines, found.voids) == ({}, (), ())
