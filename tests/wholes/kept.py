"""What the histories add up to, kept row by row beside the service, and where its tables differ from that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from cycle.db import Database, Session, Statement
from tests.held import ZONE
from tests.operations.templates import NAMES
from tests.wholes.who_may import DEPARTMENTAL, FOLLOWING, MAY, Body, Matter, may
from workflows.engine import NONE
from workflows.machines import MACHINES

Values = dict[str, Any]

_NEW = Statement("SELECT seq, body FROM history WHERE seq > :seq ORDER BY seq")
_STANDS = Statement("SELECT state, number, record FROM subject WHERE key = :key")
_COUNTS: Final = Statement(
    "SELECT "
    + ", ".join(f"(SELECT count(*) FROM {name})" for name in NAMES)
    + ", (SELECT coalesce(sum(number), 0) FROM subject)"
    + ", (SELECT count(*) FROM deadline WHERE status = 'open')"
    + ", (SELECT count(*) FROM line WHERE reversed_by IS NOT NULL)"
    + ", (SELECT count(*) FROM pending_act WHERE status = 'waiting')"
)


def counts(database: Database) -> tuple[int, ...]:
    """How many rows every table has, and how many of them stand: whatever is written changes it."""
    with database.read() as session:
        return tuple(int(value) for value in _COUNTS.run(session).fetchone())


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject as its history has it, with the record as the table does."""

    kind: str
    year: int
    department: str
    state: str
    number: int
    record: Values = field(default_factory=dict)


@dataclass(slots=True)
class Kept:
    """Subjects and ledger lines by key, and the last history row looked at."""

    seq: int = 0
    subjects: dict[str, Subject] = field(default_factory=dict)
    lines: dict[str, Values] = field(default_factory=dict)
    amended: set[str] = field(default_factory=set)

    def of(self, kind: str) -> list[tuple[str, Subject]]:
        """The subjects of a kind, as their keys sort."""
        return sorted((key, one) for key, one in self.subjects.items() if one.kind == kind)

    def people(self) -> dict[str, Values]:
        """Everybody's home and roles, by id."""
        return {
            key.partition(":")[2]: {**one.record, "active": one.state == "active"}
            for key, one in self.of("person")
        }

    def state(self, key: str) -> str:
        """Where a subject stands; `none` where there is none."""
        return self.subjects[key].state if key in self.subjects else NONE

    def matter(self, key: str, given: Values | None = None) -> Matter:
        """What permission and sight look at of a subject, there or about to be; `given` are an act's arguments."""
        kind, *rest = key.split(":")
        one = self.subjects.get(key)
        department = rest[1] if kind in DEPARTMENTAL else ""
        about = rest[0] if kind == "department" else department
        posts = self.subjects[f"department:{about}"].record["posts"] if about else ()
        record = one.record if one else (given or {})
        year = rest[0] if kind in DEPARTMENTAL else ""
        team = self.subjects.get(f"appraisal:{year}:{department}")
        outstanding = kind == "bonus" and record.get("item") == "score.bonus.outstanding"
        tie = record.get("ties", {}).get((given or {}).get("tie"), {}) if kind == "cycle" else {}
        return Matter(
            kind="outstanding bonus" if outstanding else kind,
            department=department,
            posts=posts,
            team=team.record.get("team", ()) if team and kind in ("appraisal", "evidence") else (),
            concerned=(about,) if kind == "department" else tuple(tie.get("departments", ())),
        )

    def take_in(self, session: Session) -> tuple[list[Values], list[str]]:
        """The history rows written since, oldest first, and what is wrong with them or with the tables."""
        rows = _NEW.run(session, seq=self.seq).fetchall()
        bodies, found = [], []
        for seq, text in rows:
            body = json.loads(text)
            self.seq = seq
            bodies.append(body)
            found += self._step(body)
        for key in dict.fromkeys(body["subject"] for body in bodies):
            state, number, record = _STANDS.run(session, key=key).fetchone()
            one = self.subjects[key]
            if (state, number) != (one.state, one.number):
                found.append(f"{key} stands at {state} {number}, its history at {one.state} {one.number}")
            self.subjects[key] = replace(one, record=json.loads(record))
        return bodies, found

    def _step(self, body: Values) -> list[str]:
        key, action = body["subject"], body["action"]
        kind, year, department = _named(key)
        one = self.subjects.get(key, Subject(kind, year, department, NONE, 0))
        found = []
        before, after = body["before"] or NONE, body["after"]
        if (before, body["number"]) != (one.state, one.number + 1):
            found.append(
                f"{key} {action}: row {body['number']} from {before} after {one.number} at {one.state}"
            )
        if after not in [move.target or before for move in MACHINES[kind].at(before, action)]:
            found.append(f"{key}: no {action} leads from {before} to {after}")
        self.subjects[key] = replace(one, state=after, number=body["number"])
        for line in (body["data"] or {}).get("lines", ()):
            self.lines[line["id"]] = {**line, "subject": key}
            if action == "amend" and line["reverses"]:
                self.amended.add(line["reverses"])
        return found

    def standing(self, key: str) -> list[Values]:
        """The lines of an appraisal's ledger that nobody has taken back."""
        gone = {line["reverses"] for line in self.lines.values()}
        return [
            line
            for name, line in self.lines.items()
            if line["subject"] == key and not line["reverses"] and name not in gone
        ]


def _named(key: str) -> tuple[str, int, str]:
    kind, *rest = key.split(":")
    if kind in DEPARTMENTAL:
        return kind, int(rest[0]), rest[1]
    return kind, 0, ""


def judged(before: Kept, people: Mapping[str, Values], asked: Values, rows: Iterable[Values]) -> list[str]:
    """What of an act's rows should not have come about. `asked` is its kind, action and arguments."""
    rows = list(rows)
    if not rows:
        return []
    main = rows[0]
    kind = main["subject"].partition(":")[0]
    found = []
    if (main["actor_kind"], main["actor"]) != ("person", asked["actor"]):
        found.append(f"{asked['actor']} asked, {main['actor']} acted")
    day = datetime.fromisoformat(main["at"]).astimezone(ZONE).date()
    done = Body(main["action"], main["actor"], main["on_behalf_of"] or "", main["confirmed_by"] or "", day)
    wrong = may(people, before.matter(main["subject"], asked["arguments"]), done)
    found += [f"{main['subject']} {main['action']}: {wrong}"] if wrong else []
    following = FOLLOWING.get((kind, main["action"]), "").split()
    for row in rows[1:]:
        name = f"{row['subject'].partition(':')[0]}.{row['action']}"
        if name not in following:
            found.append(f"{name} followed {kind}.{main['action']}")
        if row["actor_kind"] == "person" and row["actor"] != main["actor"]:
            found.append(f"{name} by {row['actor']}")
    return found


def by_the_clock(rows: Iterable[Values]) -> list[str]:
    """What the clock should not have done."""
    return [
        f"{row['actor']} {row['subject']} {row['action']}"
        for row in rows
        if row["actor_kind"] != "scheduler"
        or row["action"] not in MAY[row["subject"].partition(":")[0]].get("clock", "").split()
    ]


def day_of(at: datetime) -> date:
    """The office's day."""
    return at.astimezone(ZONE).date()
