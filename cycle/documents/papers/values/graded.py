"""The grades of a year as a list that tells no rank: best grade first, within one by category and id."""

from __future__ import annotations

from cycle import queries
from cycle.board import year
from cycle.documents.papers.values.reading import (
    NONE_KNOWN,
    Asked,
    Values,
    category_of,
    fit,
    listed,
    word,
)
from workflows.rulebook import GRADES


def results(at: Asked) -> Values:
    """The results that stand, else those proposed, with their status and version; see `year.results`."""
    return year.results(at.look, at.year)


def grade_list(at: Asked, rows: list[Values]) -> list[Values]:
    """A row for each department: name, category and grade in words."""
    book = at.book
    order = {code: place for place, code in enumerate(book.categories)}
    ordered = sorted(
        rows,
        key=lambda row: (
            GRADES.index(row["grade"]),
            order.get(row["category"], len(order)),
            row["department"],
        ),
    )
    return [
        {
            "name": fit(row["name"]),
            "category": category_of(book, row["category"]) or NONE_KNOWN,
            "grade": word("grade", row["grade"]),
        }
        for row in ordered
    ]


def with_grade(rows: list[Values], code: str) -> list[str]:
    """The names with a grade, from the rows of `grade_list`."""
    return [row["name"] for row in rows if row["grade"] == word("grade", code)]


def by_grade(rows: list[Values]) -> list[Values]:
    """Each grade with how many have it and who, from the rows of `grade_list`."""
    found = []
    for code in GRADES:
        names = with_grade(rows, code)
        found.append({"grade": word("grade", code), "count": len(names), "names": listed(names)})
    return found


def exempt(at: Asked) -> list[str]:
    """The names of the departments exempted from the year, but those that were merged."""
    into = _successors(at)
    return [fit(row["name"]) for row in _exempted(at) if row["department"] not in into]


def merged(at: Asked) -> list[str]:
    """The departments exempted from the year because another one took them in, with the name of that one."""
    into = _successors(at)
    return [
        f"{fit(row['name'])}并入{fit(at.look.voice.name(into[row['department']]))}"
        for row in _exempted(at)
        if row["department"] in into
    ]


def _exempted(at: Asked) -> list[Values]:
    return [row for row in year.appraisals(at.look, at.year) if row["state"] == "exempted"]


def _successors(at: Asked) -> dict[str, str]:
    """Who took in whom by the day the grades were proposed, predecessor to successor."""
    until = at.cycle.record.get("proposed_on") or at.look.today.isoformat()
    return {
        one["department"]: row.department
        for row in queries.of_kind(at.look.session, "department")
        for one in row.record.get("absorbed", ())
        if one["on"] <= until
    }


def ratified(at: Asked) -> Values | None:
    """The department's result as it stands; None where it has none, also where its grade is only proposed."""
    known = results(at)
    if known["status"] != "ratified":
        return None
    return next((row for row in known["results"] if row["department"] == at.department), None)
