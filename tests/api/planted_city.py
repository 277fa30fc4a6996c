"""A city in which everybody of the permission table is at home, and where whatever is asked for is undone.

The people are those of tests/operations/test_permissions, under the roof of two departments of the cast; subjects are
put into the state an action starts from, without a history. Nobody looks at the database afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi.testclient import TestClient
from httpx2 import Response

from cycle.db import Session, Statement
from cycle.documents.papers import issuing
from cycle.keys import split_key
from cycle.operations.tokens import mint
from cycle.service import Service
from tests.api.acting_routes import (
    HERE,
    MINE,
    NEW_DEPARTMENT,
    OTHER_YEAR,
    SERIES,
    YEAR,
    YEAR_WITHOUT,
    Route,
)
from tests.api.conftest import ROOT
from tests.cast import CLERK, DEPARTMENTS, City, for_body, person
from tests.held import key_of
from tests.operations.test_permissions import ELSEWHERE, OWN, PEOPLE
from workflows import ledger
from workflows.engine import NONE

POSTS: Final = ("liaison", "head", "leader")
TEAMS: Final = {YEAR: ("reviewer", "own-reviewer"), OTHER_YEAR: ("newcomer",)}
RECEIPT: Final = {"5": {"what": "send_back", "on": "2026-01-19"}}
STANDING: Final = {
    "propose": "grading.pending",
    **dict.fromkeys(("withdraw_proposal", "ratify", "rule_tie"), "grading.proposed"),
    "amend": "closed",
}
"""An act on the whole year to where every appraisal stands then."""

FOUND: Final = "所见"
MATTER: Final[Mapping[str, Any]] = {
    "about": "plan",
    "award": "先进集体",
    "collective": True,
    "consecutive_failures": 2,
    "counted": False,
    "duty": "accountability",
    "clause": "use.accountability",
    "granted_by": "上级机关",
    "item": "score.deduct.1",
    "name": "组织部",
    "note": "",
    "on": "2025-12-01",
    "previous_department": MINE,
    "previous_year": 2024,
    "proposal": 1,
    "receipts": RECEIPT,
    "report": ledger.digest(FOUND),
    "severity": "ordinary",
    "source": "open_visit",
    "text": ledger.digest(FOUND),
    "version": 1,
    "versions": {"1": {"sha256": "0" * 64, "size": 1, "name": "a.txt", "media_type": "text/plain"}},
}
"""What a matter of any kind holds."""

_PUT = Statement(
    "INSERT INTO subject (key, kind, year, department, state, number, hash, record)"
    " VALUES (:key, :kind, :year, :department, :state, 7, '', :record)"
    " ON CONFLICT (key) DO UPDATE SET state = excluded.state, record = excluded.record"
)
_KEEP = Statement("INSERT INTO text (sha256, body) VALUES (:sha256, :body)")
_TAKE = Statement("DELETE FROM subject WHERE key = :key")


def _matter(route: Route) -> Mapping[str, Any]:
    """The record of a matter or a case that takes the route's action in the roles of its row."""
    _, action, roles = route.key
    chief = roles == "chief" or (action, roles) == ("examine", "group")
    visits = {} if route.relation == "untold" else {"notified": 1, "investigating": 1}
    return {**MATTER, "visits": visits, **({"item": "score.bonus.outstanding"} if chief else {})}


@contextmanager
def undone(service: Service) -> Iterator[Session]:
    """A writing transaction of which nothing is kept, however it ends."""
    with service.database.write() as session:
        yield session
        session.driver.rollback()


@dataclass
class Planted:
    """The city, who of the table asks with which token, and what stands where."""

    city: City
    client: TestClient
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    pending: str = ""

    def __post_init__(self) -> None:
        issuing.issue(self.city.service, person(CLERK), "rectification", YEAR, MINE)
        self.appraisal = self.city.appraisal(MINE).record
        self.cycle = self.city.row(f"cycle:{YEAR}").record
        for who in PEOPLE.values():
            self.person(who.id, HERE.get(who.home, who.home), who.roles)
        self.person("newcomer", "newcomer-home", ("reviewer",))
        for name, prefix in ((OWN, ""), (ELSEWHERE, "other-")):
            key = f"department:{HERE[name]}"
            posts = [{"post": post, "person": prefix + post, "from": "2000-01-01"} for post in POSTS]
            self.put(key, "active", {**self.city.row(key).record, "posts": posts})
        with self.city.service.database.write() as session:
            _KEEP.run(session, sha256=ledger.digest(FOUND), body=FOUND)
        for year in (OTHER_YEAR, YEAR_WITHOUT):
            self.put(f"cycle:{year}", "running", self.cycle)

    def person(self, name: str, home: str, roles: tuple[str, ...]) -> None:
        """Somebody of the register."""
        record = {"name": name, "email": f"{name}@example.com", "home": home, "roles": list(roles)}
        self.put(f"person:{name}", "active", record)

    def put(self, key: str, state: str, record: Mapping[str, Any]) -> None:
        """A subject stands like this; NONE takes it away."""
        kind, year, department = split_key(key)
        named = {"kind": kind, "year": year, "department": department, "state": state}
        with self.city.service.database.write() as session:
            if state == NONE:
                _TAKE.run(session, key=key)
            else:
                _PUT.run(session, key=key, **named, record=json.dumps(record))

    def stand(self, route: Route) -> None:
        """Everything stands where the action starts."""
        machine, action, _ = route.key
        elsewhere = STANDING.get(action, "plan.drafting") if machine == "cycle" else "plan.drafting"
        for year, team in TEAMS.items():
            record = {**self.appraisal, "team": team, "left": "plan.drafting", "receipts": RECEIPT}
            self.put(f"appraisal:{year}:{MINE}", elsewhere, record)
            if machine == "appraisal" and route.where["year"] == year:
                self.put(route.subject, route.state, record)
        for department in DEPARTMENTS:
            if department != MINE:
                self.put(key_of(department), elsewhere, self.city.appraisal(department).record)
        if machine in ("cycle", "dispatch", "mail", "token", "account", "calendar", "regulation"):
            self.put(route.subject, route.state, self._record(machine))
        elif route.state != NONE and machine not in ("appraisal", "department", "person"):
            self.put(route.subject, route.state, _matter(route))
        at_home = NEW_DEPARTMENT if (machine, action) == ("department", "register") else MINE
        for column in ("office at home", "group at home", "reviewer at home"):
            self.person(PEOPLE[column].id, at_home, PEOPLE[column].roles)

    def _record(self, machine: str) -> Mapping[str, Any]:
        tie = {"departments": [*HERE.values()], "seats": {"good": 1, "passed": 1}, "grade": "good"}
        token = {"person": "newcomer", "scope": "read", "purpose": "x", "expires": "9999", "sha256": ""}
        return {
            "cycle": {**self.cycle, "ties": {"1": tie}},
            "dispatch": {"numbers": {SERIES: 1}},
            "mail": {"digests_held": True},
            "token": token,
        }.get(machine, {})

    def draft(self) -> str:
        """The plan of the department is being written; the key of its year."""
        key = key_of(MINE)
        self.put(key, "plan.drafting", {**self.appraisal, "team": TEAMS[YEAR]})
        return key

    def wait(self) -> None:
        """The office has entered an exemption on behalf of the group, and it waits for a second person."""
        asked = {"subject": self.draft(), "action": "exempt"}
        self.pending = self.city.do("move", for_body("group"), **asked)["pending"]

    def rest(self) -> None:
        """Everything that is only read stands as it came about."""
        self.draft()
        self.put("mail:office", NONE, {})

    def headers(self, who: str, scope: str = "act") -> dict[str, str]:
        """What a request of somebody begins with, or (empty) of nobody."""
        return {"Authorization": f"Bearer {self.sign_in(who, scope)}"} if who else {}

    def sign_in(self, who: str, scope: str) -> str:
        """The text of a token of somebody, made once."""
        if (who, scope) not in self.tokens:
            made = mint()
            record = {"person": who, "scope": scope, "purpose": "x", "expires": "9999", "sha256": made.sha256}
            self.put(f"token:{made.id}", "issued", record)
            self.tokens[who, scope] = made.text
        return self.tokens[who, scope]

    def ask(self, route: Route, who: str, more: Mapping[str, str], scope: str = "act") -> Response:
        """Ask a route in somebody's name, or (empty) in nobody's; with a file it is a form."""
        headers = self.headers(who, scope)
        path, body = ROOT + route.path, {**route.body, **more}
        if route.file:
            file = {"file": ("a.txt", b"x", "text/plain")}
            return self.client.post(path, data=body, files=file, headers=headers)
        sent = body if route.bodied else dict(route.body) or None
        return self.client.request(route.method, path, json=sent, headers=headers)
