"""The figures of a year's charts as a reader sees them: points by part, who moved, how the year goes on. Plain values.

What is drawn is what stands in the lists beside it; nothing here is seen that is not seen there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cycle import facts as gathering
from cycle.board import registers
from cycle.board.city import cycle_of
from cycle.board.look import Look
from cycle.board.passed import Passed, passed
from cycle.board.ranking import ranking
from cycle.board.rows import FORMS, STAGES
from cycle.board.year import board_of, results
from cycle.sight import may_ask
from workflows.errors import Refused
from workflows.grading import seats
from workflows.rulebook import GRADES
from workflows.scoring import to_hundredths

Values = dict[str, Any]

LATE_LITTLE: Final = 2
"""Up to so many working days a form is a little late."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Points by department, the best first: as proposed or as they stand, else, to whom that is shown, as a trial.

    `status` is that of the results (see `year.results`), `trial` or none; `partial`, without rows, as long as of
    `missing` departments not all parts are in. `without` are the departments left out because the reader is at home
    there and is not told yet.
    """

    status: str
    rows: Sequence[Values]
    missing: int = 0
    without: tuple[str, ...] = ()


def scored(look: Look, year: int) -> Scored:
    """Raises NotFound for a year there is none of."""
    found = results(look, year)
    if found["results"]:
        told = [row for row in found["results"] if row["total"] is not None]
        return Scored(found["status"], sorted(told, key=lambda row: -to_hundredths(row["total"])))
    now = ranking(look, year)
    if now is None or not now.rows:
        return Scored("none", [])
    if now.missing:
        return Scored("partial", [], now.missing, now.without)
    return Scored("trial", now.rows, 0, now.without)


@dataclass(frozen=True, slots=True)
class Graded:
    """How many have each grade, how many seats there are by the rulebook, its share in per cent. Best grade first."""

    status: str
    given: Mapping[str, int]
    seats: Mapping[str, int]
    shares: Mapping[str, int]


def graded(look: Look, year: int) -> Graded:
    """Grades as everybody sees them once they are published; before, as they would be, to whom that is shown."""
    found = results(look, year)
    status, rows = found["status"], found["results"]
    if not rows:
        trial = scored(look, year)
        rows = list(trial.rows)
        status = trial.status if rows else "none"
    shares = gathering.rulebook_of(look.session, cycle_of(look, year)).quota
    given = {grade: sum(1 for row in rows if row["grade"] == grade) for grade in GRADES}
    return Graded(status, given, seats(len(rows), shares), shares)


@dataclass(frozen=True, slots=True)
class Moved:
    """Who moved by which rank, who rose most first; `by` is None for those that nothing compares with."""

    basis: str
    rows: Sequence[Values]


def moved(look: Look, year: int) -> Moved:
    """By the rank of the circular once results stand; before, by the overall rank of those whose rank is seen."""
    if may_ask(look.reader, "movement"):
        try:
            rows = registers.movement(look, year)
        except Refused:
            pass
        else:
            return Moved(rows[0]["basis"] if rows else "overall", rows)
    found = [
        {
            "department": row["department"],
            "name": row["name"],
            "rank": row["rank"],
            "previous": row["previous_rank"],
            "by": row["movement"],
        }
        for row in scored(look, year).rows
    ]
    return Moved("overall", sorted(found, key=lambda row: (row["by"] is None, -(row["by"] or 0))))


@dataclass(frozen=True, slots=True)
class Going:
    """How a stage goes: who has ended it on which days, how many are at it (late ones among them), have it ahead."""

    ended: Sequence[date]
    done: int
    at: int
    late: int
    ahead: int


def progress(look: Look, year: int) -> dict[str, Going]:
    """Of the departments whose year the reader sees, but for those exempted, stage by stage."""
    ends = passed(look, year)
    rows = _taking_part(look, year)
    found = {}
    for stage in STAGES:
        at = [row for row in rows if row["state"].partition(".")[0] == stage]
        ahead = [row for row in rows if row not in at and row["stages"][stage] == "none"]
        days = [_end(ends, row, stage) for row in rows if row not in at]
        found[stage] = Going(
            ended=sorted(day for day in days if day is not None),
            done=len(rows) - len(at) - len(ahead),
            at=len(at),
            late=sum(1 for row in at if row["lamp"]["colour"] == "red"),
            ahead=len(ahead),
        )
    return found


def _end(ends: Mapping[str, Mapping[str, Passed]], row: Values, stage: str) -> date | None:
    return ends.get(row["department"], {}).get(stage, Passed()).on


def _taking_part(look: Look, year: int) -> list[Values]:
    return [row for row in board_of(look, year) if row["state"] not in ("none", "exempted")]


def lateness(look: Look, year: int) -> dict[str, dict[str, int]]:
    """How the forms of each stage came in: `on_time`, `little` and `much` late, `lapsed`, and `returns` in all.

    A stage of which nothing came in yet is left out.
    """
    ends = passed(look, year)
    seen = [row["department"] for row in _taking_part(look, year)]
    found = {}
    for stage in FORMS:
        known = [ends[one][stage] for one in seen if stage in ends.get(one, {})]
        if not known:
            continue
        found[stage] = {
            "on_time": sum(1 for one in known if not one.late and not one.lapsed),
            "little": sum(1 for one in known if 0 < one.late <= LATE_LITTLE and not one.lapsed),
            "much": sum(1 for one in known if one.late > LATE_LITTLE and not one.lapsed),
            "lapsed": sum(1 for one in known if one.lapsed),
            "returns": sum(one.returns for one in known),
        }
    return found
