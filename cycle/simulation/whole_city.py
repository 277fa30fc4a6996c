"""Acts on a running year as a whole: a window's due date moved for all, a figure of the rulebook corrected."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.simulation.hour import Hour
from workflows import corrections
from workflows.rulebook import Rulebook

MOVED: Final = ("plan", "midyear")
"""Windows that leave room for a later date before the next one opens."""
MOVED_BEFORE, MOVED_BY = 5, 5
"""Working days before the due date on which it is moved, and by how many."""

CORRECTED_ON: Final = (95, 165)
"""Between which days of the year a correction is decided on."""
FIGURE: Final = "deadlines.receipt_days.value"
"""What is corrected: no result depends on the days for acknowledging a receipt."""
USUAL, LONGER = 2, 3


def at_work(hour: Hour, cycle: SubjectRow, book: Rulebook) -> None:
    """Whatever is decided today for all; each once a year, in the years in which it happens."""
    events = hour.plan.behaviour.events
    if hour.plan.falls_in(events.moved, cycle.year) and not cycle.record.get("moved"):
        _move(hour, cycle.year, book)
    elif hour.plan.falls_in(events.corrected, cycle.year) and not cycle.record.get("corrections"):
        _correct(hour, cycle, book)


def _move(hour: Hour, year: int, book: Rulebook) -> None:
    stage = hour.plan.draws.pick(MOVED, "moved", year)
    due = book.due(stage, year)
    if not hour.add(due, -MOVED_BEFORE) <= hour.today < due:
        return
    first, second = hour.city.office("", hour.today.isoformat())
    act = Act(first.id, document=hour.document("绩效办通知", "moved", year), reason="会议较多，统一延期")
    later = hour.add(due, MOVED_BY).isoformat()
    hour.together("move_dates", act, second, year=year, stage=stage, due=later)


def _correct(hour: Hour, cycle: SubjectRow, book: Rulebook) -> None:
    day = hour.plan.draws.between(CORRECTED_ON, "corrected", cycle.year)
    if hour.today < date(cycle.year, 1, 1) + timedelta(days=day):
        return
    days = LONGER if book.receipt_days == USUAL else USUAL
    corrected = corrections.with_values(book, {FIGURE: str(days)})
    document = hour.document("领导小组纪要", "corrected", cycle.year)
    asked: dict[str, Any] = {"year": cycle.year, "rulebook": corrected.content(), "against": book.digest}
    hour.behalf("group", "", "correct_rulebook", document, reason="签收期限有误，予以更正", **asked)
