"""One row of a roster: a person or a department registered, or what the row says otherwise of them changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cycle import queries
from cycle.operations import registry
from cycle.operations.perform import Arguments, Operation, Transaction
from cycle.people import holder
from workflows.errors import Refused, Unmet
from workflows.registry_guards import POSTS
from workflows.workdays import local_day

_ENTRY = ("name", "email", "home", "roles", "office_head")


def take(work: Transaction, row: Mapping[str, Any], on: str) -> bool:
    """Whether the row changed anything. `on` is the day from which new names and posts hold, empty for today."""
    day = date.fromisoformat(on) if on else local_day(work.clock.now(), work.zone)
    asked = list(_person(work, row) if row["kind"] == "person" else _department(work, row, day))
    for operation, arguments in asked:
        operation(work, arguments)
    return bool(asked)


def _person(work: Transaction, row: Mapping[str, Any]) -> Iterator[tuple[Operation, Arguments]]:
    entry = {name: row[name] for name in _ENTRY}
    there = queries.subject(work.session, f"person:{row['id']}")
    if there is None:
        yield registry.register_person, {"id": row["id"], **entry}
        return
    stands = {**there.record, "office_head": bool(there.record.get("office_head"))}
    changed = {name: value for name, value in entry.items() if not _equal(stands[name], value)}
    if changed or there.state != "active":
        yield registry.change_person, {"id": row["id"], **changed}


def _equal(stands: Any, given: Any) -> bool:
    """Lists are compared without their order."""
    return bool(sorted(stands) == sorted(given) if isinstance(given, list) else stands == given)


def _department(
    work: Transaction, row: Mapping[str, Any], day: date
) -> Iterator[tuple[Operation, Arguments]]:
    posts = {post: row[post] for post in POSTS if row[post]}
    known = {name: row[name] for name in ("id", "name", "category", "aliases")}
    there = queries.subject(work.session, f"department:{row['id']}")
    if there is None:
        yield registry.register_department, {**known, "posts": posts, "since": day.isoformat()}
        return
    if not _equal(there.record["aliases"], row["aliases"]):
        stand = "、".join(there.record["aliases"]) or "-"
        raise Refused(Unmet("aliases_fixed", {"department": row["id"], "aliases": stand}))
    meant = {"department": row["id"]}
    if there.record["names"][-1]["name"] != row["name"]:
        yield registry.rename, {**meant, "name": row["name"], "on": day.isoformat()}
    if there.record["category"] != row["category"]:
        yield registry.recategorise, {**meant, "category": row["category"]}
    for post, person in posts.items():
        if holder(there.record, post, day) != person:
            yield registry.appoint, {**meant, "post": post, "person": person, "on": day.isoformat()}
