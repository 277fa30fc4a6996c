"""Points: the team's marks, ratings and survey, deductions and bonuses, and what is still missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.queries_simulation import Noted
from cycle.simulation.filing import visits
from cycle.simulation.hour import Hour
from cycle.simulation.year_plan import YearPlan
from workflows.facts import Standing
from workflows.machines.appraisal import BEFORE_PROPOSAL
from workflows.rulebook import Rulebook

LATE = ("central_review.marking", "inspection.open", "grading.pending")
"""The states in which the points of a year come together."""

WRONG = "误记"
WRONG_ON = (9, 15)
WRONG_FOR = 6
RULED_AFTER = 5


@dataclass(frozen=True, slots=True)
class Marked:
    """What has been written of one year: standing lines by appraisal, noted ones by appraisal and note."""

    lines: Mapping[str, Sequence[Standing]]
    notes: Mapping[tuple[str, str], Noted]

    def has(self, key: str, part: str) -> bool:
        return any(line.part == part for line in self.lines.get(key, ()))


def in_the_morning(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, marked: Marked) -> None:
    """Leaders rate, the team reports that it is done."""
    if row.state not in LATE or row.department not in year.sheets:
        return
    if not marked.has(row.key, "leader"):
        _rate(hour, row, year, book)
    if row.state == "central_review.marking" and marked.has(row.key, "central"):
        member = row.record["team"][0]
        hour.move(member, row.key, "complete")


def in_the_afternoon(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, marked: Marked) -> None:
    """The office writes down what teams, inspections and the survey found; after the cut-off it settles."""
    if row.department not in year.sheets:
        return
    if row.state in BEFORE_PROPOSAL:
        _incidents(hour, row, year, book, marked)
    if row.state not in LATE:
        return
    sheet = year.sheets[row.department]
    if not marked.has(row.key, "public") and hour.today >= _opened(hour, book, year, "rating", "survey"):
        document = hour.document("评议", row.key)
        hour.move(
            hour.clerk(row.department),
            row.key,
            "record_line",
            lines=_lines("public", sheet.public),
            document=document,
        )
    if row.state == "central_review.marking" and not marked.has(row.key, "central"):
        if hour.today >= _opened(hour, book, year, "marking", row.department):
            _mark(hour, row, sheet.central)
    elif row.state == "inspection.open":
        _settle(hour, row, book)
    elif row.state == "grading.pending" and not marked.has(row.key, "leader"):
        _rule_missing(hour, row, year, book, sheet.leader)


def _opened(hour: Hour, book: Rulebook, year: YearPlan, what: str, *keys: str) -> date:
    bounds = getattr(hour.plan.behaviour.days, what)
    return hour.after(book.opens("central_review", year.year), bounds, what, year.year, *keys)


def _lines(part: str, points: Mapping[str, int]) -> list[dict[str, str | int]]:
    return [{"part": part, "item": item, "points": points[item]} for item in sorted(points)]


def _mark(hour: Hour, row: SubjectRow, points: Mapping[str, int]) -> None:
    document = hour.document("考评", row.key)
    hour.behalf(
        "team",
        row.department,
        "move",
        document,
        subject=row.key,
        action="record_line",
        lines=_lines("central", points),
    )


def _rate(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook) -> None:
    """In person, or on behalf; some never do, and none rates where the home is their own."""
    leader = hour.city.post(row.department, "leader", hour.today)
    person = hour.city.people.get(leader)
    recused = person is None or person.home == row.department
    if recused or year.has(row.department, "unrated"):
        return
    if hour.today < _opened(hour, book, year, "rating", row.department):
        return
    lines = _lines("leader", year.sheets[row.department].leader)
    if hour.plan.draws.chance(hour.plan.behaviour.office.on_behalf, "on behalf", row.key):
        document = hour.document("评价", row.key)
        hour.behalf(
            leader, row.department, "move", document, subject=row.key, action="record_line", lines=lines
        )
    else:
        hour.move(leader, row.key, "record_line", lines=lines)


def _settle(hour: Hour, row: SubjectRow, book: Rulebook) -> None:
    cutoff = book.cutoff_date(row.year)
    if hour.today >= hour.after(cutoff, hour.plan.behaviour.days.settle, "settle", row.key):
        hour.move(hour.clerk(row.department), row.key, "settle")


def _rule_missing(
    hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, points: Mapping[str, int]
) -> None:
    """The group gives what a leader did not, once the ratings of the others are in."""
    last = hour.add(book.opens("central_review", year.year), hour.plan.behaviour.days.rating[1])
    ruled = max(hour.add(book.cutoff_date(row.year), RULED_AFTER), hour.add(last, 1))
    if hour.today >= ruled:
        document = hour.document("领导小组纪要", row.key)
        asked: dict[str, Any] = {"subject": row.key, "action": "rule_missing"}
        asked["lines"] = _lines("leader", points)
        hour.behalf(
            "group", row.department, "move", document, reason="分管领导未作评价,由领导小组裁定", **asked
        )


def _incidents(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, marked: Marked) -> None:
    for incident in year.sheets[row.department].incidents:
        if incident.on <= hour.today and (row.key, incident.note) not in marked.notes:
            _note(hour, row, incident.part, incident.item, incident.note)
    if year.has(row.department, "wrong"):
        _wrong(hour, row, year, book, marked.notes)


def _note(hour: Hour, row: SubjectRow, part: str, item: str, note: str) -> None:
    act = Act(
        hour.clerk(row.department),
        document=hour.document("察访" if part == "deduction" else "表彰", row.key, note),
        occurred_on=hour.add(hour.today, -2),
    )
    lines = [{"part": part, "item": item, "note": note}]
    hour.alone("move", act, subject=row.key, action="record_line", lines=lines)


def _wrong(
    hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, notes: Mapping[tuple[str, str], Noted]
) -> None:
    """A line that was never due: found after some days, or only once the grades had been proposed."""
    written = notes.get((row.key, WRONG))
    on = date(year.year, *WRONG_ON)
    if written is None:
        if hour.today >= on:
            _note(hour, row, "deduction", book.deductions[0].id, WRONG)
        return
    found = hour.today >= hour.add(on, WRONG_FOR)
    if year.withdraws:
        found = visits(row, "grading.proposed") > 0
    if found and not written.reversed:
        clerk = hour.clerk(row.department)
        hour.move(clerk, row.key, "reverse_line", line=written.line, reason="登记有误,予以冲销")


def settled(rows: Collection[SubjectRow], marked: Marked) -> bool:
    """Whether nothing a proposal needs is missing any more."""
    taking_part = [row for row in rows if row.state != "exempted"]
    return bool(taking_part) and all(
        row.state == "grading.pending" and marked.has(row.key, "leader") and marked.has(row.key, "public")
        for row in taking_part
    )
