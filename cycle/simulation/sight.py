"""What people see when they come to work: the state of every year that is open, read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cycle import facts as gathering
from cycle import queries, queries_simulation
from cycle.db import Session
from cycle.operations.grades import roster_of
from cycle.queries import SubjectRow
from cycle.simulation import cycle_acts
from cycle.simulation.aftermath import STEPS
from cycle.simulation.cycle_acts import Readiness
from cycle.simulation.marking import LATE, Marked
from cycle.simulation.plan import Plan
from workflows.rulebook import Rulebook

OPEN = ("running", "proposed", "ratified")


@dataclass(frozen=True, slots=True)
class OpenYear:
    """A year that has been opened and is not closed."""

    cycle: SubjectRow
    book: Rulebook
    roster: tuple[str, ...]
    rows: Sequence[SubjectRow]
    marked: Marked


@dataclass(frozen=True, slots=True)
class Sight:
    """`unopened` are the years of the run still to be opened, with their cycle where there is one."""

    years: Sequence[OpenYear]
    unopened: Mapping[int, tuple[SubjectRow | None, Readiness]]
    cases: Sequence[tuple[SubjectRow, date]]


def look(session: Session, plan: Plan, today: date, *, notes: bool) -> Sight:
    """Everything there is to see. Deductions and bonuses by note only where `notes` asks for them."""
    cycles = {row.year: row for row in queries.of_kind(session, "cycle")}
    opened = [cycles[y] for y in plan.years if y in cycles and cycles[y].state in OPEN]
    coming = [y for y in plan.years if cycle_acts.due(cycles.get(y), y, today)]
    return Sight(
        years=[_open_year(session, cycle, notes=notes) for cycle in opened],
        unopened={y: (cycles.get(y), cycle_acts.readiness(session, y, cycles.get(y))) for y in coming[:1]},
        cases=_cases(session, cycles),
    )


def _open_year(session: Session, cycle: SubjectRow, *, notes: bool) -> OpenYear:
    rows = queries.of_year(session, "appraisal", cycle.year)
    late = any(row.state in LATE for row in rows)
    marked = Marked(
        lines=queries.lines_of_year(session, cycle.year) if late else {},
        notes=queries_simulation.noted(session, cycle.year) if notes and cycle.state == "running" else {},
    )
    roster = tuple(roster_of(session, cycle))
    return OpenYear(cycle, gathering.rulebook_of(session, cycle), roster, rows, marked)


def _cases(session: Session, cycles: Mapping[int, SubjectRow]) -> list[tuple[SubjectRow, date]]:
    """Every case somebody has still to decide on, with the day its year was ratified."""
    waiting = [row for row in queries.of_kind(session, "case") if row.state in STEPS]
    return [(row, date.fromisoformat(cycles[row.year].record["ratified_on"])) for row in waiting]
