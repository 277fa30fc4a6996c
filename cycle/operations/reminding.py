"""Rungs of the ladder: decided on once each, in one transaction a subject, with the letters they cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cycle import facts as gathering
from cycle import queries
from cycle.clock import Clock
from cycle.correspondence.matters import form_of, missing
from cycle.correspondence.writer import Writer
from cycle.db import Session, Statement
from cycle.operations import alarms, decisions
from cycle.operations.decisions import Ladders, Watched
from cycle.queries import SubjectRow
from notifications.notices import Recipient
from workflows.deadlines import OPENS, Rung, due_now, letter_colour, recipients, workdays_left
from workflows.facts import Asked, Facts
from workflows.wake import midnight
from workflows.workdays import local_day

Decided = tuple[str, str, str]
"""Deadline, rung, outcome."""

_SUBJECTS = Statement(
    "SELECT subject FROM alarm WHERE at <= :now AND NOT EXISTS (SELECT 1 FROM setback"
    " WHERE setback.subject = alarm.subject AND setback.action = 'remind' AND setback.until > :now)"
    " ORDER BY at, subject LIMIT :many"
)
_MANY = 1000
ACTION = "remind"


def waiting(session: Session, now: str, many: int = _MANY) -> list[str]:
    """Subjects with a rung due by `now` (an instant as the tables hold it), the longest due first.

    `many` bounds the deadlines looked at. Grouping is done here: asked for it, SQLite walks the whole table.
    """
    return list(dict.fromkeys(str(key) for (key,) in _SUBJECTS.run(session, now=now, many=many).fetchall()))


def remind(session: Session, key: str, clock: Clock, zone: ZoneInfo) -> list[Decided]:
    """Decide on every rung of one subject that has come due; empty where another worker is at it or was.

    The subject is locked before the clock is read, so no move of it can come between.
    """
    row = queries.lock_free(session, key)
    if row is None:
        return []
    now = clock.now()
    due = decisions.due(session, key, now)
    if not due:
        return []
    reminders = _Reminders(session, row, now, zone)
    decided = [one for watched in due for one in reminders.of(watched)]
    reminders.writer.post()
    return decided


class _Reminders:
    """One subject's rungs at one instant."""

    def __init__(self, session: Session, row: SubjectRow, now: datetime, zone: ZoneInfo) -> None:
        cycle = row if row.kind == "cycle" else queries.subject(session, f"cycle:{row.year}")
        self.session = session
        self.row = row
        self.now = now
        self.calendar = gathering.standing_calendar(session)
        self.book = gathering.rulebook_of(session, cycle)
        self.ladders = Ladders(self.calendar, self.book.rungs, zone)
        self.writer = Writer(session, now, zone)
        self.zone = zone

    def of(self, watched: Watched) -> list[Decided]:
        """Act on the latest of the rungs that came due, record the others as superseded, set the next alarm."""
        left = self.ladders.open(self.session, watched)
        firing = due_now(left, since=None, until=self.now, held=True)
        name = watched.deadline.id
        decisions.supersede(self.session, watched, firing.superseded, self.writer.addressees, self.now)
        found = [(name, rung.name, decisions.SUPERSEDED) for rung in firing.superseded]
        if firing.chosen is not None and decisions.claim(
            self.session, watched, firing.chosen, self.now, decisions.TOLD
        ):
            self._tell(watched, firing.chosen)
            found.append((name, firing.chosen.name, decisions.TOLD))
        alarms.put(self.session, watched, [rung for rung in left if rung.at > self.now])
        return found

    def _tell(self, watched: Watched, rung: Rung) -> None:
        decisions.tell(self.session, watched, rung, self.writer.addressees)
        for to in self._letters(watched, rung):
            self._write(watched, rung, to)

    def _letters(self, watched: Watched, rung: Rung) -> Iterator[Recipient]:
        """Whom the rung is written to, at one address once. For a post that nobody holds there is a letter that
        nobody can be sent: it goes to the dead letters, where the office sees it.
        """
        ladder = recipients(rung.name, watched.deadline.who)
        yield from self.writer.each(
            (role for role, channel in ladder if channel == "mail"), watched.department
        )

    def _write(self, watched: Watched, rung: Rung, to: Recipient) -> None:
        deadline, key = watched.deadline, watched.subject
        following = [each for each in self.ladders.of(watched) if each.at > rung.at]
        number = int(deadline.id.rpartition("#")[2].partition(".")[0])
        title = f"{self.writer.department(watched.department)} {form_of(deadline.state, to.lang)}"
        left = workdays_left(self.writer.today, deadline.due, self.calendar)
        self.writer.write(
            _kind(watched, rung, left),
            to,
            f"{deadline.id}:{rung.name}",
            self._fields(watched, rung, left, to.lang),
            year=self.row.year,
            department=watched.department,
            colour="red" if left < 0 else letter_colour(rung.name),
            subject=key,
            number=number,
            deadline=deadline.id,
            not_after=_until(following, self.zone),
            event=self.writer.event(key, deadline.state, number, deadline.due, title),
        )

    def _fields(self, watched: Watched, rung: Rung, left: int, lang: str) -> dict[str, Any]:
        deadline = watched.deadline
        fields: dict[str, Any] = {
            "form": form_of(deadline.state, lang),
            "due": deadline.due,
            "grace_until": deadline.grace_until,
            "missing": missing(self._facts(), self.now, lang),
        }
        if rung.name == OPENS:
            return {**fields, "provisional": deadline.provisional}
        if left >= 0:
            return {**fields, "days_left": left}
        leaders = self.writer.addressees.of("leader", watched.department)
        return {**fields, "days_late": -left, "leader": leaders[0].name if leaders else ""}

    def _facts(self) -> Facts:
        row = self.row
        return Facts(
            state=row.state,
            rulebook=self.book,
            calendar=self.calendar,
            zone=self.zone,
            asked=Asked(),
            subject=row.key,
            number=row.number + 1,
            year=row.year,
            department=row.department,
            record=row.record,
        )


def _until(following: Sequence[Rung], zone: ZoneInfo) -> datetime | None:
    """A reminder goes out until the day of the next one begins: from then on its count of days is wrong."""
    if not following:
        return None
    return midnight(local_day(following[0].at, zone), zone) - timedelta(microseconds=1)


def _kind(watched: Watched, rung: Rung, left: int) -> str:
    """By the day it is written, not by the rung: noticed late, a reminder may already be of something overdue."""
    if rung.name == OPENS:
        rectifying = watched.deadline.state.startswith("rectification")
        return "rectification_due" if rectifying else "window_opened"
    return "overdue" if left < 0 else "reminder"
