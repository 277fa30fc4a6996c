"""What acts on the whole cycle, on cases, departments, people and working days change in their records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from workflows import ledger
from workflows.deadlines import Deadline
from workflows.effects import Effect
from workflows.engine import Step
from workflows.facts import Facts
from workflows.guards import today

EffectOf = Callable[[Facts, Step, datetime], Effect]


def _void(facts: Facts) -> dict[str, None]:
    return dict.fromkeys(sorted(facts.record.get("deadlines", {})))


def _open(facts: Facts, _step: Step, now: datetime) -> Effect:
    roster = ledger.canonical(list(facts.asked.extra["roster"]))
    record = {"roster": ledger.digest(roster), "opened_on": today(facts, now).isoformat()}
    return Effect(record=record, texts=(roster,), details={"departments": len(facts.asked.extra["roster"])})


def _prepare(facts: Facts, _step: Step, _now: datetime) -> Effect:
    text = ledger.canonical(facts.rulebook.content())
    record = {"rulebook": ledger.digest(text), "rulebook_digest": facts.rulebook.digest, "approved": None}
    return Effect(
        record={**record, **facts.asked.extra.get("record", {})},
        texts=(text,),
    )


def _correct(facts: Facts, step: Step, now: datetime) -> Effect:
    """The corrected rulebook in place of the frozen one; dates it sets itself no longer count as moved for all."""
    extra = facts.asked.extra
    frozen = _prepare(facts, step, now)
    record = {
        **frozen.record,
        "approved": facts.rulebook.digest,
        "corrections": facts.record.get("corrections", 0) + 1,
        **({"moved": extra["moved"]} if extra["moved"] else {}),
    }
    details = {"corrects": facts.record["rulebook_digest"], "differences": extra["differences"]}
    return replace(frozen, record=record, details=details)


def _move_dates(facts: Facts, step: Step, now: datetime) -> Effect:
    """A window's due date is another for all; `moved` keeps the one the year began with."""
    extra = facts.asked.extra
    frozen = _prepare(facts, step, now)
    record = {name: frozen.record[name] for name in ("rulebook", "rulebook_digest")}
    details = {name: extra[name] for name in ("stage", "before", "due")}
    return replace(frozen, record={**record, "moved": extra["moved"]}, details=details)


def _propose(facts: Facts, _step: Step, now: datetime) -> Effect:
    """Objection window from today; the group's clock runs to the last day for ratifying."""
    book, calendar, day = facts.rulebook, facts.calendar, today(facts, now)
    until = calendar.add(day, book.objection_days)
    visit = facts.record.get("proposals", 0) + 1
    clock = _group_clock(facts, until, calendar.add(until, book.ratification_days), visit)
    record = {
        **clock.record,
        "proposed_on": day.isoformat(),
        "proposals": visit,
        "ties": facts.asked.extra["ties"],
        "graded": facts.asked.extra["graded"],
    }
    return replace(clock, record=record)


def _group_clock(facts: Facts, until: date, due: date, visit: int) -> Effect:
    """The last day for objections and the group's clock for ratifying, in place of what ran before."""
    deadline = Deadline(
        id=f"{facts.subject}#{facts.number}.1",
        state="proposed",
        visit=visit,
        who="group",
        due=due,
        grace_until=None,
        provisional=facts.calendar.provisional(due),
    )
    kept = {"state": "proposed", "who": "group", "due": due.isoformat()}
    record = {
        "objections_until": until.isoformat(),
        "ratify_by": due.isoformat(),
        "deadlines": {**_void(facts), deadline.id: kept},
    }
    return Effect(record=record, deadlines=(deadline,), voids=tuple(_void(facts)))


def _redate(facts: Facts, _step: Step, _now: datetime) -> Effect:
    """A working-day table was imported: the proposal's dates still ahead follow it."""
    extra = facts.asked.extra
    return _group_clock(facts, extra["until"], extra["due"], facts.record["proposals"])


def _withdraw(facts: Facts, _step: Step, _now: datetime) -> Effect:
    return Effect(
        record={
            **dict.fromkeys(("objections_until", "ratify_by", "proposed_on", "ties", "graded")),
            "deadlines": _void(facts),
        },
        voids=tuple(_void(facts)),
    )


def _rule_tie(facts: Facts, _step: Step, _now: datetime) -> Effect:
    extra = facts.asked.extra
    return Effect(record={"ties": {extra["tie"]: {"ruling": dict(extra["ruling"])}}})


def _ratify(facts: Facts, _step: Step, now: datetime) -> Effect:
    record = {
        "ratified_on": today(facts, now).isoformat(),
        "version": facts.record.get("version", 0) + 1,
        "deadlines": _void(facts),
    }
    return Effect(
        record=record, voids=tuple(_void(facts)), details={"cases": facts.asked.extra.get("cases", [])}
    )


def _amend(facts: Facts, _step: Step, _now: datetime) -> Effect:
    extra = facts.asked.extra
    return Effect(
        record={"version": facts.record.get("version", 0) + 1, "ties": extra.get("ties", {})},
        details={"differences": extra.get("differences", [])},
    )


def _import(facts: Facts, _step: Step, _now: datetime) -> Effect:
    return Effect(
        record={"version": 1, "imported": True},
        results=tuple(facts.asked.extra["results"]),
        details={"source": facts.asked.extra.get("source", "")},
    )


def _given(facts: Facts, _step: Step, _now: datetime) -> Effect:
    """The operation says what changes: the record as a patch, texts to keep, details for the reader."""
    extra = facts.asked.extra
    return Effect(
        record=dict(extra.get("record", {})),
        texts=tuple(extra.get("texts", ())),
        details=dict(extra.get("details", {})),
    )


_CYCLE: dict[str, EffectOf] = {
    "prepare": _prepare,
    "replace_rulebook": _prepare,
    "correct_rulebook": _correct,
    "move_dates": _move_dates,
    "open": _open,
    "propose": _propose,
    "redate": _redate,
    "withdraw_proposal": _withdraw,
    "rule_tie": _rule_tie,
    "ratify": _ratify,
    "amend": _amend,
    "import_results": _import,
    "approve_rulebook": lambda facts, _s, _n: Effect(record={"approved": facts.rulebook.digest}),
    "accept_provisional_calendar": lambda _f, _s, _n: Effect(record={"provisional_accepted": True}),
    "open_plans": lambda _f, _s, _n: Effect(record={"plans_opened": True}),
    "declare_unrecorded": lambda _f, _s, _n: Effect(record={"unrecorded": True}),
}


def cycle_effect(facts: Facts, step: Step, now: datetime) -> Effect:
    """What an act on the whole cycle changes in the cycle's own record."""
    return _CYCLE.get(step.action, _given)(facts, step, now)


def given_effect(facts: Facts, step: Step, now: datetime) -> Effect:
    """What a case, department, person, calendar or confirmed figure changes: as its operation says."""
    return _given(facts, step, now)
