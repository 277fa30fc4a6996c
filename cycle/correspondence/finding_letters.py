"""Letters about findings and complaints. Who complained is in none of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from cycle.correspondence.moved import Entry, Kind, Moved
from cycle.correspondence.writer import Writer
from workflows import words

Fields = dict[str, Any]

_DECIDED = {
    "confirm": "confirmed",
    "return": "returned",
    "drop": "dropped",
    "overturn": "overturned",
    "publish": "published",
}
_DECISIONS = {"substantiate": "substantiated", "dismiss": "dismissed", "overturn": "overturned"}


def number_of(key: str) -> str:
    """Which of its kind in the department's year a matter is."""
    return key.rpartition(":")[2]


def _finding(moved: Moved, lang: str) -> Fields:
    record = moved.record
    return {
        "number": number_of(moved.key),
        "item": words.names_of(moved.facts.rulebook, lang)[record["item"]],
        "clause": record["item"],
        "on": date.fromisoformat(record["on"]),
        "found": record["text"],
    }


def _notified(_writer: Writer, moved: Moved, lang: str) -> Fields:
    return {
        **_finding(moved, lang),
        "source": words.word("finding.source", moved.record["source"], lang),
        "severity": words.word("finding.severity", moved.record["severity"], lang),
        "document": moved.record.get("document") or "",
        "due": moved.own.due if moved.own else None,
    }


def _decided(_writer: Writer, moved: Moved, lang: str) -> Fields:
    """`due` where something is to be put right; `document` where the finding is circulated; `had_points` before."""
    return {
        **_finding(moved, lang),
        "what": _DECIDED[moved.action],
        "reason": moved.reason,
        "document": moved.document,
        "due": moved.own.due if moved.own else None,
        "had_points": _had_points(moved),
    }


def _had_points(moved: Moved) -> bool:
    """Whether points were deducted by it until now."""
    return bool(moved.facts.record.get("line"))


def _not_told_by_its_line(moved: Moved) -> bool:
    """What is decided with points is told by the letter about the deduction."""
    return moved.action not in ("confirm", "substantiate") or bool(moved.record.get("outside"))


def _finding_told(_writer: Writer, moved: Moved) -> bool:
    """Nobody hears of a finding dropped before anybody was told of it."""
    return moved.before != "recorded" and _not_told_by_its_line(moved)


def _complaint_told(_writer: Writer, moved: Moved) -> bool:
    return _not_told_by_its_line(moved)


def _complaint(moved: Moved) -> Fields:
    record = moved.record
    return {
        "number": number_of(moved.key),
        "on": date.fromisoformat(record["on"]),
        "complaint": record["text"],
    }


def _asked_to_state(_writer: Writer, moved: Moved, _lang: str) -> Fields:
    return {**_complaint(moved), "due": moved.own.due if moved.own else None}


def _complaint_decided(_writer: Writer, moved: Moved, _lang: str) -> Fields:
    return {
        **_complaint(moved),
        "what": _DECISIONS[moved.action],
        "reason": moved.reason,
        "had_points": _had_points(moved),
    }


def _entry(moved: Moved) -> Entry | None:
    return Entry(moved.own.state, moved.own.due) if moved.own else None


def _pressing(moved: Moved) -> str:
    return "yellow" if moved.own else ""


KINDS: dict[str, Kind] = {
    "finding_notified": Kind(_notified, _pressing, _entry),
    "finding_decided": Kind(_decided, _pressing, _entry, _finding_told),
    "complaint_told": Kind(_asked_to_state, _pressing, _entry),
    "complaint_decided": Kind(_complaint_decided, worth_saying=_complaint_told),
}
