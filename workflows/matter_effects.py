"""What a move of a matter brings with it: the record's changes as its operation says, and the clock of its state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from workflows.clocks import Clock
from workflows.cycle_effects import given_effect
from workflows.deadlines import Deadline, Term, armed
from workflows.effects import Effect
from workflows.engine import Step
from workflows.facts import Facts
from workflows.guards import today
from workflows.matters import CLOCKS
from workflows.receipts import receipts_after


def kind_of(facts: Facts) -> str:
    """The kind of matter a subject is."""
    return facts.subject.partition(":")[0]


def matter_effect(facts: Facts, step: Step, now: datetime) -> Effect:
    """The record as the operation says (`extra.record`), texts and details likewise; on entry into a state its clock.

    The deadline's state is `kind.state`, so that it reads like a form's. `extra.clocks` and `extra.voids` stand
    where a move that stays arms clocks anew: by another working-day table (`redate`), or for somebody else.
    """
    given = given_effect(facts, step, now)
    if receipts := receipts_after(facts, step, now):
        given = replace(given, record={**given.record, "receipts": receipts})
    if "clocks" in facts.asked.extra:
        clocks, voids = list(facts.asked.extra["clocks"]), list(facts.asked.extra["voids"])
    elif step.before != step.after:
        clocks, voids = (
            _clocks(facts, step.after, today(facts, now)),
            sorted(facts.record.get("deadlines", {})),
        )
    else:
        return given
    record = dict(given.record)
    visits = dict(facts.record.get("visits", {}))
    if step.before != step.after:
        record["visits"] = {step.after: visits.get(step.after, 0) + 1}
        visits |= record["visits"]
    deadlines = tuple(
        _armed(facts, clock, index, visits.get(clock.state.partition(".")[2], 1))
        for index, clock in enumerate(clocks, start=1)
    )
    if voids or deadlines:
        record["deadlines"] = {
            **dict.fromkeys(voids),
            **{d.id: _kept(d, c.term) for d, c in zip(deadlines, clocks, strict=True)},
        }
    return replace(given, record=record, deadlines=deadlines, voids=tuple(voids))


def _clocks(facts: Facts, state: str, day: date) -> list[Clock]:
    """The clock of a state, where it has one; `asked.due` is the day where the act itself sets it."""
    found = CLOCKS.get((kind_of(facts), state))
    if found is None:
        return []
    who, figure = found
    days: int = getattr(facts.rulebook, figure)
    term = Term(facts.asked.due) if facts.asked.due is not None else Term(day, days)
    return [Clock(f"{kind_of(facts)}.{state}", who, term)]


def _armed(facts: Facts, clock: Clock, index: int, visit: int) -> Deadline:
    return armed(
        id=f"{facts.subject}#{facts.number}.{index}",
        state=clock.state,
        visit=visit,
        who=clock.who,
        term=clock.term,
        calendar=facts.calendar,
    )


def _kept(deadline: Deadline, term: Term) -> dict[str, Any]:
    """What the record keeps of an open deadline: enough to arm it again by another working-day table."""
    return {
        "state": deadline.state,
        "who": deadline.who,
        "due": deadline.due.isoformat(),
        "day": term.day.isoformat(),
        "workdays": term.workdays,
        "provisional": deadline.provisional,
    }
