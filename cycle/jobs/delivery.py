"""Letters leave: over the mail server of the settings, or, where there is none, into a folder of .eml files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import Final

from cycle import facts as gathering
from cycle.correspondence.letterhead import letterhead
from cycle.jobs import away, run_log
from cycle.service import Service
from cycle.settings import Settings
from notifications.courier import LEASE, Delivered, deliver
from notifications.folder import FolderMailer
from notifications.mailer import STEPS, Mailer, Smtp, SmtpMailer
from notifications.mime import Sender
from workflows.workdays import mail_instant

ASKED_EVERY: Final = timedelta(seconds=1)
MARGIN: Final = timedelta(minutes=1)
LOGGED: Final = ("sent", "retry", "failed", "unknown", "expired")
"""What a run of the job counts: a server that is away would fill the log with what was put back."""
Mailers = Callable[[], Mailer]


def mailers(settings: Settings) -> Mailers:
    """What opens a way to send, as the settings say."""
    sender = Sender(settings.mail_name, settings.mail_from)
    if not settings.smtp_host:
        return partial(FolderMailer, settings.home / "mail", sender, settings.zone)
    return partial(SmtpMailer, smtp_of(settings), settings.zone)


def smtp_of(settings: Settings) -> Smtp:
    """The mail server of the settings."""
    return Smtp(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=Sender(settings.mail_name, settings.mail_from),
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_secret,
        ca_file=str(settings.smtp_ca_file) if settings.smtp_ca_file else None,
        timeout=settings.smtp_timeout,
    )


def lease_of(timeout: float) -> timedelta:
    """How long a message is its sender's, where each answer of the server may take so many seconds."""
    return max(LEASE, 2 * STEPS * timedelta(seconds=timeout) + MARGIN)


@dataclass(slots=True)
class Gate:
    """Whether letters may leave, asked of the database once a second: a pause takes hold within that.

    Nothing leaves any more once `stop` is set.
    """

    service: Service
    stop: Event | None = None
    asked_at: datetime | None = None
    answer: bool = False

    def __call__(self, now: datetime) -> bool:
        if self.stop is not None and self.stop.is_set():
            return False
        if self.asked_at is None or not timedelta(0) <= now - self.asked_at < ASKED_EVERY:
            self.answer = may_send(self.service, now)
            self.asked_at = now
        return self.answer


def may_send(service: Service, now: datetime) -> bool:
    """Whether a letter may leave at `now`: on working days from 08:00 to 18:00, and while mail is not paused."""
    with service.database.read() as session:
        if letterhead(session).paused:
            return False
        return mail_instant(now, gathering.standing_calendar(session), service.zone) == now


def send_letters(
    service: Service,
    ways: Mailers,
    worker: str,
    connections: int = 4,
    *,
    timeout: float = 60,
    stop: Event | None = None,
) -> Delivered:
    """Send what is due until nothing is, or until letters may not leave; what became of each is counted.

    `timeout` is in seconds and holds for each answer of the server. Once `stop` is set only the letters in
    hand are sent.
    """
    return asyncio.run(
        deliver(
            service.database,
            ways,
            service.clock,
            worker,
            may_send=Gate(service, stop),
            connections=connections,
            lease=lease_of(timeout),
        )
    )


def send_in_turn(
    service: Service, ways: Mailers, worker: str, settings: Settings, stop: Event | None = None
) -> dict[str, int]:
    """As `send_letters`, but not while the server is left alone; the counts for the log.

    Why the server cannot be reached goes to the log when it is news, in an entry of its own.
    """
    if not away.may_try(service):
        return {}
    began = service.clock.now()
    done = send_letters(
        service, ways, worker, settings.smtp_connections, timeout=settings.smtp_timeout, stop=stop
    )
    counts = {name: count for name, count in done.counts().items() if name in LOGGED}
    if not away.note(service, done):
        return counts
    run_log.add(service, away.JOB, began, worker, did=counts, failed=[said(done)])
    return {}


def said(done: Delivered) -> str:
    """Why the run ended early, as it is logged."""
    fault = done.unreachable
    return f"{type(fault).__name__}: {fault}"
