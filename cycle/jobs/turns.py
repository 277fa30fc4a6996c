"""Whose turn a job of the night or the week is: one worker a slot, another one if that one dies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from cycle.db import Statement
from cycle.service import Service
from workflows.wake import stamp

LEASE: Final = timedelta(hours=2)

_BEGIN = Statement("INSERT INTO job (name) VALUES (:name) ON CONFLICT (name) DO NOTHING")
_TAKE = Statement(
    "UPDATE job SET owner = :owner, lease_until = :lease, at = :now WHERE name = :name"
    " AND (slot IS NULL OR slot < :slot) AND (lease_until IS NULL OR lease_until <= :now)"
)
_DONE = Statement(
    "UPDATE job SET slot = :slot, owner = NULL, lease_until = NULL WHERE name = :name AND owner = :owner"
)
_GIVE_BACK = Statement(
    "UPDATE job SET owner = NULL, lease_until = :until WHERE name = :name AND owner = :owner"
)
AGAIN: Final = timedelta(hours=1)
"""How long a job that broke is left alone."""


def in_turn(service: Service, name: str, slot: str, worker: str, work: Callable[[datetime], None]) -> bool:
    """Do `work` unless the slot is done or somebody is at it; whether it was done here.

    Slots are ISO dates, so that they sort. What `work` raises goes on to the caller, the job is left alone for
    an hour. A worker that dies leaves it to the others after two.
    """
    now = service.clock.now()
    with service.database.write() as session:
        _BEGIN.run(session, name=name)
        taken = _TAKE.run(
            session, name=name, slot=slot, owner=worker, now=stamp(now), lease=stamp(now + LEASE)
        ).rowcount
    if taken != 1:
        return False
    try:
        work(now)
    except BaseException:
        with service.database.write() as session:
            _GIVE_BACK.run(session, name=name, owner=worker, until=stamp(service.clock.now() + AGAIN))
        raise
    with service.database.write() as session:
        _DONE.run(session, name=name, slot=slot, owner=worker)
    return True
