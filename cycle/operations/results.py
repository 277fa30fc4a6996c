"""Results of a year kept elsewhere, and amendments of a year ratified here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cycle import facts as gathering
from cycle import queries
from cycle.operations.advance import Given, advance, answer, require_role
from cycle.operations.appraisals import typed
from cycle.operations.grades import escalates_at
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.operations.row_names import department_names
from workflows.errors import Refused, Unmet
from workflows.facts import Asked
from workflows.rulebook import Rulebook
from workflows.scoring import folded

MOST = 2**31 - 1
"""The largest whole number both databases hold in a column of numbers."""

RESULT_NUMBERS = (
    "central",
    "public",
    "leader",
    "base",
    "deductions",
    "bonus",
    "total",
    "category_rank",
    "previous_rank",
    "previous_category_rank",
    "movement",
    "category_movement",
)


def import_results(work: Transaction, arguments: Arguments) -> Answer:
    """Take in the results of a year before the first: `year`, `rows`, `source`.

    Rows: {department (name or alias), rank, grade, and whatever else of a result is known; points in
    hundredths}. Every unknown or doubled name is in the refusal; nothing is written then.
    """
    require_role(work.session, work.act, "cycle", "import_results")
    year = typed(arguments["year"], int, "year")
    names = department_names(work.session)
    book = gathering.rulebook_of(work.session, None)
    blocking = [*_year_fits(work, year)]
    seen: set[str] = set()
    results = []
    for row in arguments["rows"]:
        department = names.get(folded(row["department"]))
        if department is None:
            blocking.append(Unmet("department_unknown", {"department": row["department"]}))
            continue
        if department in seen:
            blocking.append(Unmet("department_twice", {"department": row["department"]}))
        seen.add(department)
        results.append(_imported(year, department, row, book))
    extra = {"results": results, "source": arguments.get("source", "")}
    done = advance(
        work.session,
        f"cycle:{year}",
        "import_results",
        act=work.act,
        clock=work.clock,
        zone=work.zone,
        asked=Asked(extra=extra),
        given=Given(blocking=blocking),
    )
    return {**answer(done), "departments": len(results)}


def _year_fits(work: Transaction, year: int) -> Iterator[Unmet]:
    """Results kept elsewhere are of a year before every cycle here."""
    begun = [row.year for row in queries.of_kind(work.session, "cycle") if row.year != year]
    if begun and year > min(begun):
        yield Unmet("year_not_before_cycles", {"year": year, "first": min(begun)})


def _imported(year: int, department: str, row: Mapping[str, Any], book: Rulebook) -> dict[str, Any]:
    grade = typed(row["grade"], str, "grade")
    if grade not in book.award_rates:
        raise Refused(Unmet("value_unusable", {"field": "grade"}))
    failures = row.get("consecutive_failures")
    failures = (
        (1 if grade == "failed" else 0) if failures is None else typed(failures, int, "consecutive_failures")
    )
    return {
        "year": year,
        "status": "imported",
        "version": 1,
        "department": department,
        "name": row["department"],
        "category": row.get("category"),
        "rank": _rank(row["rank"]),
        "grade": grade,
        "consecutive_failures": failures,
        "escalated": failures >= escalates_at(book),
        **{
            field: None if row.get(field) is None else typed(row[field], int, field)
            for field in RESULT_NUMBERS
        },
        "previous_grade": row.get("previous_grade"),
        "award_rate": book.award_rates[grade],
    }


def _rank(value: Any) -> int:
    """A rank counts from 1. Raises Refused for anything else."""
    rank = typed(value, int, "rank")
    if not 1 <= rank <= MOST:
        raise Refused(Unmet("value_unusable", {"field": "rank"}))
    return rank
