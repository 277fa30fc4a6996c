"""Rungs decided on: each once, for good, with whom it meant and how.

The key of a row is the deadline and the rung: whoever writes it first has decided, a second worker finds it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from cycle.correspondence.addressees import Addressees, Told
from cycle.db import Session, Statement
from cycle.keys import split_key
from workflows.deadlines import LAPSE, Deadline, Rung, recipients, rungs
from workflows.wake import stamp
from workflows.workdays import Calendar

TOLD: Final = "told"
SUPERSEDED: Final = "superseded"
_OUTCOMES: Final = {"mail": "sent", "digest": "digest"}
_QUIET: Final = {"mail": SUPERSEDED, "digest": "digest"}

_COLUMNS = (
    "alarm.subject, alarm.first, deadline.armed_at, deadline.id, deadline.state, deadline.visit, deadline.who,"
    " deadline.due, deadline.grace_until, deadline.provisional"
)
_FROM = f"SELECT {_COLUMNS} FROM alarm JOIN deadline ON deadline.id = alarm.deadline"
_DUE = Statement(
    f"{_FROM} WHERE alarm.subject = :subject AND alarm.at <= :now ORDER BY alarm.at, deadline.id"
)
_EVERY_DUE = Statement(f"{_FROM} WHERE alarm.at <= :now ORDER BY alarm.at, deadline.id")
_EVERY = Statement(f"{_FROM} ORDER BY deadline.id")
_DECIDED = Statement("SELECT rung FROM fired_rung WHERE deadline = :deadline")
_CLAIM = Statement(
    "INSERT INTO fired_rung (deadline, rung, subject, at, decided_at, outcome)"
    " VALUES (:deadline, :rung, :subject, :at, :now, :outcome) ON CONFLICT (deadline, rung) DO NOTHING"
)
_TELL = Statement(
    "INSERT INTO reminder (deadline, rung, person, role, address, outcome)"
    " VALUES (:deadline, :rung, :person, :role, :address, :outcome)"
    " ON CONFLICT (deadline, rung, person) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Watched:
    """An open deadline with the alarm set for it. `first`: armed by the first entry into its state."""

    subject: str
    first: bool
    armed_at: datetime
    deadline: Deadline

    @property
    def department(self) -> str:
        """Whose year it is about; empty for a deadline of the whole year."""
        return split_key(self.subject)[2]


@dataclass(frozen=True, slots=True)
class Ladders:
    """What a deadline's rungs follow from beside itself."""

    calendar: Calendar
    rungs: tuple[str, ...]
    zone: ZoneInfo

    def of(self, watched: Watched) -> tuple[Rung, ...]:
        """Every rung in time order, `lapse` included."""
        return rungs(
            watched.deadline,
            armed_at=watched.armed_at,
            calendar=self.calendar,
            rulebook_rungs=self.rungs,
            zone=self.zone,
            first_visit=watched.first,
        )

    def open(self, session: Session, watched: Watched) -> list[Rung]:
        """The rungs nobody has decided on; `lapse` apart, which is a move."""
        decided = {name for (name,) in _DECIDED.run(session, deadline=watched.deadline.id).fetchall()}
        return [rung for rung in self.of(watched) if rung.name != LAPSE and rung.name not in decided]


def due(session: Session, subject: str, now: datetime) -> list[Watched]:
    """The deadlines of one subject whose alarm has come by `now`."""
    return [watched(row) for row in _DUE.run(session, subject=subject, now=stamp(now)).fetchall()]


def every_due(session: Session, now: datetime) -> list[Watched]:
    """All deadlines whose alarm has come by `now`."""
    return [watched(row) for row in _EVERY_DUE.run(session, now=stamp(now)).fetchall()]


def every(session: Session) -> list[Watched]:
    """All deadlines with an alarm."""
    return [watched(row) for row in _EVERY.run(session).fetchall()]


def watched(row: Sequence[Any]) -> Watched:
    """A row of subject, first, armed_at and the columns of a deadline from id to provisional."""
    subject, first, armed_at, name, state, visit, who, due_, grace, provisional = row
    deadline = Deadline(
        id=name,
        state=state,
        visit=visit,
        who=who,
        due=date.fromisoformat(due_),
        grace_until=date.fromisoformat(grace) if grace else None,
        provisional=bool(provisional),
    )
    return Watched(subject, bool(first), datetime.fromisoformat(armed_at), deadline)


def claim(session: Session, watched: Watched, rung: Rung, now: datetime, outcome: str) -> bool:
    """Decide on a rung; False where somebody has."""
    values = {"deadline": watched.deadline.id, "rung": rung.name, "subject": watched.subject}
    written = _CLAIM.run(session, **values, at=stamp(rung.at), now=stamp(now), outcome=outcome)
    return bool(written.rowcount == 1)


def tell(session: Session, watched: Watched, rung: Rung, who: Addressees) -> None:
    """Note whom a rung means: those who get a letter, those in whose digest it stands.

    A role of digests that nobody holds is noted by its name: whoever writes the digests says so to the office.
    """
    deadline = watched.deadline
    told = who.told(rung.name, deadline.who, watched.department)
    _note(session, watched, rung, [(one, _OUTCOMES[one.channel]) for one in told])
    for role, channel in recipients(rung.name, deadline.who):
        if channel == "digest" and not who.of(role, watched.department):
            vacant = {"person": role, "role": role, "address": "", "outcome": "digest"}
            _TELL.run(session, deadline=deadline.id, rung=rung.name, **vacant)


def supersede(
    session: Session, watched: Watched, missed: Iterable[Rung], who: Addressees, now: datetime
) -> None:
    """Decide against rungs that came due unnoticed: nobody is told any more."""
    for rung in missed:
        if claim(session, watched, rung, now, SUPERSEDED):
            told = who.told(rung.name, watched.deadline.who, watched.department)
            _note(session, watched, rung, [(one, SUPERSEDED) for one in told])


def supersede_but_digests(
    session: Session, watched: Watched, missed: Sequence[Rung], who: Addressees, now: datetime
) -> None:
    """As `supersede`, but superiors still hear of the latest: the department has a letter of its own instead."""
    supersede(session, watched, missed[:-1], who, now)
    for rung in missed[-1:]:
        if claim(session, watched, rung, now, TOLD):
            told = who.told(rung.name, watched.deadline.who, watched.department)
            _note(session, watched, rung, [(one, _QUIET[one.channel]) for one in told])


def _note(session: Session, watched: Watched, rung: Rung, told: Sequence[tuple[Told, str]]) -> None:
    rows = [
        {
            "deadline": watched.deadline.id,
            "rung": rung.name,
            "person": one.person.id,
            "role": one.role,
            "address": one.person.email,
            "outcome": outcome,
        }
        for one, outcome in told
    ]
    _TELL.run_many(session, rows)
