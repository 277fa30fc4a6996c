"""The conditions of marks, ratings and the survey: what may be given, and what completes a central review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from workflows import ledger_guards, marking
from workflows.errors import Unmet
from workflows.facts import Facts, Line
from workflows.marking import Mark
from workflows.scoring import half_up, survey_points


def member_marks(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A sheet is a member's of this team; in their own name nobody hands in another's."""
    asked = facts.asked
    if asked.role == "reviewer" and asked.member not in ("", asked.by):
        yield Unmet("mark_of_another", {"member": asked.member})
    elif not marking.marker(facts):
        yield Unmet("member_missing")
    elif marking.marker(facts) not in marking.team(facts.record):
        yield Unmet("member_absent", {"member": marking.marker(facts)})
    if asked.member_home == facts.department:
        yield Unmet("member_recused", {"member": asked.member})


def marks_fit(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    marks: Sequence[Mark] = facts.asked.extra.get("marks", ())
    if not marks:
        yield Unmet("marks_missing")
    most = {indicator.id: indicator.points for indicator in facts.rulebook.indicators}
    seen: set[str] = set()
    bare: list[str] = []
    for mark in marks:
        if mark.item not in most:
            yield Unmet("item_unknown", {"part": "central", "item": mark.item})
            continue
        if mark.item in seen:
            yield Unmet("mark_twice", {"item": mark.item})
        seen.add(mark.item)
        if not 0 <= mark.points <= most[mark.item]:
            yield _out_of_range(mark.item, mark.points, most[mark.item])
        elif mark.points < most[mark.item] and not mark.reason.strip():
            bare.append(mark.item)
        yield from _evidence_elsewhere(facts, mark)
    if bare:
        yield Unmet("mark_without_reason", {"items": ",".join(bare)})


def _evidence_elsewhere(facts: Facts, mark: Mark) -> Iterator[Unmet]:
    own = f"evidence:{facts.year}:{facts.department}:"
    foreign = [key for key in mark.evidence if not key.startswith(own)]
    if foreign:
        yield Unmet("evidence_elsewhere", {"item": mark.item, "matters": ",".join(foreign)})


def _out_of_range(item: str, points: int, most: int) -> Unmet:
    return Unmet("points_out_of_range", {"item": item, "points": points, "most": most})


def every_sheet_whole(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Every member assigned has marked every indicator; each who has not is named with what is missing."""
    for member in marking.team(facts.record):
        yield from sheet_gaps(facts, member)


def sheet_gaps(facts: Facts, member: str) -> Iterator[Unmet]:
    """What is missing from one member's sheet."""
    missing = marking.unmarked(facts.record, facts.rulebook, member)
    if len(missing) == len(facts.rulebook.indicators):
        yield Unmet("sheet_missing", {"member": member})
    elif missing:
        yield Unmet(
            "indicator_unmarked", {"member": member, "count": len(missing), "items": ",".join(missing)}
        )


def every_mark_within(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """No mark above what its indicator is worth: a corrected rulebook may have lowered that since."""
    for member in marking.team(facts.record):
        yield from _marks_above(facts, member)


def own_marks_within(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """None of the marks to be confirmed is above what its indicator is worth by now."""
    who = marking.marker(facts)
    for member in [who] if who else marking.team(facts.record):
        yield from _marks_above(facts, member)


def _marks_above(facts: Facts, member: str) -> Iterator[Unmet]:
    items = marking.above(facts.record, facts.rulebook, member)
    if items:
        yield Unmet("marks_above", {"member": member, "items": ",".join(items)})


def marks_outstanding(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Only those are chased who have something left to mark."""
    members = marking.team(facts.record)
    if all(marking.is_done(facts.record, facts.rulebook, member) for member in members):
        yield Unmet("nobody_to_chase")


def own_sheet_whole(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The sheet to be confirmed is whole; where the team confirms together, every sheet is."""
    who = marking.marker(facts)
    for member in [who] if who else marking.team(facts.record):
        yield from sheet_gaps(facts, member)


def confirming_member(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """Somebody of the team; the office may write down that all of it has confirmed."""
    if facts.asked.role == "reviewer" or facts.asked.member:
        yield from member_marks(facts, now)


def marks_confirmed(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    again = marking.unconfirmed(facts.record)
    if again:
        yield Unmet("marks_unconfirmed", {"members": ",".join(again)})


def spreads_acknowledged(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    items = marking.open_spreads(facts.record, facts.rulebook)
    if items:
        yield Unmet("spread_open", {"items": ",".join(items), "percent": facts.rulebook.spread_percent})


def spreads_wide(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Only a spread that is wide is acknowledged; an item that has none is a mistake."""
    items: Sequence[str] = facts.asked.extra.get("items", ())
    if not items:
        yield Unmet("items_missing")
    wide = marking.wide_spreads(facts.record, facts.rulebook)
    narrow = list(dict.fromkeys(item for item in items if item not in wide))
    if narrow:
        yield Unmet("spread_not_wide", {"items": ",".join(narrow)})


def rated_lines(facts: Facts) -> tuple[Line, ...]:
    """The ratings asked for as ledger lines; a level the rulebook knows stands for its share of the points."""
    ratings: Sequence[Mapping[str, Any]] = facts.asked.extra.get("ratings", ())
    most = facts.rulebook.parts["leader"]
    shares = facts.rulebook.levels["leader"]
    lines = []
    for rating in ratings:
        item, level, points = rating["item"], rating.get("level") or "", rating.get("points")
        if points is None and level in shares and item in most:
            points = half_up(most[item] * shares[level], 100)
        lines.append(Line("leader", item, points, rating.get("note", "")))
    return tuple(lines)


def ratings_fit(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Each respect by points or by level, never by both."""
    ratings: Sequence[Mapping[str, Any]] = facts.asked.extra.get("ratings", ())
    if not ratings:
        yield Unmet("ratings_missing")
    shares = facts.rulebook.levels["leader"]
    lines = []
    for rating, line in zip(ratings, rated_lines(facts), strict=True):
        level = rating.get("level")
        if level is not None and rating.get("points") is not None:
            yield Unmet("rating_by_both", {"item": line.item})
        elif level is not None and level not in shares:
            yield Unmet("level_unknown", {"level": level, "known": " | ".join(shares)})
        else:
            lines.append(line)
    yield from ledger_guards.line_faults(facts.rulebook, lines, _standing(facts))


def survey_fits(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Answers by level for one part of the public rating; without any answer there is nothing to reckon."""
    item, counts = facts.asked.extra.get("item", ""), _counts(facts)
    shares = facts.rulebook.levels["public"]
    if item not in facts.rulebook.parts["public"]:
        yield Unmet("item_unknown", {"part": "public", "item": item})
    elif ("public", item) in _standing(facts):
        yield Unmet("line_already", {"item": item})
    for level in counts:
        if level not in shares:
            yield Unmet("level_unknown", {"level": level, "known": " | ".join(shares)})
    if sum(counts.get(level, 0) for level in shares) < 1:
        yield Unmet("survey_unanswered", {"item": item})


def survey_line(facts: Facts) -> Line:
    """The line the answers come to."""
    item, book = facts.asked.extra["item"], facts.rulebook
    points = survey_points(_counts(facts), book.levels["public"], book.parts["public"][item])
    return Line("public", item, points)


def _counts(facts: Facts) -> Mapping[str, int]:
    counts: Mapping[str, int] = facts.asked.extra.get("counts", {})
    return counts


def _standing(facts: Facts) -> set[tuple[str, str]]:
    return {(line.part, line.item) for line in facts.lines}
