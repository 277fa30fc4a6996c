"""What may be done next with one department's year, by whom, and what is still missing. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cycle import queries
from cycle.db import Session
from cycle.operations.advance import Around, Desk, Given, consider, look_around, open_desk, scene
from cycle.operations.appraisals import WHOLE_CYCLE
from cycle.people import holder
from cycle.permissions import BODIES, Act, role_for
from cycle.queries import SubjectRow
from cycle.service import Service
from workflows.engine import NONE, Move
from workflows.errors import Refused, Unmet
from workflows.facts import Asked
from workflows.machines import MACHINES
from workflows.matters import MATTERS

_WITH_A_FILE: Final = frozenset({"offer", "replace"})
"""What comes with a file is asked for where files are sent."""
_NUMBERED: Final = frozenset({"issue_paper", "void_paper"})
"""Whether these are possible depends on the number they are asked with."""
_FILLED_IN: Final = frozenset({"set_letterhead"})
"""Nothing is in the way of these but what they are asked with."""
_BY_ITSELF: Final = frozenset({"system", "import"})
_NOT_THEIRS: Final = frozenset({"role_missing", "relation_missing", "recused"})
_TO_GIVE: Final = frozenset(
    {
        "reason_missing",
        "document_missing",
        "due_missing",
        "text_missing",
        "progress_missing",
        "day_missing",
        "lines_missing",
        "marks_missing",
        "member_missing",
        "items_missing",
        "ratings_missing",
        "receipt_not_named",
        "new_year_not_next",
    }
)
"""Unmet only because nothing was given yet: whoever acts gives it with the act."""


@dataclass(frozen=True, slots=True)
class Possible:
    """An action that fits the state: who may ask for it, what they give with it, what is in the way."""

    action: str
    who: tuple[str, ...]
    to_give: tuple[Unmet, ...]
    in_the_way: tuple[Unmet, ...]


def possible(service: Service, session: Session, row: SubjectRow, actor: str = "") -> list[Possible]:
    """The actions of one subject in the order of its machine; with `actor`, only those they may ask for."""
    desk = open_desk(session, service.clock, service.zone, Act(actor, kind="command"))
    around = look_around(desk, row)
    machine = MACHINES[row.kind]
    asked = _asked(session, row)
    found = []
    for action in machine.possible(row.state):
        who = tuple(dict.fromkeys(role for move in machine.at(row.state, action) for role in move.who))
        if action in WHOLE_CYCLE | _WITH_A_FILE | _NUMBERED | _FILLED_IN or set(who) <= _BY_ITSELF:
            continue
        unmet = _unmet(desk, row, action, around, asked)
        if any(u.code == "not_here" for u in unmet):
            continue
        if actor and any(_is_not_theirs(u, actor) for u in unmet):
            continue
        to_give = tuple(u for u in unmet if _is_to_give(u))
        in_the_way = tuple(u for u in unmet if not _is_to_give(u))
        found.append(Possible(action, tuple(w for w in who if w not in _BY_ITSELF), to_give, in_the_way))
    return found


def _is_not_theirs(unmet: Unmet, actor: str) -> bool:
    """Somebody unknown forbids it only where it is who acts: another one may be a person still to be given."""
    return unmet.code in _NOT_THEIRS or (unmet.code == "person_unknown" and unmet.data.get("person") == actor)


def _is_to_give(unmet: Unmet) -> bool:
    return unmet.code in _TO_GIVE or "" in unmet.data.values()


def _asked(session: Session, row: SubjectRow) -> Asked:
    """What an operation on a matter would ask with, before anybody has given anything: where its year stands."""
    if row.kind not in MATTERS:
        return Asked()
    year = queries.counting_year(row)
    appraisal = queries.subject(session, f"appraisal:{year}:{row.department}")
    department = queries.subject(session, f"department:{row.department}")
    gone = department is not None and department.state != "active"
    state = appraisal.state if appraisal else "dissolved" if gone else NONE
    beside = {"appraisal": state, "version": row.record.get("version", 0), "about_found": True}
    return Asked(extra={"record": {}, "standing": state, **(beside if row.kind == "evidence" else {})})


def _unmet(desk: Desk, row: SubjectRow, action: str, around: Around, asked: Asked) -> tuple[Unmet, ...]:
    try:
        consider(desk, row, action, asked, around=around, given=Given(permitted=not desk.act.actor))
    except Refused as refused:
        return refused.unmet
    return ()


def barred(service: Service, session: Session, row: SubjectRow, action: str, actor: str) -> Refused | None:
    """Why somebody may not ask for an action of a subject, whatever they give with it; None where they may.

    Whoever may enter it for a body, or for the leader in charge, is not barred. Only who asks is looked at, neither
    where the subject stands nor a second person; where nothing leaves its state, any move of the action counts.
    """
    machine = MACHINES[row.kind]
    moves = machine.at(row.state, action) or [move for move in machine.moves if move.action == action]
    desk = open_desk(session, service.clock, service.zone, Act(actor))
    why: list[Refused] = []
    for act in _ways(desk, row, moves):
        there = replace(desk, act=act)
        at = scene(there, row, look_around(there, row), _concerned(session, row))
        for move in moves:
            try:
                role_for(move, act, at)
            except Refused as refused:
                why.append(refused)
            else:
                return None
    return why[0] if why else None


def _ways(desk: Desk, row: SubjectRow, moves: Sequence[Move]) -> Iterator[Act]:
    """In whose name somebody may ask: first their own, then that of each body and of the leader in charge."""
    yield desk.act
    who = {role for move in moves for role in move.who}
    department = queries.subject(desk.session, f"department:{row.department}") if row.department else None
    leader = holder(department.record, "leader", desk.now.astimezone(desk.zone).date()) if department else ""
    for principal in (
        *(body for body in BODIES if body in who),
        *([leader] if "leader" in who and leader else []),
    ):
        yield replace(desk.act, on_behalf_of=principal, document="—")


def _concerned(session: Session, row: SubjectRow) -> Asked:
    """What an act hands in that permission looks at, where it can be known before."""
    team: Sequence[str] = ()
    if row.kind == "evidence":
        appraisal = queries.subject(session, f"appraisal:{row.year}:{row.department}")
        team = appraisal.record.get("team", ()) if appraisal else ()
    return Asked(extra={"team": team, "department": ""})
