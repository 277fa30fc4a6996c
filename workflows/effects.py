"""What an appraisal's move brings with it: the record's changes, deadlines armed and voided, ledger lines.

Pure: the write path stores what is returned here, nothing else. A record changes by JSON Merge Patch, so a
history row says by itself what it did and anyone can add the rows up again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from workflows import filing_effects, form_effects, ledger, ledger_effects, marking_effects
from workflows.clocks import Clock, clocks_of, later, talk_due
from workflows.deadlines import Deadline, Term, armed
from workflows.drafts import Draft, Patch, file_by
from workflows.engine import Step
from workflows.facts import Facts
from workflows.receipts import receipts_after


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything a step changes beside the state itself. Points in hundredths; `texts` are stored by digest."""

    record: Patch = field(default_factory=dict)
    deadlines: tuple[Deadline, ...] = ()
    voids: tuple[str, ...] = ()
    lines: tuple[Mapping[str, Any], ...] = ()
    results: tuple[Mapping[str, Any], ...] = ()
    texts: tuple[str, ...] = ()
    details: Patch = field(default_factory=dict)


HANDLERS: Mapping[str, Callable[[Draft], None]] = (
    filing_effects.HANDLERS | form_effects.HANDLERS | ledger_effects.HANDLERS | marking_effects.HANDLERS
)


def _term_on_entry(draft: Draft) -> Term:
    """The term of a drafting state: as asked, the one it had (withdraw), or the window's."""
    facts, form = draft.facts, draft.step.after.partition(".")[0]
    dated = draft.step.action in ("send_back", "readmit", "reopen", "reinstate", "enrol")
    if facts.asked.due is not None and dated:  # no other move's guards look at the date asked for
        return Term(facts.asked.due)
    if draft.step.action == "withdraw":
        return Term(date.fromisoformat(facts.form(form)["due"]))
    if form == "rectification":
        ratified = facts.record.get("ratified_on") if draft.step.action == "start_rectification" else None
        start = date.fromisoformat(ratified) if ratified else draft.day
        return Term(start, facts.rulebook.rectification_due_days)
    window = Term(facts.rulebook.due(form, facts.year))
    return later(facts.calendar, window, Term(draft.day, facts.rulebook.late_window_days))


def _enter(draft: Draft) -> None:
    """A new visit: everything open is void, the state's clocks are armed anew, signatures start afresh."""
    facts, state = draft.facts, draft.step.after
    draft.void_all = True
    draft.record["visits"] = {state: facts.record.get("visits", {}).get(state, 0) + 1}
    form = state.partition(".")[0]
    if state.endswith(".drafting"):
        draft.form(
            form, handed=None, signed=None, signed_by=None, taken_up=None, asked=None, shifted=None, late=None
        )
        term = _term_on_entry(draft)
        file_by(draft, state, term)
        # Entered by an amendment the failure is new: a talk held before was not about it.
        if form == "rectification" and (talk_due(facts) or draft.step.action == "amend"):
            draft.clocks.append(Clock(state, "leader", term))
    entered = replace(facts, record=ledger.merge(facts.record, draft.record))
    draft.clocks.extend(clocks_of(entered, state, draft.day))


def effect(facts: Facts, step: Step, now: datetime) -> Effect:
    """Everything `step` changes in one appraisal."""
    draft = Draft(facts, step, now)
    handler = HANDLERS.get(step.action)
    if handler is not None:
        handler(draft)
    if receipts := receipts_after(facts, step, now):
        draft.record["receipts"] = receipts
    if step.before != step.after:
        _enter(draft)
    if "result" in facts.asked.extra:
        result = facts.asked.extra["result"]
        draft.record["result"] = {"version": result["version"], "grade": result["grade"]}
    deadlines = _armed(draft)
    voids = sorted(facts.record.get("deadlines", {})) if draft.void_all else draft.voids
    if voids or deadlines:
        draft.record["deadlines"] = {
            **dict.fromkeys(voids, None),
            **{d.id: _kept(d, c) for d, c in zip(deadlines, draft.clocks, strict=True)},
        }
    for deadline in deadlines:
        if deadline.grace_until is not None:
            form = deadline.state.partition(".")[0]
            draft.form(form, due=deadline.due.isoformat(), grace_until=deadline.grace_until.isoformat())
    results = (facts.asked.extra["result"],) if "result" in facts.asked.extra else ()
    return Effect(
        record=draft.record,
        deadlines=deadlines,
        voids=tuple(voids),
        lines=tuple(draft.lines),
        results=results,
        texts=tuple(draft.texts),
        details=draft.details,
    )


def _armed(draft: Draft) -> tuple[Deadline, ...]:
    facts = draft.facts
    visits = ledger.merge(facts.record.get("visits", {}), draft.record.get("visits", {}))
    found = []
    for index, clock in enumerate(draft.clocks, start=1):
        deadline = armed(
            id=f"{facts.subject}#{facts.number}.{index}",
            state=clock.state,
            visit=visits.get(clock.state, 1),
            who=clock.who,
            term=clock.term,
            calendar=facts.calendar,
        )
        found.append(replace(deadline, grace_until=clock.grace_until) if clock.grace_until else deadline)
    return tuple(found)


def _kept(deadline: Deadline, clock: Clock) -> Patch:
    """What the record keeps of an open deadline: enough to arm it again by another working-day table."""
    kept: Patch = {
        "state": deadline.state,
        "who": deadline.who,
        "due": deadline.due.isoformat(),
        "day": clock.term.day.isoformat(),
        "workdays": clock.term.workdays,
        "provisional": deadline.provisional,
    }
    if deadline.grace_until is not None:
        kept["grace_until"] = deadline.grace_until.isoformat()
    return kept
