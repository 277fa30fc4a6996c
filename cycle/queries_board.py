"""What the board, the department's sheet and its matters ask beside the questions of `cycle.queries`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cycle.db import Session, Statement
from workflows.deadlines import Deadline


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """A deadline that runs, whose it is, and since when. `kind` is that of its subject."""

    subject: str
    kind: str
    year: int
    department: str
    armed_at: datetime
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One ledger line, standing or not, in hundredths of a point; `source` is the matter it was decided in."""

    id: str
    part: str
    item: str
    points: int
    note: str
    reverses: str | None
    reversed_by: str | None
    source: str | None


_OPEN = (
    "SELECT deadline.subject, subject.kind, subject.year, subject.department, deadline.armed_at, deadline.id,"
    " deadline.state, deadline.visit, deadline.who, deadline.due, deadline.grace_until, deadline.provisional"
    " FROM deadline JOIN subject ON subject.key = deadline.subject WHERE deadline.status = 'open'"
)
_EVERY_OPEN = Statement(f"{_OPEN} ORDER BY deadline.due, deadline.id")
_OPEN_OF_YEAR = Statement(f"{_OPEN} AND subject.year = :year ORDER BY deadline.due, deadline.id")
_OPEN_OF_SUBJECT = Statement(f"{_OPEN} AND deadline.subject = :subject ORDER BY deadline.due, deadline.id")
_LINES = Statement(
    "SELECT id, part, item, points, note, reverses, reversed_by, source FROM line WHERE subject = :subject"
)
_FORMED = (
    "('open_plan', 'open_midyear', 'open_yearend', 'start_rectification', 'enrol', 'reinstate', 'readmit',"
    " 'send_back', 'withdraw', 'reopen', 'submit', 'accept', 'lapse')"
)
_ENTRIES = Statement(
    "SELECT history.subject, history.action FROM history JOIN subject ON subject.key = history.subject"
    " WHERE subject.kind = 'appraisal' AND subject.year = :year AND history.number ="
    " (SELECT max(entry.number) FROM history AS entry WHERE entry.subject = history.subject AND"
    f" entry.action IN {_FORMED})"
)
_ENTRY = Statement(
    f"SELECT action FROM history WHERE subject = :subject AND action IN {_FORMED} ORDER BY number DESC LIMIT 1"
)
_COUNT_MATTERS = Statement(
    "SELECT count(*) FROM subject WHERE department = :department AND kind = :kind AND year = :year"
)
_CALLS = Statement("SELECT id, call FROM pending_act WHERE status = 'waiting'")


def count_matters(session: Session, kind: str, year: int, department: str) -> int:
    """How many matters of a kind were opened in a department's year."""
    found = _COUNT_MATTERS.run(session, department=department, kind=kind, year=year).fetchone()
    return int(found[0])


def waiting_calls(session: Session) -> dict[str, dict[str, Any]]:
    """What each act that waits for a second person asks for, by its id: `arguments` and `act`."""
    return {str(name): json.loads(call) for name, call in _CALLS.run(session).fetchall()}


def open_deadlines(session: Session, year: int | None = None) -> list[OpenDeadline]:
    """Every deadline that runs, by due date; of one year's subjects where a year is given."""
    found = (_EVERY_OPEN.run(session) if year is None else _OPEN_OF_YEAR.run(session, year=year)).fetchall()
    return [_open(row) for row in found]


def open_of(session: Session, subject: str) -> list[OpenDeadline]:
    """Every deadline of one subject that runs, by due date."""
    return [_open(row) for row in _OPEN_OF_SUBJECT.run(session, subject=subject).fetchall()]


def _open(row: Sequence[Any]) -> OpenDeadline:
    subject, kind, year, department, armed_at, name, state, visit, who, due, grace, provisional = row
    deadline = Deadline(
        id=name,
        state=state,
        visit=visit,
        who=who,
        due=date.fromisoformat(due),
        grace_until=date.fromisoformat(grace) if grace else None,
        provisional=bool(provisional),
    )
    return OpenDeadline(subject, kind, year, department, datetime.fromisoformat(armed_at), deadline)


def every_line(session: Session, subject: str) -> list[LedgerLine]:
    """All ledger lines of one appraisal as they were written, reversed and reversing ones too."""
    lines = [LedgerLine(*row) for row in _LINES.run(session, subject=subject).fetchall()]
    return sorted(lines, key=_place)


def _place(line: LedgerLine) -> tuple[int, int]:
    """The history row a line was written by, and its place in it: `appraisal:2025:caizheng#12/3`."""
    row, _, place = line.id.rpartition("#")[2].partition("/")
    return int(row), int(place)


def last_entries(session: Session, year: int) -> dict[str, str]:
    """How each appraisal of a year came to its present form: the last action that entered or left one."""
    return {str(key): str(action) for key, action in _ENTRIES.run(session, year=year).fetchall()}


def last_entry(session: Session, subject: str) -> str:
    """The same of one appraisal; empty for one not opened."""
    row = _ENTRY.run(session, subject=subject).fetchone()
    return str(row[0]) if row else ""
