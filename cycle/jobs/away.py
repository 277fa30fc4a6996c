"""A mail server that cannot be reached: since when, why, and until when it is left alone, by every worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cycle.db import Session, Statement
from cycle.service import Service
from notifications.courier import Delivered
from notifications.retry import LONGEST, SHORTEST, pause
from workflows.wake import stamp

JOB: Final = "deliver"
_LONGEST_TEXT: Final = 500

_FIND = Statement(
    "SELECT at, owner, lease_until FROM job WHERE name = :job AND at IS NOT NULL AND owner IS NOT NULL"
)
_NOTE = Statement(
    "INSERT INTO job (name, at, owner, lease_until) VALUES (:job, :at, :why, :until)"
    " ON CONFLICT (name) DO UPDATE SET at = excluded.at, owner = excluded.owner, lease_until = excluded.lease_until"
)
_CLEAR = Statement("UPDATE job SET at = NULL, owner = NULL, lease_until = NULL WHERE name = :job")
_TRY = Statement(
    "UPDATE job SET lease_until = :until WHERE name = :job AND (lease_until <= :now OR lease_until > :latest)"
)


@dataclass(frozen=True, slots=True)
class Away:
    """Why no letter leaves: `reason` is a stable word, `text` what the server or the system said."""

    since: datetime
    reason: str
    text: str
    until: datetime


def away(session: Session) -> Away | None:
    """What keeps the letters, as far as anybody has tried; None where the last try came through."""
    row = _FIND.run(session, job=JOB).fetchone()
    if row is None:
        return None
    at, why, until = row
    reason, _, text = why.partition(" ")
    return Away(datetime.fromisoformat(at), reason, text, datetime.fromisoformat(until))


def may_try(service: Service) -> bool:
    """Whether the server may be tried now. Once it was away that is one worker's turn, for a minute."""
    now = service.clock.now()
    with service.database.read() as session:
        found = away(session)
    if found is None:
        return True
    # No pause is longer: what ends later was noted by a clock that stood wrong.
    if now < found.until <= now + LONGEST:
        return False
    times = {"now": stamp(now), "until": stamp(now + SHORTEST), "latest": stamp(now + LONGEST)}
    with service.database.write() as session:
        return bool(_TRY.run(session, job=JOB, **times).rowcount == 1)


def note(service: Service, done: Delivered) -> bool:
    """Note how a run found the server; True where it is news: it is away now, or for another reason than before."""
    fault = done.unreachable
    with service.database.read() as session:
        was = away(session)
    if fault is None:
        if was is not None and done.answered:
            with service.database.write() as session:
                _CLEAR.run(session, job=JOB)
        return False
    now = service.clock.now()
    since = was.since if was is not None and not done.answered else now
    why = f"{fault.reason} {fault}".replace("\0", "").encode("utf-8", "replace").decode()[:_LONGEST_TEXT]
    times = {"at": stamp(since), "until": stamp(now + pause(since, now))}
    with service.database.write() as session:
        _NOTE.run(session, job=JOB, why=why, **times)
    return was is None or was.reason != fault.reason
