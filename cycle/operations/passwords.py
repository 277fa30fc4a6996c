"""Setting and changing one's password: what it has to be is said before it is hashed, and all that is wrong at once.

A password is hashed outside every transaction, since that takes long; the act itself is given the hash alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cycle import queries
from cycle.db import Session
from cycle.operations import accounts, sessions, sign_in
from cycle.operations.perform import perform, writing
from cycle.operations.sessions import Begun
from cycle.operations.sign_in import Door
from cycle.people import Person, person
from cycle.permissions import Act
from cycle.security import faults, normalised
from workflows.errors import Refused, Unmet
from workflows.wake import stamp


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom a link lets set a password, and what of it the service keeps."""

    person: Person
    sha256: str


def guest(session: Session, text: str, now: datetime) -> Guest | None:
    """Whom the text of a link lets in; None for one that is none of ours, used, replaced or over."""
    parsed = accounts.parse(text)
    if parsed is None:
        return None
    name, sha256 = parsed
    row, account = (queries.subject(session, f"{kind}:{name}") for kind in ("person", "account"))
    if row is None or row.state != "active" or account is None or account.state not in ("invited", "active"):
        return None
    record = account.record
    if record.get("link_sha256") != sha256 or record["link_expires"] <= stamp(now):
        return None
    return Guest(person(row.key, row.state, row.record), sha256)


def set_by_link(door: Door, text: str, password: str, *, address: str = "", lang: str = "") -> Begun:
    """Set the password a link is for and sign its owner in here, and here only.

    Raises Refused with all that is wrong (`link_used` for a link that opens nothing), security.Busy, Conflict.
    """
    with door.service.database.read() as session:
        found = guest(session, text, door.service.clock.now())
    if found is None:
        raise Refused(Unmet("link_used"))
    who = found.person
    if obstacles := _obstacles(door, who, password):
        raise Refused(*obstacles)
    values = {"person": who.id, "link": found.sha256, "hash": door.passwords.hash(password)}
    perform(door.service, accounts.set_password, "set_password", Act(who.id), values)
    with writing(door.service) as session:
        now = door.service.clock.now()
        sign_in.log(session, now, who.id, who.id, sender=sign_in.sender_of(address), outcome="by_link")
        return sessions.begun(session, door.settings, who.id, now, address=address, lang=lang)


def change(
    door: Door, who: Person, present: str, password: str, *, address: str = "", lang: str = ""
) -> Begun:
    """Change one's password and sign in anew here, and here only.

    Raises Refused with all that is wrong, security.Busy, Conflict.
    """
    obstacles = _obstacles(door, who, password)
    if normalised(present) == normalised(password):
        obstacles.append(Unmet("password_same"))
    if obstacles:
        raise Refused(*obstacles)
    verified = sign_in.prove(door, who.id, present, address=address)
    if not verified:
        raise Refused(Unmet("password_wrong"))
    values = {"person": who.id, "verified": verified, "hash": door.passwords.hash(password)}
    perform(door.service, accounts.change_password, "change_password", Act(who.id), values)
    return sessions.begin(door.service, door.settings, who.id, address, lang)


def _obstacles(door: Door, who: Person, password: str) -> list[Unmet]:
    return faults(password, about=(who.id, who.name, who.email), least=door.settings.password_length)
