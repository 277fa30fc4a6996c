"""What a department does with its forms: file early, late or never, ask for time, take back, rectify."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cycle.queries import SubjectRow
from cycle.simulation import contents, evidence
from cycle.simulation.hour import Hour
from cycle.simulation.year_plan import YearPlan
from workflows.rulebook import Rulebook

TITLES = {
    "plan": "计划",
    "midyear": "半年自评",
    "yearend": "年终自评",
    "rectification": "整改意见",
}
ASKS = ("extension_granted", "extension_refused")
ASKED_BEFORE_DUE = 3
STEPS, STEP_DAYS = 2, 20


def at_work(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook) -> None:
    """The liaison's and the head's morning on one appraisal."""
    stage, _, part = row.state.partition(".")
    contents.report(hour, row)
    if part == "drafting":
        if _is_time(hour, row, stage, _card(hour, row, year, stage)):
            _file(hour, row, year, book)
    elif part == "submitted" and _card(hour, row, year, stage) == "withdrawn":
        _take_back(hour, row, stage)


def _card(hour: Hour, row: SubjectRow, year: YearPlan, stage: str) -> str:
    if stage != "rectification":
        return year.card(stage, row.department)
    office, draws = hour.plan.behaviour.office, hour.plan.draws
    if draws.chance(office.rectification_lapses, "rectification", row.key):
        return "absent"
    returned = draws.chance(office.rectification_returned, "rectification returned", row.key)
    return "careless" if returned else ""


def visits(row: SubjectRow, state: str = "") -> int:
    """How often a state has been entered; the present one by default."""
    return int(row.record.get("visits", {}).get(state or row.state, 0))


def _is_time(hour: Hour, row: SubjectRow, stage: str, card: str) -> bool:
    """Whether the form is handed in today; some ask for time instead."""
    form: Mapping[str, Any] = row.record["forms"][stage]
    due = date.fromisoformat(form["due"])
    if form.get("asked"):
        return False
    first = visits(row) == 1 and not form.get("extensions")
    if first and card in ASKS and _asking_day(hour, row, due, card):
        return False
    planned = _filing_day(hour, row, due, card if first else "again")
    return planned is not None and hour.today >= planned


def _asking_day(hour: Hour, row: SubjectRow, due: date, card: str) -> bool:
    """Whether asking for time is all that is done today, or not yet time for."""
    asking = hour.add(due, -ASKED_BEFORE_DUE)
    if hour.today == asking:
        longer = hour.add(due, 8 if card == "extension_refused" else 5)
        liaison = hour.city.post(row.department, "liaison", hour.today)
        hour.move(liaison, row.key, "ask_extension", due=longer.isoformat(), reason="材料尚需上级部门核定")
    return hour.today <= asking


def _filing_day(hour: Hour, row: SubjectRow, due: date, card: str) -> date | None:
    days = hour.plan.behaviour.days
    keys = ("filing", row.key, row.state, visits(row), due.isoformat())
    if card == "absent":
        return None
    if card in ASKS:
        return hour.add(due, 1 - ASKED_BEFORE_DUE)
    if card == "withdrawn":
        return hour.after(due, (days.early[0], days.early[0] // 2), *keys)
    bounds = {"late": days.late, "again": days.again}.get(card, days.early)
    return hour.after(due, bounds, *keys)


def _file(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook) -> None:
    stage = row.state.partition(".")[0]
    liaison = hour.city.post(row.department, "liaison", hour.today)
    head = hour.city.post(row.department, "head", hour.today)
    name = hour.city.name(row.department, hour.today)
    if visits(row) == 1:
        evidence.with_form(hour, row, stage, year, book)
    if stage == "rectification":
        _list_steps(hour, row, liaison)
    text = f"{name}{row.year}年度{TITLES[stage]}（第{visits(row)}稿）"
    written = contents.content(hour, row, year, book, text)
    if hour.move(liaison, row.key, "save_form", content=written) and hour.move(head, row.key, "sign_off"):
        hour.move(liaison, row.key, "submit")


def _list_steps(hour: Hour, row: SubjectRow, liaison: str) -> None:
    for number in range(len(row.record.get("steps", {})) + 1, STEPS + 1):
        due = hour.add(hour.today, number * STEP_DAYS).isoformat()
        hour.move(liaison, row.key, "add_step", text=f"第{number}项整改措施", due=due)


def _take_back(hour: Hour, row: SubjectRow, stage: str) -> None:
    """Once, before due, and only while nobody has taken it up."""
    form: Mapping[str, Any] = row.record["forms"][stage]
    before_due = hour.today <= date.fromisoformat(form["due"])
    if visits(row) == 1 and before_due and not form.get("taken_up") and hour.today > entered(row):
        hour.move(hour.city.post(row.department, "liaison", hour.today), row.key, "withdraw")


def entered(row: SubjectRow) -> date:
    """The day on which the office's clock of a submission or a request began to run."""
    kept = [d for d in row.record.get("deadlines", {}).values() if d["who"] == "office"]
    return date.fromisoformat(max(str(d["day"]) for d in kept))
