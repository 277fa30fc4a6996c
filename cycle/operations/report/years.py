"""What the tables know of one failed year: the result, the ledger, the history row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cycle import facts as gathering
from cycle import queries, queries_board
from cycle.db import Session, Statement
from cycle.operations.grades import stored
from cycle.queries import SubjectRow
from cycle.queries_board import LedgerLine
from workflows.grading import Result
from workflows.rulebook import Rulebook

_HISTORY = Statement("SELECT number, hash, body FROM history WHERE subject = :key ORDER BY number")


@dataclass(frozen=True, slots=True)
class Entry:
    """One history row. `day` is the local day it was entered on."""

    number: int
    hash: str
    day: date
    body: Mapping[str, Any]

    @property
    def happened(self) -> str:
        """The day it happened, as an ISO date: as stated, else the day of entry."""
        return str(self.body["occurred_on"] or self.day.isoformat())

    @property
    def data(self) -> Mapping[str, Any]:
        """What the row says it did."""
        data: Mapping[str, Any] = self.body["data"] or {}
        return data


@dataclass(frozen=True, slots=True)
class FailedYear:
    """One failed year of the chain. `department` is whose failure it was, by the id of that year.

    `ranked` and `alike` count the departments ranked in all and in the same category; 0 where not known here.
    `results` is the row that holds the results as they stand, in the history of `results_subject`; None
    where that row is written together with this report.
    """

    year: int
    department: str
    result: Mapping[str, Any]
    ranked: int
    alike: int
    book: Rulebook
    cycle: SubjectRow
    appraisal: SubjectRow | None
    entries: tuple[Entry, ...]
    lines: tuple[LedgerLine, ...]
    results: Entry | None
    results_subject: str

    @property
    def imported(self) -> bool:
        """Whether all that is known comes from results kept elsewhere."""
        return bool(self.result["status"] == "imported")


def this_year(
    session: Session, year: int, department: str, result: Result, *, book: Rulebook, zone: ZoneInfo
) -> FailedYear:
    """The year whose results open the case: about to be ratified, or just written by an amendment."""
    cycle = _cycle(session, year)
    coming = cycle.state == "proposed"
    version = int(cycle.record.get("version", 0)) + (1 if coming else 0)
    rows = (queries.proposed_results if coming else queries.latest_results)(session, year)
    values = stored(department, result, year=year, status="ratified", version=version)
    return _found(session, cycle, values, rows, book=book, zone=zone, coming=coming)


def earlier_year(session: Session, year: int, department: str, zone: ZoneInfo) -> FailedYear:
    """A failed year that stands: the latest version of its results."""
    cycle = _cycle(session, year)
    rows = queries.latest_results(session, year)
    (values,) = (row for row in rows if row["department"] == department)
    return _found(session, cycle, values, rows, book=gathering.rulebook_of(session, cycle), zone=zone)


def entries(session: Session, key: str, zone: ZoneInfo) -> tuple[Entry, ...]:
    """The history of one subject, oldest first."""
    found = []
    for number, hash_, text in _HISTORY.run(session, key=key).fetchall():
        body = json.loads(text)
        found.append(Entry(number, hash_, datetime.fromisoformat(body["at"]).astimezone(zone).date(), body))
    return tuple(found)


def _cycle(session: Session, year: int) -> SubjectRow:
    found = queries.subject(session, f"cycle:{year}")
    if found is None:
        raise KeyError(f"cycle:{year}")
    return found


def _found(
    session: Session,
    cycle: SubjectRow,
    result: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    book: Rulebook,
    zone: ZoneInfo,
    coming: bool = False,
) -> FailedYear:
    imported = result["status"] == "imported"
    key = f"appraisal:{cycle.year}:{result['department']}"
    appraisal = None if imported else queries.subject(session, key)
    history = entries(session, key, zone) if appraisal else ()
    source = cycle.key if imported else key
    told = [e for e in (entries(session, source, zone) if imported else history) if e.data.get("results")]
    lines = queries_board.every_line(session, key) if appraisal else ()
    return FailedYear(
        year=cycle.year,
        department=result["department"],
        result=result,
        ranked=0 if imported else len(rows),
        alike=0 if imported else sum(row["category"] == result["category"] for row in rows),
        book=book,
        cycle=cycle,
        appraisal=appraisal,
        entries=history,
        lines=tuple(line for line in lines if line.reverses is None and line.reversed_by is None),
        results=told[-1] if told and not coming else None,
        results_subject=source,
    )
