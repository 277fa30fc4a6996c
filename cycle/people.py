"""People and posts as their records hold them: who somebody is, and who held a post on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the roster. `home` is the department they belong to; it may lie outside the roster."""

    id: str
    name: str
    email: str
    home: str
    roles: tuple[str, ...]
    office_head: bool = False
    active: bool = True
    lang: str = "zh"


def person(key: str, state: str, record: Mapping[str, Any]) -> Person:
    """The person a subject row `person:ID` describes."""
    return Person(
        id=key.partition(":")[2],
        name=record["name"],
        email=record["email"],
        home=record["home"],
        roles=tuple(record["roles"]),
        office_head=bool(record.get("office_head")),
        active=state == "active",
        lang=str(record.get("lang", "zh")),
    )


def holder(record: Mapping[str, Any], post: str, day: date) -> str:
    """Who holds `post` of a department on `day`; empty where nobody does."""
    on = day.isoformat()
    held = [
        entry["person"]
        for entry in record.get("posts", ())
        if entry["post"] == post and entry["from"] <= on < entry.get("until", "9999-12-31")
    ]
    return str(held[-1]) if held else ""


OWN_POSTS: Final = ("liaison", "head")
"""The posts that make a department one's own; whoever is in charge of it from above does not belong to it."""


def belongs(
    who: Person, record: Mapping[str, Any], department: str, day: date, into: Mapping[str, str]
) -> bool:
    """Whether somebody is at home in a department on `day`, or holds a post of it; `record` is the department's.

    Departments merged are one: `into` says into which each of the dissolved went.
    """
    if who.home and merged(who.home, into) == merged(department, into):
        return True
    return who.id in {holder(record, post, day) for post in OWN_POSTS}


def merged(department: str, into: Mapping[str, str]) -> str:
    """The department that one belongs to now: itself, or whatever took it over in the end."""
    passed = {department}
    while (following := into.get(department, "")) and following not in passed:
        department = following
        passed.add(department)
    return department


def name_on(record: Mapping[str, Any], day: date) -> str:
    """What a department is called on `day`."""
    on = day.isoformat()
    names = [entry["name"] for entry in record["names"] if entry["from"] <= on]
    return str(names[-1] if names else record["names"][0]["name"])
