"""Browsers at which somebody has signed in: plain rows without a history. Only the SHA-256 of a cookie is kept."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from cycle.db import Overtaken, Session, Statement
from cycle.service import Service
from cycle.settings import Settings
from workflows.wake import stamp

_INSERT = Statement(
    "INSERT INTO web_session (id, person, csrf, created_at, seen_at, ends_at, address, lang)"
    " VALUES (:id, :person, :csrf, :now, :now, :ends_at, :address, :lang)"
)
_FIND = Statement(
    "SELECT id, person, csrf, coalesce(lang, ''), seen_at FROM web_session AS here WHERE id = :id"
    " AND ends_at > :now AND seen_at >= :idle"
    " AND EXISTS (SELECT 1 FROM subject WHERE key = 'person:' || here.person AND state = 'active')"
    " AND EXISTS (SELECT 1 FROM subject WHERE key = 'account:' || here.person AND state = 'active')"
)
_OWN = Statement(
    "SELECT id, created_at, seen_at, address FROM web_session"
    " WHERE person = :person AND ends_at > :now AND seen_at >= :idle ORDER BY seen_at DESC, id"
)
_COUNTS = Statement(
    "SELECT person, count(*) FROM web_session WHERE ends_at > :now AND seen_at >= :idle GROUP BY person"
)
_TOUCH = Statement("UPDATE web_session SET seen_at = :now WHERE id = :id AND seen_at <= :before")
_SPEAK = Statement("UPDATE web_session SET lang = :lang WHERE id = :id")
_END = Statement("DELETE FROM web_session WHERE id = :id")
_END_OWN = Statement("DELETE FROM web_session WHERE id = :id AND person = :person")
_END_OTHERS = Statement("DELETE FROM web_session WHERE person = :person AND id <> :id")
_END_ALL = Statement("DELETE FROM web_session WHERE person = :person")
_PURGE = Statement("DELETE FROM web_session WHERE ends_at <= :now OR seen_at < :idle")

_RARELY = timedelta(minutes=1)
"""No more often is it written down that somebody is still there."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A session just begun: what the browser keeps, and what its forms carry."""

    cookie: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A session that stands. `lang` is empty where the person chose none here."""

    id: str
    person: str
    csrf: str
    lang: str
    seen_at: str

    def carries(self, token: str) -> bool:
        """Whether a form carries this session's own token; takes as long whatever differs."""
        return compare_digest(token.encode("utf-8", "surrogatepass"), self.csrf.encode())


@dataclass(frozen=True, slots=True)
class Place:
    """One of somebody's sessions as they are shown it. Instants as the tables hold them."""

    id: str
    created_at: str
    seen_at: str
    address: str


def begin(service: Service, settings: Settings, person: str, address: str = "", lang: str = "") -> Begun:
    """A new session of somebody, whoever they were before at this browser."""
    with service.database.write() as session:
        return begun(session, settings, person, service.clock.now(), address=address, lang=lang)


def begun(
    session: Session, settings: Settings, person: str, now: datetime, *, address: str = "", lang: str = ""
) -> Begun:
    """The same within a transaction that has more to write."""
    made = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    _INSERT.run(
        session,
        id=_digest(made.cookie),
        person=person,
        csrf=made.csrf,
        now=stamp(now),
        ends_at=stamp(now + timedelta(hours=settings.session_hours)),
        address=address,
        lang=lang or None,
    )
    return made


def find(session: Session, cookie: str, now: datetime, settings: Settings) -> Standing | None:
    """The session of a cookie; None where there is none, it is over, or nobody did anything for too long.

    None also where the person has left or their account is not active, whatever rows are still there.
    """
    row = _FIND.run(session, id=_digest(cookie), **_limits(now, settings)).fetchone() if cookie else None
    return Standing(*row) if row else None


def of_person(session: Session, person: str, now: datetime, settings: Settings) -> list[Place]:
    """Somebody's sessions that stand, the latest used first."""
    return [Place(*row) for row in _OWN.run(session, person=person, **_limits(now, settings)).fetchall()]


def counts(session: Session, now: datetime, settings: Settings) -> dict[str, int]:
    """How many sessions each person has."""
    return {person: int(many) for person, many in _COUNTS.run(session, **_limits(now, settings)).fetchall()}


def touch(service: Service, standing: Standing) -> None:
    """Note that somebody is there, at most once a minute. Where the database is busy the next request does it."""
    now = service.clock.now()
    before = stamp(now - _RARELY)
    if standing.seen_at <= before:
        with suppress(Overtaken), service.database.write() as session:
            _TOUCH.run(session, id=standing.id, now=stamp(now), before=before)


def speak(service: Service, standing: Standing, lang: str) -> None:
    """The language of a session's pages from now on."""
    with service.database.write() as session:
        _SPEAK.run(session, id=standing.id, lang=lang)


def end(service: Service, standing: Standing) -> None:
    """End one session."""
    with service.database.write() as session:
        _END.run(session, id=standing.id)


def end_own(service: Service, person: str, name: str) -> bool:
    """End one of somebody's own sessions by its id; whether there was one."""
    with service.database.write() as session:
        return bool(_END_OWN.run(session, id=name, person=person).rowcount)


def end_others(service: Service, standing: Standing) -> None:
    """End every session of its person but this one."""
    with service.database.write() as session:
        _END_OTHERS.run(session, id=standing.id, person=standing.person)


def end_all(session: Session, person: str) -> None:
    """End every session of somebody, within the transaction that takes their password away."""
    _END_ALL.run(session, person=person)


def purge(service: Service, settings: Settings) -> int:
    """Drop the rows of sessions that are over; how many."""
    limits = _limits(service.clock.now(), settings)
    with service.database.write() as session:
        return int(_PURGE.run(session, **limits).rowcount)


def _limits(now: datetime, settings: Settings) -> dict[str, str]:
    idle = now - timedelta(minutes=settings.session_idle_minutes)
    return {"now": stamp(now), "idle": stamp(idle)}


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()
