"""Points: the members' marks, ratings and survey, and what is still missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cycle.queries import SubjectRow
from cycle.simulation import files
from cycle.simulation.hour import Hour
from cycle.simulation.member_marks import member_sheet, place_of
from cycle.simulation.year_plan import YearPlan
from workflows import marking
from workflows.facts import Standing
from workflows.rulebook import Rulebook

LATE = ("central_review.marking", "inspection.open", "grading.pending")
"""The states in which the points of a year come together."""

RULED_AFTER = 5


@dataclass(frozen=True, slots=True)
class Marked:
    """What has been written of one year: standing lines by appraisal; the departments with something undecided."""

    lines: Mapping[str, Sequence[Standing]]
    undecided: Collection[str] = ()

    def has(self, key: str, part: str) -> bool:
        return any(line.part == part for line in self.lines.get(key, ()))


def in_the_morning(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, marked: Marked) -> None:
    """Leaders rate, the members mark and complete the review."""
    if row.state not in LATE or row.department not in year.sheets:
        return
    if not marked.has(row.key, "leader"):
        _rate(hour, row, year, book)
    if row.state == "central_review.marking":
        _mark(hour, row, year, book, on_paper=False)
        if _is_marked(row, book):
            _complete(hour, row, book)


def in_the_afternoon(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, marked: Marked) -> None:
    """The office writes down what came on paper; then it settles."""
    if row.department not in year.sheets:
        return
    if row.state not in LATE:
        return
    sheet = year.sheets[row.department]
    if row.state == "central_review.marking":
        _mark(hour, row, year, book, on_paper=True)
    elif row.state == "inspection.open" and row.department not in marked.undecided:
        _settle(hour, row, book)
    elif row.state == "grading.pending" and not marked.has(row.key, "leader"):
        _rule_missing(hour, row, year, book, sheet.leader)


def survey(hour: Hour, rows: Collection[SubjectRow], year: YearPlan, book: Rulebook, marked: Marked) -> None:
    """The office takes in what the survey found of everybody it has not been taken in of."""
    found = [row for row in rows if row.state in LATE and row.department in year.sheets]
    missing = [row for row in found if not marked.has(row.key, "public")]
    if missing and hour.today >= _opened(hour, book, year, "rating", "survey"):
        answers = {row.department: year.sheets[row.department].answers for row in missing}
        files.survey(hour, year.year, missing, answers, book)


def _opened(hour: Hour, book: Rulebook, year: YearPlan, what: str, *keys: str) -> date:
    bounds = getattr(hour.plan.behaviour.days, what)
    return hour.after(book.opens("central_review", year.year), bounds, what, year.year, *keys)


def _mark(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, *, on_paper: bool) -> None:
    """Each member on a day of their own, in person or on a sheet that the office writes down."""
    plan, asked = hour.plan, hour.city.reviewers(row.department, year.year)
    for member in marking.team(row.record):
        paper = plan.draws.chance(plan.behaviour.office.paper_marks, "on paper", row.key, member)
        if paper != on_paper or not marking.unmarked(row.record, book, member):
            continue
        if hour.today < _opened(hour, book, year, "marking", row.department, member):
            continue
        central = year.sheets[row.department].central
        given = member_sheet(plan, book, row.key, central, place_of(member, asked))
        if on_paper:
            files.paper_marks(hour, row, member, given, book)
        else:
            hour.move(member, row.key, "mark", member=member, marks=given)


def _is_marked(row: SubjectRow, book: Rulebook) -> bool:
    members = marking.team(row.record)
    return bool(members) and not any(marking.unmarked(row.record, book, member) for member in members)


def _complete(hour: Hour, row: SubjectRow, book: Rulebook) -> None:
    """A member speaks for the team: first why marks lie apart, then that it is done."""
    member = row.record["team"][0]
    apart = marking.open_spreads(row.record, book)
    if apart:
        reason = "各成员核查的材料不同，经合议维持各自打分"
        hour.move(member, row.key, "acknowledge_spread", items=apart, reason=reason)
    hour.move(member, row.key, "complete")


def _lines(part: str, points: Mapping[str, int]) -> list[dict[str, str | int]]:
    return [{"part": part, "item": item, "points": points[item]} for item in sorted(points)]


def _rate(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook) -> None:
    """In person, or on behalf; some never do, and none rates where the home is their own."""
    leader = hour.city.post(row.department, "leader", hour.today)
    person = hour.city.people.get(leader)
    recused = person is None or hour.city.withdraws(person, row.department)
    if recused or year.has(row.department, "unrated"):
        return
    if hour.today < _opened(hour, book, year, "rating", row.department):
        return
    given = _ratings(book, year.sheets[row.department].leader)
    if hour.plan.draws.chance(hour.plan.behaviour.office.on_behalf, "on behalf", row.key):
        document = hour.document("评价", row.key)
        hour.behalf(leader, row.department, "move", document, subject=row.key, action="rate", ratings=given)
    else:
        hour.move(leader, row.key, "rate", ratings=given)


def _ratings(book: Rulebook, points: Mapping[str, int]) -> list[dict[str, str | int]]:
    """By level where there is one for just so many points, by points otherwise."""
    found: list[dict[str, str | int]] = []
    for item in sorted(points):
        most = book.parts["leader"][item]
        shares = book.levels["leader"].items()
        level = next((name for name, share in shares if most * share == points[item] * 100), None)
        found.append({"item": item, "level": level} if level else {"item": item, "points": points[item]})
    return found


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
            "group", row.department, "move", document, reason="分管领导未作评价，由领导小组裁定", **asked
        )


def settled(rows: Collection[SubjectRow], marked: Marked) -> bool:
    """Whether nothing a proposal needs is missing any more."""
    taking_part = [row for row in rows if row.state != "exempted"]
    return bool(taking_part) and all(
        row.state == "grading.pending" and marked.has(row.key, "leader") and marked.has(row.key, "public")
        for row in taking_part
    )
