"""How each stage of each department's year was passed: when, how late it was handed in, how often it was sent back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from cycle import facts as gathering
from cycle.board.look import Look
from cycle.db import Statement
from workflows.deadlines import workdays_left
from workflows.workdays import local_day

_ENDS: Final = {
    "accept": "",
    "lapse": "",
    "complete": "central_review",
    "settle": "inspection",
    "ratify": "grading",
    "verify": "rectification",
}
"""Actions that end a stage; where none is named it is the one of the state before."""

# A year has thousands of such rows, and of each no more than these few words are wanted.
_BEFORE: Final = {
    "sqlite": "json_extract(history.body, '$.before')",
    "postgresql": "CAST(history.body AS json) ->> 'before'",
}
_ROWS: Final = {
    dialect: Statement(
        f"SELECT subject.department, history.action, history.at, {before}"
        " FROM history JOIN subject ON subject.key = history.subject"
        " WHERE subject.kind = 'appraisal' AND subject.year = :year"
        " AND (:department = '' OR subject.department = :department) AND history.action IN"
        " ('accept', 'lapse', 'complete', 'settle', 'ratify', 'verify', 'send_back', 'submit')"
        " ORDER BY history.seq"
    )
    for dialect, before in _BEFORE.items()
}


@dataclass(frozen=True, slots=True)
class Passed:
    """A stage as it was passed: `on` is the day it ended, None while it has not; `late` in working days."""

    on: date | None = None
    late: int = 0
    returns: int = 0
    lapsed: bool = False


def passed(look: Look, year: int, department: str = "") -> dict[str, dict[str, Passed]]:
    """Of every department of a year, or of one, by stage. Whoever asks leaves out what is not theirs to see."""
    calendar = gathering.standing_calendar(look.session)
    due = {row.department: _due(row.record) for row in look.appraisals(year)}
    found: dict[str, dict[str, Passed]] = {one: {} for one in due}
    rows = _ROWS[look.session.dialect].run(look.session, year=year, department=department).fetchall()
    for whose, action, at, left in rows:
        stage = _ENDS.get(action) or str(left).partition(".")[0]
        day = local_day(datetime.fromisoformat(at), look.zone)
        stages = found[whose]
        before = stages.get(stage, Passed())
        if action == "send_back":
            stages[stage] = replace(before, on=None, returns=before.returns + 1)
        elif action == "submit":
            last = due[whose].get(stage)
            late = -min(0, workdays_left(day, last, calendar)) if last else 0
            stages[stage] = replace(before, on=None, late=late)
        else:
            stages[stage] = replace(before, on=day, lapsed=action == "lapse")
    return found


def _due(record: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, date]:
    forms = record.get("forms", {})
    return {name: date.fromisoformat(form["due"]) for name, form in forms.items() if form.get("due")}
