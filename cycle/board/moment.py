"""What tells two looks at the tables apart. As long as it is the same, a board shows the same to the same reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from cycle.db import Session, Statement
from workflows.deadlines import RUNG_AT
from workflows.workdays import local_day

# Rows of the history are never taken away, and whatever a board shows changes with one. SQLite has one writer at a
# time, so the last row entered tells which can be seen. On PostgreSQL an earlier row may come to be seen after a later
# one; but of two transactions one sees all that the other sees, so as many rows are the same rows.
_SEEN: Final = {
    "sqlite": Statement("SELECT coalesce(max(seq), 0) FROM history"),
    "postgresql": Statement("SELECT coalesce(sum(number), 0) FROM subject"),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Between which turns of the clock an instant lies, and the end of what is looked ahead at."""

    now: tuple[date, bool]
    until: tuple[date, bool]


@dataclass(frozen=True, slots=True)
class Moment:
    """`history` tells which rows of it can be seen."""

    history: int
    hours: Hours


def moment(session: Session, now: datetime, zone: ZoneInfo, ahead: timedelta) -> Moment:
    """The moment a transaction sees, for what looks `ahead` from now."""
    (history,) = _SEEN[session.dialect].run(session).fetchone()
    return Moment(int(history), hours(now, zone, ahead))


def hours(now: datetime, zone: ZoneInfo, ahead: timedelta) -> Hours:
    """Within the same the clock changes nothing: rungs fire at one time of the day, all else turns at midnight."""
    return Hours(_between(now, zone), _between(now + ahead, zone))


def _between(at: datetime, zone: ZoneInfo) -> tuple[date, bool]:
    return local_day(at, zone), at.astimezone(zone).time() >= RUNG_AT
