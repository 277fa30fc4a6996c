"""`cycle mail send` and `test-send`: letters leave now."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from rich.console import Console

from cycle.board.post_office import standing
from cycle.cli import instants
from cycle.cli.command import Work
from cycle.cli.mail_faults import exit_code, reason_of, told
from cycle.cli.mail_way import way_of
from cycle.cli.mail_words import counted
from cycle.cli.terminal import UNEXPECTED, BadInput
from cycle.correspondence.letterhead import letterhead
from cycle.jobs import away, run_log
from cycle.jobs.delivery import Mailers, mailers, said, send_letters
from cycle.jobs.run_words import did_words
from cycle.settings import Settings
from cycle.worker import worker_name
from notifications import outbox
from notifications.errors import DeliveryFault
from notifications.notices import Letter, Recipient
from notifications.outbox import Parcel
from notifications.rendering import render
from workflows import words
from workflows.wake import stamp

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="收信的邮箱 / the address to write to")]


def _text(work: Work, code: str, **data: object) -> str:
    return words.phrase("mail", code, work.terminal.lang, **data)


def _ways(settings: Settings) -> Mailers:
    """What opens a way to send. Raises BadInput where the settings cannot work."""
    try:
        return mailers(settings)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "setting_smtp_password_file", name="CYCLE_SMTP_PASSWORD_FILE", given=str(error)
        ) from error


def send(work: Work) -> None:
    settings, name = Settings(), worker_name()
    ways = _ways(settings)
    began = work.service.clock.now()
    with work.read() as session:
        how = standing(work.look(session))
    # At once, also where the worker leaves the server alone for now; what is found holds for the worker too.
    done = send_letters(work.service, ways, name, settings.smtp_connections, timeout=settings.smtp_timeout)
    away.note(work.service, done)
    did, fault = done.counts(), done.unreachable
    run_log.add(work.service, away.JOB, began, name, did=did, failed=[said(done)] if fault else [])
    with work.read() as session:
        left = outbox.counts(session)
    reason = reason_of(fault, ascii_only=True) if fault else None
    answer = {"did": did, "paused": how["paused"], "opens": how["opens"], "counts": left, "fault": reason}

    def human(console: Console) -> None:
        if how["paused"]:
            console.print(_text(work, "sends_paused"))
        elif how["opens"]:
            console.print(_text(work, "sends_closed", opens=instants.shown(work, how["opens"])))
        else:
            did_say = did_words({code: count for code, count in did.items() if count}, work.terminal.lang)
            console.print(_text(work, "sends", did=did_say or _text(work, "sends_nothing")))
        if fault and reason:
            console.print(told(reason, fault, settings, "", work.terminal.lang))
        console.print(_text(work, "header", counts=counted(left, work.terminal.lang)))

    work.terminal.tell(answer, human)
    if fault:
        raise typer.Exit(UNEXPECTED)


def test_send(work: Work, address: Address) -> None:
    """Past the outbox, at once: what a way to send is good for is seen before letters depend on it."""
    settings = Settings()
    if not outbox.usable(address):
        raise BadInput("bad_address", value=address)
    ways = _ways(settings)
    with work.read() as session:
        how = standing(work.look(session))
    parcel = _parcel(work, address)
    way = way_of(settings, work.terminal.lang)
    try:
        answered = asyncio.run(_handed_over(ways, parcel))
    except DeliveryFault as fault:
        ascii_only = (address + settings.mail_from).isascii()
        reason = reason_of(fault, ascii_only=ascii_only)
        work.terminal.fail(reason, told(reason, fault, settings, address, work.terminal.lang))
        raise typer.Exit(exit_code(reason)) from fault
    place = (settings.home / "mail" / answered).as_posix()
    answer: dict[str, Any] = {
        "address": address,
        "way": way,
        "message_id": parcel.message_id,
        "server": answered if settings.smtp_host else None,
        "file": None if settings.smtp_host else place,
        "paused": bool(how["paused"]),
    }

    def human(console: Console) -> None:
        if settings.smtp_host:
            console.print(_text(work, "test_sent", address=address, way=way, said=answered))
        else:
            console.print(_text(work, "test_filed", file=place))
        if how["paused"]:
            console.print(_text(work, "test_paused"))
        elif how["opens"]:
            console.print(_text(work, "test_closed"))

    work.terminal.tell(answer, human)


async def _handed_over(ways: Mailers, parcel: Parcel) -> str:
    async with ways() as mailer:
        return await mailer.send(parcel)


def _parcel(work: Work, address: str) -> Parcel:
    now, lang = work.service.clock.now(), work.terminal.lang
    with work.read() as session:
        head = letterhead(session)
    fields = {
        "office": head.office or words.word("letter", "office", lang),
        "contact": head.contact,
        "link": head.link,
        "today": work.today,
        "colour": "",
        "year": work.today.year,
    }
    key = f"test:{stamp(now)}:{address}"
    rendered = render(Letter(key, "test", Recipient("", "", address, lang), now, fields))
    return Parcel(
        key=key,
        message_id=outbox.message_id(key, head.domain),
        address=address,
        name="",
        title=rendered.title,
        body=rendered.body,
        html=rendered.html,
        event=None,
        at=now,
        attempts=1,
        copies=0,
    )
