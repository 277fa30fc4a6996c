"""What a simulation asks of the tables beside what everybody does: all of it cheap or once a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cycle.db import Database, Session, Statement

_NOTED = Statement(
    "SELECT line.subject, line.note, line.id, line.reversed_by FROM line"
    " JOIN subject ON subject.key = line.subject WHERE subject.kind = 'appraisal' AND subject.year = :year"
    " AND line.part IN ('deduction', 'bonus') AND line.reverses IS NULL ORDER BY line.subject, line.id"
)
_CHANGED = Statement(
    "SELECT (SELECT max(seq) FROM history), (SELECT min(wake) FROM subject WHERE wake > :since)"
)
_LAST = Statement("SELECT at FROM history ORDER BY seq DESC LIMIT 1")


@dataclass(frozen=True, slots=True)
class Noted:
    """A deduction or bonus that was written, found by its note."""

    line: str
    reversed: bool


def noted(session: Session, year: int) -> dict[tuple[str, str], Noted]:
    """Every deduction and bonus of a year by appraisal and note, reversed ones included."""
    rows = _NOTED.run(session, year=year).fetchall()
    return {
        (subject, note): Noted(line, reversed_by is not None) for subject, note, line, reversed_by in rows
    }


def last_instant(session: Session) -> str | None:
    """The instant of the last row written, as the history has it; None for an empty history."""
    found = _LAST.run(session).fetchone()
    return str(found[0]) if found else None


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
        """The newest history row, and the first instant after `since` to look at a subject again."""
        newest, wake = _CHANGED.run(self._session, since=since).fetchone()
        return int(newest or 0), wake
