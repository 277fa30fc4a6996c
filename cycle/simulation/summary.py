"""summary.json and escalations.csv: what a run amounted to, told by department as the results name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cycle import queries
from cycle.db import Session
from cycle.people import name_on
from cycle.queries import SubjectRow
from cycle.simulation.chronicle import Chronicle

ESCALATIONS = ("year", "department", "consecutive_failures", "previous_year", "opened_at", "state")

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Year:
    """One ratified year: its latest results by department id, who was exempt, and when it was ratified."""

    cycle: SubjectRow
    results: Mapping[str, Mapping[str, Any]]
    exempt: Sequence[str]

    @property
    def ratified_on(self) -> date:
        return date.fromisoformat(self.cycle.record["ratified_on"])

    def entry(self, department: str) -> Entry:
        """A department as this year's results name it."""
        return {"year": self.cycle.year, "department": self.results[department]["name"]}


def ratified_years(session: Session, years: Sequence[int]) -> list[Year]:
    """Every year of the run that came to results."""
    found = []
    for year in years:
        cycle = queries.subject(session, f"cycle:{year}")
        results = {r["department"]: r for r in queries.latest_results(session, year)}
        if cycle is not None and results:
            rows = queries.of_year(session, "appraisal", year)
            found.append(Year(cycle, results, [r.department for r in rows if r.state == "exempted"]))
    return found


def lists(years: Sequence[Year], departments: Mapping[str, SubjectRow]) -> dict[str, list[Entry]]:
    """The lists of departments that a comparison of two results files has to know of."""
    return {
        "tie_rulings": [entry for year in years for entry in _tie_rulings(year)],
        "renamed": list(_renamed(years, departments)),
        "merged": list(_merged(years, departments)),
        "exempt": [entry for year in years for entry in _exempt(year, departments)],
        "exempt_before": list(_exempt_before(years)),
    }


def _named(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: str(entry["department"]))


def _tie_rulings(year: Year) -> list[Entry]:
    ties = year.cycle.record.get("ties", {}).values()
    return _named([year.entry(d) for tie in ties for d in tie.get("ruling", ())])


def _renamed(years: Sequence[Year], departments: Mapping[str, SubjectRow]) -> Iterator[Entry]:
    """Against the results before; in a department's first results, against the name it began with."""
    known = {d: row.record["names"][0]["name"] for d, row in departments.items()}
    for year in years:
        yield from _named([year.entry(d) for d, r in year.results.items() if r["name"] != known[d]])
        known |= {d: r["name"] for d, r in year.results.items()}


def _merged(years: Sequence[Year], departments: Mapping[str, SubjectRow]) -> Iterator[Entry]:
    """The successor in the first results that follow the merger."""
    waiting = [
        (department, int(absorbed["on"][:4]))
        for department, row in sorted(departments.items())
        for absorbed in row.record.get("absorbed", ())
    ]
    for year in years:
        due = {d for d, since in waiting if since <= year.cycle.year and d in year.results}
        yield from _named([year.entry(d) for d in due])
        waiting = [(d, since) for d, since in waiting if d not in due]


def _exempt(year: Year, departments: Mapping[str, SubjectRow]) -> list[Entry]:
    names = (name_on(departments[d].record, year.ratified_on) for d in year.exempt)
    return _named([{"year": year.cycle.year, "department": name} for name in names])


def _exempt_before(years: Sequence[Year]) -> Iterator[Entry]:
    waiting: set[str] = set()
    for year in years:
        yield from _named([year.entry(d) for d in year.results if d in waiting])
        waiting = (waiting - set(year.results)) | set(year.exempt)


def escalations(session: Session, years: Sequence[Year], chronicle: Chronicle) -> list[tuple[Any, ...]]:
    """One row for each case, named as in the latest results where these still mark it."""
    results = {year.cycle.year: year.results for year in years}
    found = []
    for row in queries.of_kind(session, "case"):
        result = results.get(row.year, {}).get(row.department, {})
        marked = result if result.get("escalated") else {}
        name = marked.get("name", row.record["name"])
        failures = marked.get("consecutive_failures", row.record["consecutive_failures"])
        opened_at = chronicle.opened[row.key]
        found.append((row.year, name, failures, row.record["previous_year"], opened_at, row.state))
    return sorted(found)


def counts(chronicle: Chronicle) -> dict[str, int]:
    """Rows that moved a subject, and the moves of appraisals one asks about first."""
    return {
        "transitions": chronicle.moved,
        "lapses": chronicle.actions["lapse"],
        "returns": chronicle.actions["send_back"],
        "extensions": chronicle.actions["extend"],
    }
