"""What is saved in a form beside what somebody typed, part by part: nobody overwrites what they were not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cycle.board import department
from cycle.sight import may_ask
from cycle.web import mending
from cycle.web.entry import Visit
from cycle.web.form_content import numbered, points_shown
from cycle.web.form_page import Place
from workflows import words
from workflows.errors import NotFound
from workflows.forms import MARK, TARGET, Content, plain

Values = dict[str, Any]


def differing(visit: Visit, saved: Content, typed: Content) -> list[Values]:
    """The parts in which two contents differ: `name`, `anchor`, and of each its `saved` and `typed` entries.

    An entry is its name and its words, empty where it is blank; only those that differ are told.
    """
    before, after = plain(saved), plain(typed)
    found = []
    for part in _parts(before, after):
        pairs = _entries(visit.lang, _of(before, part), _of(after, part))
        if pairs:
            found.append(
                {
                    "name": words.form_part(part, visit.lang, visit.look.voice.names),
                    "anchor": mending.part_anchor(part),
                    "saved": [(name, one) for name, one, _ in pairs],
                    "typed": [(name, one) for name, _, one in pairs],
                }
            )
    return found


def last_done(visit: Visit, place: Place, action: str, phase: str) -> Values | None:
    """Who last did `action` on the form, which left it in `phase`, and when.

    None where nobody did, or the reader is not told.
    """
    told = (action, f"{place.form}.{phase}")
    if not may_ask(visit.look.reader, "history_of_appraisal"):
        return None
    try:
        rows = department.history_of(visit.look, place.year, place.department)
    except NotFound:
        return None
    return next((row for row in reversed(rows) if (row["action"], row["after"]) == told), None)


def _parts(before: Content, after: Content) -> Iterator[str]:
    yield "text"
    yield from numbered({**before.get("targets", {}), **after.get("targets", {})})
    marks = {**before.get("marks", {}), **after.get("marks", {})}
    yield from sorted(marks, key=lambda item: [(len(bit), bit) for bit in item.split(".")])


def _of(content: Content, part: str) -> Mapping[str, Any]:
    """The entries of a part by their names; the text has one that needs none."""
    if part == "text":
        return {"": content.get("text", "")}
    found: Mapping[str, Any] = content.get("targets" if part.isdigit() else "marks", {}).get(part, {})
    return found


def _entries(lang: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (_called(name, lang), _worded(name, before.get(name)), _worded(name, after.get(name)))
        for name in ("", *dict.fromkeys((*TARGET, *MARK)))
        if before.get(name, "") != after.get(name, "")
    ]


def _called(name: str, lang: str) -> str:
    if not name:
        return ""
    return words.word("form", "column_text", lang) if name == "text" else words.word("form_entry", name, lang)


def _worded(name: str, value: Any) -> str:
    return points_shown(value) if name == "points" else str(value or "")
