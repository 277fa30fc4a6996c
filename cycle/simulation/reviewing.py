"""What the office does with one appraisal: take up, accept, return, extend, readmit, put a team together."""

from __future__ import annotations

from datetime import date

from cycle.queries import SubjectRow
from cycle.simulation import contents
from cycle.simulation.filing import entered, visits
from cycle.simulation.hour import Hour
from cycle.simulation.year_plan import YearPlan
from workflows.guards import NEXT_WINDOW
from workflows.rulebook import Rulebook

TEAM_FROM = (11, 17)
REPLACED_FROM = (12, 14)
LONGER = {"extension_granted": True, "extension_refused": False}


def at_work(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook) -> None:
    """The office's afternoon on one appraisal."""
    stage, _, part = row.state.partition(".")
    if part == "submitted":
        _submission(hour, row, stage, year, book)
    elif part == "drafting" and row.record["forms"][stage].get("asked"):
        _request(hour, row, stage, year)
    elif part == "lapsed":
        _lapsed(hour, row, stage, year, book)
    if stage == "yearend" or row.state == "central_review.marking":
        _team(hour, row, year, book.team_size)
    if row.state == "rectification.underway":
        _verify(hour, row)


def _submission(hour: Hour, row: SubjectRow, stage: str, year: YearPlan, book: Rulebook) -> None:
    draws, days = hour.plan.draws, hour.plan.behaviour.days
    keys = (row.key, row.state, visits(row))
    since = entered(row)
    takes_back = year.card(stage, row.department) == "withdrawn" and visits(row) == 1
    decided = hour.after(since, (2, days.review[1]) if takes_back else days.review, "review", *keys)
    if hour.today < decided:
        taken = row.record["forms"][stage].get("taken_up") or takes_back
        if (
            not taken
            and hour.today > since
            and draws.chance(hour.plan.behaviour.office.take_up, "taken", *keys)
        ):
            hour.move(hour.clerk(row.department), row.key, "take_up")
        return
    if stage == "rectification" and not row.record.get("talk"):
        return
    if _careless(hour, row, stage, year) and visits(row) == 1:
        due = hour.after(hour.today, days.returned, "returned", *keys).isoformat()
        reason = "内容不完整，请补充佐证材料"
        items = contents.parts_returned(hour, row, book)
        parts = {"items": items} if items else {}
        hour.move(hour.clerk(row.department), row.key, "send_back", due=due, reason=reason, **parts)
    else:
        hour.move(hour.clerk(row.department), row.key, "accept")


def _careless(hour: Hour, row: SubjectRow, stage: str, year: YearPlan) -> bool:
    if stage != "rectification":
        return year.card(stage, row.department) == "careless"
    chance = hour.plan.behaviour.office.rectification_returned
    return hour.plan.draws.chance(chance, "rectification returned", row.key)


def _request(hour: Hour, row: SubjectRow, stage: str, year: YearPlan) -> None:
    decided = hour.after(entered(row), hour.plan.behaviour.days.decide, "decide", row.key, row.state)
    if hour.today < decided:
        return
    granted = LONGER.get(year.card(stage, row.department), True)
    action = "extend" if granted else "refuse_extension"
    reason = "理由充分，同意延期" if granted else "理由不充分，请按期报送"
    hour.move(hour.clerk(row.department), row.key, action, reason=reason)


def _lapsed(hour: Hour, row: SubjectRow, stage: str, year: YearPlan, book: Rulebook) -> None:
    """Readmission is possible until the next window opens; a lapsed rectification is always readmitted."""
    days, office = hour.plan.behaviour.days, hour.plan.behaviour.office
    form = row.record["forms"][stage]
    if stage in NEXT_WINDOW:
        too_late = hour.today >= book.opens(NEXT_WINDOW[stage], row.year)
        if too_late or not hour.plan.draws.chance(office.readmit, "readmit", row.key, stage):
            return
    lapsed = date.fromisoformat(form["grace_until"])
    if hour.today < hour.after(lapsed, days.readmit, "readmit", row.key, stage, form["lapsed"]):
        return
    due = hour.after(hour.today, days.returned, "readmitted", row.key, stage).isoformat()
    reason = f"{year.year}年度逾期未报，经说明情况准予补报"
    hour.move(hour.clerk(row.department), row.key, "readmit", due=due, reason=reason)


def _team(hour: Hour, row: SubjectRow, year: YearPlan, size: int) -> None:
    """The first reviewers asked, all at once; where one is replaced, the next one asked comes in first."""
    if hour.today < date(year.year, *TEAM_FROM):
        return
    asked = hour.city.reviewers(row.department, year.year)
    replaced = year.has(row.department, "replaced") and len(asked) > size
    shift = 1 if replaced and hour.today >= date(year.year, *REPLACED_FROM) else 0
    team = row.record.get("team", [])
    if row.state == "central_review.marking" and not shift and len(team) >= size:
        return
    wanted = asked[shift : size + shift]
    clerk = hour.clerk(row.department)
    for member in (m for m in wanted if m not in team):
        hour.move(clerk, row.key, "assign", member=member)
    for member in (m for m in team if m not in wanted and m in asked[:shift]):
        hour.move(clerk, row.key, "release", member=member, reason="工作调动，由他人接替")


def _verify(hour: Hour, row: SubjectRow) -> None:
    """Each step in its turn, the whole once all are."""
    steps = row.record.get("steps", {})
    waiting = [name for name in sorted(steps, key=int) if not steps[name].get("verified")]
    clerk = hour.clerk(row.department)
    if not waiting:
        hour.move(clerk, row.key, "verify")
        return
    ratified = date.fromisoformat(row.record["ratified_on"])
    number = int(waiting[0])
    low, high = hour.plan.behaviour.days.verify
    if hour.today >= hour.after(ratified, (low * number, high * number), "verify", row.key, number):
        hour.move(clerk, row.key, "verify_step", step=waiting[0])
