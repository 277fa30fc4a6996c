"""What a reader is not told yet of their own department's year, taken out wherever it stands among other things."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cycle import queries
from cycle.board.look import Look
from cycle.db import Session
from cycle.keys import split_key
from cycle.people import Person, belongs
from cycle.queries import SubjectRow
from cycle.sight import TOLD_FROM, seen, shows
from workflows.errors import NotFound


def untold(look: Look, year: int = 0) -> frozenset[str]:
    """The departments the reader is at home in whose points of a year, of any where none is given, are not published.

    None for auditors.
    """
    if "auditor" in look.reader.roles:
        return frozenset()
    session = look.session
    every = queries.of_year(session, "appraisal", year) if year else queries.of_kind(session, "appraisal")
    return frozenset(
        row.department for row in every if look.reader.at_home(row.department) and not seen(row).published
    )


def untold_matters(look: Look) -> frozenset[str]:
    """The keys of the matters of departments the reader is at home in that nobody there was told of yet."""
    found: list[SubjectRow] = []
    for department in sorted(look.reader.homes):
        for kind in TOLD_FROM:
            found += queries.of_department(look.session, kind, department)
    return frozenset(
        row.key for row in found if not seen(row).told and not shows(look.reader, row.kind, seen(row))
    )


def kept_from(session: Session, who: Person, subject: str, day: date) -> bool:
    """Whether nobody of a department was told of a matter yet, and `who` is at home there on `day`."""
    if subject.partition(":")[0] not in TOLD_FROM:
        return False
    row = queries.subject(session, subject)
    if row is None or seen(row).told:
        return False
    around = queries.subject(session, f"department:{row.department}")
    posts = around.record if around is not None else {}
    return belongs(who, posts, row.department, day, queries.successors(session))


def without(value: Any, hidden: frozenset[str]) -> Any:
    """`value` without whatever in it is about one of the departments `hidden`, at any depth.

    A tie or a ruling goes as a whole: those left in it would tell who is missing.
    """
    if isinstance(value, Mapping):
        return {name: without(below, hidden) for name, below in value.items() if not _about(below, hidden)}
    if isinstance(value, list | tuple):
        return [without(below, hidden) for below in value if not _about(below, hidden)]
    return value


def _about(value: Any, hidden: frozenset[str]) -> bool:
    if not isinstance(value, Mapping):
        return False
    named = {str(value.get("department", "")), _department(value.get("subject")), *map(str, value)}
    members = value.get("departments")
    return not hidden.isdisjoint(named | set(members if isinstance(members, list | tuple) else ()))


def _department(key: Any) -> str:
    try:
        kind, _, department = split_key(key) if isinstance(key, str) else ("", 0, "")
    except NotFound:
        return ""
    return department if kind == "appraisal" else ""
