"""A frozen rulebook corrected: what differs, what that touches of what was written, which dates move for all.

Lines already written keep their points; a correction says which of them rest on a figure that is another now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from workflows import rulebook
from workflows.clocks import Clock
from workflows.deadlines import Term
from workflows.errors import Unmet
from workflows.facts import Record, Standing
from workflows.finding_guards import COMPLAINT
from workflows.rulebook import Rulebook
from workflows.rulebook_build import keyed
from workflows.workdays import Calendar

MOVABLE: Final[Mapping[str, str]] = {
    "plan": "plan.drafting",
    "midyear": "midyear.drafting",
    "yearend": "yearend.drafting",
    "central_review": "central_review.marking",
}
"""The windows whose due date may be moved for all, each with the state in which its clock runs."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure or text of a rulebook that is another in a second one; None where one of them has none."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Touched:
    """A standing line whose item had other points before. Points in hundredths; `line` is the line's id."""

    line: str
    part: str
    item: str
    points: int
    before: int
    after: int


def differences(before: Rulebook, after: Rulebook) -> tuple[Difference, ...]:
    """Everything in which two rulebooks differ, by path."""
    first, second = (dict(_leaves(keyed(book.content()), "")) for book in (before, after))
    paths = sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))
    return tuple(Difference(path, first.get(path), second.get(path)) for path in paths)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key in value:
            yield from _leaves(value[key], f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        yield path, ",".join(map(str, value))
    elif isinstance(value, bool):
        yield path, str(value).lower()
    else:
        yield path, str(value)


_HELD: Final = ("value", "points", "percent")


def with_values(book: Rulebook, values: Mapping[str, str]) -> Rulebook:
    """The rulebook with other values at paths as `differences` writes them, or at a figure's own path.

    Raises KeyError for a path there is none of, ValueError for text where a number stands, RulebookInvalid.
    """
    content: Any = keyed(book.content())
    for path in sorted(values):
        _put(content, path, path, values[path])
    return rulebook.thaw(content)


def _put(table: Any, path: str, whole: str, value: str) -> None:
    """Set what stands at `path` below `table`; keys may hold dots themselves."""
    if not isinstance(table, dict):
        raise KeyError(whole)
    for key in sorted(table, key=len, reverse=True):
        if path == key:
            place, name = (table, key) if not isinstance(table[key], dict) else _figure(table[key], whole)
            place[name] = _like(place[name], value)
            return
        if path.startswith(f"{key}."):
            _put(table[key], path[len(key) + 1 :], whole, value)
            return
    raise KeyError(whole)


def _figure(table: dict[str, Any], whole: str) -> tuple[dict[str, Any], str]:
    """Where a figure named by itself, as `cycle rules show` lists it, has its value."""
    held = [name for name in _HELD if name in table]
    if len(held) != 1:
        raise KeyError(whole)
    return table, held[0]


def _like(known: Any, value: str) -> Any:
    """`value` as the kind of thing that stands there."""
    if isinstance(known, bool):
        return {"true": True, "false": False}[value]
    if isinstance(known, list):
        return value.split(",")
    return int(value) if isinstance(known, int) else value


def points_of(book: Rulebook) -> dict[tuple[str, str], int]:
    """What every item of the ledger is worth, by part and item; deductions negative, as their lines are."""
    found = {("central", each.id): each.points for each in book.indicators}
    found |= {(part, item): points for part, items in book.parts.items() for item, points in items.items()}
    found |= {("deduction", each.id): -each.points for each in book.deductions}
    return found | {("bonus", each.id): each.points for each in book.bonuses}


def touched(before: Rulebook, after: Rulebook, lines: Sequence[Standing]) -> tuple[Touched, ...]:
    """The standing lines whose item is worth something else by the corrected rulebook."""
    first, second = points_of(before), points_of(after)
    return tuple(
        Touched(line.id, line.part, line.item, line.points, first[item], second[item])
        for line in lines
        if (item := (line.part, line.item)) in first and item in second and first[item] != second[item]
    )


def in_use(before: Rulebook, after: Rulebook, used: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Items the corrected rulebook no longer has although they are `used`, as (part, item), sorted by name."""
    lost = points_of(before).keys() - points_of(after).keys()
    return tuple(sorted({item for part, item in used if (part, item) in lost}))


def item_of(kind: str, record: Record) -> tuple[str, str]:
    """The (part, item) of the ledger that a finding, a complaint or a bonus application is decided by."""
    part = "bonus" if kind == "bonus" else "deduction"
    return part, COMPLAINT if kind == "complaint" else str(record.get("item", ""))


def with_due(book: Rulebook, stage: str, due: date) -> Rulebook:
    """The rulebook with another due date of a window. Raises RulebookInvalid where the whole does not hold then."""
    return _with_day(book, stage, f"{due:%m-%d}")


def _with_day(book: Rulebook, stage: str, month_day: str) -> Rulebook:
    content: Any = book.content()
    content["windows"][stage]["due"]["value"] = month_day
    return rulebook.thaw(content)


def unmoved(book: Rulebook, moved: Mapping[str, str]) -> Rulebook:
    """The rulebook as it was before dates were moved for all: `moved` is stage to month and day.

    What was moved for one year does not hold for the next. Raises RulebookInvalid.
    """
    for stage in sorted(moved):
        book = _with_day(book, stage, moved[stage])
    return book


def due_obstacles(book: Rulebook, year: int, stage: str, due: date | None, today: date) -> Iterator[Unmet]:
    """What is in the way of moving a window's due date for all, the rulebook as a whole apart."""
    if stage not in MOVABLE:
        yield Unmet("stage_not_movable", {"window": stage})
        return
    if due is None:
        yield Unmet("due_missing")
        return
    if due <= book.due(stage, year):
        yield Unmet("due_not_later", {"due": book.due(stage, year).isoformat()})
    if due.year != year:
        yield Unmet("due_of_other_year", {"year": year})
    if due < today:
        yield Unmet("due_past", {"today": today.isoformat()})


def moved_clocks(
    state: str, record: Record, stage: str, due: date, *, book: Rulebook, calendar: Calendar
) -> tuple[dict[str, Any], bool]:
    """What an appraisal's `move_dates` is asked with, `{"clocks", "voids"}`; empty where nothing of it moves.

    Moved are the open clocks of the stage's own state that fall due before the new date; true beside it where
    some clock falls due later already and stays (an extension, a late window).
    """
    if state != MOVABLE[stage]:
        return {}, False
    grace = book.grace_days if state.endswith(".drafting") else None
    term = Term(due, 0, grace)
    day = term.due(calendar).isoformat()
    clocks, voids, stays = [], [], False
    for name, kept in sorted(record.get("deadlines", {}).items()):
        if kept["state"] != state or kept["who"] in ("office", "leader"):
            continue
        if kept["due"] >= day:
            stays = True
            continue
        clocks.append(
            Clock(state, kept["who"], term if kept["who"] == "liaison" else replace(term, grace_days=None))
        )
        voids.append(name)
    return ({"clocks": clocks, "voids": voids} if clocks else {}), stays
