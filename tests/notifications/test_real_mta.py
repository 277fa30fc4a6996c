"""Our letters at a real mail server: what it stores in the mailboxes is what was in the outbox, once."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any, Literal

import icalendar
import pytest

from cycle.clock import VirtualClock
from cycle.db import Database
from notifications.courier import Delivered, deliver
from notifications.mailer import Smtp, SmtpMailer
from notifications.message import Message
from notifications.notices import Letter
from notifications.rendering import LANGUAGES
from notifications.samples import samples
from tests.held import ZONE
from tests.notifications import mta as real
from tests.notifications.fault_server import SENDER
from tests.notifications.letters import AT, all_rows, letter, post, row
from tests.notifications.mta import CLOSED, FOREIGN, KNOWN, OPEN, Mta

LONG_NAME = "人力资源和社会保障局（机关事业单位社会保险管理中心、劳动保障监察大队、人才交流服务中心）" * 3
NAMES = ("张三", "古丽娜尔·买买提", "Han Xuefeng", 'Han, "Xuefeng" <han@elsewhere.invalid>', "")
WAY = re.compile(r"\(Postfix\) with (\w+) id (\w+)")

Security = Literal["none", "starttls"]


@pytest.fixture(scope="module")
def running_mta() -> Iterator[Mta]:
    """One server for all tests here, which are skipped where none can be had."""
    try:
        server = real.start()
    except real.Unavailable as error:
        pytest.skip(f"no mail server to test with: {error}")
    yield server
    server.stop()


@pytest.fixture
def mta(running_mta: Mta) -> Mta:
    """The server with nothing in its mailboxes."""
    running_mta.empty()
    return running_mta


def run(database: Database, smtp: Smtp, clock: VirtualClock) -> Delivered:
    return asyncio.run(
        deliver(database, lambda: SmtpMailer(smtp, ZONE), clock, "courier", may_send=lambda _: True)
    )


def every_letter() -> list[Letter]:
    """The office's letters of each kind in both languages, each to an address of its own."""
    return [
        replace(
            each,
            key=f"{lang}:{each.key}",
            to=replace(each.to, address=f"{lang}.{number}@{OPEN}"),
            at=AT,
        )
        for lang in LANGUAGES
        for number, each in enumerate(samples(lang))
    ]


def odd_letters() -> list[Letter]:
    """Long subjects, and names of every sort, at addresses in this script and in another."""
    first = next(each for each in samples("zh") if each.kind == "reminder")
    long = replace(first, key="long", at=AT, fields={**first.fields, "department": LONG_NAME})
    return [
        replace(long, to=replace(long.to, address=f"long@{OPEN}")),
        replace(long, key="long:foreign", to=replace(long.to, name="张三", address=f"张三@{FOREIGN}")),
        *(letter(f"name-{place}", f"name-{place}@{OPEN}", name=name) for place, name in enumerate(NAMES)),
        *(
            letter(f"foreign-{place}", f"收信{place}@{FOREIGN}", name=name)
            for place, name in enumerate(NAMES)
        ),
    ]


def text(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def entry(message: EmailMessage) -> dict[str, Any] | None:
    """The calendar entry that came with it, in the words of the outbox."""
    attached = list(message.iter_attachments())
    if not attached:
        return None
    [part] = attached
    assert isinstance(part, EmailMessage)
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "deadline.ics")
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    calendar: Any = icalendar.Calendar.from_ical(data)
    [found] = calendar.walk("VEVENT")
    assert found["DTEND"].dt == found["DTSTART"].dt + timedelta(days=1)
    assert part["Content-Type"].params["method"] == calendar["METHOD"]
    return {
        "uid": found["UID"],
        "sequence": found["SEQUENCE"],
        "day": found["DTSTART"].dt,
        "title": found["SUMMARY"],
        "cancelled": (calendar["METHOD"], found["STATUS"]) == ("CANCEL", "CANCELLED"),
    }


def promised(kept: Message) -> dict[str, Any] | None:
    """The calendar entry of a row of the outbox."""
    if kept.event is None:
        return None
    event = json.loads(kept.event)
    return {**event, "day": date.fromisoformat(event["day"])}


def is_same(message: EmailMessage, kept: Message) -> None:
    """Make sure that what was stored says what the outbox says."""
    assert not message.defects
    assert not any(part.defects for part in message.walk())
    assert message["Subject"] == kept.title
    assert [(who.display_name, who.addr_spec) for who in message["To"].addresses] == [
        (kept.name, kept.address)
    ]
    assert [(who.display_name, who.addr_spec) for who in message["From"].addresses] == [
        (SENDER.name, SENDER.address)
    ]
    assert message["Date"].datetime == AT
    assert message["Delivered-To"] == kept.address
    assert message["Return-Path"] == f"<{SENDER.address}>"
    assert text(message, "plain") == kept.body
    assert text(message, "html") == kept.html
    assert entry(message) == promised(kept)


def way_of(kept: Message, security: Security) -> str:
    """The protocol by which a letter has to come."""
    return ("ESMTP" if kept.address.isascii() else "UTF8SMTP") + ("S" if security == "starttls" else "")


@pytest.mark.parametrize("security", ["none", "starttls"])
def test_each_letter_is_stored_once_with_all_it_said(
    database: Database, clock: VirtualClock, mta: Mta, security: Security
) -> None:
    given = every_letter() + odd_letters()
    assert {each.event.cancelled for each in given if each.event} == {True, False}
    assert post(database, *given) == len(given)
    assert run(database, mta.smtp(security), clock) == Delivered(sent=len(given))
    rows = {kept.message_id: kept for kept in all_rows(database)}
    stored = mta.stored()
    assert Counter(str(message["Message-ID"]) for message in stored) == Counter(list(rows))
    for message in stored:
        kept = rows[message["Message-ID"]]
        is_same(message, kept)
        [received] = message.get_all("Received", [])
        [(way, queued)] = WAY.findall(received)
        assert (kept.status, kept.answer) == ("sent", f"250 2.0.0 Ok: queued as {queued}")
        assert way == way_of(kept, security)


@pytest.mark.parametrize("security", ["none", "starttls"])
def test_a_recipient_the_server_does_not_know_is_a_dead_letter_with_its_words(
    database: Database, clock: VirtualClock, mta: Mta, security: Security
) -> None:
    gone = f"gone@{CLOSED}"
    post(database, letter("a", gone), letter("b", KNOWN), letter("c", f"无此人@{CLOSED}"))
    assert run(database, mta.smtp(security), clock) == Delivered(sent=1, failed=2)
    for key, address in {"a": gone, "c": f"无此人@{CLOSED}"}.items():
        dead = row(database, key)
        assert (dead.status, dead.code, dead.attempts, dead.next_at) == ("failed", 550, 1, None)
        words = f"5.1.1 <{address}>: Recipient address rejected: User unknown in virtual mailbox table"
        assert dead.answer == words
    assert run(database, mta.smtp(security), clock) == Delivered()
    [message] = mta.stored()
    is_same(message, row(database, "b"))
