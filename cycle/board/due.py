"""What a pass of the clock at an instant would do: moves, rungs and whom they reach. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cycle import facts as gathering
from cycle import queries
from cycle.correspondence.addressees import Addressees, Told
from cycle.db import Session, Statement
from cycle.operations import decisions, reminding, sweep
from cycle.operations.advance import Desk, consider, look_around, unborn
from cycle.operations.cases import SYSTEM
from cycle.operations.decisions import Ladders, Watched
from cycle.operations.vigil import is_outage, watched_since
from cycle.queries import SubjectRow
from cycle.service import Service
from workflows.deadlines import LAPSE, Rung, due_now, shifted_grace
from workflows.errors import Refused, Unmet
from workflows.facts import Asked
from workflows.wake import stamp
from workflows.workdays import Calendar, local_day

SHIFT = "shift_grace"
_EVERY = 1_000_000
_STATE = Statement("SELECT state FROM deadline WHERE id = :deadline")
_TOLD = Statement(
    "SELECT person, outcome FROM reminder WHERE deadline = :deadline AND rung = :rung ORDER BY outcome, person"
)


@dataclass(frozen=True, slots=True)
class MoveDue:
    """One move: what is in its way, or what is broken about its subject. `until`: the new end of grace."""

    row: SubjectRow
    action: str
    until: date | None = None
    in_the_way: tuple[Unmet, ...] = ()
    broken: str = ""

    @property
    def leaves(self) -> bool:
        """Whether the subject leaves its state, and so its clocks."""
        return not (self.in_the_way or self.broken or self.action == SHIFT)


@dataclass(frozen=True, slots=True)
class RungDue:
    """One rung with whom it reaches; `dropped`: nobody is told, a later rung or a move has taken its place."""

    watched: Watched
    rung: Rung
    to: tuple[Told, ...]
    dropped: bool


def moves_due(service: Service, at: datetime) -> list[MoveDue]:
    """The moves of a pass at `at`, in order of the instant at which they fell due.

    After an outage, looked at now, the ends of grace that fell inside it are moved instead of lapsing.
    """
    found = sweep.due(service, at)
    with service.database.read() as session:
        since = watched_since(session) if at <= service.clock.now() else None
        gap = since if is_outage(since, at) else None
        desk, calendar = Desk(session, at, service.zone, SYSTEM), gathering.standing_calendar(session)
        return [_move(desk, calendar, row, action, gap) for row, action in found]


def _move(desk: Desk, calendar: Calendar, row: SubjectRow, action: str, gap: datetime | None) -> MoveDue:
    try:
        until = _spared(desk, calendar, row, gap) if action == LAPSE and gap else None
        if until is not None and not in_the_way(desk, row, SHIFT, until):
            return MoveDue(row, SHIFT, until)
        return MoveDue(row, action, None, in_the_way(desk, row, action))
    except Exception as error:  # noqa: BLE001 - a pass, too, names what is broken and goes on to the others
        return MoveDue(row, action, broken=f"{type(error).__name__}: {error}")


def _spared(desk: Desk, calendar: Calendar, row: SubjectRow, since: datetime) -> date | None:
    """The end of grace after an outage from `since`; None where it did not fall inside."""
    form = row.record["forms"][row.state.partition(".")[0]]
    return shifted_grace(date.fromisoformat(form["grace_until"]), since, desk.now, calendar, desk.zone)


def in_the_way(desk: Desk, row: SubjectRow, action: str, until: date | None = None) -> tuple[Unmet, ...]:
    """What the clock's own move would be refused for; `until` is the end of grace it would set."""
    asked = Asked(due=until, reason="outage") if until else Asked()
    try:
        consider(desk, row, action, asked, around=look_around(desk, row))
    except Refused as refused:
        return refused.unmet
    return ()


def refused_for(service: Service, key: str, action: str) -> tuple[Unmet, ...]:
    """Why the clock may not do this now; empty where by now it may."""
    with service.database.read() as session:
        row = queries.subject(session, key) or unborn(key)
        return in_the_way(Desk(session, service.clock.now(), service.zone, SYSTEM), row, action)


def rungs_due(session: Session, at: datetime, zone: ZoneInfo, leaving: Collection[str]) -> list[RungDue]:
    """The rungs a pass at `at` decides on, in time order; those of subjects `leaving` their state are dropped."""
    calendar = gathering.standing_calendar(session)
    who = Addressees(session, local_day(at, zone))
    found: list[RungDue] = []
    for key in reminding.waiting(session, stamp(at), _EVERY):
        row = queries.subject(session, key)
        if row is None:
            continue
        cycle = row if row.kind == "cycle" else queries.subject(session, f"cycle:{row.year}")
        ladders = Ladders(calendar, gathering.rulebook_of(session, cycle).rungs, zone)
        for watched in decisions.due(session, key, at):
            firing = due_now(ladders.open(session, watched), since=None, until=at, held=True)
            chosen = [firing.chosen] if firing.chosen else []
            for rung in (*firing.superseded, *chosen):
                dropped = rung is not firing.chosen or key in leaving
                to = who.told(rung.name, watched.deadline.who, watched.department)
                found.append(RungDue(watched, rung, tuple(to), dropped))
    return sorted(found, key=lambda one: (one.rung.at, one.watched.deadline.id))


def state_of(session: Session, deadline: str) -> str:
    """The state a deadline is a clock of."""
    (state,) = _STATE.run(session, deadline=deadline).fetchone()
    return str(state)


def told_of(session: Session, deadline: str, rung: str) -> list[tuple[str, str]]:
    """Whom a rung that was decided on meant: person and outcome (sent, digest, superseded)."""
    rows = _TOLD.run(session, deadline=deadline, rung=rung).fetchall()
    return [(str(person), str(outcome)) for person, outcome in rows]
