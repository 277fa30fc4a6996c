"""What the office and the group do about duties: some get an owner, most are closed, a few waived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.simulation import texts
from cycle.simulation.hour import Hour
from workflows.duties import ACCOUNTABILITY

ASSIGNED = (2, 5)
"""Working days after ratification; all of it comes before the first step of a rectification is verified."""
HELD = (3, 8)
DONE = {
    "award_lost": "已通知财务部门扣发",
    "accountability": "已按决定办结",
    "civil_servant_share": "已核减评优名额",
    "commendation": "已通报表彰并颁发奖牌",
    "eligibility": "已登记并函告评优主管部门",
}


@dataclass(frozen=True, slots=True)
class Results:
    """A ratified year with every duty it ever had."""

    year: int
    ratified: date
    duties: Sequence[SubjectRow]


def results(cycle: SubjectRow, duties: Sequence[SubjectRow]) -> Results | None:
    """A year whose grades are ratified, with its duties; None for another one."""
    if cycle.state != "ratified":
        return None
    return Results(cycle.year, date.fromisoformat(cycle.record["ratified_on"]), duties)


def at_work(hour: Hour, known: Results, rows: Sequence[SubjectRow]) -> None:
    """A morning's work on what a year's results left to be done; `rows` are its appraisals."""
    for duty in known.duties:
        if duty.state == "open":
            _duty(hour, duty, known.ratified)
    held = {duty.department for duty in known.duties if duty.record["duty"] == ACCOUNTABILITY}
    for row in rows:
        if row.state.startswith("rectification.") and row.department not in held:
            _hold_to_account(hour, row, known.ratified)


def _duty(hour: Hour, duty: SubjectRow, ratified: date) -> None:
    draws, office, days = hour.plan.draws, hour.plan.behaviour.office, hour.plan.behaviour.days
    if hour.today >= hour.after(ratified, days.duty, "duty", duty.key):
        if draws.chance(office.duty_waived, "duty waived", duty.key):
            document = hour.document("领导小组纪要", duty.key)
            asked = {"subject": duty.key, "action": "waive"}
            hour.behalf("group", duty.department, "duty", document, reason="情况特殊，研究决定免除", **asked)
        else:
            act = Act(hour.clerk(duty.department), document=hour.document("绩效办函", duty.key))
            hour.alone("duty", act, subject=duty.key, action="close", text=DONE[duty.record["duty"]])
        return
    owned = not duty.record.get("owner") and draws.chance(office.duty_owned, "duty owned", duty.key)
    if owned and hour.today >= hour.after(ratified, ASSIGNED, "duty assigned", duty.key):
        first, second = hour.city.office(duty.department, hour.today.isoformat())
        hour.alone("assign_owner", Act(first.id), subject=duty.key, owner=second.id)


def _hold_to_account(hour: Hour, row: SubjectRow, ratified: date) -> None:
    chance = hour.plan.behaviour.office.held_to_account
    if not hour.plan.draws.chance(chance, "held to account", row.key):
        return
    if hour.today < hour.after(ratified, HELD, "held to account on", row.key):
        return
    document = hour.document("领导小组纪要", "held to account", row.key)
    hour.behalf(
        "group",
        row.department,
        "hold_to_account",
        document,
        reason="按照细则强化问责",
        year=row.year,
        department=row.department,
        text=texts.said(hour.plan.draws, "held", row.key),
    )
