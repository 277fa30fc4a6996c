"""What stands in the way of marks, acknowledgements, ratings and the survey, and whether their conditions hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.workflows.broken_facts import Broken, row
from tests.workflows.worlds import (
    APART,
    BOOK,
    FIRST,
    LEDGER,
    SHEET,
    WITHOUT_LEADER,
    Departure,
    asked,
    extra,
    facts,
    record,
)
from workflows.facts import Facts, Line
from workflows.marking import Mark

SECOND = BOOK.indicators[1]
MOST = {indicator.id: indicator.points for indicator in BOOK.indicators}
TEAM = ("r1", "r2", "r3")
INCOMPLETE = record(marks={"r2": {FIRST.id: None, SECOND.id: None}})
ABOVE = record(marks={"r2": {FIRST.id: {"points": FIRST.points + 1}}})
UNCONFIRMED = record(marks_unconfirmed=["r1", "r9"])
SPREAD = record(marks={"r1": APART})
FULL = Mark(FIRST.id, FIRST.points)


def acknowledged(points: int) -> Departure:
    """The spread was acknowledged while the first member gave so many points."""
    kept = [["r1", points], ["r2", FIRST.points], ["r3", FIRST.points]]
    return record(spreads={FIRST.id: {"by": "p-office", "marks": kept}})


def giving(*marks: Mark) -> Departure:
    """Hand in exactly these marks."""
    return extra(marks=marks)


def rating(*ratings: Mapping[str, object]) -> Departure:
    """Hand in exactly these ratings."""
    return extra(ratings=ratings)


def ruling(*lines: Line) -> Departure:
    """Rule on exactly these."""
    return asked(lines=lines)


OWN = asked(role="reviewer", by="r1", member="")

REFUSALS: Mapping[str, tuple[Broken, ...]] = {
    "mark": (
        row("", OWN),
        row("", asked(role="reviewer", by="r1", member="r1")),
        row("mark_of_another", asked(role="reviewer", by="r1", member="r2")),
        row("member_absent", asked(role="reviewer", by="r4", member="")),
        row("member_missing", asked(member="")),
        row("member_absent", asked(member="r4")),
        row("member_recused", asked(member_home="caizheng")),
        row("marks_missing", giving()),
        row("marks_missing member_absent", giving(), asked(member="r4")),
        row("item_unknown", giving(FULL, Mark("content.9.9", 1))),
        row("mark_twice", giving(FULL, FULL)),
        row("points_out_of_range", giving(Mark(FIRST.id, FIRST.points + 1))),
        row("points_out_of_range", giving(Mark(FIRST.id, -1, "x"))),
        row("mark_without_reason", giving(Mark(FIRST.id, FIRST.points - 1, " "))),
        row("", giving(Mark(FIRST.id, 0, "x"))),
        row("", giving(Mark(FIRST.id, FIRST.points, evidence=("evidence:2025:caizheng:1",)))),
        row(
            "evidence_elsewhere", giving(Mark(FIRST.id, FIRST.points, evidence=("evidence:2024:caizheng:1",)))
        ),
        row(
            "item_unknown mark_twice mark_without_reason points_out_of_range",
            giving(FULL, Mark(FIRST.id, 0), Mark(SECOND.id, 9999), Mark("x", 1)),
        ),
    ),
    "acknowledge_spread": (
        row("items_missing", extra(items=())),
        row("spread_not_wide", extra(items=(FIRST.id, SECOND.id))),
        row("spread_not_wide", record(marks={"r1": {FIRST.id: {"points": FIRST.points}}})),
        row("items_missing reason_missing", extra(items=()), asked(reason="")),
    ),
    "confirm_marks": (
        row("", OWN),
        row("", asked(member="")),
        row("indicator_unmarked", INCOMPLETE, asked(member="r2")),
        row("indicator_unmarked", INCOMPLETE, asked(member="")),
        row("", INCOMPLETE),
        row("sheet_missing", record(marks=None)),
        row("member_absent sheet_missing", asked(member="r4")),
        row("marks_above", ABOVE, asked(member="r2")),
        row("marks_above", ABOVE, asked(member="")),
        row("", ABOVE),
        row("mark_of_another", asked(role="reviewer", by="r1", member="r2")),
    ),
    "complete": (
        row("indicator_unmarked", INCOMPLETE),
        row("sheet_missing", record(marks={"r3": None})),
        row("marks_unconfirmed", UNCONFIRMED),
        row("", record(marks_unconfirmed=["r9"])),
        row("marks_above", ABOVE),
        row("marks_above", ABOVE, asked(role="reviewer", by="r1", member="")),
        row("marks_above marks_unconfirmed", ABOVE, UNCONFIRMED),
        row("spread_open", SPREAD),
        row("", SPREAD, acknowledged(0)),
        row("spread_open", SPREAD, acknowledged(1)),
        row("team_empty", record(team=None)),
        row("team_empty", record(team=[]), asked(role="reviewer")),
        row("reason_missing sheet_missing", record(marks=None), asked(reason="")),
        row(
            "indicator_unmarked marks_unconfirmed reason_missing spread_open",
            INCOMPLETE,
            record(marks={"r3": APART}),
            record(marks={"r2": {FIRST.id: {"points": FIRST.points}}}),
            UNCONFIRMED,
            asked(reason=""),
        ),
        row("indicator_unmarked", INCOMPLETE, asked(role="reviewer", reason="")),
    ),
    "rate": (
        row("ratings_missing", rating()),
        row("points_missing", rating({"item": "team"})),
        row("rating_by_both", rating({"item": "team", "points": 1, "level": "good"})),
        row("level_unknown", rating({"item": "team", "level": "satisfied"})),
        row("points_out_of_range", rating({"item": "team", "points": 101})),
        row("item_unknown", rating({"item": "honesty", "level": "good"})),
        row("line_already", rating({"item": "team", "level": "good"}, {"item": "team", "points": 1})),
        row("line_already", facts(lines=LEDGER)),
        row(
            "item_unknown level_unknown points_out_of_range",
            rating(
                {"item": "x", "points": 1}, {"item": "team", "level": "x"}, {"item": "conduct", "points": -1}
            ),
        ),
    ),
    "record_survey": (
        row("item_unknown", extra(item="team")),
        row("line_already", facts(lines=LEDGER)),
        row("survey_unanswered", extra(counts={})),
        row("survey_unanswered", extra(counts={"satisfied": 0, "fairly": 0})),
        row("level_unknown survey_unanswered", extra(counts={"good": 3})),
        row("level_unknown", extra(counts={"good": 3, "satisfied": 1})),
        row("document_missing item_unknown survey_unanswered", extra(item="", counts={}), asked(document="")),
    ),
}


def is_whole(f: Facts, member: str) -> bool:
    """Whether a member has marked every indicator."""
    return set(f.record.get("marks", {}).get(member, {})) >= set(MOST)


def is_done(f: Facts, member: str) -> bool:
    """Whether a member has neither a mark to give nor one to confirm."""
    return is_sound(f, member) and member not in f.record.get("marks_unconfirmed", ())


def is_sound(f: Facts, member: str) -> bool:
    """Whether a member has marked every indicator and none above its points."""
    marks = f.record.get("marks", {}).get(member, {})
    return is_whole(f, member) and all(marks[item]["points"] <= most for item, most in MOST.items())


def of_team(f: Facts) -> bool:
    """Whether the sheet meant is a member's, and their own where they act themselves."""
    whose = f.asked.by if f.asked.role == "reviewer" else f.asked.member
    own = f.asked.role != "reviewer" or f.asked.member in ("", whose)
    return whose in f.record.get("team", ()) and own and f.asked.member_home != f.department


def sheet_fits(f: Facts) -> bool:
    """Whether the marks asked for can stand."""
    marks = f.asked.extra.get("marks", ())
    return (
        bool(marks)
        and len({mark.item for mark in marks}) == len(marks)
        and all(mark.item in MOST and 0 <= mark.points <= MOST[mark.item] for mark in marks)
        and all(mark.reason.strip() or mark.points == MOST[mark.item] for mark in marks)
    )


def confirms(f: Facts) -> bool:
    """Whether one member, or the team as one, has whole sheets to confirm."""
    named = f.asked.role == "reviewer" or bool(f.asked.member)
    if not named:
        return all(is_sound(f, member) for member in f.record.get("team", ()))
    return of_team(f) and is_sound(f, f.asked.by if f.asked.role == "reviewer" else f.asked.member)


def apart(f: Facts) -> set[str]:
    """The indicators whose marks lie more than a fifth of their points apart."""
    found = set()
    for item, most in MOST.items():
        sheets = [f.record.get("marks", {}).get(member, {}) for member in f.record.get("team", ())]
        points = [sheet[item]["points"] for sheet in sheets if item in sheet]
        if points and 5 * (max(points) - min(points)) > most:
            found.add(item)
    return found


def completes(f: Facts) -> bool:
    """Whether the whole team is done and nothing lies apart unseen."""
    team = f.record.get("team", ())
    return (
        bool(team)
        and all(is_done(f, member) for member in team)
        and apart(f) <= set(f.record.get("spreads", ()))
        and (f.asked.role != "office" or bool(f.asked.reason.strip()))
    )


def rates(f: Facts) -> bool:
    """Whether the ratings asked for are new, known and in range."""
    given = f.asked.extra.get("ratings", ())
    there = {line.item for line in f.lines if line.part == "leader"}
    items = [one["item"] for one in given]
    most, levels = BOOK.parts["leader"], ("excellent", "good", "fair", "poor")
    return (
        bool(given)
        and len(set(items)) == len(items)
        and not there & set(items)
        and all(item in most for item in items)
        and all(
            one["level"] in levels if "level" in one else 0 <= one.get("points", -1) <= most[one["item"]]
            for one in given
        )
    )


def surveyed(f: Facts) -> bool:
    """Whether there are answers to an item that has no line yet."""
    item, counts = f.asked.extra.get("item"), f.asked.extra.get("counts", {})
    there = {line.item for line in f.lines if line.part == "public"}
    known = set(counts) <= {"satisfied", "fairly", "neutral", "dissatisfied"}
    return item in {"survey", "grassroots_leaders"} - there and known and sum(counts.values()) > 0


HOLDS: Mapping[str, Callable[[Facts, object], bool]] = {
    "mark": lambda f, _: of_team(f) and sheet_fits(f),
    "acknowledge_spread": lambda f, _: (
        bool(f.asked.extra.get("items")) and set(f.asked.extra["items"]) <= apart(f)
    ),
    "confirm_marks": lambda f, _: confirms(f),
    "complete": lambda f, _: completes(f),
    "rate": lambda f, _: rates(f),
    "record_survey": lambda f, _: surveyed(f),
}

SOME_MARKS: tuple[Departure, ...] = (
    INCOMPLETE,
    SPREAD,
    ABOVE,
    UNCONFIRMED,
    record(marks=None),
    record(marks={"r1": SHEET}),
    giving(),
    giving(Mark(FIRST.id, 0)),
    giving(Mark(FIRST.id, 0, "x")),
)
"""Departures for walks at random."""

SOME_RATINGS: tuple[Departure, ...] = (
    facts(lines=WITHOUT_LEADER),
    rating(),
    rating({"item": "team", "points": 101}),
    rating({"item": "team", "level": "none"}),
    rating({"item": "conduct", "points": 10}),
    extra(counts={}),
    extra(counts={"good": 1}),
    extra(item="team"),
    extra(items=(SECOND.id,)),
)
