"""What the reminders will do in the days ahead if nobody acts: each rung, its instant and whom it reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cycle import facts as gathering
from cycle import queries, queries_board
from cycle.correspondence.addressees import Addressees, Told
from cycle.db import Session
from cycle.operations import decisions
from cycle.operations.decisions import Ladders, Watched
from cycle.queries_board import OpenDeadline
from workflows.deadlines import LAPSE, Channel, fired, letter_colour
from workflows.workdays import local_day


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
    first = {watched.deadline.id: watched.first for watched in decisions.every(session)}
    calendar = gathering.standing_calendar(session)
    ladders: dict[int, Ladders] = {}
    addressees: dict[date, Addressees] = {}
    held = _held_open(session)
    found = []
    for clock in queries_board.open_deadlines(session):
        if clock.year not in ladders:
            book = gathering.rulebook_of(session, queries.subject(session, f"cycle:{clock.year}"))
            ladders[clock.year] = Ladders(calendar, book.rungs, zone)
        entered = first.get(clock.deadline.id, False)
        ladder = ladders[clock.year].of(Watched(clock.subject, entered, clock.armed_at, clock.deadline))
        for rung in fired(ladder, since=now, until=until, voided_at=None):
            if rung.name == LAPSE and clock.subject in held:
                continue
            who = addressees.setdefault(
                local_day(rung.at, zone), Addressees(session, local_day(rung.at, zone))
            )
            to = _addressees(who.told(rung.name, clock.deadline.who, clock.department))
            found.append(RungAhead(rung.at, rung.name, letter_colour(rung.name), clock, to))
    return sorted(found, key=lambda ahead: (ahead.at, ahead.clock.deadline.id))


def _addressees(told: Iterable[Told]) -> tuple[Addressee, ...]:
    return tuple(
        Addressee(one.role, one.person.id, one.person.name, one.person.email, one.channel) for one in told
    )


def _held_open(session: Session) -> set[str]:
    """The appraisals whose end of grace an undecided extension request holds open: nothing lapses there."""
    return {
        row.key
        for row in queries.of_kind(session, "appraisal")
        if row.record.get("forms", {}).get(row.state.partition(".")[0], {}).get("asked")
    }
