"""What may be done next with one department's year, by whom, and what is still missing. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cycle import queries
from cycle.db import Session
from cycle.operations.advance import Around, Desk, Given, consider, look_around, open_desk
from cycle.operations.appraisals import WHOLE_CYCLE
from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.service import Service
from workflows.engine import NONE
from workflows.errors import Refused, Unmet
from workflows.facts import Asked
from workflows.machines import MACHINES
from workflows.matters import MATTERS

_WITH_A_FILE: Final = frozenset({"offer", "replace"})
"""What comes with a file is asked for where files are sent."""
_BY_ITSELF: Final = frozenset({"system", "import"})
_NOT_THEIRS: Final = frozenset({"role_missing", "relation_missing", "recused", "person_unknown"})
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
        if action in WHOLE_CYCLE or action in _WITH_A_FILE or set(who) <= _BY_ITSELF:
            continue
        unmet = _unmet(desk, row, action, around, asked)
        if any(u.code == "not_here" for u in unmet):
            continue
        if actor and any(u.code in _NOT_THEIRS for u in unmet):
            continue
        to_give = tuple(u for u in unmet if _is_to_give(u))
        in_the_way = tuple(u for u in unmet if not _is_to_give(u))
        found.append(Possible(action, tuple(w for w in who if w not in _BY_ITSELF), to_give, in_the_way))
    return found


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
