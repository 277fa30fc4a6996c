"""Acknowledging receipt (签收): what a department was sent back, ordered or told is acknowledged, or noted for it.

A receipt stands in the record of its subject by the number of the history row it is about:
`receipts: {"12": {"what": "send_back", "on": "2025-03-03"}}`. Once acknowledged it holds `seen`: by whom and on
which day, and, where the office noted a call, what was said (`told`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from workflows.engine import Step
from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.guards import today
from workflows.workdays import Calendar

ACKNOWLEDGE: Final = "acknowledge"
NOTE: Final = "note_receipt"

ASKED_FOR: Final[Mapping[str, frozenset[str]]] = {
    "appraisal": frozenset(
        {
            "send_back",
            "reopen",
            "propose",
            "ratify",
            "amend",
            "start_rectification",
            "exempt",
            "reinstate",
            "record_line",
        }
    ),
    "finding": frozenset({"notify", "return", "publish"}),
    "bonus": frozenset({"approve", "refuse", "overturn"}),
    "objection": frozenset({"uphold", "dismiss"}),
}
"""Kind of subject to the moves its department acknowledges; of lines only deductions, of reopening only a form's."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Something not acknowledged yet: the number of its history row, the move, its day and the last day in time."""

    number: int
    what: str
    on: date
    due: date

    def late(self, day: date) -> bool:
        """Whether the days for acknowledging it are over."""
        return day > self.due


def receipts_after(facts: Facts, step: Step, now: datetime) -> dict[str, Any]:
    """What a move changes in the receipts of its subject, as a merge patch; empty where it changes none."""
    day = today(facts, now).isoformat()
    if step.action in (ACKNOWLEDGE, NOTE):
        seen = {"by": facts.asked.by, "on": day}
        if step.action == NOTE:
            seen["told"] = facts.asked.reason
        return {number: {"seen": dict(seen)} for number in facts.asked.extra["receipts"]}
    if not _asks(facts, step):
        return {}
    return {str(facts.number): {"what": step.action, "on": day}}


def _asks(facts: Facts, step: Step) -> bool:
    if step.action not in ASKED_FOR.get(facts.subject.partition(":")[0], ()):
        return False
    if step.action == "record_line":
        return any(line.part == "deduction" for line in facts.asked.lines)
    return step.action != "reopen" or step.after.endswith(".drafting")


def outstanding(record: Mapping[str, Any], days: int, calendar: Calendar) -> Iterator[Receipt]:
    """What a subject's department has not acknowledged, the oldest first; `days` are working days to do so."""
    kept: Mapping[str, Mapping[str, Any]] = record.get("receipts", {})
    for number in sorted(kept, key=int):
        if not kept[number].get("seen"):
            on = date.fromisoformat(kept[number]["on"])
            yield Receipt(int(number), kept[number]["what"], on, calendar.add(on, days))


def receipts_wait(facts: Facts, _now: datetime) -> bool:
    """A route: there is something to acknowledge here."""
    return any(not kept.get("seen") for kept in facts.record.get("receipts", {}).values())


def receipts_named(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Each number named is of something to acknowledge that nobody has acknowledged."""
    kept: Mapping[str, Mapping[str, Any]] = facts.record.get("receipts", {})
    asked = facts.asked.extra.get("receipts", ())
    if not asked:
        yield Unmet("receipt_not_named")
    for number in asked:
        if number not in kept:
            yield Unmet("receipt_unknown", {"number": number})
        elif kept[number].get("seen"):
            yield Unmet("receipt_already", {"number": number})
