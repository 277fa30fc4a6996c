"""A city with years behind it: a small one is simulated, then one of its departments is copied many times over.

Simulating two hundred departments would take a quarter of an hour; the copies differ in nothing but names. What is
copied is everything of the department: its years, its matters, its people.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from functools import cache
from types import MappingProxyType

from cycle import roster, schema
from cycle.bench.beds import Bed
from cycle.bench.copies import copy
from cycle.bench.moves import names
from cycle.bench.office import BOOK, PATTERN, YEAR, ZONE
from cycle.clock import VirtualClock
from cycle.db import Database, Session, Statement
from cycle.people import Person
from cycle.roster import Department, Roster
from cycle.service import Service
from cycle.simulation import behaviour, loop
from cycle.simulation.beginning import begin
from cycle.simulation.plan import Plan

MORNING = datetime.combine(BOOK.opens("midyear", YEAR), time(3), ZONE)
"""The half-year reviews have just been opened, and nobody has come to work yet."""
OTHERS = 3
"""Departments of the small city beside the one that is copied."""
_POSTS = ("liaison", "head", "leader")
_OF_DEPARTMENT = Statement(
    "SELECT key FROM subject WHERE department = :department OR key LIKE :people ORDER BY key"
)
_PLAN = Statement("ANALYZE")


@cache
def city(bed: Bed, departments: int, years: int) -> str:
    """URL of a database with so many departments, each with `years` years behind it and one begun.

    It is made once a bed: whoever changes anything takes a copy.
    """
    url = bed.fresh()
    plan = Plan(YEAR - years, YEAR, 1, behaviour.shipped())
    service = Service(Database(url, durable=False), VirtualClock(loop.start_of(plan, ZONE)), ZONE)
    schema.upgrade(service.database)
    begin(service, plan, _roster())
    loop.run(service, plan, until=MORNING)
    with service.database.write() as session:
        for key in _keys(session):
            copy(session, key, PATTERN, names(departments - 1 - OTHERS), letters=False)
    with service.database.write() as session:
        _PLAN.run(session)
    service.database.close()
    return url


def _roster() -> Roster:
    """Some departments of the sample, and the one to be copied."""
    few = roster.first(roster.read(), OTHERS)
    posts = {post: f"p-{PATTERN}-{post}" for post in _POSTS}
    staff = [
        Person(who, f"{PATTERN}{post}", f"{post}@{PATTERN}.example", PATTERN, ("department",))
        for post, who in posts.items()
        if post != "leader"
    ]
    posts["leader"] = few.departments[0].posts["leader"]
    pattern = Department(PATTERN, f"部门{PATTERN}", "government", (), MappingProxyType(posts))
    return replace(few, departments=(*few.departments, pattern), people=(*few.people, *staff))


def _keys(session: Session) -> list[str]:
    found = _OF_DEPARTMENT.run(session, department=PATTERN, people=f"person:p-{PATTERN}-%").fetchall()
    return [key for (key,) in found]
