"""Tokens: programs sign in with them in a person's name. Only the SHA-256 of a token's secret is ever kept.

A secret is made by `mint` before the act and shown once after it: no transaction, no history row and no
remembered answer sees it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest

from cycle import queries
from cycle.operations.advance import advance, answer
from cycle.operations.appraisals import typed
from cycle.operations.perform import Answer, Arguments, Transaction
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked
from workflows.wake import stamp

_TEXT = re.compile(r"cyc_(?P<id>[0-9a-f]{16})_(?P<secret>[A-Za-z0-9_-]{43})")
_ID = re.compile(r"[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token: `text` is what its owner keeps, the rest is what the service keeps."""

    id: str
    text: str
    sha256: str


def mint() -> Minted:
    """A token nobody can guess; it signs in nobody before it is issued."""
    name, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return Minted(name, f"cyc_{name}_{secret}", _digest(secret))


def parse(text: str) -> tuple[str, str] | None:
    """Id and secret of a token's text; None for any other text."""
    found = _TEXT.fullmatch(text)
    return (found["id"], found["secret"]) if found else None


def opens(secret: str, sha256: str) -> bool:
    """Whether this is the secret whose digest was kept; takes as long whatever differs."""
    return compare_digest(_digest(secret), sha256)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(work: Transaction, arguments: Arguments) -> Answer:
    """Issue a token: `id` and `sha256` of `mint`, `person`, `scope` (read, act), `purpose`, `days` it holds.

    `issued_by` is the id of the token by which it is asked for, if any: it ends no later than that, and with it.
    """
    name, sha256 = typed(arguments["id"], str, "id"), typed(arguments["sha256"], str, "sha256")
    if not _ID.fullmatch(name) or not _SHA256.fullmatch(sha256):
        raise Refused(Unmet("value_unusable", {"field": "id"}))
    member, days = typed(arguments["person"], str, "person"), typed(arguments["days"], int, "days")
    scope, purpose = (typed(arguments[field], str, field) for field in ("scope", "purpose"))
    row = queries.subject(work.session, f"person:{member}")
    active = row is not None and row.state == "active"
    now = work.clock.now()
    record = {
        "person": member,
        "scope": scope,
        "purpose": purpose.strip(),
        # A wild number of days is refused below; here it must only be a date.
        "expires": stamp(now + timedelta(days=min(max(days, 0), 1000))),
        "sha256": sha256,
    }
    issued_by = typed(arguments.get("issued_by", ""), str, "issued_by")
    if issued_by:
        record["issued_by"] = issued_by
    extra = {
        "record": record,
        **({"expires": record["expires"], "until": _end(work, issued_by)} if issued_by else {}),
        "scope": scope,
        "days": days,
        "person_active": active,
        "person_roles": row.record["roles"] if row is not None and active else (),
    }
    done = _advance(work, f"token:{name}", "issue", Asked(member=member, text=purpose, extra=extra))
    return {**done, "person": member, "scope": scope, "expires": record["expires"]}


def revoke(work: Transaction, arguments: Arguments) -> Answer:
    """Revoke a token for good, with a reason: `id`. Those that were issued by it go in the same act."""
    name = typed(arguments["id"], str, "id")
    key = f"token:{name}"
    if queries.lock(work.session, key) is None:
        raise NotFound(key)
    done = _advance(work, key, "revoke", Asked(extra={"record": {}}))
    for below in _issued_by(work, name):
        _advance(work, below, "revoke", Asked(extra={"record": {}}))
    return done


def revoke_all(work: Transaction, person: str) -> list[str]:
    """Revoke every token of somebody that holds, within an act that has a reason; their ids in order."""
    rows = queries.of_kind(work.session, "token")
    names = [row.key for row in rows if row.state == "issued" and row.record["person"] == person]
    for key in sorted(names):
        _advance(work, key, "revoke", Asked(extra={"record": {}}))
    return [key.partition(":")[2] for key in sorted(names)]


def _end(work: Transaction, name: str) -> str:
    """The instant at which a token ends, held so that nobody revokes it meanwhile; nothing where it is over."""
    row = queries.lock(work.session, f"token:{name}")
    return row.record["expires"] if row is not None and row.state == "issued" else ""


def _issued_by(work: Transaction, name: str) -> list[str]:
    """The keys of the tokens that hold and were issued by this one, or by those; in order."""
    rows = queries.of_kind(work.session, "token")
    above = {name}
    found: list[str] = []
    while below := [row for row in rows if row.key not in found and row.record.get("issued_by") in above]:
        found += [row.key for row in below]
        above = {row.key.partition(":")[2] for row in below}
    return sorted(row.key for row in rows if row.key in found and row.state == "issued")


def _advance(work: Transaction, key: str, action: str, asked: Asked) -> Answer:
    return answer(
        advance(work.session, key, action, act=work.act, clock=work.clock, zone=work.zone, asked=asked)
    )
