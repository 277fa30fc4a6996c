"""What an amendment of a ratified year would change, in the reader's words: for who enters it and who confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cycle.keys import split_key
from cycle.web.entry import Visit
from workflows import words
from workflows.scoring import show

Values = dict[str, Any]

_SHOWN: Final = ("total", "rank", "grade")
"""What has a column of its own; whatever else differs is told in a row of text."""


def told(visit: Visit, year: int, found: Mapping[str, Any]) -> list[Values]:
    """The answer of the preview, year by year, the amended one first: `rows` of departments, `texts` of what follows.

    A row has `name`, a pair before and after (or None) for total, rank and grade, and the `others`.
    """
    years = [(year, found), *((int(one["year"]), one) for one in found["later"])]
    return [
        {
            "year": of_year,
            "rows": [_row(visit, row) for row in sorted(of["differences"], key=_weight)],
            "texts": [*_matters(visit, of), *_cases(visit, of)],
        }
        for of_year, of in years
    ]


def _weight(row: Mapping[str, Any]) -> tuple[bool, bool, int]:
    """Whose points differ comes first, then whose grade does, each by the rank they come to."""
    return "total" not in row, "grade" not in row, row.get("rank", {}).get("after") or 0


def _row(visit: Visit, row: Mapping[str, Any]) -> Values:
    pairs = {
        field: tuple(_value(visit, field, row[field][when]) for when in ("before", "after"))
        for field in row
        if field != "department"
    }
    return {
        "name": visit.look.voice.name(row["department"]),
        "department": row["department"],
        **{field: pairs.pop(field, None) for field in _SHOWN},
        "others": [
            (words.word("cli", f"column_{field}", visit.lang), *pair) for field, pair in pairs.items()
        ],
    }


def _value(visit: Visit, field: str, value: Any) -> str:
    if value is None:
        return "—"
    if field in ("grade", "previous_grade"):
        return words.word("grade", value, visit.lang)
    if isinstance(value, bool):
        return words.word("list.value", "yes" if value else "no", visit.lang)
    if field == "total":
        return show(value)
    return f"{value:+}%" if field == "award_rate" and value else str(value)


def _matters(visit: Visit, of: Mapping[str, Any]) -> list[str]:
    """The decisions that go with their line, and the applications that step in for one."""
    found = [
        words.phrase("web.amend", "annulled", visit.lang, matter=_matter(visit, one["subject"]))
        for one in of["annulled"]
    ]
    for one in of["steps_in"]:
        item, points = visit.look.voice.name(one["item"]), show(one["points"])
        matter = _matter(visit, one["subject"])
        found.append(
            words.phrase("web.amend", "steps_in", visit.lang, matter=matter, item=item, points=points)
        )
    return found


def _matter(visit: Visit, key: str) -> str:
    kind = words.word("kind", key.partition(":")[0], visit.lang)
    name, number = visit.look.voice.in_year(key), key.rpartition(":")[2]
    return words.phrase("waiting", "matter", visit.lang, name=name, kind=kind, number=number)


def _cases(visit: Visit, of: Mapping[str, Any]) -> list[str]:
    found = []
    for key in of["cases"]:
        code = "amend_case_revoked" if key in of["revoked"] else "amend_case_opened"
        _, year, department = split_key(key)
        name = visit.look.voice.name(department)
        found.append(words.phrase("cli", code, visit.lang, name=name, year=year))
    return found
