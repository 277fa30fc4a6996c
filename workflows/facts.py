"""What the guards may ask: the facts of one subject at one instant, gathered before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from workflows.errors import Unmet
from workflows.rulebook import Rulebook
from workflows.workdays import Calendar

Record = Mapping[str, Any]
"""The standing record of a subject: what its history adds up to, as plain JSON values."""


@dataclass(frozen=True, slots=True)
class Line:
    """One ledger line as asked for. `points` in hundredths; None where the rulebook fixes them.

    `part` is central, public, leader, deduction or bonus; `item` the clause id or the component's part;
    `source` the matter it comes from (a finding, a complaint, a bonus application), empty where there is none.
    """

    part: str
    item: str
    points: int | None = None
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, beside the action itself. `role` is the one the asker acts in (`system`: the clock)."""

    reason: str = ""
    document: str = ""
    by: str = ""
    role: str = ""
    due: date | None = None
    stage: str = ""
    text: str = ""
    member: str = ""
    member_home: str = ""
    member_is_reviewer: bool = False
    lines: tuple[Line, ...] = ()
    line: str = ""
    matter: str = ""
    new_year: int = 0
    step: str = ""
    on: date | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """A ledger line as it stands (not reversed). `points` in hundredths, deductions and cap negative."""

    id: str
    part: str
    item: str
    points: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """One subject at one instant. Lists that a move does not ask for stay empty.

    `number` is the number its next history row will have. `blocking` holds what other subjects put in the
    way of an act on the whole cycle, each naming its subject.
    """

    state: str
    rulebook: Rulebook
    calendar: Calendar
    zone: ZoneInfo
    asked: Asked
    subject: str = ""
    number: int = 0
    year: int = 0
    department: str = ""
    record: Record = field(default_factory=dict)
    cycle_state: str = ""
    lines: Sequence[Standing] = ()
    findings: Sequence[str] = ()
    complaints: Sequence[str] = ()
    bonus_applications: Sequence[str] = ()
    objections: Sequence[str] = ()
    key_findings: Sequence[str] = ()
    duties: Sequence[str] = ()
    blocking: Sequence[Unmet] = ()
    open_appraisals: int = 0
    open_duties: int = 0

    def form(self, name: str) -> Record:
        """The record of one form (plan, midyear, yearend, rectification); empty before its first visit."""
        forms: Mapping[str, Record] = self.record.get("forms", {})
        return forms.get(name, {})

    @property
    def stage(self) -> str:
        """The part of the state before the dot: `plan` of `plan.drafting`."""
        return self.state.partition(".")[0]
