"""The one write path: nobody else moves a subject or writes its history.

1. Lock the subject, then read the clock. 2. Who may: role, relation, recusal. 3. Facts, then the pure step.
4. A second person first, where one is needed. 5. State by compare-and-set, history row, deadlines voided and
armed, ledger lines, results, letters: one transaction, whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cycle import facts as gathering
from cycle import queries
from cycle.clock import Clock
from cycle.db import Session
from cycle.keys import split_key
from cycle.operations import announce, change, storing
from cycle.operations.change import Change
from cycle.people import Person, person
from cycle.permissions import Act, Scene, needs_confirmation, require_asker, role_for
from cycle.queries import SubjectRow
from workflows.cycle_effects import cycle_effect, given_effect
from workflows.effects import effect
from workflows.engine import NONE, Machine, Move, Step, route, step
from workflows.errors import Outdated, Refused, Unmet
from workflows.facts import Asked, Facts, Standing
from workflows.machines import MACHINES
from workflows.matter_effects import matter_effect
from workflows.matters import MATTERS
from workflows.rulebook import Rulebook
from workflows.workdays import Calendar

EFFECTS = {"appraisal": effect, "cycle": cycle_effect, **dict.fromkeys(MATTERS, matter_effect)}


class Unconfirmed(Exception):
    """Everything else holds: the act waits for a second person. `subject` is what it is about."""

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move did. `number` is its history row's number within the subject."""

    subject: str
    action: str
    before: str
    after: str
    number: int


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction's surroundings: the session, the instant its clock showed once locked, who acts."""

    session: Session
    now: datetime
    zone: ZoneInfo
    act: Act


@dataclass(frozen=True, slots=True)
class Around:
    """The subjects a move looks at beside its own."""

    cycle: SubjectRow | None
    department: SubjectRow | None
    actor: Person | None
    principal: Person | None
    confirmer: Person | None
    calendar: Calendar
    into: Mapping[str, str]


def unborn(key: str) -> SubjectRow:
    """The row of a subject that does not exist yet."""
    kind, year, department = split_key(key)
    return SubjectRow(key, kind, year, department, NONE, 0, "", {})


def look_around(desk: Desk, row: SubjectRow) -> Around:
    """Read, in one statement, the cycle, the department and the people a move depends on."""
    act = desk.act
    cycle_key = f"cycle:{row.year}" if row.year and row.kind != "calendar" else ""
    department_key = f"department:{row.department}" if row.department else ""
    keys = [
        cycle_key,
        department_key,
        f"person:{act.actor}",
        f"person:{act.on_behalf_of}",
        f"person:{act.confirmed_by}",
    ]
    found, calendars = queries.related(desk.session, keys)

    def known(name: str) -> Person | None:
        at = found.get(f"person:{name}")
        return person(at.key, at.state, at.record) if at and at.kind == "person" else None

    return Around(
        cycle=row if row.kind == "cycle" and row.state != NONE else found.get(cycle_key),
        department=found.get(department_key),
        actor=known(act.actor),
        principal=known(act.on_behalf_of),
        confirmer=known(act.confirmed_by),
        calendar=gathering.calendar_of(desk.session, calendars),
        into={at.department: at.record["successor"] for at in found.values() if at.record.get("successor")},
    )


def scene(desk: Desk, row: SubjectRow, around: Around, asked: Asked) -> Scene:
    """What permission looks at. Recusal follows from the departments the act is about.

    Evidence is looked at by the team of its department's year, which its operation hands in.
    """
    own, matters = row.kind in ("appraisal", "case", *MATTERS), _matters(row, asked)
    return Scene(
        day=desk.now.astimezone(desk.zone).date(),
        actor=around.actor,
        principal=around.principal,
        confirmer=around.confirmer,
        department=row.department if own else "",
        matters=matters,
        entry=row.key.partition(":")[2] if row.kind == "person" else "",
        owner=_owner(row, asked),
        posts=around.department.record if around.department else {},
        beside=_records(desk.session, matters),
        into=around.into,
        team=row.record.get("team", asked.extra.get("team", ()) if row.kind == "evidence" else ()),
    )


def _owner(row: SubjectRow, asked: Asked) -> str:
    """Whose token or account it is; empty for whatever is not somebody's own."""
    own = {"token": row.record.get("person", asked.member), "account": row.key.partition(":")[2]}
    return str(own.get(row.kind, ""))


def _matters(row: SubjectRow, asked: Asked) -> tuple[str, ...]:
    """The departments that an act on a register or on a whole cycle is about: merged ones, members of a tie, whom a
    paper is about.
    """
    if row.kind == "dispatch":
        return tuple(filter(None, (asked.extra["department"],)))
    if row.kind == "department":
        return (row.department, *asked.extra.get("predecessors", ()))
    if row.kind == "cycle" and "tie" in asked.extra:
        return tuple(row.record.get("ties", {}).get(asked.extra["tie"], {}).get("departments", ()))
    return ()


def _records(session: Session, departments: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    rows = {name: queries.subject(session, f"department:{name}") for name in departments}
    return {name: row.record for name, row in rows.items() if row is not None}


@dataclass(frozen=True, slots=True)
class Given:
    """What a caller hands in beside the request: what other subjects put in the way, lines read for many."""

    blocking: Sequence[Unmet] = ()
    lines: Sequence[Standing] | None = None
    rulebook: Rulebook | None = None
    permitted: bool = False
    open_appraisals: int | None = None
    open_duties: int | None = None
    annulled: frozenset[str] = frozenset()
    """Matters that go in the same act: they hold nothing up any more."""


NOTHING_GIVEN = Given()


def consider(
    desk: Desk,
    row: SubjectRow,
    action: str,
    asked: Asked,
    *,
    around: Around,
    given: Given = NOTHING_GIVEN,
) -> Change:
    """Decide one move without writing. Raises Refused with every obstacle.

    `given.permitted` is set by whole-cycle acts for each appraisal they move: the act itself was permitted.
    """
    machine: Machine = MACHINES[row.kind]
    today = desk.now.astimezone(desk.zone).date()
    if desk.act.occurred_on is not None and desk.act.occurred_on > today:
        raise Refused(Unmet("day_ahead", {"today": today.isoformat()}))
    if not given.permitted:
        require_asker(_moves(row.kind, action), desk.act, around.actor)
        _require_seen(desk.act, row)
    facts = gathering.gather(
        desk.session,
        row,
        action,
        asked,
        cycle=around.cycle,
        calendar=around.calendar,
        zone=desk.zone,
        rulebook=given.rulebook,
        blocking=given.blocking,
        lines=given.lines,
    )
    if given.open_appraisals is not None:
        facts = replace(facts, open_appraisals=given.open_appraisals)
    if given.open_duties is not None:
        facts = replace(facts, open_duties=given.open_duties)
    if given.annulled:
        facts = replace(facts, key_findings=[k for k in facts.key_findings if k not in given.annulled])
    move = route(machine, facts, action, desk.now)
    if not given.permitted:
        role = role_for(move, desk.act, scene(desk, row, around, asked))
        facts = replace(facts, asked=replace(asked, role=role, by=desk.act.on_behalf_of or desk.act.actor))
    taken = step(machine, facts, action, desk.now)
    return _change(desk, row, facts, taken)


def require_role(session: Session, act: Act, kind: str, action: str) -> None:
    """Before anything is looked into: whoever can never ask for this is told no more than that. Raises Refused."""
    row = queries.subject(session, f"person:{act.actor}")
    actor = person(row.key, row.state, row.record) if row is not None and row.kind == "person" else None
    require_asker(_moves(kind, action), act, actor)


def require_permitted(desk: Desk, row: SubjectRow, action: str, asked: Asked | None = None) -> None:
    """Whoever may not ask for this about `row` is told no more than that. Raises Refused.

    The second person is judged when there is something to confirm.
    """
    alone = replace(desk, act=replace(desk.act, confirmed_by=""))
    around = look_around(alone, row)
    moves = _moves(row.kind, action)
    require_asker(moves, alone.act, around.actor)
    at = scene(alone, row, around, asked or Asked())
    for move in moves:
        role_for(move, alone.act, at)


def _moves(kind: str, action: str) -> list[Move]:
    return [move for move in MACHINES[kind].moves if move.action == action]


def _require_seen(act: Act, row: SubjectRow) -> None:
    """Whoever acts on what they saw acts on what stands. Raises Outdated where it has moved on."""
    if act.seen is not None and act.seen[0] == row.key and row.number not in act.seen[1]:
        raise Outdated(row.key, row.number)


def _change(desk: Desk, row: SubjectRow, facts: Facts, taken: Step) -> Change:
    effects = EFFECTS.get(row.kind, given_effect)(facts, taken, desk.now)
    return change.change(row, facts, taken, effects, zone=desk.zone)


def require_confirmation(act: Act, move: Move, subject: str) -> None:
    """Stop here until a second person has confirmed. Raises Unconfirmed."""
    if needs_confirmation(move, act) and not act.confirmed_by:
        raise Unconfirmed(subject)


def open_desk(session: Session, clock: Clock, zone: ZoneInfo, act: Act) -> Desk:
    """Read the clock (the caller holds the lock by now) and set out the desk for one transaction."""
    return Desk(session, clock.now(), zone, act)


def advance(
    session: Session,
    key: str,
    action: str,
    *,
    act: Act,
    clock: Clock,
    zone: ZoneInfo,
    asked: Asked | None = None,
    given: Given = NOTHING_GIVEN,
) -> Outcome:
    """Move one subject by one action.

    Raises Refused (every unmet condition), Conflict (somebody was first), NotFound, Unconfirmed.
    """
    row = queries.lock(session, key) or unborn(key)
    desk = open_desk(session, clock, zone, act)
    wish = replace(asked or Asked(), reason=act.reason, document=act.document)
    moved = consider(desk, row, action, wish, around=look_around(desk, row), given=given)
    require_confirmation(act, moved.step.move, key)
    write_all(desk, [moved])
    return outcome(moved)


def outcome(moved: Change) -> Outcome:
    """What a written change is told as."""
    taken = moved.step
    return Outcome(moved.row.key, taken.action, taken.before, taken.after, moved.row.number + 1)


def write_all(desk: Desk, changes: Sequence[Change]) -> None:
    """Write the changes of one act, and the letters they cause: same actor, same instant, all or none."""
    storing.write(desk.session, changes, desk.act, desk.now)
    announce.tell(desk.session, changes, desk.act, desk.now, desk.zone)


def answer(outcome_: Outcome) -> dict[str, Any]:
    """An outcome as plain JSON values."""
    return {
        "subject": outcome_.subject,
        "action": outcome_.action,
        "before": outcome_.before if outcome_.before != NONE else None,
        "after": outcome_.after,
        "number": outcome_.number,
    }
