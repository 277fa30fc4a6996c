"""What people see when they come to work: the state of every year that is open, read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session
from cycle.operations.grades import roster_of
from cycle.queries import SubjectRow
from cycle.queries_simulation import Seen
from cycle.simulation import cycle_acts
from cycle.simulation.aftermath import STEPS
from cycle.simulation.cycle_acts import Readiness
from cycle.simulation.duties import Results, results
from cycle.simulation.incidents import Against
from cycle.simulation.marking import LATE, Marked
from cycle.simulation.plan import Plan
from cycle.simulation.requests import Beside
from workflows.rulebook import Rulebook

OPEN = ("running", "proposed", "ratified")


@dataclass(frozen=True, slots=True)
class OpenYear:
    """A year that has been opened and is not closed. `evidence` is what somebody has still to decide on or replace."""

    cycle: SubjectRow
    book: Rulebook
    roster: tuple[str, ...]
    rows: Sequence[SubjectRow]
    marked: Marked
    results: Results | None
    beside: Beside
    against: Against
    evidence: Sequence[SubjectRow]


@dataclass(frozen=True, slots=True)
class Sight:
    """`unopened` are the years of the run still to be opened, with their cycle where there is one."""

    years: Sequence[OpenYear]
    unopened: Mapping[int, tuple[SubjectRow | None, Readiness]]
    cases: Sequence[tuple[SubjectRow, date]]


def look(session: Session, plan: Plan, today: date, seen: Seen) -> Sight:
    """Everything there is to see; `seen` is what was read before."""
    cycles = {row.year: row for row in queries.of_kind(session, "cycle")}
    opened = [cycles[y] for y in plan.years if y in cycles and cycles[y].state in OPEN]
    coming = [y for y in plan.years if cycle_acts.due(cycles.get(y), y, today)]
    return Sight(
        years=[_open_year(session, cycle, seen.of_year(session, cycle.year)) for cycle in opened],
        unopened={y: (cycles.get(y), cycle_acts.readiness(session, y, cycles.get(y))) for y in coming[:1]},
        cases=_cases(session, cycles),
    )


def _open_year(session: Session, cycle: SubjectRow, found: Mapping[str, Sequence[SubjectRow]]) -> OpenYear:
    rows = found.get("appraisal", ())
    against = Against(found.get("finding", ()), found.get("complaint", ()))
    late = any(row.state in LATE for row in rows)
    lines = queries.lines_of_year(session, cycle.year) if late else {}
    return OpenYear(
        cycle=cycle,
        book=gathering.rulebook_of(session, cycle),
        roster=tuple(roster_of(session, cycle)),
        rows=rows,
        marked=Marked(lines, against.undecided),
        results=results(cycle, found.get("duty", ())),
        beside=Beside(found.get("bonus", ()), found.get("objection", ()), against.findings),
        against=against,
        evidence=found.get("evidence", ()),
    )


def _cases(session: Session, cycles: Mapping[int, SubjectRow]) -> list[tuple[SubjectRow, date]]:
    """Every case somebody has still to decide on, with the day its year was ratified."""
    waiting = [row for row in queries.of_kind(session, "case") if row.state in STEPS]
    return [(row, date.fromisoformat(cycles[row.year].record["ratified_on"])) for row in waiting]
