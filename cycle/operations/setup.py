"""Filling an empty database: the roster's departments, posts and people, and the working days known."""

from __future__ import annotations

from typing import Any

from cycle.operations import registry
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.roster import POSTS_FROM, Roster
from workflows.workdays import Calendar


def roster_arguments(roster: Roster, calendar: Calendar) -> dict[str, Any]:
    """A roster and a calendar as the plain arguments of `install`."""
    return {
        "people": [
            {
                "id": p.id,
                "name": p.name,
                "email": p.email,
                "home": p.home,
                "roles": list(p.roles),
                "office_head": p.office_head,
            }
            for p in roster.people
        ],
        "departments": [
            {
                "id": d.id,
                "name": d.name,
                "category": d.category,
                "aliases": list(d.aliases),
                "posts": dict(d.posts),
                "since": POSTS_FROM.isoformat(),
            }
            for d in roster.departments
        ],
        "calendars": calendar.content(),
    }


def install(work: Transaction, arguments: Arguments) -> Answer:
    """Register people, departments with their posts, and working days: the arguments of `roster_arguments`."""
    for person in arguments["people"]:
        registry.register_person(work, person)
    for department in arguments["departments"]:
        registry.register_department(work, department)
    for year, days in sorted(arguments["calendars"].items()):
        registry.import_calendar(work, {"year": int(year), **days})
    return {"people": len(arguments["people"]), "departments": len(arguments["departments"])}
