"""The watch over the deadlines: when the last pass was, and what an interruption of it means.

Nobody lapses by an outage of ours. So a lapse looks, in its own transaction, whether the passes went on up to
now: a worker that was frozen for a day and thaws within a pass finds that they did not, and leaves it to the
next pass to make that good.
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
_LAST = Statement("SELECT at FROM job WHERE name = 'sweep'")
_BEGIN = Statement("INSERT INTO job (name, at) VALUES ('sweep', :now) ON CONFLICT (name) DO NOTHING")
_GO_ON = Statement("UPDATE job SET at = :now WHERE name = 'sweep' AND at = :last")
_FIRST_ROW = Statement("SELECT min(at) FROM history")


def last_pass(session: Session) -> datetime | None:
    """When the last pass was; None before the first."""
    found = _LAST.run(session).fetchone()
    return datetime.fromisoformat(found[0]) if found else None


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


def note_pass(session: Session, last: datetime | None, now: datetime) -> bool:
    """Note a pass at `now` after the one at `last`; False where another worker noted one meanwhile."""
    statement = _BEGIN if last is None else _GO_ON
    values = {"now": stamp(now)} if last is None else {"now": stamp(now), "last": stamp(last)}
    return bool(statement.run(session, **values).rowcount == 1)


def require_watched(session: Session, clock: Clock) -> None:
    """Raises Conflict where the passes have stopped for more than an hour: the next one decides."""
    last = last_pass(session)
    if last is not None and clock.now() - last > OUTAGE:
        raise Conflict("the watch over the deadlines was interrupted")
