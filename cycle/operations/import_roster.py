"""One row of a roster: a person or a department registered, or what the row says otherwise of them changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cycle import queries
from cycle.operations import registry
from cycle.operations.perform import Arguments, Operation, Transaction
from cycle.people import holder
from cycle.queries import SubjectRow
from workflows.errors import Refused, Unmet
from workflows.registry_guards import POSTS
from workflows.workdays import local_day

ENTRY = ("name", "email", "home", "roles", "office_head")
"""What a row says of a person."""

Differing = dict[str, tuple[Any, Any]]
"""Columns of a row to what stands and what the row says."""


def take(work: Transaction, row: Mapping[str, Any], on: str) -> bool:
    """Whether the row changed anything. `on` is the day from which new names and posts hold, empty for today."""
    day = date.fromisoformat(on) if on else local_day(work.clock.now(), work.zone)
    asked = list(_person(work, row) if row["kind"] == "person" else _department(work, row, day))
    for operation, arguments in asked:
        operation(work, arguments)
    return bool(asked)


def of_person(there: SubjectRow, row: Mapping[str, Any]) -> Differing:
    """What a row says otherwise of a person; `state` where they had left and come back."""
    stands = {**there.record, "office_head": bool(there.record.get("office_head"))}
    found = {name: (stands[name], row[name]) for name in ENTRY if not _equal(stands[name], row[name])}
    return found if there.state == "active" else {**found, "state": (there.state, "active")}


def of_department(there: SubjectRow, row: Mapping[str, Any], day: date) -> Differing:
    """What a row says otherwise of a department on `day`; a post left blank is left as it is."""
    record = there.record
    stands = {
        "name": record["names"][-1]["name"],
        "category": record["category"],
        "aliases": record["aliases"],
    }
    found = {name: (value, row[name]) for name, value in stands.items() if not _equal(value, row[name])}
    for post in POSTS:
        held = holder(record, post, day)
        if row[post] and held != row[post]:
            found[post] = (held, row[post])
    return found


def _equal(stands: Any, given: Any) -> bool:
    """Lists are compared without their order."""
    return bool(sorted(stands) == sorted(given) if isinstance(given, list) else stands == given)


def _person(work: Transaction, row: Mapping[str, Any]) -> Iterator[tuple[Operation, Arguments]]:
    there = queries.subject(work.session, f"person:{row['id']}")
    if there is None:
        yield registry.register_person, {"id": row["id"], **{name: row[name] for name in ENTRY}}
    elif differing := of_person(there, row):
        changed = {name: given for name, (_, given) in differing.items() if name in ENTRY}
        yield registry.change_person, {"id": row["id"], **changed}


def _department(
    work: Transaction, row: Mapping[str, Any], day: date
) -> Iterator[tuple[Operation, Arguments]]:
    there = queries.subject(work.session, f"department:{row['id']}")
    if there is None:
        known = {name: row[name] for name in ("id", "name", "category", "aliases")}
        posts = {post: row[post] for post in POSTS if row[post]}
        yield registry.register_department, {**known, "posts": posts, "since": day.isoformat()}
        return
    differing = of_department(there, row, day)
    if "aliases" in differing:
        stand = "、".join(there.record["aliases"]) or "-"
        raise Refused(Unmet("aliases_fixed", {"department": row["id"], "aliases": stand}))
    meant, on = {"department": row["id"]}, {"on": day.isoformat()}
    for name in differing:
        if name == "name":
            yield registry.rename, {**meant, "name": row["name"], **on}
        elif name == "category":
            yield registry.recategorise, {**meant, "category": row["category"]}
        else:
            yield registry.appoint, {**meant, "post": name, "person": row[name], **on}
