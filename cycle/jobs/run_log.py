"""The log of what the jobs did, for people to read: only runs that did something or failed."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cycle.db import Session, Statement
from cycle.service import Service
from workflows.wake import stamp

LOG: Final = logging.getLogger("cycle.jobs")

KEPT: Final = timedelta(days=400)
"""Runs older than this are dropped: a year and what is left of the one before."""

_ADD = Statement(
    "INSERT INTO job_run (job, at, until, worker, did, failed) VALUES (:job, :at, :until, :worker, :did, :failed)"
)
_DROP = Statement("DELETE FROM job_run WHERE at < :before")
_RECENT = Statement(
    "SELECT seq, job, at, until, worker, did, failed FROM job_run"
    " WHERE (:job = '' OR job = :job) ORDER BY seq DESC LIMIT :many"
)
_SAID = Statement("SELECT 1 FROM job_run WHERE job = :job AND at > :since AND failed LIKE :text LIMIT 1")
_LAST = Statement("SELECT name, slot, at, owner, lease_until FROM job ORDER BY name")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `did` counts by what was done, `failed` says each thing that broke. Instants as the tables hold them."""

    seq: int
    job: str
    at: str
    until: str
    worker: str
    did: Mapping[str, Any]
    failed: Sequence[str]

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (datetime.fromisoformat(self.until) - datetime.fromisoformat(self.at)).total_seconds()


@dataclass(frozen=True, slots=True)
class Standing:
    """A job as it stands: the last slot it finished, when it last ran, who holds it until when."""

    name: str
    slot: str | None
    at: str | None
    owner: str | None
    lease_until: str | None


def add(
    service: Service,
    job: str,
    began: datetime,
    worker: str,
    *,
    did: Mapping[str, int],
    failed: Sequence[str] = (),
) -> None:
    """Note a run that did something or failed; nothing for one that had nothing to do."""
    done = {name: count for name, count in did.items() if count}
    if not (done or failed):
        return
    with service.database.write() as session:
        _ADD.run(
            session,
            job=job,
            at=stamp(began),
            until=stamp(service.clock.now()),
            worker=worker,
            did=json.dumps(done, sort_keys=True),
            failed=json.dumps(list(failed), ensure_ascii=False),
        )
        _DROP.run(session, before=stamp(began - KEPT))
    LOG.info("job", extra={"fields": {"job": job, "did": done, "failed": len(failed)}})


def recent(session: Session, many: int, job: str = "") -> list[Run]:
    """The newest runs first; of one job where it is named."""
    rows = _RECENT.run(session, job=job, many=many).fetchall()
    return [_run(row) for row in rows]


def _run(row: Sequence[Any]) -> Run:
    seq, job, at, until, worker, did, failed = row
    return Run(seq, job, at, until, worker, json.loads(did), json.loads(failed))


def said_since(session: Session, job: str, text: str, since: datetime) -> bool:
    """Whether a run of a job after `since` failed with `text`."""
    values = {"job": job, "text": f"%{text}%", "since": stamp(since)}
    return _SAID.run(session, **values).fetchone() is not None


def standing(session: Session) -> list[Standing]:
    """Every job there has been, by name."""
    return [Standing(*row) for row in _LAST.run(session).fetchall()]
