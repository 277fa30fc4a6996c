"""The conditions of acts on accounts: who invites whom, which link sets a password, which password changes one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.wake import stamp

MOST_HOURS: Final = 720
"""A link that nobody used for a month was lost or forgotten."""


def by_another(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Whoever lets somebody in is another person; whoever works at the office's machine needs nobody to let them in."""
    asked = facts.asked
    if asked.by == asked.member and not asked.extra.get("at_machine"):
        yield Unmet("account_own", {"person": asked.member})


def hours_fit(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not 1 <= facts.asked.extra.get("hours", 0) <= MOST_HOURS:
        yield Unmet("link_hours_unfit", {"most": MOST_HOURS})


def link_right(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Only the last link given out, and only until it was used. `link` is the SHA-256 of what was shown."""
    kept = facts.record.get("link_sha256")
    if kept is None or facts.asked.extra.get("link") != kept:
        yield Unmet("link_used")


def link_fresh(facts: Facts, now: datetime) -> Iterator[Unmet]:
    expires = facts.record.get("link_expires")
    if expires is not None and expires <= stamp(now):
        yield Unmet("link_expired")


def password_right(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """`proven`: the password that was shown is the one kept at this moment."""
    if not facts.asked.extra.get("proven"):
        yield Unmet("password_wrong")


def with_password(facts: Facts, _now: datetime) -> bool:
    """Whether a password was ever set here."""
    return bool(facts.record.get("password"))


def without_password(facts: Facts, now: datetime) -> bool:
    """Whether there never was one."""
    return not with_password(facts, now)
