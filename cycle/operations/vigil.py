"""The watch over the deadlines: when the last pass was, and what an interruption of it means.

Nobody lapses by an outage of ours. Two instants are kept in the job `sweep`: `slot`, when the last pass came to
its end, from which gaps are measured, and `at`, up to when a pass has made good what a gap means, so that it may
lapse. A lapse looks at the latter in its own transaction: a worker that was frozen for a day and thaws within a
pass finds that the watch was interrupted, and leaves it to the next pass to make that good.

A clock that stands before the last pass decides nothing: either it went back or the other jumped ahead. Where that
pass has no successor for an hour, the other one did; its instant is given up and the hour counts as an outage.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cycle.clock import Clock
from cycle.db import Session, Statement
from workflows.deadlines import OUTAGE
from workflows.errors import Conflict
from workflows.wake import stamp

JOB: Final = "sweep"
_ROW = Statement("SELECT slot, at, owner, lease_until FROM job WHERE name = 'sweep'")
_BEGIN = Statement("INSERT INTO job (name) VALUES ('sweep') ON CONFLICT (name) DO NOTHING")
_ALLOW = Statement("UPDATE job SET at = :now WHERE name = 'sweep'")
_END = Statement(
    "UPDATE job SET slot = :now, at = :now, owner = NULL, lease_until = NULL"
    " WHERE name = 'sweep' AND (slot = :last OR (slot IS NULL AND :last = ''))"
)
_BEHIND = Statement("UPDATE job SET owner = :last, lease_until = :now WHERE name = 'sweep' AND slot = :last")
_FIRST_ROW = Statement("SELECT min(at) FROM history")


def _row(session: Session) -> tuple[str | None, str | None, str | None, str | None]:
    slot, at, seen, since = _ROW.run(session).fetchone() or (None, None, None, None)
    return slot, at, seen, since


def last_pass(session: Session) -> datetime | None:
    """When the last pass came to its end; None before the first."""
    slot, *_ = _row(session)
    return datetime.fromisoformat(slot) if slot else None


def watched_since(session: Session) -> datetime | None:
    """The last pass; before the first one, the first row of the history; None where nothing has happened yet."""
    last = last_pass(session)
    if last is not None:
        return last
    (first,) = _FIRST_ROW.run(session).fetchone()
    return datetime.fromisoformat(first) if first else None


def is_outage(since: datetime | None, now: datetime) -> bool:
    """Whether the passes stopped for more than an hour before `now`."""
    return since is not None and now - since > OUTAGE


def behind_since(session: Session, last: datetime, now: datetime) -> datetime:
    """Since when, by a clock that stands at `now` before the `last` pass, that pass has had no successor."""
    _, _, seen, since = _row(session)
    if seen == stamp(last) and since is not None and since <= stamp(now):
        return datetime.fromisoformat(since)
    _BEHIND.run(session, last=stamp(last), now=stamp(now))
    return now


def allow_lapses(session: Session, now: datetime) -> None:
    """A pass that began at `now` has made good what the gap before it means."""
    _BEGIN.run(session)
    _ALLOW.run(session, now=stamp(now))


def note_pass(session: Session, last: datetime | None, now: datetime) -> bool:
    """Note a pass that began at `now` after the one at `last`; False where another worker noted one meanwhile."""
    _BEGIN.run(session)
    written = _END.run(session, last=stamp(last) if last else "", now=stamp(now))
    return bool(written.rowcount == 1)


def require_watched(session: Session, clock: Clock) -> None:
    """Raises Conflict where the passes have stopped for more than an hour: the next one decides."""
    _, at, _, _ = _row(session)
    if at is not None and clock.now() - datetime.fromisoformat(at) > OUTAGE:
        raise Conflict("the watch over the deadlines was interrupted")
