"""Who was head in the failed years: frozen at ratification, and as the register has it in the year itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cycle import queries
from cycle.db import Session
from cycle.operations.report.case import Fact, Head, Value
from cycle.operations.report.years import FailedYear
from cycle.people import holder


def head(session: Session, year: FailedYear, day: date) -> Head:
    """Who was head: frozen when the year was ratified; on `day` where it was not ratified here, or not yet."""
    held = year.appraisal.record.get("head") if year.appraisal else None
    if held is None:
        row = queries.subject(session, f"department:{year.department}")
        held = holder(row.record, "head", day) if row else ""
    return Head(year.year, held, _name(session, held))


def first_line(heads: Sequence[Head], tenures: Sequence[Fact]) -> Fact:
    """Whether the years had the same head, by person, not by name."""
    known = {h.person for h in heads if h.person}
    if len(known) > 1:
        return Fact("heads_differ")
    if any(not h.person for h in heads):
        return Fact("heads_unknown")
    return Fact("heads_same_changed" if tenures else "heads_same", {"name": heads[0].name})


def tenures(session: Session, year: FailedYear, frozen: Head) -> Iterator[Fact]:
    """Who held the post in the course of the year; nothing where that was one person, the one frozen."""
    row = queries.subject(session, f"department:{year.department}")
    if row is None:
        return
    first, after = f"{year.year}-01-01", f"{year.year + 1}-01-01"
    held = [
        (entry["person"], max(entry["from"], first), min(entry.get("until") or after, after))
        for entry in row.record.get("posts", ())
        if entry["post"] == "head"
    ]
    held = [(person, start, end) for person, start, end in held if start < end]
    if {person for person, _, _ in held} <= {frozen.person}:
        return
    for person, start, end in sorted(held, key=lambda entry: entry[1:]):
        last = date.fromisoformat(end) - timedelta(days=1)
        data: dict[str, Value] = {"year": year.year, "name": _name(session, person)}
        yield Fact("tenure", {**data, "on": start, "until": last.isoformat()})


def _name(session: Session, person: str) -> str:
    found = queries.subject(session, f"person:{person}") if person else None
    return str(found.record["name"]) if found else ""
