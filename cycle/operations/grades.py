"""A year's grades from its ledger: sheets, the recorded years before, and the results as they are stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session
from cycle.people import name_on
from cycle.queries import SubjectRow, ToGrade
from workflows.escalation import EXEMPT, Failure, Merger, failures_before
from workflows.facts import Standing
from workflows.grading import Grading, Previous, Result, grade_all, seats, seats_of_group
from workflows.guards import expected_items
from workflows.rulebook import Rulebook
from workflows.scoring import Sheet


@dataclass(frozen=True, slots=True)
class Graded:
    """A year's grading with ids: `ids` maps the name on the sheet to the department's id."""

    grading: Grading
    ids: Mapping[str, str]
    chains: Mapping[str, tuple[Failure, ...]]

    @property
    def results(self) -> Sequence[tuple[str, Result]]:
        """Every result with its department's id, best first."""
        return [(self.ids[r.department], r) for r in self.grading.results]

    @property
    def ties(self) -> dict[str, Any]:
        """The groups at a cut line as the cycle's record keeps them: members by id, seats, no ruling yet."""
        ranks = {r.department: r.rank for r in self.grading.results}
        return {
            str(index): {
                "departments": [self.ids[name] for name in tie.departments],
                "seats": seats_of_group(ranks[tie.departments[0]], len(tie.departments), self.grading.quota),
                "grade": tie.grade,
            }
            for index, tie in enumerate(self.grading.ties_at_cut, start=1)
        }


Points = Mapping[str, int]
"""What the lines of one appraisal add up to, by part, in hundredths; deductions and the cap negative."""


def added_up(lines: Sequence[Standing]) -> dict[str, int]:
    """The points of each part of a ledger."""
    points: dict[str, int] = {}
    for line in lines:
        points[line.part] = points.get(line.part, 0) + line.points
    return points


def sheet(name: str, category: str, points: Points) -> Sheet:
    """One department's sheet (score.total). The cap line is left out: the sheet caps by itself."""
    return Sheet(
        department=name,
        category=category,
        central=points.get("central", 0),
        public=points.get("public", 0),
        leader=points.get("leader", 0),
        deductions=-points.get("deduction", 0),
        bonus=points.get("bonus", 0),
    )


def recorded_years(session: Session, before: int) -> dict[int, dict[str, str]]:
    """What each recorded year says of each department, by id: a grade, or EXEMPT. Latest versions only."""
    found: dict[int, dict[str, str]] = {}
    for row in queries.of_kind(session, "cycle"):
        if row.year < before and row.state in ("ratified", "closed") and not row.record.get("unrecorded"):
            found[row.year] = {r["department"]: r["grade"] for r in queries.latest_results(session, row.year)}
    for year, known in found.items():
        for appraisal in queries.of_year(session, "appraisal", year):
            if appraisal.state == "exempted":
                known.setdefault(appraisal.department, EXEMPT)
    return found


def mergers(departments: Sequence[SubjectRow]) -> list[Merger]:
    """Every merger the departments' records tell of, with the year it happened in."""
    return [
        Merger(row.department, entry["department"], int(entry["on"][:4]))
        for row in departments
        for entry in row.record.get("absorbed", ())
    ]


@dataclass(frozen=True, slots=True)
class YearBefore:
    """What grading a year needs of the years before: comparable results and the chains of failures.

    `imported` holds how often a department had failed running by the end of an imported year.
    """

    previous: Mapping[str, Previous]
    records: Mapping[int, Mapping[str, str]]
    mergers: Sequence[Merger]
    imported: Mapping[Failure, int]


def year_before(session: Session, year: int, merged: Sequence[Merger]) -> YearBefore:
    """The recorded years before `year`, by department id."""
    rows = queries.latest_results(session, year - 1)
    previous = {
        r["department"]: Previous(r["rank"], r["category_rank"], r["grade"], r["consecutive_failures"])
        for r in rows
    }
    records = recorded_years(session, year)
    imported = {
        Failure(r["year"], r["department"]): r["consecutive_failures"]
        for known in records
        for r in queries.latest_results(session, known)
        if r["status"] == "imported"
    }
    return YearBefore(previous, records, merged, imported)


@dataclass(frozen=True, slots=True)
class Label:
    """What a department is called and counted under in one year's results."""

    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Registers:
    """What the departments' records say on a day: labels by id, and every merger there was."""

    labels: dict[str, Label]
    merged: Sequence[Merger]


def registers_on(session: Session, day: date) -> Registers:
    """The registers as they stand on `day`."""
    departments = queries.of_kind(session, "department")
    labels = {d.department: Label(name_on(d.record, day), d.record["category"]) for d in departments}
    return Registers(labels, mergers(departments))


def grade_year(
    session: Session,
    year: int,
    appraisals: Sequence[SubjectRow | ToGrade],
    points: Mapping[str, Points],
    *,
    book: Rulebook,
    registers: Registers,
    rulings: Mapping[str, str] | None = None,
) -> Graded:
    """Grade the appraisals given (those not exempt).

    `points` is by subject, `rulings` by department id.
    """
    labels = registers.labels
    names = {a.department: labels[a.department].name for a in appraisals}
    before = year_before(session, year, registers.merged)
    sheets = [
        sheet(names[a.department], labels[a.department].category, points.get(a.key, {})) for a in appraisals
    ]
    grading = grade_all(
        sheets,
        quota=book.quota,
        cap=book.bonus_cap,
        award_rates=book.award_rates,
        previous={names[d]: p for d, p in before.previous.items() if d in names},
        rulings={names[d]: grade for d, grade in (rulings or {}).items()},
    )
    ids = {name: department for department, name in names.items()}
    chains = {
        ids[r.department]: failures_before(
            ids[r.department], year, before.records, before.mergers, skip_exempt=book.skip_exempt_years
        )
        for r in grading.results
        if r.grade == "failed"
    }
    results = tuple(
        _with_chain(r, chains.get(ids[r.department], ()), before.imported, book) for r in grading.results
    )
    return Graded(replace(grading, results=results), ids, chains)


def _with_chain(
    result: Result, chain: Sequence[Failure], imported: Mapping[Failure, int], book: Rulebook
) -> Result:
    """The failures running: the chain found here, and what an imported year at its end says came before."""
    if result.grade != "failed":
        return result
    earlier = imported.get(chain[-1], 1) - 1 if chain else 0
    count = 1 + len(chain) + earlier
    return replace(result, consecutive_failures=count, escalated=count >= escalates_at(book))


def escalates_at(book: Rulebook) -> int:
    """How many failures running make a case (use.consecutive)."""
    return int(str(book.consequences["consecutive_failures"]))


_FIELDS = tuple(field.name for field in fields(Result) if field.name != "department")


def stored(department: str, result: Result, *, year: int, status: str, version: int) -> dict[str, Any]:
    """A result as the history and the result table hold it: points in hundredths, the id beside the name."""
    values = {name: getattr(result, name) for name in _FIELDS}
    values["name"] = result.department
    return {**values, "year": year, "status": status, "version": version, "department": department}


def exemption_effect(session: Session, year: int, department: str) -> dict[str, Any]:
    """What exempting a department late in the year changes: the seats, and grades where all totals are in."""
    cycle = queries.subject(session, f"cycle:{year}")
    book = gathering.rulebook_of(session, cycle)
    appraisals = queries.to_grade(session, year)
    rest = [a for a in appraisals if a.department != department]
    shown: dict[str, Any] = {
        "seats_before": seats(len(appraisals), book.quota),
        "seats_after": seats(len(rest), book.quota),
    }
    lines = queries.lines_of_year(session, year)
    expected = set(expected_items(book))
    if all(expected <= {(line.part, line.item) for line in lines.get(a.key, ())} for a in appraisals):
        registers = registers_on(session, date(year, 12, 31))
        points = {key: added_up(found) for key, found in lines.items()}
        before = dict(grade_year(session, year, appraisals, points, book=book, registers=registers).results)
        after = dict(grade_year(session, year, rest, points, book=book, registers=registers).results)
        shown["grades_changed"] = [
            {"department": d, "before": before[d].grade, "after": after[d].grade}
            for d in sorted(after)
            if before[d].grade != after[d].grade
        ]
    return shown


def roster_of(session: Session, cycle: SubjectRow) -> list[str]:
    """The departments a cycle was opened with, by id."""
    found: list[str] = json.loads(queries.text(session, cycle.record["roster"]))
    return found
