"""What is found and complained of in a year, how it is answered and decided, and the one that was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.simulation import evidence, texts
from cycle.simulation.filing import visits
from cycle.simulation.hour import Hour
from cycle.simulation.year_plan import YearPlan
from workflows.finding_guards import COMPLAINT, INSPECTION
from workflows.machines.appraisal import BEFORE_PROPOSAL
from workflows.machines.finding import STANDING
from workflows.matters import KEY, UNDECIDED
from workflows.rulebook import Rulebook

# Sections of `texts.special`, and the names by which what is drawn about them is drawn.
WRONG = "误记"
WRONG_ON = (9, 15)
WRONG_FOR = 20
UNFOUNDED, UNFOUNDED_ON = "误传", (10, 8)
UNTRUE, UNTRUE_ON = "误诉", (5, 20)
IN_THE_END = (12, 15)
"""From when on nobody waits any more for an exempted department to come back."""

RECORDING = tuple(state for state in BEFORE_PROPOSAL if not state.startswith("grading."))
VISITS = ("special_inspection", "open_visit", "covert_visit")
SOURCES = {
    "score.deduct.3": "notice",
    "score.deduct.4": "activity",
    "score.deduct.5.1": "circular",
}


@dataclass(frozen=True, slots=True)
class Against:
    """The findings and complaints of a year."""

    findings: Sequence[SubjectRow] = ()
    complaints: Sequence[SubjectRow] = ()

    @property
    def undecided(self) -> frozenset[str]:
        """The departments that cannot be settled because of them."""
        rows = (*self.findings, *self.complaints)
        return frozenset(row.department for row in rows if row.state in UNDECIDED[row.kind])


def in_the_morning(hour: Hour, against: Against, book: Rulebook) -> None:
    """Departments answer, state their side, put right what was found."""
    for row in against.findings:
        if not _stands(hour, row):
            continue
        if row.state == "notified" and not _silent(hour, row) and _is_time(hour, row, "heard"):
            _by_department(hour, "finding", row, "answer", _said(hour, "answer", row))
        elif row.state == "confirmed" and _may_be_put_right(hour, row):
            if visits(row) == 1:
                evidence.with_rectification(hour, row, book)
            _by_department(hour, "finding", row, "rectify", _said(hour, "rectified", row))
    for row in against.complaints:
        if row.state == "investigating" and _stands(hour, row) and _is_time(hour, row, "heard"):
            _by_department(hour, "complaint", row, "hear", _said(hour, "heard", row))


def in_the_afternoon(
    hour: Hour, rows: Sequence[SubjectRow], year: YearPlan, against: Against, book: Rulebook
) -> None:
    """Inspectors and office write down what happened, and move on what was answered."""
    known = {(row.department, row.record["text"]) for row in (*against.findings, *against.complaints)}
    appraisals = {row.department: row for row in rows}
    for row in rows:
        if row.state in RECORDING and row.department in year.sheets:
            _happened(hour, row, year, book, known)
    for row in against.findings:
        _finding(hour, row, appraisals[row.department], year, book)
    for row in against.complaints:
        _complaint(hour, row, appraisals[row.department])


def _happened(
    hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, known: set[tuple[str, str]]
) -> None:
    incidents = year.sheets[row.department].incidents
    office, draws = hour.plan.behaviour.office, hour.plan.draws
    due = [
        (i.item, i.note(year.year), i.on, texts.incident(draws, row.key, i.item, number=i.number))
        for i in incidents
        if i.part == "deduction"
    ]
    for item, note, day, happened in (
        (INSPECTION, WRONG, WRONG_ON, year.has(row.department, "wrong")),
        (INSPECTION, UNFOUNDED, UNFOUNDED_ON, draws.chance(office.unfounded, "unfounded", row.key)),
        (COMPLAINT, UNTRUE, UNTRUE_ON, draws.chance(office.unfounded, "untrue", row.key)),
    ):
        if happened:
            due.append((item, note, date(year.year, *day), texts.special(draws, row.key, note)))
    fit = {deduction.id for deduction in book.deductions}
    for item, note, on, text in due:
        if on <= hour.today and item in fit and (row.department, text) not in known:
            _write_down(hour, row, item, note, {"on": on.isoformat(), "text": text})


def _write_down(hour: Hour, row: SubjectRow, item: str, note: str, what: Mapping[str, str]) -> None:
    """`note` names it in every draw, whatever words are found for it."""
    about = {"department": row.department, "year": row.year, **what}
    if item == COMPLAINT:
        act = Act(_inspector(hour, row, note))
        who = hour.document("来访登记", row.key, note)
        hour.alone("complaint", act, action="receive", source="visit", complainant=who, **about)
        return
    draws = hour.plan.draws
    source = draws.pick(VISITS, "visit", row.key, note) if item == INSPECTION else SOURCES.get(item, "report")
    document = "" if item == INSPECTION else hour.document("通报", row.key, note)
    found = {"item": item, "source": source, "severity": _severity(hour, row, note)}
    act = Act(_inspector(hour, row, note), document=document)
    hour.alone("finding", act, action="record", **found, **about)


def _said(hour: Hour, code: str, row: SubjectRow) -> str:
    return texts.said(hour.plan.draws, code, row.key)


def _may_be_put_right(hour: Hour, row: SubjectRow) -> bool:
    """What was written down by mistake nobody puts right."""
    return not texts.tells(row.record["text"], WRONG) and _is_time(hour, row, "rectified")


def _severity(hour: Hour, row: SubjectRow, note: str) -> str:
    drawn = hour.plan.draws.between((0, 9), "severity", row.key, note)
    return KEY if drawn == 0 else "typical" if drawn < 3 else "ordinary"


def _inspector(hour: Hour, row: SubjectRow, *keys: str) -> str:
    """Who inspects there and is not at home there; the office where nobody else is."""
    people = (p for p in hour.city.people.values() if p.active and "inspector" in p.roles)
    fit = sorted(p.id for p in people if not hour.city.withdraws(p, row.department))
    return hour.plan.draws.pick(fit, "inspector", row.key, *keys) if fit else hour.clerk(row.department)


def _finding(hour: Hour, row: SubjectRow, appraisal: SubjectRow, year: YearPlan, book: Rulebook) -> None:
    text, reason = row.record["text"], "经核实不构成扣分情形"
    if row.state in UNDECIDED["finding"] and appraisal.state == "exempted":
        if hour.today >= date(row.year, *IN_THE_END):
            _by_office(hour, "finding", row, "drop", reason="本年度免予考评")
    elif row.state == "recorded":
        _by_inspector(hour, "finding", row, "notify")
    elif row.state == "notified" and _silent(hour, row) and hour.today > _due(row):
        _by_office(hour, "finding", row, "confirm")
    elif row.state == "answered" and _is_time(hour, row, "confirmed"):
        if texts.tells(text, UNFOUNDED):
            _by_office(hour, "finding", row, "drop", reason=reason)
        else:
            _by_office(hour, "finding", row, "confirm")
    elif row.state == "rectified" and _is_time(hour, row, "verified"):
        _verify(hour, row)
    elif row.state in STANDING and texts.tells(text, WRONG):
        _overturn(hour, row, appraisal, year)
    elif row.state in STANDING:
        _beside_it(hour, row, book)


def _verify(hour: Hour, row: SubjectRow) -> None:
    returned = hour.plan.draws.chance(hour.plan.behaviour.office.unverified, "unverified", row.key)
    if returned and visits(row) == 1:
        _by_inspector(hour, "finding", row, "return", reason="复查发现整改不彻底")
    else:
        _by_inspector(hour, "finding", row, "verify")


def _overturn(hour: Hour, row: SubjectRow, appraisal: SubjectRow, year: YearPlan) -> None:
    """What was never due: found after some weeks, or only once the grades had been proposed."""
    found = hour.today >= hour.add(date(year.year, *WRONG_ON), WRONG_FOR)
    if year.withdraws:
        found = visits(appraisal, "grading.proposed") > 0
    if found and appraisal.state in BEFORE_PROPOSAL:
        _by_office(hour, "finding", row, "overturn", reason="登记有误，予以撤销")


def _beside_it(hour: Hour, row: SubjectRow, book: Rulebook) -> None:
    """What is typical or key may be circulated; what allows a veto may lead to one."""
    office, draws = hour.plan.behaviour.office, hour.plan.draws
    circulated = row.record["severity"] != "ordinary" and draws.chance(
        office.circulated, "published", row.key
    )
    if circulated and not row.record.get("published"):
        document = hour.document("通报", "published", row.key)
        _by_office(hour, "finding", row, "publish", document=document)
        return
    vetoes = {deduction.id for deduction in book.deductions if deduction.veto}
    if row.record["item"] not in vetoes or row.record.get("veto"):
        return
    if draws.chance(office.vetoed, "veto", row.key):
        head = hour.city.people.get(hour.city.post(row.department, "head", hour.today))
        persons = [{"name": "当事人", "post": "person"}]
        persons += [{"name": head.name, "post": "head"}] if head else []
        document = hour.document("领导小组纪要", "veto", row.key)
        asked: dict[str, Any] = {"subject": row.key, "action": "veto", "persons": persons}
        hour.behalf("group", row.department, "finding", document, reason="情节严重，取消奖励", **asked)


def _complaint(hour: Hour, row: SubjectRow, appraisal: SubjectRow) -> None:
    untrue = texts.tells(row.record["text"], UNTRUE) or appraisal.state == "exempted"
    if row.state == "received":
        _by_inspector(hour, "complaint", row, "investigate")
    elif row.state == "investigating" and not _stands(hour, row):
        _by_office(hour, "complaint", row, "dismiss", reason="部门已撤销")
    elif row.state == "heard" and _is_time(hour, row, "confirmed"):
        action, reason = ("dismiss", "反映的情况不属实") if untrue else ("substantiate", "经查属实")
        _by_office(hour, "complaint", row, action, reason=reason)
    elif row.state == "substantiated" and not row.record.get("accountability"):
        _by_inspector(hour, "complaint", row, "hold_accountable", text=_said(hour, "accountable", row))
    elif row.state in ("substantiated", "unsubstantiated"):
        _by_inspector(hour, "complaint", row, "close")


def _stands(hour: Hour, row: SubjectRow) -> bool:
    """Whether there is still a department to answer."""
    return hour.city.departments[row.department].state == "active"


def _silent(hour: Hour, row: SubjectRow) -> bool:
    drawn = hour.plan.draws.chance(hour.plan.behaviour.office.silent, "silent", row.key)
    return drawn or not _stands(hour, row)


def _due(row: SubjectRow) -> date:
    return date.fromisoformat(max(str(kept["due"]) for kept in row.record["deadlines"].values()))


def _is_time(hour: Hour, row: SubjectRow, days: str) -> bool:
    """Whether so many working days as are drawn are over since the clock of its state began to run."""
    since = date.fromisoformat(max(str(kept["day"]) for kept in row.record["deadlines"].values()))
    bounds = getattr(hour.plan.behaviour.days, days)
    return hour.today >= hour.after(since, bounds, days, row.key, visits(row))


def _by_department(hour: Hour, kind: str, row: SubjectRow, action: str, text: str) -> None:
    liaison = hour.city.post(row.department, "liaison", hour.today)
    hour.alone(kind, Act(liaison), subject=row.key, action=action, text=text)


def _by_inspector(
    hour: Hour, kind: str, row: SubjectRow, action: str, *, reason: str = "", text: str = ""
) -> None:
    act = Act(_inspector(hour, row, action), reason=reason)
    hour.alone(kind, act, subject=row.key, action=action, **({"text": text} if text else {}))


def _by_office(
    hour: Hour, kind: str, row: SubjectRow, action: str, *, reason: str = "", document: str = ""
) -> None:
    act = Act(hour.clerk(row.department), reason=reason, document=document)
    hour.alone(kind, act, subject=row.key, action=action)
