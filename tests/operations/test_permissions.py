"""Every cell of the permission table, and a sample of them through the whole of an operation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cycle.people import Person
from cycle.permissions import Act, Scene, needs_confirmation, role_for
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    FOURTH_REVIEWER,
    GENERAL,
    HEAD,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PAPER,
    REVIEWERS,
    WHY,
    City,
    CityAt,
    for_body,
    key_of,
)
from tests.operations.permission_table import CODES, COLUMNS, TABLE
from workflows.engine import Move
from workflows.errors import Refused
from workflows.machines import MACHINES

OWN, ELSEWHERE = "own", "elsewhere"
OF_A_DEPARTMENT = ("appraisal", "case")

PEOPLE = {
    "office": Person("office", "", "", "office-home", ("office",)),
    "group": Person("group", "", "", "group-home", ("group",)),
    "liaison": Person("liaison", "", "", OWN, ("department",)),
    "liaison elsewhere": Person("other-liaison", "", "", ELSEWHERE, ("department",)),
    "head": Person("head", "", "", OWN, ("department",)),
    "head elsewhere": Person("other-head", "", "", ELSEWHERE, ("department",)),
    "reviewer assigned": Person("reviewer", "", "", ELSEWHERE, ("reviewer",)),
    "reviewer not assigned": Person("other-reviewer", "", "", ELSEWHERE, ("reviewer",)),
    "leader in charge": Person("leader", "", "", "leaders", ("leader",)),
    "leader elsewhere": Person("other-leader", "", "", "leaders", ("leader",)),
    "inspector": Person("inspector", "", "", ELSEWHERE, ("inspector",)),
    "auditor": Person("auditor", "", "", "audit", ("auditor",)),
    "admin": Person("admin", "", "", "info", ("admin",)),
    "office at home": Person("own-clerk", "", "", OWN, ("office",)),
    "group at home": Person("own-member", "", "", OWN, ("group",)),
    "reviewer at home": Person("own-reviewer", "", "", OWN, ("reviewer",)),
}
POSTS = {
    "posts": [
        {"post": post, "person": post, "from": "2000-01-01"} for post in ("liaison", "head", "leader")
    ]
}


def act_and_scene(column: str, machine: str) -> tuple[Act, Scene]:
    """Who asks in a column, and what permission sees of it."""
    who, _, body = column.partition(" for ")
    kind = column if column in ("scheduler", "import") else "person"
    behalf = {"leader": "leader", "": ""}.get(body, body)
    actor = PEOPLE.get(who)
    own = machine in OF_A_DEPARTMENT
    scene = Scene(
        day=date(2025, 6, 1),
        actor=actor,
        principal=PEOPLE["leader in charge"] if body == "leader" else None,
        department=OWN if own else "",
        posts=POSTS if own else {},
        team=("reviewer", "own-reviewer") if own else (),
    )
    return Act(actor.id if actor else column, kind=kind, on_behalf_of=behalf, document=PAPER), scene
