"""What stands in a form: its text, the year's targets, the self-marks (method.self, content.2.1).

A content is one JSON value `{"text": str, "targets": {"1": {text, measure, owner, due, evidence}}, "marks":
{item: {"points": hundredths, "account": str}}}` of which each form has its own entries. *Faults* make it unfit to
be kept at all; *gaps* only keep it from being handed in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from workflows.errors import Unmet
from workflows.facts import Asked
from workflows.ledger import canonical
from workflows.rulebook import Rulebook

Content = Mapping[str, Any]

ENTRIES: Final[Mapping[str, tuple[str, ...]]] = {
    "plan": ("text", "targets"),
    "midyear": ("text", "marks"),
    "yearend": ("text", "marks"),
    "rectification": ("text",),
}
"""Each form's own entries."""

TARGET: Final = ("text", "measure", "owner", "due", "evidence")
"""What makes a target whole."""

MARK: Final = ("points", "account")
WITH_TEXT: Final = frozenset({"plan", "yearend", "rectification"})
"""Forms that are nothing without their text; the half-year's may be left out."""

MOST_TARGETS: Final = 99
_NUMBER: Final = re.compile("[1-9][0-9]?", re.ASCII)
MOST_LETTERS: Final = 200_000
"""The longest content that is kept, counted as it is written down."""


def asked_content(asked: Asked) -> Content:
    """The content asked for: `extra.content`, its text by itself or beside it."""
    content: Content = asked.extra.get("content", {})
    return {**content, "text": asked.text} if asked.text else content


def plain(content: Content) -> dict[str, Any]:
    """A faultless content without what was left blank: the one way it is kept."""
    kept: dict[str, Any] = {}
    if str(content.get("text", "")).strip():
        kept["text"] = content["text"]
    for name in ("targets", "marks"):
        entries = {key: _filled(entry) for key, entry in content.get(name, {}).items()}
        if found := {key: entry for key, entry in entries.items() if entry}:
            kept[name] = found
    return kept


def written(content: Content) -> str:
    """A content as the text that is kept by its digest."""
    return canonical(plain(content))


def read(body: str) -> dict[str, Any]:
    """The content of a kept text; one that is no content is the text alone."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"text": body}


def length(content: Content) -> int:
    """How many characters a content takes as JSON. Raises ValueError or TypeError where it is none."""
    return len(canonical(dict(content)))


def faults(form: str, content: Content, book: Rulebook) -> Iterator[Unmet]:
    """Everything because of which `content` cannot be kept as this form, each naming its place."""
    if length(content) > MOST_LETTERS:
        yield Unmet("form_too_long", {"form": form, "most": MOST_LETTERS})
        return
    for name in sorted(content.keys() - ENTRIES[form]):
        yield Unmet("form_entry_unknown", {"form": form, "name": name})
    look = {"targets": _target_faults, "marks": _mark_faults}
    for name in ENTRIES[form]:
        if name in look and isinstance(content.get(name, {}), Mapping):
            yield from look[name](form, content.get(name, {}), book)
        elif name in look or not isinstance(content.get(name, ""), str):
            yield Unmet("form_entry_malformed", {"form": form, "entry": name})


def gaps(form: str, content: Content, book: Rulebook, year: int) -> list[str]:
    """The places still to be filled before this form can be handed in, as `told` tells them."""
    found = ["text"] if form in WITH_TEXT and not content.get("text") else []
    if form == "plan":
        targets = content.get("targets", {})
        found += [] if targets else ["targets"]
        for number in in_order(targets):
            found += [f"targets.{number}.{name}" for name in TARGET if name not in targets[number]]
            if "due" in targets[number] and date.fromisoformat(targets[number]["due"]).year != year:
                found.append(f"targets.{number}.year")
    elif "marks" in ENTRIES[form]:
        marks = content.get("marks", {})
        items = [(indicator.id, marks.get(indicator.id, {})) for indicator in book.indicators]
        found += [f"marks.{item}.{name}" for item, mark in items for name in MARK if name not in mark]
    return found


def told(form: str, year: int, places: Iterable[str]) -> Iterator[Unmet]:
    """The gaps of a form, one refusal for each kind of thing that is missing."""
    incomplete: dict[str, list[str]] = {}
    unmarked: dict[str, list[str]] = {name: [] for name in MARK}
    for place in places:
        entry, _, below = place.partition(".")
        at, _, name = below.rpartition(".")
        if not below:
            yield Unmet("form_entry_missing", {"form": form, "entry": entry})
        elif entry == "marks":
            unmarked[name].append(at)
        elif name == "year":
            yield Unmet("target_outside_year", {"target": at, "year": year})
        else:
            incomplete.setdefault(at, []).append(name)
    for at, names in incomplete.items():
        yield Unmet("target_incomplete", {"target": at, "entries": ",".join(names)})
    if items := unmarked["points"]:
        yield Unmet("self_mark_missing", {"count": len(items), "items": ",".join(items)})
    if items := unmarked["account"]:
        yield Unmet("account_missing", {"count": len(items), "items": ",".join(items)})


def due_dates(content: Content) -> dict[str, str]:
    """The number of each target with its due date, empty where it has none yet."""
    return {number: target.get("due", "") for number, target in content.get("targets", {}).items()}


def parts(form: str, targets: Iterable[str], book: Rulebook) -> frozenset[str]:
    """What of a form can be returned by itself: its text, each target by number, each indicator by clause."""
    items = [i.id for i in book.indicators] if "marks" in ENTRIES[form] else []
    return frozenset(("text", *(targets if form == "plan" else ()), *items))


def returned_in_order(returned: Mapping[str, str]) -> list[tuple[str, str]]:
    """The parts returned by themselves with their reasons: targets as they count, the text, clauses."""
    return sorted(returned.items(), key=lambda one: (len(one[0]), one[0]))


def differ(before: Content, after: Content, name: str) -> bool:
    """Whether two contents differ in one of `parts`; `after` may have faults."""
    return bool(_part_of(before, name) != _part_of(after, name))


def _part_of(content: Content, name: str) -> Any:
    if name == "text":
        return content.get("text")
    entries = (content.get("targets"), content.get("marks"))
    return next((found[name] for found in entries if isinstance(found, Mapping) and name in found), None)


def in_order(numbers: Iterable[str]) -> list[str]:
    """The numbers of targets as they count."""
    return sorted(numbers, key=int)


def _filled(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in entry.items()
        if value is not None and (not isinstance(value, str) or value.strip())
    }


def _target_faults(form: str, targets: Mapping[str, Any], _book: Rulebook) -> Iterator[Unmet]:
    for number, target in targets.items():
        if not _NUMBER.fullmatch(number):
            yield Unmet("target_number_unknown", {"target": number, "most": MOST_TARGETS})
        elif not isinstance(target, Mapping):
            yield Unmet("target_malformed", {"target": number, "entry": "targets"})
        else:
            for name in sorted(target.keys() - TARGET):
                yield Unmet("form_entry_unknown", {"form": form, "name": f"{number}.{name}"})
            for name in TARGET:
                if not _is_sound(name, target.get(name)):
                    yield Unmet("target_malformed", {"target": number, "entry": name})


def _is_sound(name: str, value: Any) -> bool:
    if value is not None and not isinstance(value, str):
        return False
    return name != "due" or not (value or "").strip() or _is_day(str(value))


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _mark_faults(form: str, marks: Mapping[str, Any], book: Rulebook) -> Iterator[Unmet]:
    most = {indicator.id: indicator.points for indicator in book.indicators}
    for item, mark in marks.items():
        if item not in most:
            yield Unmet("item_unknown", {"part": "central", "item": item})
        elif not isinstance(mark, Mapping):
            yield Unmet("self_mark_malformed", {"item": item, "entry": "marks"})
        else:
            for name in sorted(mark.keys() - MARK):
                yield Unmet("form_entry_unknown", {"form": form, "name": f"{item}.{name}"})
            if not isinstance(mark.get("account", ""), str | None):
                yield Unmet("self_mark_malformed", {"item": item, "entry": "account"})
            points = mark.get("points")
            if points is not None and (not isinstance(points, int) or isinstance(points, bool)):
                yield Unmet("self_mark_malformed", {"item": item, "entry": "points"})
            elif points is not None and not 0 <= points <= most[item]:
                yield Unmet("points_out_of_range", {"item": item, "points": points, "most": most[item]})
