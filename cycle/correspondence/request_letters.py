"""Letters about what departments ask for: bonuses decided, objections filed and decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from cycle.correspondence.moved import Kind, Moved
from cycle.correspondence.writer import Writer
from workflows import words
from workflows.bonus_guards import OUTSTANDING
from workflows.facts import Line
from workflows.ledger_guards import fixed_points
from workflows.objection_guards import ABOUT
from workflows.scoring import show

Fields = dict[str, Any]


def _bonus_decided(_writer: Writer, moved: Moved, lang: str) -> Fields:
    """`decision` is approved, refused or overturned; `points` are those written, empty where none are.

    `outside`: the department had left the year. `had_points`: until now.
    """
    record, book = moved.record, moved.facts.rulebook
    points = fixed_points(book, Line("bonus", record["item"])) or 0
    counted = bool(record.get("counted"))
    return {
        "decision": {"approve": "approved", "refuse": "refused"}.get(moved.action, "overturned"),
        "item": words.names_of(book, lang).get(record["item"], record["item"]),
        "clause": record["item"],
        "award": "" if record["item"] == OUTSTANDING else record["award"],
        "granted_by": record["granted_by"],
        "points": show(points) if counted else "",
        "outside": bool(record.get("outside")),
        "had_points": bool(moved.facts.record.get("line")),
        "document": moved.document,
        "reason": moved.reason,
    }


def _about(moved: Moved, lang: str) -> str:
    """What an objection is about: the grade, the points, or the id of a ledger line within the appraisal."""
    about = str(moved.record["about"])
    if about in ABOUT:
        return words.word("cli", f"objection_{about}", lang)
    return words.phrase("letter", "ledger_line", lang, line=about.partition("#")[2])


def _objection_filed(_writer: Writer, moved: Moved, lang: str) -> Fields:
    until: date = moved.deadlines[0].due
    return {"about": _about(moved, lang), "text": moved.facts.asked.text, "due": until, "matter": moved.key}


def _objection_decided(_writer: Writer, moved: Moved, lang: str) -> Fields:
    return {
        "about": _about(moved, lang),
        "upheld": moved.action == "uphold",
        "reason": moved.reason,
        "document": moved.document,
    }


KINDS: dict[str, Kind] = {
    "bonus_decided": Kind(_bonus_decided),
    "objection_filed": Kind(_objection_filed),
    "objection_decided": Kind(_objection_decided),
}
