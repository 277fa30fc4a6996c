"""What departments ask for and answer to beside their forms: bonuses, objections, and receipts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.simulation import texts
from cycle.simulation.filing import visits
from cycle.simulation.hour import Hour
from cycle.simulation.incidents import WRONG
from cycle.simulation.year_plan import YearPlan
from workflows.bonus_guards import OUTSTANDING
from workflows.machines.appraisal import BEFORE_PROPOSAL
from workflows.rulebook import Rulebook

APPLYING = tuple(state for state in BEFORE_PROPOSAL if not state.startswith("grading."))
IN_VAIN, IN_VAIN_ON = "日常工作", (10, 20)
"""What some apply for that is no achievement, and when."""

IN_THE_END = (12, 15)

GRANTED_BY = {
    "score.bonus.national": "国务院",
    "score.bonus.region": "兵团",
    "score.bonus.article": "兵团日报",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """The matters beside the appraisals of a year, by kind."""

    bonuses: Sequence[SubjectRow]
    objections: Sequence[SubjectRow]
    others: Sequence[SubjectRow] = ()

    @property
    def every(self) -> Iterator[SubjectRow]:
        yield from self.bonuses
        yield from self.objections
        yield from self.others


def in_the_morning(hour: Hour, rows: Sequence[SubjectRow], year: YearPlan, beside: Beside) -> None:
    """Departments apply for what they won, and acknowledge what they were told the days before."""
    known = {(row.department, row.record["award"]) for row in beside.bonuses}
    for row in rows:
        if row.state in APPLYING and row.department in year.sheets:
            _apply(hour, row, year, known)
    for row in (*rows, *beside.every):
        numbers = [n for n in _waiting(hour, row) if not _slow(hour, row, n)]
        if numbers:
            liaison = hour.city.post(row.department, "liaison", hour.today)
            hour.alone("acknowledge", Act(liaison), subject=row.key, receipts=numbers)


def in_the_afternoon(
    hour: Hour, rows: Sequence[SubjectRow], year: YearPlan, beside: Beside, book: Rulebook
) -> None:
    """Applications and objections are decided; the office calls whoever acknowledged nothing."""
    states = {row.department: row.state for row in rows}
    for row in beside.bonuses:
        _decide(hour, row, states[row.department])
    for row in rows:
        if row.state == "grading.proposed":
            _object(hour, row, year, beside.objections)
    for row in beside.objections:
        if row.state == "filed":
            _answer(hour, row, year)
    for row in (*rows, *beside.every):
        _call(hour, row, book)


def _apply(hour: Hour, row: SubjectRow, year: YearPlan, known: set[tuple[str, str]]) -> None:
    won = [i for i in year.sheets[row.department].incidents if i.part == "bonus" and i.on <= hour.today]
    draws, vain = hour.plan.draws, date(year.year, *IN_VAIN_ON)
    asked = [
        (i.item, i.note(year.year), i.on, texts.incident(draws, row.key, i.item, number=i.number))
        for i in won
    ]
    chance = hour.plan.behaviour.office.in_vain
    if hour.today >= vain and draws.chance(chance, "in vain", row.key):
        asked.append((OUTSTANDING, IN_VAIN, vain, texts.special(draws, row.key, IN_VAIN)))
    for item, note, on, award in asked:
        if (row.department, award) in known:
            continue
        given: dict[str, Any] = {"department": row.department, "year": row.year, "item": item, "award": award}
        given |= {"granted_by": GRANTED_BY.get(item, "师（市）"), "on": on.isoformat(), "collective": True}
        document = hour.document("表彰", row.key, note)
        act = Act(hour.city.post(row.department, "liaison", hour.today), document=document)
        hour.alone("apply_bonus", act, **given, text=texts.application(item, award))


def _since(row: SubjectRow) -> date:
    """The day on which the clock of its present state began to run."""
    return date.fromisoformat(max(str(kept["day"]) for kept in row.record["deadlines"].values()))


def _decide(hour: Hour, row: SubjectRow, standing: str) -> None:
    """Examined by the office, an achievement by the group; then approved, or refused by the chief leader.

    What an exempted department applied for waits for its reinstatement, in the end in vain.
    """
    if row.state not in ("applied", "examined"):
        return
    days, achievement = hour.plan.behaviour.days, row.record["item"] == OUTSTANDING
    bounds = days.examine if row.state == "applied" else days.award
    if hour.today < hour.after(_since(row), bounds, row.state, row.key):
        return
    exempted = standing == "exempted"
    if exempted and hour.today < date(row.year, *IN_THE_END):
        return
    document = hour.document("领导小组纪要", row.state, row.key)
    asked: dict[str, Any] = {"subject": row.key}
    if row.state == "applied":
        asked |= {"action": "examine", "text": texts.said(hour.plan.draws, "examined", row.key)}
        if achievement:
            hour.behalf("group", row.department, "bonus", document, **asked)
        else:
            hour.alone("bonus", Act(hour.clerk(row.department)), **asked)
        return
    body = "chief" if achievement else "group"
    if exempted or texts.tells(row.record["award"], IN_VAIN):
        reason = "本年度免予考评" if exempted else "属本职工作，不构成突出成绩"
        hour.behalf(body, row.department, "bonus", document, reason=reason, **asked, action="refuse")
    else:
        hour.behalf(body, row.department, "bonus", document, **asked, action="approve")


def _object(hour: Hour, row: SubjectRow, year: YearPlan, objections: Sequence[SubjectRow]) -> None:
    """Some object once to a proposal; always whoever has a wrong line that will be found by it."""
    proposal = visits(row)
    wronged = _wronged(year, row, proposal)
    chance = hour.plan.behaviour.office.objects
    if not wronged and not hour.plan.draws.chance(chance, "objects", row.key, proposal):
        return
    if any(o.department == row.department and o.record["proposal"] == proposal for o in objections):
        return
    proposed = _proposed_on(row)
    if wronged or hour.today >= hour.after(proposed, hour.plan.behaviour.days.object, "object", row.key):
        liaison = hour.city.post(row.department, "liaison", hour.today)
        asked = {"department": row.department, "year": row.year, "about": "points"}
        text = texts.said(hour.plan.draws, "objection", row.key, proposal)
        hour.alone("file_objection", Act(liaison), **asked, text=text)


def _wronged(year: YearPlan, row: SubjectRow, proposal: int) -> bool:
    return proposal == 1 and year.withdraws and year.has(row.department, "wrong")


def _proposed_on(row: SubjectRow) -> date:
    """The day of the proposal that stands: the latest there is a receipt for."""
    receipts: Mapping[str, Mapping[str, Any]] = row.record["receipts"]
    return date.fromisoformat(max(str(kept["on"]) for kept in receipts.values() if kept["what"] == "propose"))


def _answer(hour: Hour, row: SubjectRow, year: YearPlan) -> None:
    """The group decides within a day or two, before the window ends."""
    days = hour.plan.behaviour.days.answer
    if hour.today < hour.after(_since(row), days, "answer", row.key):
        return
    upheld = _wronged(year, row, row.record["proposal"])
    action, reason = "dismiss", "经复核，打分和依据无误"
    if upheld:
        action, reason = "uphold", f"经复核，确有一笔{WRONG}"
    document = hour.document("领导小组纪要", row.key)
    hour.behalf("group", row.department, "objection", document, reason=reason, subject=row.key, action=action)


def _waiting(hour: Hour, row: SubjectRow) -> list[int]:
    """The numbers of what was told before today and nobody has acknowledged."""
    receipts: Mapping[str, Mapping[str, Any]] = row.record.get("receipts", {})
    today = hour.today.isoformat()
    return sorted(int(n) for n, kept in receipts.items() if not kept.get("seen") and kept["on"] < today)


def _slow(hour: Hour, row: SubjectRow, number: int) -> bool:
    """Whether the department has to be called: some forget, and one that was dissolved has nobody."""
    gone = hour.city.departments[row.department].state != "active"
    forgets = hour.plan.draws.chance(hour.plan.behaviour.office.forgets, "receipt", row.key, number)
    return gone or forgets


def _call(hour: Hour, row: SubjectRow, book: Rulebook) -> None:
    receipts: Mapping[str, Mapping[str, Any]] = row.record.get("receipts", {})
    late = [
        number
        for number in _waiting(hour, row)
        if hour.today > hour.add(date.fromisoformat(receipts[str(number)]["on"]), book.receipt_days)
    ]
    if late:
        act = Act(hour.clerk(row.department), reason="电话告知，已确认收到")
        hour.alone("note_receipt", act, subject=row.key, receipts=late)
