"""An effect in the making: what the handlers of single actions write into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from workflows import ledger
from workflows.clocks import Clock
from workflows.deadlines import Term
from workflows.engine import Step
from workflows.facts import Facts
from workflows.guards import today

Patch = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """An effect in the making."""

    facts: Facts
    step: Step
    now: datetime
    record: Patch = field(default_factory=dict)
    clocks: list[Clock] = field(default_factory=list)
    void_all: bool = False
    voids: list[str] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    details: Patch = field(default_factory=dict)

    @property
    def day(self) -> date:
        return today(self.facts, self.now)

    def form(self, name: str, **changes: Any) -> None:
        self.record.setdefault("forms", {}).setdefault(name, {}).update(changes)

    def keep(self, text: str) -> str:
        self.texts.append(text)
        return ledger.digest(text)


def file_by(draft: Draft, state: str, term: Term, grace: date | None = None) -> None:
    """Arm the department's clock for a drafting state; `grace` where its end is set by itself."""
    term = replace(term, grace_days=draft.facts.rulebook.grace_days)
    draft.clocks.append(Clock(state, "liaison", term, grace))


def open_of(facts: Facts, who: str) -> list[str]:
    deadlines: Mapping[str, Mapping[str, Any]] = facts.record.get("deadlines", {})
    return [name for name in sorted(deadlines) if deadlines[name]["who"] == who]
