"""The metronome: calls each job of the service at its interval. What is due, and whether, is the jobs' business.

APScheduler holds no schedule of ours: intervals only, in memory, so that nothing is lost when a tick is.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from cycle.jobs import run_log
from cycle.jobs.delivery import Mailers, mailers, send_in_turn
from cycle.jobs.digests import write_digests
from cycle.jobs.failures import report_failures
from cycle.jobs.nightly import back_up, check_evidence, check_history
from cycle.jobs.passes import make_pass
from cycle.operations import sessions
from cycle.service import Service
from cycle.settings import Settings
from notifications.rendering import compile_letters

LOG: Final = logging.getLogger("cycle.worker")

Did = dict[str, int]


def worker_name() -> str:
    """What this process is called in the log and on leases: machine, process and a random part."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class Job:
    """One job: how often it is called, what it does. It counts what it did; its own log entries apart."""

    name: str
    every: timedelta
    work: Callable[[], Did]


def jobs(
    service: Service,
    settings: Settings,
    worker: str,
    ways: Mailers | None = None,
    stop: Event | None = None,
) -> tuple[Job, ...]:
    """Every job of the service, in the order in which one round of them makes sense.

    Once `stop` is set, sending ends with the letters in hand.
    """
    out = ways or mailers(settings)

    def watch() -> Did:
        make_pass(service, worker)
        return {}  # a pass writes its own entry

    def night() -> Did:
        checked = check_history(service, settings.home / "checkpoints", worker)
        return {"checkpoints": len(checked), "faults": sum(verdict.faulty for verdict in checked)}

    def backup() -> Did:
        return {"backups": len(back_up(service, settings.home / "backups", worker))}

    return (
        Job("sweep", timedelta(seconds=30), watch),
        Job("digests", timedelta(minutes=1), lambda: {"digests": write_digests(service)}),
        Job("failures", timedelta(minutes=5), lambda: {"reports": report_failures(service)}),
        Job("history", timedelta(minutes=10), night),
        Job("evidence", timedelta(minutes=10), lambda: {"left_over": check_evidence(service, worker)}),
        Job("backup", timedelta(minutes=10), backup),
        Job("sessions", timedelta(hours=1), lambda: {"sessions_over": sessions.purge(service, settings)}),
        Job("deliver", timedelta(seconds=10), lambda: send_in_turn(service, out, worker, settings, stop)),
    )


def run(service: Service, job: Job, worker: str) -> bool:
    """Call a job once; False where it broke. What it did or why it broke goes to the run log."""
    began = service.clock.now()
    LOG.debug("job begins", extra={"fields": {"job": job.name}})
    try:
        did = job.work()
    except Exception as error:
        said = causes(error)
        LOG.exception("job broke", extra={"fields": {"job": job.name}})
        _noted(lambda: run_log.add(service, job.name, began, worker, did={}, failed=said))
        return False
    _noted(lambda: run_log.add(service, job.name, began, worker, did=did))
    return True


def causes(error: BaseException) -> list[str]:
    """What broke, each cause by itself: a group of errors says only how many there are."""
    if isinstance(error, BaseExceptionGroup):
        return [each for inner in error.exceptions for each in causes(inner)]
    return [f"{type(error).__name__}: {error}"]


def _noted(note: Callable[[], None]) -> None:
    """A log entry that cannot be written, the database being what broke, goes to the process's own log."""
    try:
        note()
    except Exception:
        LOG.exception("the run log could not be written")


@contextmanager
def ticking(service: Service, settings: Settings, worker: str) -> Iterator[BackgroundScheduler]:
    """Run every job at its interval in threads of this process, the first time at once; ends when those at work do.

    A delivery at work ends with the letters in hand.
    """
    stop = Event()
    compile_letters()  # no letter waits for its template within a transaction
    scheduler = BackgroundScheduler(
        timezone=service.zone,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for job in jobs(service, settings, worker, stop=stop):
        scheduler.add_job(
            run,
            "interval",
            seconds=job.every.total_seconds(),
            args=(service, job, worker),
            id=job.name,
            next_run_time=service.clock.now(),
        )
    scheduler.start()
    try:
        yield scheduler
    finally:
        stop.set()
        scheduler.shutdown(wait=True)
