"""The outbox: every message with its words, written in the transaction that causes it, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, Literal

from cycle import mail_address
from cycle.db import Session, Statement
from notifications.errors import TemplateFault
from notifications.message import Message
from notifications.notices import Event, Letter
from notifications.rendering import Rendered, render
from notifications.retry import ATTEMPTS, Failed, Outcome, Released, Retry, Sent, Unknown

COLUMNS = tuple(Message.model_fields)
usable = mail_address.usable

UNWRITTEN = "template"
"""Begins the answer of a letter that could not be put into words."""

BAD_ADDRESS = "address"
"""The answer of a dead letter whose address nobody can write to."""
SENDER_GONE = "sender"
"""The answer of a dead letter whose senders never came back, as often as there are attempts."""

_ROWS_AT_ONCE = 50  # so that neither database's limit of parameters is near
_LONGEST_ANSWER = 500  # characters kept of what a server said
_PARCEL = (
    "key",
    "message_id",
    "address",
    "name",
    "title",
    "body",
    "html",
    "event",
    "at",
    "attempts",
    "copies",
)

# What somebody else has in hand is left alone; SQLite has one writer, who sees nothing half done.
_LOCK = {"sqlite": "", "postgresql": " FOR UPDATE SKIP LOCKED"}
# A change that has to be made waits for whoever has the row in hand.
_WAIT = {"sqlite": "", "postgresql": " FOR UPDATE"}
# The order in which locks are taken; without locks it would only have SQLite walk the whole table by its key.
_ORDER = {"sqlite": "", "postgresql": " ORDER BY key"}
_AMONG = {
    "sqlite": "SELECT value FROM json_each(:deadlines)",
    "postgresql": "SELECT json_array_elements_text(CAST(:deadlines AS json))",
}


def _locking(text: str) -> dict[str, Statement]:
    """The statement for each dialect, with what locks rows there."""
    places = {"{order}": _ORDER, "{lock}": _LOCK, "{wait}": _WAIT, "{among}": _AMONG}
    found = {}
    for dialect in _LOCK:
        own = text
        for place, words in places.items():
            own = own.replace(place, words[dialect])
        found[dialect] = Statement(own)
    return found


_EXPIRE = _locking(
    "WITH late AS MATERIALIZED (SELECT key FROM outbox WHERE next_at IS NOT NULL AND not_after < :now"
    " AND (status <> 'sending' OR next_at <= :now){order}{lock})"
    " UPDATE outbox SET status = 'expired', next_at = NULL, owner = NULL, copies = copies + begun, begun = 0"
    " WHERE key IN (SELECT key FROM late) RETURNING key"  # SQLite's driver counts no rows after WITH
)
_BURY = _locking(
    "WITH lost AS MATERIALIZED (SELECT key FROM outbox WHERE next_at <= :now AND status = 'sending'"
    " AND begun = 1 AND attempts >= :attempts{order}{lock})"
    " UPDATE outbox SET status = 'failed', next_at = NULL, owner = NULL, begun = 0, copies = copies + 1,"
    " answer = :answer"
    " WHERE key IN (SELECT key FROM lost)"
)
# Materialized, or PostgreSQL may plan to take the rows again for each row it compares them with.
# One whose lease ended before its sending began has lost nothing: that attempt is this one.
_CLAIM = _locking(
    "WITH due AS MATERIALIZED (SELECT key FROM outbox WHERE next_at <= :now"
    " AND (not_after IS NULL OR not_after >= :now) ORDER BY next_at, key LIMIT :limit{lock})"
    " UPDATE outbox SET status = 'sending', owner = :owner, next_at = :until,"
    " attempts = attempts + CASE WHEN status = 'sending' AND begun = 0 THEN 0 ELSE 1 END,"
    " copies = copies + begun, begun = 0"
    f" WHERE key IN (SELECT key FROM due) RETURNING {', '.join(_PARCEL)}"
)
_HELD = "WHERE key = :key AND owner = :owner AND attempts = :attempt AND status = 'sending'"
_BEGIN = Statement(
    "UPDATE outbox SET status = CASE WHEN not_after < :now THEN 'expired' ELSE status END,"
    " next_at = CASE WHEN not_after < :now THEN NULL ELSE :until END,"
    " owner = CASE WHEN not_after < :now THEN NULL ELSE owner END,"
    " begun = CASE WHEN not_after < :now THEN 0 ELSE 1 END"
    f" {_HELD} AND begun = 0 RETURNING status"
)
_SETTLE = Statement(
    "UPDATE outbox SET status = :status, next_at = :next_at, owner = NULL, begun = 0, copies = copies + :copies,"
    f" code = :code, answer = :answer, sent_at = :sent_at {_HELD}"
)
_RELEASE = Statement(
    "UPDATE outbox SET status = CASE WHEN attempts > 1 THEN 'retry' ELSE 'pending' END,"
    f" next_at = :next_at, owner = NULL, begun = 0, attempts = attempts - 1 {_HELD}"
)
# In one statement: a row that changes from one status to another meanwhile must not slip through between two.
_VOID = _locking(
    "WITH unwanted AS MATERIALIZED (SELECT key FROM outbox WHERE deadline IN ({among})"
    " AND status IN ('pending', 'retry', 'unknown', 'failed', 'sending'){order}{wait})"
    " UPDATE outbox SET not_after = CASE WHEN status = 'sending' THEN at ELSE not_after END,"
    " next_at = CASE WHEN status = 'sending' THEN next_at END,"
    " status = CASE WHEN status = 'sending' THEN status ELSE 'void' END"
    " WHERE key IN (SELECT key FROM unwanted) AND status IN ('pending', 'retry', 'unknown', 'failed', 'sending')"
)
_READDRESS = Statement(
    "UPDATE outbox SET address = :address, name = :name WHERE key = :key AND status = 'failed'"
)
_AGAIN = Statement(
    "UPDATE outbox SET status = 'pending', next_at = :now, attempts = 0, code = NULL, answer = NULL"
    " WHERE key = :key AND status = 'failed' AND (not_after IS NULL OR not_after >= :now)"
)
_FIND = Statement(f"SELECT {', '.join(COLUMNS)} FROM outbox WHERE key = :key")
_COUNTS = Statement("SELECT status, count(*) FROM outbox GROUP BY status")
_OLDEST = Statement("SELECT min(at) FROM outbox WHERE next_at IS NOT NULL")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message in the hands of one sender. `attempts` counts this one; `copies` as in `Message`."""

    key: str
    message_id: str
    address: str
    name: str
    title: str
    body: str
    html: str
    event: Event | None
    at: datetime
    attempts: int
    copies: int


def message_id(key: str, domain: str) -> str:
    """The Message-ID of the message with this key: every copy of it carries the same."""
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def number_of(message: Message) -> str:
    """What a message is called where its key is too long: the beginning of its Message-ID."""
    return message.message_id[1:11]


def post(session: Session, letters: Sequence[Letter], *, domain: str) -> int:
    """Write these letters into the outbox; how many were not there yet, by key.

    A letter without a usable address is a dead letter at once, and so is one that cannot be put into words: what
    causes a letter does not wait for a template to be mended.
    """
    # In one order, so that two transactions that post the same keys wait for each other instead of in a ring.
    rows = sorted((_row(letter, domain) for letter in letters), key=lambda row: str(row["key"]))
    new = 0
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        values = {f"{name}_{place}": row[name] for place, row in enumerate(part) for name in COLUMNS}
        new += int(_insertion(len(part)).run(session, **values).rowcount)
    return new


def void(session: Session, deadlines: Sequence[str]) -> None:
    """The messages of these deadlines are no longer wanted, dead ones neither.

    One being sent just now is not tried again.
    """
    if deadlines:
        _VOID[session.dialect].run(session, deadlines=json.dumps(list(deadlines)))


def expire(session: Session, now: datetime) -> int:
    """Give up what is past its `not_after`; how many. One being sent is left until its lease has ended."""
    return len(_EXPIRE[session.dialect].run(session, now=_stamp(now)).fetchall())


def claim(session: Session, now: datetime, owner: str, limit: int, lease: timedelta) -> list[Parcel]:
    """Take up to `limit` messages that are due, the oldest first; they are `owner`'s until the lease ends.

    `owner` names this claim: no two that can be at work at once have the same. What is past its time is left
    to `expire`. A message whose sending had begun and whose sender did not come back within its lease counts
    as one more copy; after the last attempt it is a dead letter.
    """
    _BURY[session.dialect].run(session, now=_stamp(now), attempts=ATTEMPTS, answer=SENDER_GONE)
    taken = _CLAIM[session.dialect].run(
        session, now=_stamp(now), until=_stamp(now + lease), owner=owner, limit=limit
    )
    parcels = [_parcel(dict(zip(_PARCEL, row, strict=True))) for row in taken.fetchall()]
    return sorted(parcels, key=lambda parcel: (parcel.at, parcel.key))


def begin(
    session: Session, key: str, owner: str, attempt: int, *, now: datetime, until: datetime
) -> Literal["sending", "expired", ""]:
    """Before a message goes to the server: from now on it may be there, and is this sender's until `until`.

    What became of it: it may be `sending` only where that is the answer. Empty when it is no longer this
    sender's, or its sending has begun.
    """
    done = _BEGIN.run(
        session, key=key, owner=owner, attempt=attempt, now=_stamp(now), until=_stamp(until)
    ).fetchall()
    return done[0][0] if done else ""


def settle(session: Session, key: str, owner: str, attempt: int, outcome: Outcome, *, now: datetime) -> bool:
    """Record what became of an attempt; False, and nothing recorded, when it is no longer this sender's."""
    held = {"key": key, "owner": owner, "attempt": attempt}
    if isinstance(outcome, Released):
        return bool(_RELEASE.run(session, **held, next_at=_stamp(outcome.at)).rowcount == 1)
    return bool(_SETTLE.run(session, **held, **_settled(outcome, now)).rowcount == 1)


def find(session: Session, key: str) -> Message | None:
    """One message with its words."""
    row = _FIND.run(session, key=key).fetchone()
    return None if row is None else _message(row)


def search(
    session: Session, *, status: str | None = None, kind: str | None = None, limit: int = 100
) -> list[Message]:
    """Messages of a status and a kind, or of any, the newest first."""
    wanted = {name: value for name, value in (("status", status), ("kind", kind)) if value is not None}
    rows = _selection(tuple(wanted)).run(session, **wanted, limit=limit).fetchall()
    return [_message(row) for row in rows]


def again(session: Session, key: str, now: datetime) -> bool:
    """Send a dead letter once more, its attempts counted anew; False when it is none or its time has passed."""
    return bool(_AGAIN.run(session, key=key, now=_stamp(now)).rowcount == 1)


def readdress(session: Session, key: str, address: str, name: str) -> None:
    """A dead letter goes to another address, its words and its Message-ID as they are."""
    _READDRESS.run(session, key=key, address=address, name=name)


def counts(session: Session) -> dict[str, int]:
    """How many messages there are of each status."""
    return dict(sorted((str(status), int(number)) for status, number in _COUNTS.run(session).fetchall()))


def oldest_waiting(session: Session) -> datetime | None:
    """When the oldest message that is not settled was written."""
    (at,) = _OLDEST.run(session).fetchone()
    return None if at is None else _instant(at)


@cache
def _insertion(count: int) -> Statement:
    rows = (f"({', '.join(f':{name}_{place}' for name in COLUMNS)})" for place in range(count))
    text = f"INSERT INTO outbox ({', '.join(COLUMNS)}) VALUES {', '.join(rows)} ON CONFLICT (key) DO NOTHING"
    return Statement(text)


@cache
def _selection(wanted: tuple[str, ...]) -> Statement:
    where = " AND ".join(f"{name} = :{name}" for name in wanted)
    return Statement(
        f"SELECT {', '.join(COLUMNS)} FROM outbox {'WHERE ' + where if where else ''}"
        " ORDER BY at DESC, key LIMIT :limit"
    )


def _row(letter: Letter, domain: str) -> dict[str, Any]:
    reachable, answer = usable(letter.to.address), BAD_ADDRESS
    try:
        words = render(letter)
    except TemplateFault as fault:
        words, reachable, answer = Rendered(letter.kind, "", ""), False, f"{UNWRITTEN}: {fault}"
    event = letter.event and {**asdict(letter.event), "day": letter.event.day.isoformat()}
    row = {
        "key": letter.key,
        "message_id": message_id(letter.key, domain),
        "subject": letter.subject,
        "number": letter.number,
        "kind": letter.kind,
        "recipient": letter.to.person,
        "address": letter.to.address,
        "name": letter.to.name,
        "lang": letter.to.lang,
        "title": words.title,
        "body": words.body,
        "html": words.html,
        "event": event and json.dumps(event, ensure_ascii=False, sort_keys=True),
        "deadline": letter.deadline,
        "at": _stamp(letter.at),
        "not_after": letter.not_after and _stamp(letter.not_after),
        "status": "pending" if reachable else "failed",
        "next_at": _stamp(letter.at) if reachable else None,
        "attempts": 0,
        "begun": 0,
        "owner": None,
        "copies": 0,
        "code": None,
        "answer": None if reachable else answer,
        "sent_at": None,
    }
    return {name: _storable(value) if isinstance(value, str) else value for name, value in row.items()}


def _settled(outcome: Sent | Retry | Failed | Unknown, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {"next_at": None, "copies": 0, "code": None, "sent_at": None}
    match outcome:
        case Sent(answer):
            row |= {"status": "sent", "answer": answer, "sent_at": _stamp(now)}
        case Retry(code, text, at):
            row |= {"status": "retry", "code": code, "answer": text, "next_at": _stamp(at)}
        case Failed(code, text, taken):
            row |= {"status": "failed", "code": code, "answer": text, "copies": int(taken)}
        case Unknown(text, at):
            row |= {"status": "unknown", "answer": text, "next_at": _stamp(at), "copies": 1}
    return row | {"answer": _storable(row["answer"])[:_LONGEST_ANSWER]}


def _parcel(row: dict[str, Any]) -> Parcel:
    event = row["event"] and json.loads(row["event"])
    return Parcel(
        **row
        | {
            "at": _instant(row["at"]),
            "event": event and Event(**event | {"day": date.fromisoformat(event["day"])}),
        }
    )


def _message(row: Sequence[Any]) -> Message:
    return Message(**dict(zip(COLUMNS, row, strict=True)))


def _storable(text: str) -> str:
    """Without what PostgreSQL cannot keep in a text: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _stamp(at: datetime) -> str:
    """An instant as the tables write it; sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
