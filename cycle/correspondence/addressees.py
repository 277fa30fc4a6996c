"""Who is behind a post, a role or an id on a day, as the registers stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from cycle import queries
from cycle.db import Session
from cycle.people import Person, holder, person
from cycle.queries import SubjectRow
from workflows.deadlines import GROUP, LEADER, OFFICE_HEAD, Channel, recipients
from workflows.registry_guards import POSTS

OFFICE: Final = "office"
AUDITOR: Final = "auditor"
BODIES: Final = (OFFICE, GROUP, OFFICE_HEAD, AUDITOR)


@dataclass(frozen=True, slots=True)
class Told:
    """One person a rung addresses, in which role and how."""

    person: Person
    role: str
    channel: Channel


class Addressees:
    """The registers as one transaction sees them on `day`; each is read when first asked for."""

    def __init__(self, session: Session, day: date) -> None:
        self._session = session
        self._day = day
        self._bodies: dict[str, tuple[Person, ...]] = {}
        self._known: dict[str, Person | None] = {}
        self._departments: dict[str, SubjectRow | None] = {}

    def read_all(self) -> None:
        """Read both registers whole, in two statements, where most of what stands there will be asked for."""
        self._departments = {row.department: row for row in queries.of_kind(self._session, "department")}
        people = [person(row.key, row.state, row.record) for row in queries.people_saying(self._session)]
        self._known = {one.id: one for one in people}

    def on(self, day: date) -> Addressees:
        """The same registers on another day: only who holds a post differs."""
        other = Addressees(self._session, day)
        other._bodies, other._known, other._departments = self._bodies, self._known, self._departments
        return other

    def of(self, who: str, department: str = "") -> tuple[Person, ...]:
        """The active people behind a post of `department`, a body, or a person's id; empty where nobody is."""
        if who in BODIES:
            return self._members(who)
        found = self._person(self._holder(who, department) if who in POSTS else who)
        return (found,) if found is not None and found.active else ()

    def told(self, rung: str, who: str, department: str) -> list[Told]:
        """Everybody a rung of `who`'s deadline addresses; at one address only once, in the first way."""
        found: dict[str, Told] = {}
        for role, channel in recipients(rung, who):
            for one in self.of(role, department):
                found.setdefault(one.email, Told(one, role, channel))
        return list(found.values())

    def department(self, department: str) -> SubjectRow | None:
        """The register's entry of a department; None where there is none."""
        if department not in self._departments:
            self._departments[department] = queries.subject(self._session, f"department:{department}")
        return self._departments[department]

    def leaders(self) -> tuple[Person, ...]:
        """Every active city leader, by id."""
        return self._members(LEADER)

    def name(self, who: str) -> str:
        """What a person is called; the id where there is no such person."""
        found = self._person(who)
        return found.name if found else who

    def _members(self, body: str) -> tuple[Person, ...]:
        if body not in self._bodies:
            rows = queries.people_saying(self._session, body)
            people = [person(row.key, row.state, row.record) for row in rows]
            belongs = [p.office_head if body == OFFICE_HEAD else body in p.roles for p in people]
            self._bodies[body] = tuple(p for p, b in zip(people, belongs, strict=True) if b and p.active)
        return self._bodies[body]

    def _holder(self, post: str, department: str) -> str:
        row = self.department(department)
        return holder(row.record, post, self._day) if row else ""

    def _person(self, who: str) -> Person | None:
        if who not in self._known:
            row = queries.subject(self._session, f"person:{who}") if who else None
            self._known[who] = person(row.key, row.state, row.record) if row else None
        return self._known[who]
