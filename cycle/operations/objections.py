"""Objections: filed by a department while grades are proposed, decided by the group, none left at ratification.

An objection that is upheld changes no points by itself: the office withdraws the proposal, corrects the ledger
and proposes again. Until then what was proposed cannot be ratified.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cycle import queries
from cycle.db import Session
from cycle.operations import matters
from cycle.operations.advance import Desk, Given, answer, consider, look_around, write_all
from cycle.operations.appraisals import typed
from cycle.operations.cases import SYSTEM
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.queries import SubjectRow
from workflows import ledger
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked

WORKED = ("uphold", "dismiss", "withdraw")
"""What is asked for by name; an objection is set aside with its proposal."""


def file(work: Transaction, arguments: Arguments) -> Answer:
    """A department objects: `department`, `year`, `about` (grade, points or the id of a ledger line), `text`."""
    year, department = (
        typed(arguments["year"], int, "year"),
        typed(arguments["department"], str, "department"),
    )
    key = matters.new_key(work, "objection", year, department)
    cycle, appraisal = _proposal(work.session, year, department)
    text = typed(arguments.get("text", ""), str, "text")
    about = typed(arguments["about"], str, "about")
    extra: dict[str, Any] = {
        "standing": appraisal.state,
        "until": cycle.record.get("objections_until"),
        "lines": tuple(line.id for line in queries.lines(work.session, appraisal.key)),
        "record": {
            "about": about,
            "text": ledger.digest(text),
            "proposal": cycle.record.get("proposals", 0),
        },
        "texts": [text],
    }
    return answer(matters.create(work, key, "file", Asked(text=text, line=about, extra=extra)))


def move(work: Transaction, arguments: Arguments) -> Answer:
    """Move an objection: `subject`, `action` (one of `WORKED`).

    The answer to one that is upheld says what has to follow: `next` is `withdraw_proposal`.
    """
    key, action = arguments["subject"], arguments["action"]
    if action not in WORKED:
        raise Refused(Unmet("action_unknown", {"action": action}))
    row, _ = matters.hold(work, key, "objection")
    done = answer(matters.move(work, row, action, Asked()))
    return {**done, "next": "withdraw_proposal"} if action == "uphold" else done


def _proposal(session: Session, year: int, department: str) -> tuple[SubjectRow, SubjectRow]:
    """The year's cycle and the department's appraisal, which is held: no proposal comes or goes meanwhile."""
    cycle = queries.subject(session, f"cycle:{year}")
    appraisal = queries.subject(session, f"appraisal:{year}:{department}")
    if cycle is None or appraisal is None:
        raise NotFound(f"appraisal:{year}:{department}")
    return cycle, appraisal


def set_aside_all(desk: Desk, year: int) -> None:
    """The undecided objections of a year end with the proposal they were about. Its appraisals are held."""
    system = replace(desk, act=replace(SYSTEM, reason=desk.act.reason))
    asked = Asked(reason=system.act.reason)
    changes = []
    for key in queries.undecided_of_year(desk.session, "objection", year):
        row = queries.lock(desk.session, key)
        if row is not None:
            around = look_around(system, row)
            changes.append(
                consider(system, row, "set_aside", asked, around=around, given=Given(permitted=True))
            )
    write_all(system, changes)


def upheld(session: Session, year: int, proposal: int) -> list[Unmet]:
    """What keeps this proposal from being ratified: objections to it that were upheld."""
    keys = [
        row.key
        for row in queries.matters_of_year(session, "objection", year)
        if row.state == "upheld" and row.record["proposal"] == proposal
    ]
    return [Unmet("objection_upheld", {"matters": ",".join(keys)})] if keys else []
