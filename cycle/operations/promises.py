"""Whether every reminder that came due was decided on, and every letter decided on was written. Changes nothing.

A second look at what the write path keeps by itself: whoever alters a table by hand, or an error of ours, shows here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session, Statement
from cycle.keys import split_key
from cycle.operations import decisions, setbacks
from cycle.operations.decisions import Ladders, Watched
from cycle.operations.reminding import ACTION
from cycle.service import Service
from workflows.wake import stamp

CODES: Final = ("rung_undecided", "alarm_missing", "alarm_stray", "letter_missing")
SLACK: Final = timedelta(hours=1)
"""How long a rung may wait for a pass before it counts as missed: longer is an outage."""

_LATE = Statement("SELECT DISTINCT subject FROM alarm WHERE at <= :before ORDER BY subject")
_UNALARMED = Statement(
    "SELECT deadline.subject, 0, deadline.armed_at, deadline.id, deadline.state, deadline.visit, deadline.who,"
    " deadline.due, deadline.grace_until, deadline.provisional FROM deadline"
    " LEFT JOIN alarm ON alarm.deadline = deadline.id"
    " WHERE deadline.status = 'open' AND alarm.deadline IS NULL ORDER BY deadline.id"
)
_ROW = Statement("SELECT body FROM history WHERE subject = :subject AND number = :number")
_PASSES = Statement("SELECT slot, at FROM job WHERE name = 'sweep'")
_UNWRITTEN = Statement(
    "SELECT reminder.deadline, reminder.rung FROM reminder"
    " LEFT JOIN outbox ON outbox.key = reminder.deadline || ':' || reminder.rung || ':' || reminder.person"
    " WHERE reminder.outcome = 'sent' AND reminder.rung <> 'lapse' AND outbox.key IS NULL"
    " ORDER BY reminder.deadline, reminder.rung"
)
_STRAY = Statement(
    "SELECT alarm.subject, alarm.deadline FROM alarm LEFT JOIN deadline ON deadline.id = alarm.deadline"
    " WHERE deadline.id IS NULL OR deadline.status <> 'open' ORDER BY alarm.deadline"
)


@dataclass(frozen=True, slots=True)
class Unkept:
    """One promise not kept: `code` is one of CODES."""

    code: str
    subject: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.subject} {self.detail}".strip()


def unkept(service: Service, now: datetime) -> list[Unkept]:
    """Everything that should have been decided or written by `now` and was not."""
    with service.database.read() as session:
        return [
            *_undecided(session, now),
            *_unalarmed(session, service, now),
            *(Unkept("alarm_stray", subject, name) for subject, name in _STRAY.run(session).fetchall()),
            *(
                Unkept("letter_missing", name.partition("#")[0], f"{name} {rung}")
                for name, rung in _UNWRITTEN.run(session).fetchall()
            ),
        ]


def _undecided(session: Session, now: datetime) -> Iterator[Unkept]:
    """Rungs that no pass has decided on, those set aside because something broke apart: these are told anyway."""
    if _catching_up(session, now):
        return
    aside = {each.subject for each in setbacks.every(session) if each.action == ACTION}
    for (subject,) in _LATE.run(session, before=stamp(now - SLACK)).fetchall():
        if subject not in aside:
            yield Unkept("rung_undecided", subject)


def _catching_up(session: Session, now: datetime) -> bool:
    """Whether the first pass after an outage is under way: what it finds late is no longer waiting."""
    ended, began = _PASSES.run(session).fetchone() or (None, None)
    if ended is None or began is None:
        return False
    gap = datetime.fromisoformat(began) - datetime.fromisoformat(ended)
    return gap > SLACK and now - datetime.fromisoformat(began) < SLACK


def _unalarmed(session: Session, service: Service, now: datetime) -> Iterator[Unkept]:
    """Open deadlines without an alarm although a rung of theirs is still ahead."""
    calendar = gathering.standing_calendar(session)
    books: dict[int, tuple[str, ...]] = {}
    for row in _UNALARMED.run(session).fetchall():
        watched = _as_armed(session, decisions.watched(row))
        year = split_key(watched.subject)[1]
        if year not in books:
            cycle = queries.subject(session, f"cycle:{year}")
            books[year] = gathering.rulebook_of(session, cycle).rungs
        left = Ladders(calendar, books[year], service.zone).open(session, watched)
        if any(rung.at > now for rung in left):
            yield Unkept("alarm_missing", watched.subject, watched.deadline.id)


def _as_armed(session: Session, watched: Watched) -> Watched:
    """With `first` as when it was armed: a clock replaced within its state (an extension, granted or not, a date
    moved) has no window to announce."""
    number = int(watched.deadline.id.rpartition("#")[2].partition(".")[0])
    found = _ROW.run(session, subject=watched.subject, number=number).fetchone()
    row = json.loads(found[0]) if found else {"before": "", "after": ""}
    return replace(watched, first=row["before"] != row["after"] and watched.deadline.visit == 1)
