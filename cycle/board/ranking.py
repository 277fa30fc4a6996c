"""The grading room: who would get which grade by the ledgers as they stand, and what a change would do to it.

Nothing is decided or kept here: it is the same reckoning as that of a proposal, on what stands now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.board.city import cycle_of
from cycle.board.look import Look
from cycle.board.untold import untold
from cycle.operations.grades import Graded, added_up, grade_year, registers_on
from cycle.sight import may_ask
from workflows.guards import expected_items
from workflows.rulebook import GRADES
from workflows.scoring import show

Values = dict[str, Any]

POINTS: Final = ("central", "public", "leader", "base", "deductions", "bonus", "total")
_GIVEN: Final = ("central", "public", "leader")
"""The parts that every department gets points of: one without any is missing, not zero."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A year as it would be graded now. `missing` counts departments whose parts are not all in.

    In `rows`, points are text; a part that a department has no points of yet is None. Without all of its parts a
    department has neither grade nor movement, and is not `complete`; `given` counts those that are.

    `without` are the reader's own departments whose points are not published: the others are ranked as if they were
    not there, so that no gap tells their place.

    `cuts` is how many seats there are down to the end of each grade; `ties` groups equal across one of them.
    """

    rows: list[Values]
    quota: Mapping[str, int]
    given: Mapping[str, int]
    cuts: Mapping[str, int]
    ties: list[Values]
    missing: int
    without: tuple[str, ...] = ()


def ranking(look: Look, year: int, changes: Mapping[str, int] | None = None) -> Ranking | None:
    """The ranking of a year by what stands, with `changes` to totals in hundredths by department.

    None where it is not for this reader.
    """
    cycle = cycle_of(look, year)
    if not may_ask(look.reader, "ties"):
        return None
    hidden = untold(look, year)
    book = gathering.rulebook_of(look.session, cycle)
    appraisals = [
        row
        for row in queries.of_year(look.session, "appraisal", year)
        if row.state != "exempted" and row.department not in hidden
    ]
    if not appraisals:
        return Ranking([], {}, {}, {}, [], 0)
    lines = queries.lines_of_year(look.session, year)
    expected = set(expected_items(book))
    whole = {
        a.department for a in appraisals if expected <= {(one.part, one.item) for one in lines.get(a.key, ())}
    }
    points = {a.key: dict(added_up(lines.get(a.key, ()))) for a in appraisals}
    parts = {a.department: {one.part for one in lines.get(a.key, ())} for a in appraisals}
    for department, change in (changes or {}).items():
        key = f"appraisal:{year}:{department}"
        if key in points:
            points[key]["central"] = points[key].get("central", 0) + change
    rulings = {
        d: grade
        for tie in (cycle.record.get("ties") or {}).values()
        for d, grade in (tie.get("ruling") or {}).items()
    }
    day = look.today if look.today.year == year else date(year, 12, 31)
    graded = grade_year(
        look.session,
        year,
        appraisals,
        points,
        book=book,
        registers=registers_on(look.session, day),
        rulings=rulings,
    )
    return replace(_told(graded, whole, parts), without=tuple(sorted(hidden)))


def _told(graded: Graded, whole: Collection[str], parts: Mapping[str, Collection[str]]) -> Ranking:
    """The ranking in plain values; `parts` are those that departments have points of, all of them in the `whole`."""
    tied = {name for tie in graded.grading.ties_at_cut for name in tie.departments}
    rows = []
    for department, result in graded.results:
        values = asdict(result)
        shown = {part: show(values[part]) for part in POINTS}
        rows.append(
            {
                **values,
                **shown,
                **{part: None for part in _GIVEN if part not in parts[department]},
                "department": department,
                "name": result.department,
                "complete": department in whole,
                "tied": result.department in tied,
                **({} if department in whole else {"grade": None, "movement": None, "tied": False}),
            }
        )
    quota = graded.grading.quota
    cuts, seats = {}, 0
    for grade in GRADES:
        seats += quota[grade]
        cuts[grade] = seats
    given = {grade: sum(1 for row in rows if row["grade"] == grade) for grade in GRADES}
    ids = graded.ids
    ties = [
        {
            "departments": [{"department": ids[one], "name": one} for one in tie.departments],
            "grade": tie.grade,
        }
        for tie in graded.grading.ties_at_cut
    ]
    return Ranking(rows, quota, given, cuts, ties, len(rows) - len(whole))


def differences(before: Ranking, after: Ranking) -> list[Values]:
    """What a change would do: every department with all of its parts whose total, rank or grade differs."""
    then = {row["department"]: row for row in before.rows}
    found = []
    for row in after.rows:
        was = then[row["department"]]
        if row["complete"] and any(was[name] != row[name] for name in ("total", "rank", "grade")):
            found.append({"department": row["department"], "name": row["name"], "before": was, "after": row})
    return found
