"""Who is there and who may act: read from the database, never remembered beyond the next registration."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session
from cycle.operations.readiness import OFFICE_HOMES
from cycle.people import OWN_POSTS, Person, holder, merged, name_on, person
from cycle.queries import SubjectRow
from cycle.simulation.plan import Plan
from workflows.errors import Refused, Unmet
from workflows.workdays import Calendar


@dataclass(frozen=True)
class City:
    """The registers at one instant."""

    plan: Plan
    people: Mapping[str, Person]
    departments: Mapping[str, SubjectRow]
    calendar: Calendar

    def office(
        self, department: str = "", *keys: str | int, beside: Collection[str] = ()
    ) -> tuple[Person, Person]:
        """Who acts for the office in a matter and who confirms.

        Two people of different homes, neither that of `department` or of one `beside` it, drawn by the keys.
        Raises Refused where there are no such two.
        """
        wanted = (department, keys, frozenset(beside))
        if wanted not in self._pairs:
            self._pairs[wanted] = self._pair(department, keys, wanted[2])
        return self._pairs[wanted]

    def _pair(
        self, department: str, keys: tuple[str | int, ...], beside: Collection[str]
    ) -> tuple[Person, Person]:
        free = self.office_of({department, *beside})
        by_id = {p.id: p for p in free}
        for first in (by_id[name] for name in self._order(by_id, department, *keys)):
            for second in (by_id[name] for name in self._order(by_id, "second", department, *keys)):
                if self._now(second.home) != self._now(first.home):
                    return first, second
        homes = len({self._now(p.home) for p in free})
        raise Refused(Unmet("office_homes_few", {"have": homes, "need": OFFICE_HOMES}))

    def office_of(self, concerned: Collection[str]) -> list[Person]:
        """Everybody of the office who may act in a matter of all these departments."""
        office = (p for p in self.people.values() if p.active and "office" in p.roles)
        return [p for p in office if not any(self.withdraws(p, d) for d in concerned)]

    def reviewers(self, department: str, year: int) -> list[str]:
        """Whoever may review the department, in the order in which they are asked to."""
        wanted = (department, year)
        if wanted not in self._reviewers:
            active = (p for p in self.people.values() if p.active and "reviewer" in p.roles)
            fit = [p.id for p in active if not self.withdraws(p, department)]
            self._reviewers[wanted] = self.plan.draws.order(fit, "reviewers", year, department)
        return self._reviewers[wanted]

    def withdraws(self, who: Person, department: str) -> bool:
        """Whether somebody is at home in a department, as mergers left it, or ever held a post of it."""
        if department not in self.departments:
            return False
        posts = self.departments[department].record["posts"]
        held = {entry["person"] for entry in posts if entry["post"] in OWN_POSTS}
        return who.id in held or self._now(who.home) == self._now(department)

    def _now(self, department: str) -> str:
        return merged(department, self._into)

    @cached_property
    def _into(self) -> dict[str, str]:
        rows = self.departments.values()
        return {row.department: row.record["successor"] for row in rows if row.record.get("successor")}

    @cached_property
    def _pairs(self) -> dict[object, tuple[Person, Person]]:
        """Who was drawn before: the same keys draw the same, and are asked for again and again."""
        return {}

    @cached_property
    def _reviewers(self) -> dict[tuple[str, int], list[str]]:
        return {}

    def post(self, department: str, post: str, day: date) -> str:
        """Who holds a post of the department on `day`; empty where nobody does."""
        return holder(self.departments[department].record, post, day)

    def name(self, department: str, day: date) -> str:
        return name_on(self.departments[department].record, day)

    def settled(self, year: int) -> frozenset[str]:
        """The departments that stood when `year` began."""
        first = date(year, 1, 1).isoformat()
        return frozenset(d for d, r in self.departments.items() if r.record["names"][0]["from"] <= first)

    def free_name(self, wished: str) -> str:
        """The name wished for, or with a number where somebody has it."""
        taken = {n["name"] for r in self.departments.values() for n in r.record["names"]}
        taken |= {alias for r in self.departments.values() for alias in r.record["aliases"]}
        numbered = (wished, *(f"{wished}{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in numbered if name not in taken)

    def _order(self, names: Mapping[str, Person], *keys: str | int) -> list[str]:
        return self.plan.draws.order(names, "office", *keys)


def read_city(session: Session, plan: Plan) -> City:
    """The registers as they stand."""
    people = (person(row.key, row.state, row.record) for row in queries.of_kind(session, "person"))
    return City(
        plan=plan,
        people={p.id: p for p in people},
        departments={row.department: row for row in queries.of_kind(session, "department")},
        calendar=gathering.standing_calendar(session),
    )
