"""What the reminders will do in the days ahead if nobody acts: each rung, its instant and whom it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cycle import queries, queries_board
from cycle.board.names import departments
from cycle.board.rows import Surroundings, ladder, surroundings
from cycle.db import Session
from cycle.people import Person, holder, person
from cycle.queries import SubjectRow
from cycle.queries_board import OpenDeadline
from workflows.deadlines import LAPSE, Channel, Rung, fired, letter_colour, recipients
from workflows.registry_guards import POSTS


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
    people = [person(r.key, r.state, r.record) for r in queries.of_kind(session, "person")]
    posts = {row.department: row for row in departments(session)}
    around: dict[int, Surroundings] = {}
    held = _held_open(session)
    found = []
    for clock in queries_board.open_deadlines(session):
        here = around.setdefault(clock.year, surroundings(session, clock.year, now, zone))
        for rung in fired(ladder(clock, here), since=now, until=until, voided_at=None):
            if rung.name == LAPSE and clock.subject in held:
                continue
            to = _addressees(
                rung, clock, posts.get(clock.department), people, rung.at.astimezone(zone).date()
            )
            found.append(RungAhead(rung.at, rung.name, letter_colour(rung.name), clock, to))
    return sorted(found, key=lambda ahead: (ahead.at, ahead.clock.deadline.id))


def _held_open(session: Session) -> set[str]:
    """The appraisals whose end of grace an undecided extension request holds open: nothing lapses there."""
    return {
        row.key
        for row in queries.of_kind(session, "appraisal")
        if row.record.get("forms", {}).get(row.state.partition(".")[0], {}).get("asked")
    }


def _addressees(
    rung: Rung, clock: OpenDeadline, department: SubjectRow | None, people: list[Person], day: date
) -> tuple[Addressee, ...]:
    record: Mapping[str, object] = department.record if department else {}
    found: list[Addressee] = []
    for role, channel in recipients(rung.name, clock.deadline.who):
        for one in _holding(role, record, people, day):
            found.append(Addressee(role, one.id, one.name, one.email, channel))
    return tuple(found)


def _holding(role: str, record: Mapping[str, object], people: list[Person], day: date) -> list[Person]:
    """Who a post, a role or a person's id means on `day`."""
    active = [one for one in people if one.active]
    if role in POSTS:
        return [one for one in active if one.id == holder(record, role, day)]
    if role == "office_head":
        return [one for one in active if one.office_head]
    named = [one for one in active if one.id == role]
    return named or [one for one in active if role in one.roles]
