"""A decided move on its way to the tables, with all that it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from cycle.queries import SubjectRow
from workflows import ledger
from workflows.effects import Effect
from workflows.engine import Step
from workflows.facts import Facts
from workflows.matters import MATTERS
from workflows.wake import appraisal_wake, cycle_wake

RULED = ("appraisal", "cycle", "case", *MATTERS)
"""Kinds of subject whose moves follow the rulebook of a year."""


@dataclass(frozen=True, slots=True)
class Change:
    """One decided move, ready to be written. `record` and `wake` are those after it, `facts` those before."""

    row: SubjectRow
    step: Step
    effect: Effect
    patch: Mapping[str, Any]
    record: Mapping[str, Any]
    wake: str | None
    rulebook: str | None
    facts: Facts


def change(row: SubjectRow, facts: Facts, step: Step, effect: Effect, *, zone: ZoneInfo) -> Change:
    """The change a step and its effect make to `row`, with the instant at which to look at it again."""
    patch = dict(effect.record)
    record = ledger.merge(row.record, patch)
    wake = None
    if row.kind == "appraisal":
        wake = appraisal_wake(step.after, record, row.year, facts.rulebook, zone)
    elif row.kind == "cycle":
        wake = cycle_wake(step.after, record, row.year, facts.rulebook, zone)
    if wake != row.record.get("wake"):
        patch["wake"] = wake
        record = ledger.merge(record, {"wake": wake})
    ruled = facts.rulebook.digest if row.kind in RULED else None
    return Change(row, step, effect, patch, record, wake, ruled, facts)
