"""Workers without the guards that keep two of them apart: what they do shows that a test would notice.

Where two processes have to meet between looking and writing they wait for each other, so that nothing is left
to chance. Each function changes the process it is called in for good.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from typing import Any, Final

import pytest

from cycle import queries
from cycle.db import Session
from cycle.operations import alarms, decisions, reminding
from cycle.operations.decisions import Ladders, Watched
from notifications import courier, outbox
from notifications.notices import Letter
from workflows.deadlines import LAPSE

PATCH: Final = pytest.MonkeyPatch()  # in a process that is thrown away
WAIT: Final = 60  # seconds until a process that does not come fails the test


def no_decisions(meet: Barrier) -> None:
    """Neither a lock nor a look at what was decided meanwhile; every claim succeeds, every letter is a new one."""
    seen: dict[str, list[Watched]] = {}
    waiting, claim, post = reminding.waiting, decisions.claim, outbox.post

    def look(session: Session, now: str, many: int = 1000) -> list[str]:
        """What was due when both looked is all either believes, so each finds it once."""
        if seen:
            return []
        keys = waiting(session, now, many)
        for each in decisions.every(session):
            seen.setdefault(each.subject, []).append(each)
        meet.wait(WAIT)
        return keys

    def claimed(*about: Any) -> bool:
        claim(*about)
        return True

    def posted(session: Session, letters: Sequence[Letter], *, domain: str) -> int:
        own = [replace(letter, key=f"{letter.key}:{os.getpid()}") for letter in letters]
        return post(session, own, domain=domain)

    PATCH.setattr(reminding, "waiting", look)
    PATCH.setattr(queries, "lock_free", queries.subject)
    PATCH.setattr(decisions, "due", lambda _session, subject, _now: seen[subject])
    PATCH.setattr(
        Ladders, "open", lambda self, _, watched: [rung for rung in self.of(watched) if rung.name != LAPSE]
    )
    PATCH.setattr(decisions, "claim", claimed)
    PATCH.setattr(alarms, "put", lambda *_about: None)
    PATCH.setattr(outbox, "post", posted)


def no_lease(meet: Barrier) -> None:
    """What one sender has in hand the other takes too: leases end as they begin, and nobody asks whose it is."""
    claim, take = outbox.claim, courier._Run._claim
    met: list[bool] = []

    def claimed(session: Session, now: Any, owner: str, limit: int, _lease: timedelta) -> Any:
        return claim(session, now, owner, limit, timedelta())

    def taken(run: Any) -> Any:
        found = take(run)
        if not met:
            met.append(True)
            meet.wait(WAIT)
        return found

    PATCH.setattr(outbox, "claim", claimed)
    PATCH.setattr(outbox, "begin", lambda *_about, **_more: "sending")
    PATCH.setattr(courier._Run, "_claim", taken)
