"""What the reminders will do in the days ahead if nobody acts: each rung, its instant and whom it reaches."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from cycle import queries_board
from cycle.board.rows import Surroundings, ladder, surroundings
from cycle.correspondence.addressees import Addressees, Told
from cycle.db import Session, Statement
from cycle.queries_board import OpenDeadline
from workflows.deadlines import LAPSE, Channel, Rung, fired, letter_colour
from workflows.workdays import local_day

_FIRST: Final = Statement("SELECT deadline, first FROM alarm")
_WRITTEN: Final = Statement(
    "SELECT key, state, record FROM subject WHERE kind = 'appraisal' AND state LIKE :ends"
    " AND EXISTS (SELECT 1 FROM deadline WHERE deadline.subject = subject.key AND status = 'open')"
)
"""Only while a form is written may more time be asked for."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a rung reaches: as what, who that is on the day, and by which way."""

    role: str
    person: str
    name: str
    email: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class RungAhead:
    """One rung that will fire; `at` is its own instant in the office's zone."""

    at: datetime
    rung: str
    colour: str
    clock: OpenDeadline
    to: tuple[Addressee, ...]


def rungs_ahead(session: Session, now: datetime, until: datetime, zone: ZoneInfo) -> list[RungAhead]:
    """Every rung of a deadline now running that fires in `now` < at <= `until`, in time order."""
    first = {str(deadline): bool(first) for deadline, first in _FIRST.run(session).fetchall()}
    around: dict[int, Surroundings] = {}
    firing: list[tuple[OpenDeadline, Rung]] = []
    for clock in queries_board.open_deadlines(session):
        if clock.year not in around:
            around[clock.year] = surroundings(session, clock.year, now, zone)
        entered = first.get(clock.deadline.id, False)
        rungs = ladder(clock, around[clock.year], first=entered)
        firing += [(clock, rung) for rung in fired(rungs, since=now, until=until, voided_at=None)]
    if any(rung.name == LAPSE for _clock, rung in firing):
        held = _held_open(session)
        firing = [(clock, rung) for clock, rung in firing if rung.name != LAPSE or clock.subject not in held]
    days = {local_day(rung.at, zone) for _clock, rung in firing}
    registers = Addressees(session, local_day(now, zone))
    registers.read_all()
    who = {day: registers.on(day) for day in days}
    found = []
    for clock, rung in firing:
        told = who[local_day(rung.at, zone)].told(rung.name, clock.deadline.who, clock.department)
        found.append(RungAhead(rung.at, rung.name, letter_colour(rung.name), clock, _addressees(told)))
    return sorted(found, key=lambda ahead: (ahead.at, ahead.clock.deadline.id))


def _addressees(told: Iterable[Told]) -> tuple[Addressee, ...]:
    return tuple(
        Addressee(one.role, one.person.id, one.person.name, one.person.email, one.channel) for one in told
    )


def _held_open(session: Session) -> set[str]:
    """The appraisals whose end of grace an undecided extension request holds open: nothing lapses there."""
    return {
        str(key)
        for key, state, record in _WRITTEN.run(session, ends="%.drafting").fetchall()
        if json.loads(record).get("forms", {}).get(state.partition(".")[0], {}).get("asked")
    }
