"""The conditions of ledger lines: what may be written, in which amount, and what may be reversed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from workflows.engine import Route
from workflows.errors import Unmet
from workflows.facts import Facts, Line
from workflows.guards import expected_items
from workflows.rulebook import Rulebook


def part_of(facts: Facts) -> str:
    """The one part all lines asked for belong to; empty where they are none or mixed."""
    parts = {line.part for line in facts.asked.lines}
    return parts.pop() if len(parts) == 1 else ""


def for_parts(*parts: str) -> Route:
    """A route: the lines asked for belong to one of these parts."""

    def when(facts: Facts, _now: datetime) -> bool:
        return part_of(facts) in parts

    return when


def within_parts(*parts: str) -> Route:
    """A route: every line asked for belongs to one of these parts, which may be mixed."""

    def when(facts: Facts, _now: datetime) -> bool:
        return {line.part for line in facts.asked.lines} <= set(parts)

    return when


def ceiling(rulebook: Rulebook, line: Line) -> int | None:
    """The most points a line of this item may hold, in hundredths; None for an item the book does not know."""
    if line.part == "central":
        return next((i.points for i in rulebook.indicators if i.id == line.item), None)
    if line.part in rulebook.parts:
        return rulebook.parts[line.part].get(line.item)
    return fixed_points(rulebook, line)


def fixed_points(rulebook: Rulebook, line: Line) -> int | None:
    """The points the rulebook itself sets for a deduction or a bonus, in hundredths, unsigned."""
    points = {
        "deduction": {d.id: d.points for d in rulebook.deductions},
        "bonus": {b.id: b.points for b in rulebook.bonuses},
    }
    return points.get(line.part, {}).get(line.item)


def lines_fit(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    standing = {(line.part, line.item) for line in facts.lines}
    yield from line_faults(facts.rulebook, facts.asked.lines, standing)


def ruling_fits(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The group may rule on the leader's rating and the public's in one decision."""
    if not facts.asked.lines:
        yield Unmet("lines_missing")
    standing = {(line.part, line.item) for line in facts.lines}
    yield from line_faults(facts.rulebook, facts.asked.lines, standing)


def line_faults(
    rulebook: Rulebook, lines: Iterable[Line], standing: Collection[tuple[str, str]]
) -> Iterator[Unmet]:
    """What is wrong with each line asked for beside those that stand, as (part, item)."""
    seen: set[tuple[str, str]] = set()
    single = set(expected_items(rulebook))
    for line in lines:
        key = (line.part, line.item)
        most = ceiling(rulebook, line)
        if most is None:
            yield Unmet("item_unknown", {"part": line.part, "item": line.item})
            continue
        if line.part in ("deduction", "bonus"):
            if line.points not in (None, most):
                yield Unmet("points_fixed", {"item": line.item, "points": most})
        elif line.points is None:
            yield Unmet("points_missing", {"item": line.item})
        elif not 0 <= line.points <= most:
            yield Unmet("points_out_of_range", {"item": line.item, "points": line.points, "most": most})
        if key in single and (key in standing or key in seen):
            yield Unmet("line_already", {"item": line.item})
        seen.add(key)


def going(facts: Facts) -> tuple[str, ...]:
    """The ids of the lines to be reversed: the one asked for, or all of a matter's decision (`extra.reversals`)."""
    return tuple(facts.asked.extra.get("reversals", ())) or (facts.asked.line,)


def line_standing(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    there = {line.id for line in facts.lines}
    for name in going(facts):
        if name not in there:
            yield Unmet("line_unknown", {"line": name})


def line_not_of_marks(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A line that is the mean of marks follows the marks: they are changed, not the line."""
    for line in facts.lines:
        if line.id in going(facts) and line.part == "central":
            yield Unmet("line_of_marks", {"item": line.item})


def line_not_of_matter(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """What a finding, a complaint or an application wrote goes with its decision, not by hand."""
    deciding = facts.asked.extra.get("matters", ())
    for line in facts.lines:
        if line.id in going(facts) and line.source and line.source not in deciding:
            yield Unmet("line_of_matter", {"line": line.id, "matters": line.source})


def part_is_missing(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The group rules only on ratings and survey parts that have no line (`rule_missing`)."""
    have = {(line.part, line.item) for line in facts.lines}
    for line in facts.asked.lines:
        if (line.part, line.item) in have:
            yield Unmet("part_not_missing", {"item": line.item})
