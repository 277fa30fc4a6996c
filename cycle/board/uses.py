"""What results are used for, as registers: settlement, eligibility lost, commendation, movement, talks, a file.

All from the latest version of a ratified (or imported) year's results and the duties that stand. What has been
waived or revoked says so or is left out; nothing here is derived a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session
from cycle.queries import SubjectRow
from workflows import duties
from workflows.duties import Veto
from workflows.errors import NotFound, Refused, Unmet
from workflows.rulebook import Rulebook
from workflows.settlement import Settled, settlement

RESULTS_STAND: Final = ("ratified", "closed")


@dataclass(frozen=True, slots=True)
class RatifiedYear:
    """What the registers of one year are read from. `ratified_on` is None for a year kept elsewhere.

    `results` stand best first; `appraisals` are by department; `duties` are those not revoked, by department
    and number; `people` are names by id.
    """

    year: int
    book: Rulebook
    ratified_on: date | None
    results: Sequence[Mapping[str, Any]]
    appraisals: Mapping[str, SubjectRow]
    duties: Sequence[SubjectRow]
    vetoes: Mapping[str, Sequence[Veto]]
    people: Mapping[str, str]

    def person(self, name: str) -> str:
        """What a person is called; empty for nobody."""
        return self.people.get(name, name)

    def of_sort(self, sort: str) -> dict[str, SubjectRow]:
        """The duties of one sort by department."""
        return {row.department: row for row in self.duties if row.record["duty"] == sort}


def ratified_year(session: Session, year: int) -> RatifiedYear:
    """Raises NotFound for a year unknown here, Refused for one whose results do not stand."""
    cycle = queries.subject(session, f"cycle:{year}")
    if cycle is None:
        raise NotFound(f"cycle:{year}")
    results = queries.latest_results(session, year) if cycle.state in RESULTS_STAND else []
    if not results:
        raise Refused(Unmet("results_not_ratified", {"year": year}))
    ratified_on = cycle.record.get("ratified_on")
    vetoes: dict[str, list[Veto]] = {}
    for row in queries.vetoed(session, year):
        veto = duties.veto_on(row.key, row.state, row.record)
        if veto is not None:
            vetoes.setdefault(row.department, []).append(veto)
    people = queries.of_kind(session, "person")
    return RatifiedYear(
        year=year,
        book=gathering.rulebook_of(session, cycle),
        ratified_on=date.fromisoformat(ratified_on) if ratified_on else None,
        results=results,
        appraisals={row.department: row for row in queries.of_year(session, "appraisal", year)},
        duties=[row for row in queries.matters_of_year(session, "duty", year) if row.state != "revoked"],
        vetoes=vetoes,
        people={row.key.partition(":")[2]: str(row.record["name"]) for row in people},
    )


def award_settlement(known: RatifiedYear) -> list[Settled]:
    """The settlement table of the year, best first (use.reward); an award whose duty is waived is not lost."""
    waived = {
        row.record["finding"]
        for row in known.duties
        if row.record["duty"] == duties.AWARD and row.state == "waived"
    }
    standing = {
        department: [veto for veto in vetoes if veto.finding not in waived]
        for department, vetoes in known.vetoes.items()
    }
    return settlement(known.results, standing)


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody whose eligibility for the year's awards is lost; `who` is empty for the department itself.

    `until` is the end of the calendar year in which the results were ratified: a choice of ours, since awards
    for a year are given in the one after it. `state` is that of the duty; waived means not lost after all.
    """

    department: str
    name: str
    loses: str
    who: str
    awards_of: int
    lost_on: date | None
    until: date | None
    state: str
    key: str


def eligibility_lost(known: RatifiedYear) -> list[Lost]:
    """The register of lost award eligibility, worst department last (use.failed)."""
    lost = known.of_sort(duties.ELIGIBILITY)
    on = known.ratified_on
    return [
        Lost(
            department=result["department"],
            name=result["name"],
            loses=loses,
            who=known.person(row.record["head"]) if loses == "head" else "",
            awards_of=known.year,
            lost_on=on,
            until=date(on.year, 12, 31) if on else None,
            state=row.state,
            key=row.key,
        )
        for result in known.results
        if (row := lost.get(result["department"])) is not None
        for loses in row.record["loses"]
    ]


@dataclass(frozen=True, slots=True)
class Commended:
    """A department of the circular of commendation. `state` is that of the duty; empty where it has none."""

    department: str
    name: str
    category: str | None
    rank: int
    total: int | None
    state: str


def commended(known: RatifiedYear) -> list[Commended]:
    """Every department graded excellent, best first (use.excellent); points in hundredths."""
    duty = known.of_sort(duties.COMMENDATION)
    return [
        Commended(
            department=result["department"],
            name=result["name"],
            category=result["category"],
            rank=result["rank"],
            total=result["total"],
            state=duty[result["department"]].state if result["department"] in duty else "",
        )
        for result in known.results
        if result["grade"] == "excellent"
    ]


@dataclass(frozen=True, slots=True)
class Moved:
    """A department's movement by the rank the circular uses; `by` None where last year gives none to compare."""

    department: str
    name: str
    category: str | None
    rank: int | None
    previous: int | None
    by: int | None

    @property
    def direction(self) -> str:
        """rose, fell, same or left_out."""
        if self.by is None:
            return "left_out"
        return "same" if self.by == 0 else "rose" if self.by > 0 else "fell"


_BASIS: Final = {
    "category": ("category_rank", "previous_category_rank", "category_movement"),
    "overall": ("rank", "previous_rank", "movement"),
}


def movements(known: RatifiedYear) -> list[Moved]:
    """Who rose most first, who fell most last, then those left out for want of a comparable year (use.movement)."""
    rank, previous, by = _BASIS[known.book.movement_basis]
    found = [
        Moved(
            result["department"],
            result["name"],
            result["category"],
            result[rank],
            result[previous],
            result[by],
        )
        for result in known.results
    ]
    return sorted(found, key=lambda one: (one.by is None, -(one.by or 0)))


@dataclass(frozen=True, slots=True)
class Talk:
    """The admonition talk with the head of a failed department; `on` None until it is recorded."""

    department: str
    name: str
    head: str
    leader: str
    on: date | None


def talks(known: RatifiedYear) -> list[Talk]:
    """The talk of every failed department, held or not (use.failed)."""
    found = []
    for result in known.results:
        row = known.appraisals.get(result["department"])
        if result["grade"] != "failed" or row is None:
            continue
        talk = row.record.get("talk") or {}
        found.append(
            Talk(
                department=result["department"],
                name=result["name"],
                head=known.person(row.record.get("head") or ""),
                leader=known.person(talk.get("by", "")),
                on=date.fromisoformat(talk["on"]) if talk.get("on") else None,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class FileYear:
    """One year of a department's file (use.record). `case` is its state, empty where there is none."""

    year: int
    result: Mapping[str, Any]
    case: str
    findings: Sequence[SubjectRow]
    complaints: Sequence[SubjectRow]
    duties: Sequence[SubjectRow]


def department_file(session: Session, department: str) -> list[FileYear]:
    """Every year of which there are results with this department in them, the latest first.

    Raises NotFound where there is no such department.
    """
    if queries.subject(session, f"department:{department}") is None:
        raise NotFound(f"department:{department}")
    found = []
    for cycle in sorted(queries.of_kind(session, "cycle"), key=lambda row: -row.year):
        results = queries.latest_results(session, cycle.year) if cycle.state in RESULTS_STAND else []
        own = next((result for result in results if result["department"] == department), None)
        if own is None:
            continue
        case = queries.subject(session, f"case:{cycle.year}:{department}")
        found.append(
            FileYear(
                year=cycle.year,
                result=own,
                case=case.state if case else "",
                findings=queries.matters(session, "finding", cycle.year, department),
                complaints=queries.matters(session, "complaint", cycle.year, department),
                duties=queries.matters(session, "duty", cycle.year, department),
            )
        )
    return found
