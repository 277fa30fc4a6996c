"""One sign-in for each role of the demo, with a password made with the demo and kept beside it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cycle import queries
from cycle.db import Session
from cycle.operations import accounts, passwords
from cycle.operations.perform import perform
from cycle.operations.sign_in import Door
from cycle.people import holder
from cycle.permissions import Act
from cycle.security import Passwords
from cycle.service import Service
from cycle.settings import Settings
from workflows.workdays import local_day

KEPT: Final = "sign-in.json"
_ADMIN: Final = "admin"
_HOURS: Final = 1
_SYLLABLES: Final = (
    "ba",
    "de",
    "fu",
    "gi",
    "ka",
    "lo",
    "mu",
    "ne",
    "pa",
    "ri",
    "so",
    "tu",
    "ve",
    "wa",
    "xi",
    "ze",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Who may be tried: role, person and name."""

    role: str
    person: str
    name: str


def made(folder: Path) -> tuple[str, list[Entry]] | None:
    """The password and the people of a demo that has its accounts; None for one that has none yet."""
    try:
        kept = json.loads((folder / KEPT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return kept["password"], [Entry(**one) for one in kept["people"]]


def make(service: Service, settings: Settings, folder: Path) -> tuple[str, list[Entry]]:
    """Give one person of each role an account. Their links are used at once; the password is like no other demo's."""
    password = "-".join("".join(secrets.choice(_SYLLABLES) for _ in range(3)) for _ in range(4))
    with service.database.read() as session:
        people = _people(session, service)
    by = next(one.person for one in people if one.role == _ADMIN)
    door = Door(service, settings, Passwords())
    for one in people:
        link = accounts.mint(one.person)
        invited = {"person": one.person, "sha256": link.sha256, "hours": _HOURS}
        act = Act(by, kind="command", reason="演示")
        perform(service, accounts.invite, "invite", act, invited)
        passwords.set_by_link(door, link.text, password)
    kept = {
        "password": password,
        "people": [{"role": p.role, "person": p.person, "name": p.name} for p in people],
    }
    part = folder / f"{KEPT}.part"
    part.touch(mode=0o600)
    part.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    part.replace(folder / KEPT)
    return password, people


def _people(session: Session, service: Service) -> list[Entry]:
    """One active person of each role; department and leader are those of one department whose turn it is."""
    day = local_day(service.clock.now(), service.zone)
    every = queries.of_kind(session, "appraisal")
    latest = [row for row in every if row.year == max(one.year for one in every)]
    drafting = [row for row in latest if row.state.endswith(".drafting")]
    chosen = (drafting or latest)[0].department
    record = queries.subject(session, f"department:{chosen}")
    posts = record.record if record else {}
    found = {
        "department": holder(posts, "liaison", day),
        "head": holder(posts, "head", day),
        "leader": holder(posts, "leader", day),
    }
    rows = [row for row in queries.of_kind(session, "person") if row.state == "active"]
    for role in ("office", "reviewer", "group", "inspector", "auditor", _ADMIN):
        of_role = [row.key.partition(":")[2] for row in rows if role in row.record["roles"]]
        alone = [one for one in of_role if len(_roles(rows, one)) == 1]
        found[role] = (alone or of_role or [""])[0]
    names = {row.key.partition(":")[2]: row.record["name"] for row in rows}
    order = ("office", "department", "head", "reviewer", "leader", "group", "inspector", "auditor", _ADMIN)
    return [Entry(role, found[role], names[found[role]]) for role in order if found[role]]


def _roles(rows: list[queries.SubjectRow], person: str) -> list[str]:
    return next(list(row.record["roles"]) for row in rows if row.key == f"person:{person}")
