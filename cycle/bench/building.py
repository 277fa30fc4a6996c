"""A letter's bytes put together, beside the standard library's message object."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.letters import SENDER, content, subjects, written
from cycle.bench.moves import drafting
from cycle.bench.office import ZONE
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes
from notifications.mime import EVENT_FILE
from notifications.outbox import Parcel


def run(bed: Bed, sizes: Sizes) -> list[Finding]:
    """How many times as long the message object takes, for a letter without and with a calendar entry.

    Ours makes the entry; the other gets it ready-made.
    """
    (parcel,) = written(drafting(bed, 1), subjects(1))
    plain = replace(parcel, event=None)
    return [_compared(bed, sizes, "building", plain), _compared(bed, sizes, "building_event", parcel)]


def _compared(bed: Bed, sizes: Sizes, code: str, parcel: Parcel) -> Finding:
    count, entry = sizes.moves, calendar_entry(parcel)
    ours, others = rounds.alternate(
        sizes.rounds,
        lambda _index: rounds.seconds(lambda: [content(parcel) for _ in range(count)]),
        lambda _index: rounds.seconds(lambda: [as_message_object(parcel, entry) for _ in range(count)]),
    )
    return Finding(
        code=code,
        database=bed.name,
        aim="",
        ratio=rounds.over(others, ours),
        absolute={
            "ours_us": rounds.spread([1e6 * took / count for took in ours]),
            "bare_us": rounds.spread([1e6 * took / count for took in others]),
        },
        counts={"bytes_each": len(content(parcel))},
    )


def calendar_entry(parcel: Parcel) -> str:
    """The calendar entry within a built letter; empty where it has none."""
    message = message_from_bytes(content(parcel), policy=policy.SMTP)
    entries = [part.get_content() for part in message.walk() if part.get_content_type() == "text/calendar"]
    return "".join(entries)


def as_message_object(parcel: Parcel, entry: str) -> bytes:
    """The same letter by `EmailMessage`."""
    message = EmailMessage(policy=policy.SMTP)
    message["Date"] = format_datetime(parcel.at.astimezone(ZONE))
    message["From"] = formataddr((SENDER.name, SENDER.address))
    message["To"] = formataddr((parcel.name, parcel.address))
    message["Message-ID"] = parcel.message_id
    message["Subject"] = parcel.title
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(parcel.body, cte="base64")
    message.add_alternative(parcel.html, subtype="html", cte="base64")
    if entry:
        named = {"method": "PUBLISH", "name": EVENT_FILE}
        message.add_attachment(entry, subtype="calendar", filename=EVENT_FILE, params=named, cte="base64")
    return message.as_bytes()
