"""Letters to be posted, and a database to post them into."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from cycle.db import Database, Session
from notifications import outbox
from notifications.message import Message
from notifications.notices import Letter, Recipient
from notifications.outbox import Parcel

DOMAIN = "kaohe.example.gov.cn"
AT = datetime(2026, 2, 10, 1, 0, tzinfo=UTC)  # a Tuesday, 09:00 in the office
LEASE = timedelta(minutes=10)
FIELDS = {
    "office": "市绩效办",
    "contact": "",
    "link": "",
    "today": date(2026, 2, 10),
    "colour": "",
    "year": 2026,
}


def minutes(number: float) -> datetime:
    """So many minutes after the letters were written."""
    return AT + timedelta(minutes=number)


def letter(key: str, address: str | None = None, *, name: str = "韩雪峰", **more: Any) -> Letter:
    """The test letter under a key of its own, by default to an address of its own."""
    to = Recipient("p-han", name, f"{key}@example.gov.cn" if address is None else address)
    plain: dict[str, Any] = {"key": key, "kind": "test", "to": to, "at": AT, "fields": FIELDS}
    return Letter(**plain | more)


def post(database: Database, *letters: Letter) -> int:
    with database.write() as session:
        return outbox.post(session, letters, domain=DOMAIN)


def claim(session: Session, now: datetime = AT, owner: str = "one", limit: int = 10) -> list[Parcel]:
    outbox.expire(session, now)
    return outbox.claim(session, now, owner, limit, LEASE)


def begin(session: Session, parcel: Parcel, now: datetime = AT, owner: str = "one") -> str:
    """Say that the message goes to the server now; the outbox's answer."""
    return outbox.begin(session, parcel.key, owner, parcel.attempts, now=now, until=now + LEASE)


def row(database: Database, key: str) -> Message:
    with database.read() as session:
        found = outbox.find(session, key)
    assert found is not None
    return found


def all_rows(database: Database) -> list[Message]:
    with database.read() as session:
        return outbox.search(session, limit=10_000)


def parcel(key: str = "a", address: str = "han@example.gov.cn", **more: Any) -> Parcel:
    """A message that never saw a database."""
    plain: dict[str, Any] = {
        "key": key,
        "message_id": outbox.message_id(key, DOMAIN),
        "address": address,
        "name": "韩雪峰",
        "title": "〔绩效考评〕年度计划还剩3个工作日到期，请按时报送并由主要负责人签发",
        "body": "你部门的年度计划尚未报送。\n期限：2月28日\n",
        "html": "<p>你部门的年度计划尚未报送。</p>\n",
        "event": None,
        "at": AT,
        "attempts": 1,
        "copies": 0,
    }
    return Parcel(**plain | more)
