"""Letters leave: over the mail server of the settings, or, where there is none, into a folder of .eml files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from cycle import facts as gathering
from cycle.correspondence.letterhead import letterhead
from cycle.service import Service
from cycle.settings import Settings
from notifications.courier import Delivered, deliver
from notifications.folder import FolderMailer
from notifications.mailer import Mailer, Smtp, SmtpMailer
from notifications.mime import Sender
from workflows.workdays import mail_instant

ASKED_EVERY: Final = timedelta(seconds=1)
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


@dataclass(slots=True)
class Gate:
    """Whether letters may leave, asked of the database once a second: a pause takes hold within that."""

    service: Service
    asked_at: datetime | None = None
    answer: bool = False

    def __call__(self, now: datetime) -> bool:
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


def send_letters(service: Service, ways: Mailers, worker: str, connections: int = 4) -> Delivered:
    """Send what is due until nothing is, or until letters may not leave; what became of each is counted."""
    return asyncio.run(
        deliver(
            service.database,
            ways,
            service.clock,
            worker,
            may_send=Gate(service),
            connections=connections,
        )
    )
