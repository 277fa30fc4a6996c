"""Puts a report together from what is known of each failed year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from cycle.db import Session
from cycle.operations.report import course, posts
from cycle.operations.report.case import CaseReport, Fact, Value
from cycle.operations.report.sheets import sheet_lines, sums_only
from cycle.operations.report.years import FailedYear, earlier_year, this_year
from workflows import ledger
from workflows.escalation import Failure
from workflows.grading import Result
from workflows.rulebook import Rulebook

CLAUSE = "use.consecutive"


def case_report(
    session: Session,
    year: int,
    department: str,
    result: Result,
    chain: Sequence[Failure],
    *,
    book: Rulebook,
    today: date,
    zone: ZoneInfo,
    document: str,
) -> CaseReport:
    """The report on `department`, whose `result` of `year` follows the failures of `chain`, newest first.

    Made while a ratification is decided and not yet written, or after an amendment was; `document` is what
    the act rests on.
    """
    years = [earlier_year(session, failure.year, failure.department, zone) for failure in reversed(chain)]
    years.append(this_year(session, year, department, result, book=book, zone=zone))
    heads = [posts.head(session, y, date(y.year, 12, 31) if y.year < year else today) for y in years]
    pairs = zip(years, heads, strict=True)
    tenures = tuple(fact for y, head in pairs for fact in posts.tenures(session, y, head))
    return CaseReport(
        department=result.department,
        count=result.consecutive_failures,
        made_on=today.isoformat(),
        first_line=posts.first_line(heads, tenures),
        years=tuple(y.year for y in years),
        facts=(*_facts(session, years, result, today, document), _basis(book)),
        sheets=sheet_lines(years),
        sums_only=sums_only(years),
        movement=tuple(fact for y in years for fact in _movement(y)),
        deadlines=course.deadlines(years),
        open_rectification=course.open_rectification(session, years),
        heads=tuple(heads),
        tenures=tenures,
        references=tuple(fact for y in years for fact in _references(y)),
    )


def _facts(
    session: Session, years: Sequence[FailedYear], result: Result, today: date, document: str
) -> Iterator[Fact]:
    unseen = result.consecutive_failures - len(years)
    if unseen > 0:
        yield Fact("failed_earlier", {"year": years[0].year, "count": unseen})
    known = {year.year: year for year in years}
    for at in range(years[0].year, years[-1].year + 1):
        if at not in known:
            yield Fact("exempt", {"year": at})
            continue
        yield _result(known[at])
        yield from _renamed(known[at], years[-1])
        yield _decided(known[at], today, document)
        yield from course.rectified(session, known[at])


def _basis(book: Rulebook) -> Fact:
    return Fact("basis", {"book.zh": book.zh, "book.en": book.en, "clause": CLAUSE})


def _result(year: FailedYear) -> Fact:
    found = year.result
    data: dict[str, Value] = {
        "year": year.year,
        "name": found["name"],
        "rank": found["rank"],
        "grade": found["grade"],
    }
    if found["total"] is None:
        return Fact("result_without_points", data)
    data["total"] = found["total"]
    return Fact("result", {**data, "ranked": year.ranked}) if year.ranked else Fact("result_imported", data)


def _renamed(year: FailedYear, last: FailedYear) -> Iterator[Fact]:
    """Whose year it was, where the department had another name or was another one."""
    data: dict[str, Value] = {"name": year.result["name"], "now": last.result["name"], "year": year.year}
    if year.department != last.department:
        yield Fact("predecessor", data)
    elif data["name"] != data["now"]:
        yield Fact("renamed", data)


def _decided(year: FailedYear, today: date, document: str) -> Fact:
    """By what act the results stand."""
    entry = year.results
    if entry is None:
        return Fact("ratified_now", {"year": year.year, "on": today.isoformat(), "document": document})
    if year.imported:
        return Fact("imported", {"year": year.year, "on": entry.happened})
    data: dict[str, Value] = {"year": year.year, "on": entry.happened}
    data["document"] = entry.body["document"] or ""
    if entry.body["action"] == "amend":
        return Fact("amended", {**data, "version": year.result["version"]})
    return Fact("ratified", data)


def _movement(year: FailedYear) -> Iterator[Fact]:
    """Rank in all and in the category against the year before, as the results have them."""
    found = year.result
    overall: dict[str, Value] = {"year": year.year, "rank": found["rank"]}
    yield _moved("rank", overall, found["previous_rank"], found["movement"])
    if found["category_rank"] is None or not found["category"]:
        return
    category = _category(year, found["category"])
    within: dict[str, Value] = {"year": year.year, "rank": found["category_rank"], **category}
    code = "category_rank"
    if year.alike:
        within["alike"], code = year.alike, "category_rank_among"
    yield _moved(code, within, found["previous_category_rank"], found["category_movement"])


def _moved(code: str, data: dict[str, Value], previous: int | None, movement: int | None) -> Fact:
    if previous is None or movement is None:
        return Fact(f"{code}_first", data)
    way = "up" if movement > 0 else "down" if movement < 0 else "same"
    return Fact(f"{code}_{way}", {**data, "previous": previous, "places": abs(movement)})


def _category(year: FailedYear, category: str | None) -> dict[str, Value]:
    """A category by the rulebook's name; imported results may call it as they like."""
    if category not in year.book.categories:
        return {"category": category or ""}
    figure = year.book.figure(f"categories.{category}")
    return {"category.zh": figure.zh, "category.en": figure.en}


def _references(year: FailedYear) -> Iterator[Fact]:
    """Where the history says so: the appraisal as it stood, the row of the results, the rules of the year."""
    row, entry = year.appraisal, year.results
    if row is not None:
        yield Fact("appraisal_row", _place(year.year, row.key, row.number, row.hash))
    if entry is not None:
        yield Fact("results_row", _place(year.year, year.results_subject, entry.number, entry.hash))
    elif row is not None:
        content = ledger.digest(ledger.canonical(_plain(year.result)))
        yield Fact("results_to_come", _place(year.year, row.key, row.number + 1, content))
    if not year.imported:
        yield Fact("rulebook", {"year": year.year, "digest": year.book.digest})


def _place(year: int, subject: str, number: int, digest: str) -> dict[str, Value]:
    return {"year": year, "subject": subject, "number": number, "digest": digest}


def _plain(result: Any) -> dict[str, Any]:
    return dict(result)
