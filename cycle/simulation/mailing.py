"""reminders.csv and deliveries.csv: what the passes decided, and what became of the letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from cycle import queries_simulation
from cycle.db import Session
from cycle.keys import split_key

REMINDERS = ("year", "department", "state", "visit", "deadline", "rung", "due", "at", "to", "outcome")
"""`department` is the id, empty for a deadline of the whole year; `deadline` its id."""

DELIVERIES = ("at", "key", "message_id", "kind", "to", "status", "attempts", "copies", "sent_at", "code")

Row = tuple[object, ...]


def reminders(session: Session, zone: tzinfo) -> list[Row]:
    """Every rung decided on, a row for each address; by at, department, rung, address and deadline."""
    return sorted(_reminders(session, zone), key=lambda row: [str(row[place]) for place in (7, 1, 5, 8, 4)])


def _reminders(session: Session, zone: tzinfo) -> Iterator[Row]:
    for told in queries_simulation.decided(session):
        _kind, year, department = split_key(told.subject)
        at = datetime.fromisoformat(told.at).astimezone(zone).isoformat()
        head = (year, department, told.state, told.visit, told.deadline, told.rung, told.due)
        yield (*head, at, told.address, told.outcome)


def deliveries(session: Session) -> list[Row]:
    """Every message with what became of it; instants as in the history."""
    return [*queries_simulation.deliveries(session)]
