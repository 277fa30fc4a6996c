"""A message as it goes over the wire: the same row gives the same bytes, whoever sends it and however often.

The headers are put together by hand: the standard library's message object takes fifty times as long, on the
loop that all connections share.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256

import icalendar

from cycle.mail_address import usable
from notifications.errors import SenderRefused
from notifications.notices import Event
from notifications.outbox import Parcel

EVENT_FILE = "deadline.ics"

_CRLF = b"\r\n"
_LINE = 76  # of base64 (RFC 2045)
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029]"
)  # whatever some reader may take for an end of line
_PLAIN = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_PLAIN_LENGTH = 50  # what is longer is folded, which needs encoded words
_WORD_BYTES = 39  # with its frame and the longest header name still within a line of 76


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the letters are from."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Mail:
    """The bytes of a message; `utf8`: only a server that knows SMTPUTF8 can take them."""

    content: bytes
    utf8: bool


def build(parcel: Parcel, sender: Sender, *, zone: tzinfo) -> Mail:
    """The message, dated by its row in `zone`.

    Raises ValueError where a header could end before its end, or where an address is not exactly one;
    SenderRefused where that is our own, which is no fault of the message.
    """
    try:
        written_by = _mailbox(sender.name, sender.address)
    except ValueError as fault:
        raise SenderRefused(str(fault)) from fault
    mark = sha256(parcel.message_id.encode()).hexdigest()[:32]
    text = _part("text/plain; charset=utf-8", re.sub("\r?\n", "\r\n", parcel.body).encode())
    html = _part("text/html; charset=utf-8", parcel.html.encode())
    kind, content = _bundle("alternative", f"=_a{mark}", [text, html])
    if parcel.event is not None:
        whole = b"Content-Type: " + kind.encode() + _CRLF + _CRLF + content
        kind, content = _bundle("mixed", f"=_m{mark}", [whole, _attached(parcel, parcel.event, sender)])
    headers = {
        "Date": format_datetime(parcel.at.astimezone(zone)),
        "From": written_by,
        "To": _mailbox(parcel.name, parcel.address),
        "Message-ID": _checked(parcel.message_id),
        "Subject": _words(parcel.title),
        "MIME-Version": "1.0",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Type": kind,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return Mail(head.encode() + _CRLF + content, utf8=not head.isascii())


def _bundle(kind: str, boundary: str, parts: list[bytes]) -> tuple[str, bytes]:
    """Several parts as one: its content type and its bytes. No base64 text holds the underscore."""
    line = b"--" + boundary.encode()
    content = b"".join(line + _CRLF + part for part in parts) + line + b"--" + _CRLF
    return f'multipart/{kind};\r\n boundary="{boundary}"', content


def _part(kind: str, content: bytes, *more: str) -> bytes:
    headers = (f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *more)
    encoded = b64encode(content)
    lines = [encoded[start : start + _LINE] for start in range(0, len(encoded), _LINE)]
    return "".join(f"{header}\r\n" for header in headers).encode() + _CRLF + _CRLF.join([*lines, b""])


def _attached(parcel: Parcel, event: Event, sender: Sender) -> bytes:
    method = "CANCEL" if event.cancelled else "PUBLISH"
    return _part(
        f'text/calendar; charset=utf-8; method={method};\r\n name="{EVENT_FILE}"',
        _calendar(event, parcel.at.astimezone(UTC), sender.address, method),
        f'Content-Disposition: attachment; filename="{EVENT_FILE}"',
    )


@lru_cache(maxsize=16)
def _calendar(event: Event, at: datetime, organizer: str, method: str) -> bytes:
    """The file of an entry: everybody told of it at once is sent the same."""
    entry = icalendar.Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", at)
    entry.add("dtstart", event.day)
    entry.add("dtend", event.day + timedelta(days=1))
    entry.add("summary", event.title)
    entry.add("organizer", f"mailto:{organizer}")
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")  # a day on which something is due is not a day taken
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//appraisal-cycle//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _mailbox(name: str, address: str) -> str:
    if not usable(address):
        raise ValueError(f"not one mail address: {address!r}")
    return f"{_words(name)}\r\n <{address}>" if name else address


def _words(text: str) -> str:
    """Text for a header: as it is where nothing speaks against it, else as encoded words (RFC 2047)."""
    _checked(text)
    if len(text) <= _PLAIN_LENGTH and _PLAIN.fullmatch(text):
        return text
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in _pieces(text))


def _pieces(text: str) -> Iterator[bytes]:
    """Pieces for one encoded word each; no character is torn."""
    piece = b""
    for character in text:
        encoded = character.encode()
        if len(piece) + len(encoded) > _WORD_BYTES:
            yield piece
            piece = b""
        piece += encoded
    yield piece


def _checked(value: str) -> str:
    if _FORBIDDEN.search(value):
        raise ValueError(f"a header of more than one line: {value!r}")
    return value
