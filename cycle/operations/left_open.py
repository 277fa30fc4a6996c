"""What stays behind when a department or a person goes: matters undecided, matters without points, duties owned."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from cycle import queries
from cycle.db import Session
from workflows.matters import undecided

DECIDED_ON: Final = ("finding", "complaint", "bonus")
"""Kinds of matter that end with a decision about points."""


def of_year(session: Session, year: int, department: str) -> list[str]:
    """The matters that still wait for their decision in a department's year, by kind and number."""
    return [key for kind in DECIDED_ON for key in queries.undecided(session, kind, year, department)]


def about(session: Session, departments: Collection[str]) -> list[str]:
    """The matters about some departments, of whatever year, that still wait, by kind and key."""
    rows = [row for kind in DECIDED_ON for row in queries.of_kind(session, kind)]
    return [row.key for row in rows if row.department in departments and undecided(row.kind, row.state)]


def without_points(session: Session, year: int, department: str) -> list[str]:
    """What was decided about a department while it was out of a year, by kind and number: it stays without points."""
    rows = [row for kind in DECIDED_ON for row in queries.matters(session, kind, year, department)]
    return [row.key for row in rows if row.record.get("outside")]


def duties_of(session: Session, owner: str) -> list[str]:
    """The open duties of every year that somebody owns, by key."""
    rows = queries.of_kind(session, "duty")
    return [row.key for row in rows if row.state == "open" and row.record.get("owner") == owner]
