"""What a new year takes over from an earlier one: its rulebook; and who and what is another since it opened."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session
from cycle.people import holder, name_on
from cycle.queries import SubjectRow
from workflows import corrections
from workflows.errors import NotFound, Refused, Unmet
from workflows.registry_guards import POSTS
from workflows.rulebook import Rulebook, RulebookInvalid


@dataclass(frozen=True, slots=True)
class Since:
    """One thing that is another than when an earlier year opened.

    `code`: joined, left, merged (into `now`), renamed, post_changed, post_vacant; `before` and `now` are
    names, or people and departments by id, empty where there is none; `on` is the ISO date it holds from.
    """

    code: str
    department: str
    post: str = ""
    before: str = ""
    now: str = ""
    on: str = ""


def rulebook_after(session: Session, year: int) -> Rulebook:
    """The rulebook of a year as corrected, for the next one: dates moved for all stand as they did before.

    Raises NotFound where the year has none here; Refused where it does not hold as a whole without the moves.
    """
    cycle = queries.subject(session, f"cycle:{year}")
    if cycle is None or "rulebook" not in cycle.record:
        raise NotFound(f"cycle:{year}")
    book = gathering.rulebook_of(session, cycle)
    try:
        return corrections.unmoved(book, cycle.record.get("moved", {}))
    except RulebookInvalid as invalid:
        paths = ",".join(fault.path for fault in invalid.faults)
        raise Refused(Unmet("rulebook_invalid", {"figures": paths})) from invalid


def earlier(session: Session, cycle: SubjectRow) -> SubjectRow | None:
    """The year a cycle is prepared from, else the one before it; None where that one was never opened here."""
    year = int(cycle.record.get("from", cycle.year - 1))
    found = queries.subject(session, f"cycle:{year}")
    return found if found is not None and "roster" in found.record else None


def changes_since(session: Session, before: SubjectRow, today: date) -> list[Since]:
    """What is another `today` than when the year `before` opened, department by department."""
    opened = str(before.record["opened_on"])
    took_part = set(json.loads(queries.text(session, before.record["roster"])))
    took_part |= {row.department for row in queries.of_year(session, "appraisal", before.year)}
    active = {r.key.partition(":")[2] for r in queries.of_kind(session, "person") if r.state == "active"}
    found: list[Since] = []
    for row in queries.of_kind(session, "department"):
        if row.state != "active":
            found += _left(row) if row.department in took_part else []
            continue
        if row.department not in took_part:
            found.append(Since("joined", row.department))
        else:
            found += _renamed(row, opened)
        found += _posts(row, opened, today, active)
    return found


def _left(row: SubjectRow) -> Iterator[Since]:
    successor, on = str(row.record.get("successor") or ""), str(row.record.get("dissolved_on") or "")
    yield Since("merged" if successor else "left", row.department, now=successor, on=on)


def _renamed(row: SubjectRow, opened: str) -> Iterator[Since]:
    names = sorted(row.record["names"], key=lambda entry: str(entry["from"]))
    for entry in names:
        if str(entry["from"]) > opened:
            before = name_on(row.record, day_before(entry["from"]))
            yield Since("renamed", row.department, before=before, now=entry["name"], on=entry["from"])


def _posts(row: SubjectRow, opened: str, today: date, active: Collection[str]) -> Iterator[Since]:
    for post in POSTS:
        for entry in row.record["posts"]:
            if entry["post"] == post and str(entry["from"]) > opened:
                before = holder(row.record, post, day_before(entry["from"]))
                yield Since("post_changed", row.department, post, before, entry["person"], entry["from"])
        held = holder(row.record, post, today)
        if held not in active:
            yield Since("post_vacant", row.department, post, before=held)


def day_before(day: str) -> date:
    """The day before an ISO date."""
    return date.fromisoformat(day) - timedelta(days=1)
