"""What a department handed in as evidence for a year, and what it may hand evidence in for. Plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.board import department, matters
from cycle.board.city import cycle_of
from cycle.board.look import Look
from cycle.db import Statement
from cycle.operations.evidence import KIND
from cycle.sight import may_ask
from workflows.evidence_guards import CLOSED, FORMS, TAKING
from workflows.ledger import parsed

Values = dict[str, Any]

MATTERS: Final = ("finding", "complaint", "bonus", "objection")
"""Kinds of matter that evidence is handed in for."""

_REFUSAL: Final = Statement(
    "SELECT body FROM history WHERE subject = :subject AND action = 'refuse' ORDER BY number DESC LIMIT 1"
)


def files(look: Look, year: int, name: str) -> list[Values]:
    """The evidence of a department's year that the reader sees, in order of number. Raises NotFound."""
    if not may_ask(look.reader, KIND):
        return []
    found = [one for one in matters.of_year(look, KIND, year) if one["department"] == name]
    return [_file(look, one) for one in found]


def one(look: Look, year: int, name: str, number: int) -> Values:
    """One piece of evidence with all its versions, the newest first. Raises NotFound."""
    return _file(look, matters.one(look, KIND, year, name, number))


def _file(look: Look, found: Values) -> Values:
    record = found["record"]
    versions = [
        {"version": int(number), **kept, "by_name": look.voice.name(kept["by"])}
        for number, kept in record["versions"].items()
    ]
    versions.sort(key=lambda kept: -kept["version"])
    return {
        **{key: found[key] for key in ("subject", "year", "department", "matter", "number", "state")},
        "state_word": found["state_word"],
        "about": record["about"],
        "note": record.get("note", ""),
        "newest": versions[0],
        "versions": versions,
        "decided": record.get("decided"),
        "reason": _reason(look, found["subject"]) if found["state"] == "refused" else None,
    }


def _reason(look: Look, key: str) -> str | None:
    row = _REFUSAL.run(look.session, subject=key).fetchone()
    return (parsed(row[0])["reason"] or None) if row else None


def by_subject(look: Look, year: int, name: str) -> dict[str, list[Values]]:
    """The evidence that stands, by what it is about."""
    found: dict[str, list[Values]] = {}
    for each in files(look, year, name):
        if each["state"] != "withdrawn":
            found.setdefault(each["about"], []).append(each)
    return found


def subjects(look: Look, year: int, name: str) -> dict[str, list[str]]:
    """What evidence may be handed in for now, by kind: forms begun, indicators, `target.N`, matters not decided.

    Raises NotFound.
    """
    found = department.opened(look, year, name)
    book = gathering.rulebook_of(look.session, cycle_of(look, year))
    forms: Mapping[str, Any] = found.row.record.get("forms", {})
    targets: Mapping[str, Any] = found.row.record.get("targets", {})
    taking = found.row.state not in CLOSED
    return {
        "form": [form for form in FORMS if form in forms and taking],
        "indicator": [indicator.id for indicator in book.indicators if taking],
        "target": [f"target.{number}" for number in sorted(targets, key=int) if taking],
        "matter": list(_matters(look, year, name)),
    }


def _matters(look: Look, year: int, name: str) -> Iterator[str]:
    for kind in MATTERS:
        if may_ask(look.reader, kind):
            for each in matters.of_year(look, kind, year):
                counts = each["counts_in"] == year
                if each["department"] == name and counts and each["state"] in TAKING[kind]:
                    yield each["subject"]


def room(look: Look, year: int, name: str) -> int:
    """How many bytes the department has handed in for the year, every version counted. Raises NotFound."""
    department.opened(look, year, name, KIND)
    rows = queries.matters(look.session, KIND, year, name)
    return sum(kept["size"] for row in rows for kept in row.record["versions"].values())
