"""Accounts: an administrator invites, the owner sets a password by a link that works once; suspended and resumed.

Of a link only the SHA-256 of its secret is kept, of a password only its hash, and that in no history: it is written
beside the move, in the same transaction. Whoever gets a new password or is suspended is signed out everywhere.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cycle import queries
from cycle.db import Session, Statement
from cycle.operations import sessions, tokens
from cycle.operations.advance import advance, answer
from cycle.operations.appraisals import typed
from cycle.operations.perform import Answer, Arguments, Transaction
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked
from workflows.wake import stamp

_LINK = re.compile(r"(?P<person>[a-z0-9][a-z0-9-]{0,63})\.(?P<secret>[A-Za-z0-9_-]{43})")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NO_LINK = {"link_sha256": None, "link_expires": None}

_KEEP = Statement(
    "INSERT INTO credential (person, hash, set_at, failures) VALUES (:person, :hash, :at, 0)"
    " ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at, failures = 0,"
    " failed_at = NULL, locked_until = NULL"
)
_STANDING = Statement(
    "SELECT person, set_at, CASE WHEN locked_until > :now THEN locked_until END FROM credential"
)
_KEPT = Statement("SELECT hash FROM credential WHERE person = :person")


@dataclass(frozen=True, slots=True)
class Link:
    """A link to set a password by: `text` goes to its owner, the rest is what the service keeps."""

    text: str
    sha256: str


def mint(person: str) -> Link:
    """A link nobody can guess; it opens nothing before the invitation."""
    secret = secrets.token_urlsafe(32)
    return Link(f"{person}.{secret}", _digest(secret))


def parse(text: str) -> tuple[str, str] | None:
    """Whose link a text is and the SHA-256 of its secret; None for any other text."""
    found = _LINK.fullmatch(text)
    return (found["person"], _digest(found["secret"])) if found else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(work: Transaction, arguments: Arguments) -> Answer:
    """Let somebody set a password: `person`, `sha256` of `mint`, `hours` for which the link holds.

    Whatever link was given out before opens nothing any more; a password that was set holds until the new one is.
    """
    member, hours = typed(arguments["person"], str, "person"), typed(arguments["hours"], int, "hours")
    sha256 = typed(arguments["sha256"], str, "sha256")
    if not _SHA256.fullmatch(sha256):
        raise Refused(Unmet("value_unusable", {"field": "sha256"}))
    # A wild number of hours is refused by the rules; here it must only be an instant.
    expires = stamp(work.clock.now() + timedelta(hours=min(max(hours, 0), 10_000)))
    extra = {**_standing(work, member), "hours": hours}
    extra["record"] = {"link_sha256": sha256, "link_expires": expires}
    done = _advance(work, member, "invite", Asked(member=member, extra=extra))
    return {**done, "person": member, "expires": expires}


def set_password(work: Transaction, arguments: Arguments) -> Answer:
    """The owner sets a password by a link: `person`, `link` (the SHA-256 of its secret), `hash` of the password."""
    member = _known(work, arguments)
    record = {**_NO_LINK, "password": True}
    extra = {"link": typed(arguments["link"], str, "link"), "record": record}
    done = _advance(work, member, "set_password", Asked(member=member, extra=extra))
    _keep(work, member, arguments)
    return done


def change_password(work: Transaction, arguments: Arguments) -> Answer:
    """The owner changes their password: `person`, `verified` (the hash the present one was proven by), `hash`."""
    member = _known(work, arguments)
    proven = typed(arguments["verified"], str, "verified") == kept_hash(work.session, member) != ""
    asked = Asked(member=member, extra={"proven": proven, "record": _NO_LINK})
    done = _advance(work, member, "change_password", asked)
    _keep(work, member, arguments)
    return done


def suspend(work: Transaction, arguments: Arguments) -> Answer:
    """Let somebody in no more, with a reason: `person`. Their access keys are revoked in the same act (`revoked`)."""
    member = _known(work, arguments)
    done = _advance(work, member, "suspend", Asked(member=member, extra={"record": _NO_LINK}))
    sessions.end_all(work.session, member)
    return {**done, "revoked": tokens.revoke_all(work, member)}


def resume(work: Transaction, arguments: Arguments) -> Answer:
    """Let somebody in again, with a reason: `person`. Who never had a password needs a new link."""
    member = _known(work, arguments)
    extra = {**_standing(work, member), "record": {}}
    return _advance(work, member, "resume", Asked(member=member, extra=extra))


def kept_hash(session: Session, person: str) -> str:
    """The hash somebody's password is kept as; empty where they have none."""
    row = _KEPT.run(session, person=person).fetchone()
    return str(row[0]) if row else ""


def credentials(session: Session, now: datetime) -> dict[str, dict[str, str | None]]:
    """Since when each person has their password, and until when their account waits, if it does."""
    rows = _STANDING.run(session, now=stamp(now)).fetchall()
    return {person: {"password_set_at": at, "locked_until": until} for person, at, until in rows}


def _known(work: Transaction, arguments: Arguments) -> str:
    """Whose account is meant, held from now on. Raises NotFound where there is none."""
    member = typed(arguments["person"], str, "person")
    if queries.lock(work.session, f"account:{member}") is None:
        raise NotFound(f"account:{member}")
    return member


def _standing(work: Transaction, member: str) -> dict[str, Any]:
    row = queries.subject(work.session, f"person:{member}")
    active = row is not None and row.state == "active"
    return {"person_active": active, "at_machine": work.act.kind == "command"}


def _keep(work: Transaction, member: str, arguments: Arguments) -> None:
    """Put the new hash in place of any other, and end what was begun by the old one."""
    hash_ = typed(arguments["hash"], str, "hash")
    _KEEP.run(work.session, person=member, hash=hash_, at=stamp(work.clock.now()))
    sessions.end_all(work.session, member)


def _advance(work: Transaction, member: str, action: str, asked: Asked) -> Answer:
    key = f"account:{member}"
    return answer(
        advance(work.session, key, action, act=work.act, clock=work.clock, zone=work.zone, asked=asked)
    )
