"""A pass of the watch over the deadlines: first what an outage of ours means, then everything that is due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cycle.jobs import run_log
from cycle.operations.advance import advance
from cycle.operations.cases import SYSTEM
from cycle.operations.perform import writing
from cycle.operations.sweep import Swept, spare, sweep
from cycle.operations.vigil import (
    JOB,
    allow_lapses,
    behind_since,
    is_outage,
    last_pass,
    note_pass,
    watched_since,
)
from cycle.permissions import Act
from cycle.service import Service
from workflows.deadlines import OUTAGE
from workflows.facts import Asked
from workflows.wake import stamp

KEY: Final = "scheduler:deadlines"
BEHIND: Final = timedelta(minutes=1)
"""How far a worker's clock may be behind the last pass before it is worth saying."""


@dataclass(slots=True)
class Passed:
    """What a pass did. `since` is set where it followed an outage; `behind` where the clock stood before the last."""

    swept: Swept = field(default_factory=Swept)
    spared: Swept = field(default_factory=Swept)
    since: datetime | None = None
    behind: bool = False

    @property
    def failed(self) -> list[tuple[str, str, str, str]]:
        """Everything that broke."""
        return [*self.spared.failed, *self.swept.failed]


def make_pass(service: Service, worker: str) -> Passed:
    """One pass. Harmless at any time and beside any number of others.

    It is noted when it has come to its end: one that breaks is no pass, and the next finds a gap. A clock that
    stands before the last pass decides nothing until that pass has had no successor for an hour.
    """
    passed = Passed()
    began = service.clock.now()
    with service.database.read() as session:
        last, since = last_pass(session), watched_since(session)
    if last is not None and began < last:
        since = _behind(service, last, began, worker, passed)
        if passed.behind:
            return passed
    if since is not None and is_outage(since, began):
        passed.since = since
        passed.spared = spare(service, since)
    with writing(service) as session:
        allow_lapses(session, began)
    passed.swept = sweep(service)
    _note(service, last, began, passed)
    failed = [_said(*each) for each in passed.failed]
    run_log.add(service, JOB, began, worker, did=_did(passed), failed=failed)
    return passed


def _behind(service: Service, last: datetime, now: datetime, worker: str, passed: Passed) -> datetime:
    """Wait, and say so once an hour, or go on from the instant returned: since then nobody made a pass."""
    with writing(service) as session:
        since = behind_since(session, last, now)
    passed.behind = not is_outage(since, now)
    if passed.behind and last - now > BEHIND:
        said = f"clock behind the last pass of {stamp(last)}"
        with service.database.read() as session:
            told = run_log.said_since(session, JOB, "clock behind", now - OUTAGE)
        if not told:
            run_log.add(service, JOB, now, worker, did={}, failed=[said])
    return since


def _note(service: Service, last: datetime | None, now: datetime, passed: Passed) -> None:
    """Note the pass, and in the same transaction the outage it ended; once, whoever comes first."""
    with writing(service) as session:
        if note_pass(session, last, now) and passed.since is not None:
            gap = {"from": stamp(passed.since), "until": stamp(now)}
            act = Act(SYSTEM.actor, SYSTEM.kind, reason="outage")
            asked = Asked(extra={"record": {"outage": gap}})
            advance(session, KEY, "note_outage", act=act, clock=_At(now), zone=service.zone, asked=asked)


@dataclass(frozen=True, slots=True)
class _At:
    """The pass's own instant: the row says when the outage ended, and the rungs of the gap follow from it."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def _did(passed: Passed) -> dict[str, int]:
    swept = passed.swept
    did = {f"moved.{action}": 0 for _, action in swept.moved}
    for _, action in swept.moved:
        did[f"moved.{action}"] += 1
    for _, _, outcome in swept.reminded:
        did[outcome] = did.get(outcome, 0) + 1
    did["spared"] = len(passed.spared.moved)
    did["outage"] = int(passed.since is not None)
    return did


def _said(key: str, action: str, kind: str, text: str) -> str:
    return f"{key} {action} {kind}: {text}".strip()
