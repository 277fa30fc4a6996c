"""The grades of a year as a list that tells no rank: best grade first, within one by category and id."""

from __future__ import annotations

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
    """The names of the departments exempted from the year."""
    rows = year.appraisals(at.look, at.year)
    return [fit(row["name"]) for row in rows if row["state"] == "exempted"]


def ratified(at: Asked) -> Values | None:
    """The department's result as it stands; None where it has none, also where its grade is only proposed."""
    known = results(at)
    if known["status"] != "ratified":
        return None
    return next((row for row in known["results"] if row["department"] == at.department), None)
