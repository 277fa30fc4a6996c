"""One attempt at a message, from the claim to its outcome."""

from __future__ import annotations

from cycle.db import Database
from notifications import outbox
from notifications.outbox import Parcel
from notifications.retry import Outcome
from tests.notifications.letters import claim, minutes


def attempt(database: Database, now: float, outcome: Outcome, owner: str = "one") -> Parcel:
    """Claim the only message at `now` minutes and settle it."""
    with database.write() as session:
        (parcel,) = claim(session, minutes(now), owner)
        assert outbox.settle(session, parcel.key, owner, parcel.attempts, outcome, now=minutes(now))
    return parcel


def nothing_due(database: Database, now: float) -> bool:
    with database.write() as session:
        return not claim(session, minutes(now), "nobody")
