"""What a test holds a city by: one service with its clock in hand, what is asked of it and what stands in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from cycle import queries
from cycle.clock import VirtualClock
from cycle.db import Statement
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import Answer, confirm, perform
from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.service import Service
from workflows import ledger

ZONE: Final = ZoneInfo("Asia/Shanghai")
YEAR: Final = 2025
COLLEAGUE: Final = "p-chang-shengnan"
"""Of the office, with a home outside the three departments: who confirms where nobody else is named."""


def key_of(department: str, year: int = YEAR) -> str:
    """The key of a department's appraisal."""
    return f"appraisal:{year}:{department}"


def instant(text: str) -> datetime:
    """A local instant of the office: `2025-01-10`, `2025-01-10 09:30`; without a time it is 10:00."""
    at = datetime.fromisoformat(text).replace(tzinfo=ZONE)
    return at if ":" in text else at.replace(hour=10)


@dataclass(slots=True)
class Held:
    """A service with its clock in hand."""

    service: Service

    @property
    def clock(self) -> VirtualClock:
        assert isinstance(self.service.clock, VirtualClock)
        return self.service.clock

    def at(self, text: str) -> None:
        """Put the clock."""
        self.clock.at = instant(text)

    def do(self, operation: str, act: Act, **arguments: Any) -> Answer:
        """Ask for an operation, once, as it is."""
        return perform(self.service, OPERATIONS[operation], operation, act, arguments)

    def confirm(self, answer: Mapping[str, Any], by: str = COLLEAGUE) -> Answer:
        """Confirm what waits."""
        return confirm(self.service, OPERATIONS, answer["pending"], by)

    def both(self, operation: str, act: Act, by: str = COLLEAGUE, **arguments: Any) -> Answer:
        """Ask for an operation that needs a second person, and confirm it."""
        return self.confirm(self.do(operation, act, **arguments), by)

    def ask(self, department: str, action: str, act: Act, year: int = YEAR, /, **asked: Any) -> Answer:
        """Ask for a move of one appraisal, once, as it is."""
        return self.do("move", act, subject=key_of(department, year), action=action, **asked)

    def row(self, key: str) -> SubjectRow:
        """A subject as it stands."""
        with self.service.database.read() as session:
            found = queries.subject(session, key)
        assert found is not None, key
        return found

    def appraisal(self, department: str, year: int = YEAR) -> SubjectRow:
        """A department's appraisal as it stands."""
        return self.row(key_of(department, year))

    def state(self, department: str, year: int = YEAR) -> str:
        """Where a department stands."""
        return self.appraisal(department, year).state

    def form(self, department: str, form: str, year: int = YEAR) -> Mapping[str, Any]:
        """The record of one form."""
        found: Mapping[str, Any] = self.appraisal(department, year).record["forms"][form]
        return found

    def select(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Rows by plain SQL; parameters are written `:name`."""
        with self.service.database.read() as session:
            return [tuple(row) for row in Statement(sql).run(session, **parameters).fetchall()]

    def history(self, key: str) -> list[dict[str, Any]]:
        """The bodies of a subject's history rows, oldest first."""
        rows = self.select("SELECT body FROM history WHERE subject = :key ORDER BY number", key=key)
        return [json.loads(body) for (body,) in rows]

    def last(self, key: str) -> dict[str, Any]:
        """The newest history row of a subject."""
        return self.history(key)[-1]

    def rows(self) -> int:
        """How many history rows there are."""
        return int(self.select("SELECT count(*) FROM history")[0][0])

    def open_deadlines(self, key: str) -> list[tuple[str, str, str | None]]:
        """Who has until when, and the end of grace, of the deadlines of a subject that stand."""
        return self.select(
            "SELECT who, due, grace_until FROM deadline WHERE subject = :key AND status = 'open' ORDER BY id",
            key=key,
        )


def disagreements(city: Held) -> list[str]:
    """Where the history, added up, differs from the tables; empty where it does not."""
    rows = city.select("SELECT subject, number, at, action, body, hash FROM history ORDER BY subject, number")
    found = []
    folded = {}
    for subject, fault in ledger.fold(ledger.Row(*row) for row in rows):
        folded[subject.subject] = subject
        found += [str(fault)] if fault else []
    tables = city.select("SELECT key, state, number, hash, record FROM subject ORDER BY key")
    found += [f"{key} has no history" for key, *_ in tables if key not in folded]
    for key, state, number, hash_, record in tables:
        if key in folded:
            f = folded[key]
            stands = (state, number, hash_, json.loads(record))
            found += [f"{key} differs"] if stands != (f.state, f.number, f.hash, f.record) else []
    found += [f"{key} has no row" for key in folded if key not in {row[0] for row in tables}]
    deadlines = {d: row["status"] for f in folded.values() for d, row in f.deadlines.items()}
    found += ["deadlines differ"] if dict(city.select("SELECT id, status FROM deadline")) != deadlines else []
    lines = {d: row["reversed_by"] for f in folded.values() for d, row in f.lines.items()}
    found += ["lines differ"] if dict(city.select("SELECT id, reversed_by FROM line")) != lines else []
    texts = {sha for (sha,) in city.select("SELECT sha256 FROM text")}
    found += ["texts differ"] if texts != {t for f in folded.values() for t in f.texts} else []
    return found
