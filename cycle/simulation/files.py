"""What comes in as files, as `cycle import` takes them: surveys, marks on paper, appointments, a trial year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cycle.documents.lists import csv_of
from cycle.imports.columns import columns
from cycle.people import Person
from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.simulation.hour import Hour
from cycle.simulation.sheets import plan_sheets, sheet_of
from workflows.grading import grade_all
from workflows.rulebook import Rulebook
from workflows.scoring import show

TRIAL = 8
"""So many departments were appraised on trial, two years before the first of a run; of so few nobody fails."""

Cells = Mapping[str, Any]


def table(kind: str, book: Rulebook, rows: Iterable[Cells]) -> bytes:
    """A file of a kind: its Chinese headings, and below them what each row says."""
    known = columns(kind, book)
    lines = [[row.get(column.name, "") for column in known] for row in rows]
    return csv_of([column.zh for column in known], lines)


def survey(
    hour: Hour,
    year: int,
    rows: Sequence[SubjectRow],
    answers: Mapping[str, Mapping[str, Mapping[str, int]]],
    book: Rulebook,
) -> None:
    """The counts of the public rating of all these departments, in one file for each of the office who enters it.

    `answers` are by department, item and level.
    """
    shares: dict[str, list[Cells]] = {}
    for row in rows:
        entered = shares.setdefault(_entered_by(hour, row.department), [])
        for item, counts in sorted(answers[row.department].items()):
            entered.append({"department": row.department, "item": item, **counts})
    for number, clerk in enumerate(sorted(shares), start=1):
        act = Act(clerk, document=hour.document("评议", "survey", year, clerk))
        content = table("survey", book, shares[clerk])
        second = hour.city.office()[1]
        hour.take_in("survey", f"{year}年度群众评议汇总{number}.csv", content, act, second, year=year)


def _entered_by(hour: Hour, department: str) -> str:
    """One of two for as many as may be, so that the files are few."""
    for one in hour.city.office("", "survey"):
        if not hour.city.withdraws(one, department):
            return one.id
    return hour.clerk(department)


def paper_marks(
    hour: Hour, row: SubjectRow, member: str, given: Sequence[Mapping[str, Any]], book: Rulebook
) -> None:
    """A member's sheet that came on paper: one of the office copies it into a file, another confirms."""
    first, second = hour.city.office(row.department, hour.today.isoformat())
    document = hour.document("考评", row.key, member)
    act = Act(first.id, on_behalf_of="team", document=document, occurred_on=hour.add(hour.today, -1))
    rows = [
        {**mark, "department": row.department, "member": member, "points": show(mark["points"])}
        for mark in given
    ]
    file = f"{hour.city.name(row.department, hour.today)}打分表.csv"
    hour.take_in("marks", file, table("marks", book, rows), act, second, year=row.year)


def appointed(hour: Hour, post: str, newcomer: Person, book: Rulebook) -> bool:
    """Who was appointed comes in with the list of the personnel department: the person, and the post from today."""
    department = newcomer.home
    known = hour.city.departments[department].record
    posts = {name: hour.city.post(department, name, hour.today) for name in ("liaison", "head", "leader")}
    person: Cells = {
        "kind": "person",
        "id": newcomer.id,
        "name": newcomer.name,
        "email": newcomer.email,
        "home": newcomer.home,
        "roles": "、".join(newcomer.roles),
    }
    entry: Cells = {
        "kind": "department",
        "id": department,
        "name": hour.city.name(department, hour.today),
        "category": known["category"],
        "aliases": "、".join(known["aliases"]),
        **posts,
        post: newcomer.id,
    }
    first, second = hour.city.office(department, hour.today.isoformat())
    act = Act(first.id, document=hour.document("组织部", "appointed", newcomer.id))
    content = table("roster", book, [person, entry])
    return hour.take_in("roster", "任职名单.csv", content, act, second)


def trial_year(hour: Hour, year: int, book: Rulebook) -> None:
    """The results of a year in which a few departments were appraised on trial, by the rules as they are now."""
    plan, departments = hour.plan, hour.city.departments
    chosen = plan.draws.order(departments, "trial")[:TRIAL]
    planned = plan_sheets(plan, year, book, chosen, struggling=(), troubles={})
    sheets = [sheet_of(book, department, planned[department]) for department in chosen]
    graded = grade_all(sheets, quota=book.quota, cap=book.bonus_cap, award_rates=book.award_rates)
    rows = [
        {
            "department": hour.city.name(result.department, hour.today),
            "rank": result.rank,
            "grade": result.grade,
            "consecutive_failures": result.consecutive_failures,
            "year": year,
        }
        for result in graded.results
    ]
    first, second = hour.city.office()
    act = Act(first.id, document=hour.document("领导小组通报", "trial", year))
    hour.take_in("results", f"results-{year}.csv", table("results", book, rows), act, second, year=year)
