"""What the clock could not do: set aside for an hour, counted, and told to the office."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cycle.db import Session, Statement
from cycle.service import Service
from workflows.wake import stamp

PAUSE: Final = timedelta(hours=1)
_ALL = Statement("SELECT subject, action, until, times, error FROM setback ORDER BY subject, action")
_KEEP = Statement(
    "INSERT INTO setback (subject, action, until, times, error) VALUES (:subject, :action, :until, 1, :error)"
    " ON CONFLICT (subject, action) DO UPDATE SET until = excluded.until, times = setback.times + 1,"
    " error = excluded.error"
)
_OVER = Statement("DELETE FROM setback WHERE subject = :subject AND action IN (:action, '')")
_LAPSED = Statement("DELETE FROM setback WHERE until <= :before")


@dataclass(frozen=True, slots=True)
class Setback:
    """Something that broke, how often in a row, and when it is tried again (an instant as the tables hold it)."""

    subject: str
    action: str
    until: str
    times: int
    error: str


def every(session: Session) -> list[Setback]:
    """All of them, by subject."""
    return [Setback(*row) for row in _ALL.run(session).fetchall()]


def standing(session: Session, now: datetime) -> Collection[tuple[str, str]]:
    """Subject and action of everything not to be tried yet."""
    at = stamp(now)
    return {(each.subject, each.action) for each in every(session) if each.until > at}


def keep(
    service: Service, failed: Sequence[tuple[str, str, str, str]], done: Sequence[tuple[str, str]]
) -> None:
    """Push back what failed, in one transaction of its own; forget what has come about since."""
    with service.database.read() as session:
        known = every(session)
    over = [each for each in known if (each.subject, each.action) in set(done)]
    stale = stamp(service.clock.now() - PAUSE * 2)
    if not (failed or over or any(each.until <= stale for each in known)):
        return
    with service.database.write() as session:
        until = stamp(service.clock.now() + PAUSE)
        for each in over:
            _OVER.run(session, subject=each.subject, action=each.action)
        _LAPSED.run(session, before=stale)
        for subject, action, kind, text in failed:
            _KEEP.run(session, subject=subject, action=action, until=until, error=f"{kind}: {text}"[:500])
