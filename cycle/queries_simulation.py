"""What a simulation asks of the tables beside what everybody does: all of it cheap, once a day or once a run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from cycle.db import Database, Session, Statement
from cycle.queries import SubjectRow

_CHANGED = Statement(
    "SELECT (SELECT max(seq) FROM history), (SELECT min(wake) FROM subject WHERE wake > :since),"
    " (SELECT min(at) FROM alarm WHERE at > :since), (SELECT min(until) FROM setback WHERE until > :since)"
)
_LAST = Statement("SELECT at FROM history ORDER BY seq DESC LIMIT 1")
_POST = Statement("SELECT min(next_at) FROM outbox WHERE next_at IS NOT NULL")
_OF_YEAR = Statement(
    "SELECT key, kind, year, department, state, number, hash, record, wake FROM subject"
    " WHERE kind IN ('appraisal', 'finding', 'complaint', 'bonus', 'objection', 'duty', 'evidence')"
    " AND year = :year AND (kind <> 'evidence' OR state IN ('offered', 'refused'))"
)
_REMINDERS = Statement(
    "SELECT fired_rung.subject, deadline.state, deadline.visit, deadline.id, fired_rung.rung, deadline.due,"
    " fired_rung.at, reminder.address, reminder.outcome FROM reminder"
    " JOIN fired_rung ON fired_rung.deadline = reminder.deadline AND fired_rung.rung = reminder.rung"
    " JOIN deadline ON deadline.id = reminder.deadline WHERE reminder.address <> ''"
)
DELIVERY = ("at", "key", "message_id", "kind", "address", "status", "attempts", "copies", "sent_at", "code")
_DELIVERIES = Statement(f"SELECT {', '.join(DELIVERY)} FROM outbox")


@dataclass(frozen=True, slots=True)
class Decided:
    """A rung as it was decided for one address; `at` is the rung's own instant, as the tables hold it."""

    subject: str
    state: str
    visit: int
    deadline: str
    rung: str
    due: str
    at: str
    address: str
    outcome: str


def last_instant(session: Session) -> str | None:
    """The instant of the last row written, as the history has it; None for an empty history."""
    found = _LAST.run(session).fetchone()
    return str(found[0]) if found else None


def decided(session: Session) -> list[Decided]:
    """Every rung decided on, for everybody it meant; in no order."""
    return [Decided(*row) for row in _REMINDERS.run(session).fetchall()]


def deliveries(session: Session) -> list[tuple[Any, ...]]:
    """Every message without its words: the columns of `DELIVERY`, by instant, then key."""
    found: list[tuple[Any, ...]] = [tuple(row) for row in _DELIVERIES.run(session).fetchall()]
    return sorted(found, key=itemgetter(0, 1))


@dataclass(slots=True)
class Seen:
    """The subjects of the years, read again and again: one that is as it was is not taken apart anew.

    Nobody changes a record that was read. What nobody has to decide on is left out of the evidence.
    """

    _rows: dict[str, tuple[Sequence[Any], SubjectRow]] = field(default_factory=dict)

    def of_year(self, session: Session, year: int) -> dict[str, list[SubjectRow]]:
        """Appraisals and matters opened in a year, by kind; in the order of department and number."""
        found: dict[str, list[SubjectRow]] = {}
        for values in _OF_YEAR.run(session, year=year).fetchall():
            key = values[0]
            if key not in self._rows or self._rows[key][0] != values:
                self._rows[key] = values, _taken_apart(*values)
            found.setdefault(values[1], []).append(self._rows[key][1])
        for rows in found.values():
            rows.sort(key=_place)
        return found


def _taken_apart(*values: Any) -> SubjectRow:
    key, kind, year, department, state, number, hash_, record, wake = values
    return SubjectRow(key, kind, year, department, state, number, hash_, json.loads(record), wake)


def _place(row: SubjectRow) -> tuple[str, int]:
    number = row.key.rpartition(":")[2]
    return row.department, 0 if row.kind == "appraisal" else int(number)


class Watch:
    """Tells in one small statement whether the clock has anything new to look at.

    Holds one connection outside any transaction, so that each look sees what has been committed.
    """

    def __init__(self, database: Database) -> None:
        self._pooled = database.engine.raw_connection()
        driver: Any = self._pooled.driver_connection
        if database.dialect == "postgresql":
            driver.autocommit = True
        self._session = Session(database.dialect, driver)

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._session.dialect == "postgresql":
            self._session.driver.autocommit = False
        self._pooled.close()

    def look(self, since: str) -> tuple[int, str | None]:
        """The newest history row, and the first instant after `since` at which a pass may have something to do."""
        newest, *instants = _CHANGED.run(self._session, since=since).fetchone()
        return int(newest or 0), min((at for at in instants if at is not None), default=None)

    def post(self) -> str | None:
        """The first instant at which a message is to be looked at; None where none is left."""
        (at,) = _POST.run(self._session).fetchone()
        return None if at is None else str(at)
