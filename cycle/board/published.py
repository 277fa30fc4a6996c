"""What is published of a year's results: by grade, and what each version changed against the one before. Plain values.

All of it comes from `year.results` and `year.versions`, which leave out what is not the reader's to see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cycle.board import history
from cycle.board.decided import day_of, last
from cycle.board.history import Wanted
from cycle.board.look import Look
from cycle.board.year import results, versions
from cycle.sight import may_ask
from workflows.rulebook import GRADES

Values = dict[str, Any]

_COMPARED: Final = ("grade", "total", "rank")
_DECIDED: Final = ("ratify", "amend")


def by_grade(rows: Sequence[Values]) -> list[tuple[str, list[Values]]]:
    """The rows of a version by grade, the best first, each in the order given; grades nobody has are left out."""
    found = [(grade, [row for row in rows if row["grade"] == grade]) for grade in GRADES]
    return [(grade, members) for grade, members in found if members]


def open_versions(look: Look, year: int) -> list[Values]:
    """The versions whose results the reader sees, proposals first, the latest last.

    That there was a proposal which was taken back is told to the whole office, not what stood in it to those at home in
    a department of it.
    """
    return [
        one for one in versions(look, year) if results(look, year, one["status"], one["version"])["results"]
    ]


def before(look: Look, year: int, chosen: Mapping[str, Any]) -> Values | None:
    """The version before one, of those the reader sees; None before the first."""
    known = open_versions(look, year)
    at = [(one["status"], one["version"]) for one in known].index((chosen["status"], chosen["version"]))
    return known[at - 1] if at else None


def changes(look: Look, year: int, chosen: Mapping[str, Any]) -> tuple[Values | None, list[Values]]:
    """The version before the one chosen (a value of `year.results`), and every department whose result differs.

    `before` and `after` hold grade, total and rank, each None where the reader is not told; one of them is None for a
    department that only one of the versions has.
    """
    earlier = before(look, year, chosen)
    if earlier is None:
        return None, []
    then = results(look, year, earlier["status"], earlier["version"])["results"]
    was = {row["department"]: row for row in then}
    now = {row["department"]: row for row in chosen["results"]}
    found = []
    for department in [*now, *(one for one in was if one not in now)]:
        old, new = _of(was.get(department)), _of(now.get(department))
        if old != new:
            name = (now.get(department) or was[department])["name"]
            found.append({"department": department, "name": name, "before": old, "after": new})
    return earlier, found


def _of(row: Values | None) -> Values | None:
    return None if row is None else {name: row[name] for name in _COMPARED}


def ratified_day(look: Look, year: int) -> str | None:
    """The day the group ratified a year's results, which everybody is told; entered here it may have been later."""
    found = last(look, f"cycle:{year}", ("ratify",))
    return day_of(found, look.zone) if found else None


def decided(look: Look, year: int) -> list[Values]:
    """Who decided on each ratified version, when, why and by which document, the first version first.

    Empty for those who do not read the history.
    """
    if not may_ask(look.reader, "history"):
        return []
    rows = [
        row
        for action in _DECIDED
        for row in history.found(look, Wanted(subject=f"cycle:{year}", action=action), limit=1000)[0]
    ]
    return sorted(rows, key=lambda row: int(row["seq"]))
