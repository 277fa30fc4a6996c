"""Signing in: who it is, how often they may try, and what is written down of it.

An attempt is counted before the password is looked at and taken off the count when it was right: so many tries at
once, at however many processes, are no more tries than one after the other. Whatever is wrong, the answer is the same
and takes as long.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, Final, Literal

from cycle import queries
from cycle.db import Session, Statement
from cycle.operations import sessions
from cycle.operations.accounts import kept_hash
from cycle.operations.perform import writing
from cycle.operations.sessions import Begun
from cycle.people import person
from cycle.security import Passwords, Proof
from cycle.service import Service
from cycle.settings import Settings
from workflows.one_line import on_one_line
from workflows.wake import stamp

MOST_NAME: Final = 64
FAILED: Final = ("unknown", "not_active", "wrong", "locked")
OUTCOMES: Final = ("in", "by_link", *FAILED, "too_many")
"""How an attempt may end: signed in by password or by a link; the name is nobody's; no account that is active; the
password was wrong; the account waits; the address waits. Of those that wait by address one a minute is written down.
"""

Refusal = Literal["wrong", "too_many"]

_ONE_SENDER: Final = 64
"""Bits of an IPv6 address that say whose it is."""
_DIGITS: Final = 4
"""Hexadecimal digits kept of the digest of a name that is nobody's."""

_COUNT = Statement(
    "UPDATE credential SET failed_at = :now,"
    " failures = CASE WHEN failed_at > :since THEN failures + 1 ELSE 1 END,"
    " locked_until = CASE WHEN (CASE WHEN failed_at > :since THEN failures + 1 ELSE 1 END) >= :most"
    " THEN :until ELSE NULL END"
    " WHERE person = :person AND (locked_until IS NULL OR locked_until <= :now)"
)
_RIGHT = Statement(
    "UPDATE credential SET failures = 0, failed_at = NULL, locked_until = NULL, hash = :fresh"
    " WHERE person = :person AND hash = :verified"
)
_LOG = Statement(
    "INSERT INTO sign_in_log (at, person, name_given, address, outcome)"
    " VALUES (:at, :person, :name, :address, :outcome)"
)
_FAILURES = Statement(
    "SELECT count(*) FROM sign_in_log WHERE address = :address AND at > :since"
    f" AND outcome IN ({', '.join(repr(outcome) for outcome in FAILED)})"
)
_TOLD = Statement(
    "SELECT 1 FROM sign_in_log WHERE address = :address AND at > :since AND outcome = 'too_many' LIMIT 1"
)
_RECENT = Statement(
    "SELECT seq, at, person, name_given, address, outcome FROM sign_in_log"
    " WHERE (:person = '' OR person = :person) ORDER BY seq DESC LIMIT :many"
)


@dataclass(frozen=True, slots=True)
class Door:
    """What signing in works with."""

    service: Service
    settings: Settings
    passwords: Passwords


@dataclass(frozen=True, slots=True)
class _Try:
    """One attempt: whose name it is (empty: nobody's), the name as it is written down, the hash to check by."""

    person: str
    name: str
    may: bool
    hash: str = ""


def sign_in(door: Door, name: str, password: str, *, address: str = "", lang: str = "") -> Begun | Refusal:
    """A new session for whoever knows the password; else `wrong`, or `too_many` for an address that has to wait.

    `name` is a person's id or mail address. Raises security.Busy, Conflict.
    """
    sender = sender_of(address)
    with door.service.database.read() as session:
        waits = _waits(session, door, sender)
        tried = _named(session, name)
    if waits:
        _note_waiting(door.service, sender)
        return "too_many"
    outcome, proof = _checked(door, tried, password)
    with writing(door.service) as session:
        now = door.service.clock.now()
        if outcome == "in" and settle(session, tried.person, tried.hash, proof):
            log(session, now, tried.person, tried.name, sender=sender, outcome="in")
            return sessions.begun(session, door.settings, tried.person, now, address=address, lang=lang)
        # One that was right until another password was set meanwhile is wrong.
        outcome = "wrong" if outcome == "in" else outcome
        log(session, now, tried.person or None, tried.name, sender=sender, outcome=outcome)
    return "wrong"


def _checked(door: Door, tried: _Try, password: str) -> tuple[str, Proof]:
    """How an attempt ends, after as much work whatever the reason."""
    counted = count(door, tried.person if tried.may else "")
    if counted:
        proof = door.passwords.verify(password, tried.hash)
        return "in" if proof.right else "wrong", proof
    door.passwords.pretend(password)
    outcome = "unknown" if not tried.person else "locked" if tried.may else "not_active"
    return outcome, Proof(right=False)


def prove(door: Door, who: str, password: str, *, address: str = "") -> str:
    """The hash by which somebody who has signed in proves their password; empty where it is wrong or they wait.

    Counts like signing in: a session left open is no place to guess at. Raises security.Busy, Conflict.
    """
    with door.service.database.read() as session:
        kept = kept_hash(session, who)
    outcome, proof = _checked(door, _Try(who, who, may=True, hash=kept), password)
    with writing(door.service) as session:
        if proof.right:
            settle(session, who, kept, Proof(right=True))
            return kept
        sender, now = sender_of(address), door.service.clock.now()
        log(session, now, who, who, sender=sender, outcome=outcome)
    return ""


def count(door: Door, who: str) -> bool:
    """Count one attempt at an account as failed until it turns out right; False while the account waits."""
    with writing(door.service) as session:
        now = door.service.clock.now()
        span = timedelta(minutes=door.settings.lockout_minutes)
        counted = _COUNT.run(
            session,
            person=who,
            now=stamp(now),
            since=stamp(now - span),
            until=stamp(now + span),
            most=door.settings.lockout_failures,
        )
        return bool(counted.rowcount == 1)


def settle(session: Session, who: str, verified: str, proof: Proof) -> bool:
    """The attempt was right: nothing is counted any more. False where there is another password by now."""
    settled = _RIGHT.run(session, person=who, verified=verified, fresh=proof.fresh or verified)
    return bool(settled.rowcount == 1)


def log(session: Session, now: datetime, who: str | None, name: str, *, sender: str, outcome: str) -> None:
    """Write down one attempt. `sender` as `sender_of` has it."""
    _LOG.run(session, at=stamp(now), person=who, name=name, address=sender, outcome=outcome)


def recent(session: Session, many: int, who: str = "") -> list[Mapping[str, Any]]:
    """The latest attempts, the newest first; of somebody, or of everybody."""
    keys = ("number", "at", "person", "name_given", "address", "outcome")
    return [
        dict(zip(keys, row, strict=True)) for row in _RECENT.run(session, person=who, many=many).fetchall()
    ]


def sender_of(address: str) -> str:
    """Who an address is counted as: of IPv6 whoever has one has all that begin alike."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:MOST_NAME] if on_one_line(address) else ""
    mapped = getattr(found, "ipv4_mapped", None)
    if found.version == 4 or mapped is not None:
        return str(mapped or found)
    return str(ip_network((found, _ONE_SENDER), strict=False))


def _waits(session: Session, door: Door, sender: str) -> bool:
    since = stamp(door.service.clock.now() - timedelta(minutes=door.settings.lockout_minutes))
    (failed,) = _FAILURES.run(session, address=sender, since=since).fetchone()
    return bool(failed >= door.settings.address_failures)


def _note_waiting(service: Service, sender: str) -> None:
    with writing(service) as session:
        now = service.clock.now()
        if not _TOLD.run(session, address=sender, since=stamp(now - timedelta(minutes=1))).fetchone():
            log(session, now, None, "", sender=sender, outcome="too_many")


def _named(session: Session, name: str) -> _Try:
    """Whose name it is. One that is nobody's may be a password typed in the wrong field: it is not written down.

    Of its SHA-256 the first digits are: enough to see that the same is tried again and again, too few to tell
    which of a thousand guesses it was.
    """
    wanted = name.strip()
    row = _row(session, wanted) if len(wanted) <= MOST_NAME * 4 and on_one_line(wanted) else None
    if row is None:
        digest = hashlib.sha256(wanted.encode("utf-8", "surrogatepass")).hexdigest()
        return _Try("", f"sha256:{digest[:_DIGITS]}", may=False)
    who = person(row.key, row.state, row.record)
    account = queries.subject(session, f"account:{who.id}")
    kept = kept_hash(session, who.id)
    may = who.active and account is not None and account.state == "active" and bool(kept)
    return _Try(who.id, wanted[:MOST_NAME], may, kept)


def _row(session: Session, name: str) -> queries.SubjectRow | None:
    """The person with that id or, alone, with that mail address."""
    if "@" not in name:
        return queries.subject(session, f"person:{name}")
    same = [
        row
        for row in queries.of_kind(session, "person")
        if row.state == "active" and str(row.record["email"]).casefold() == name.casefold()
    ]
    return same[0] if len(same) == 1 else None
