"""What departments have still to acknowledge (签收): of their year and of the matters beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from cycle import queries
from cycle.db import Session
from cycle.queries import SubjectRow
from cycle.sight import Reader, Seen, shows
from workflows.receipts import ASKED_FOR, Receipt, outstanding
from workflows.rulebook import Rulebook
from workflows.workdays import Calendar

_BESIDE = tuple(kind for kind in ASKED_FOR if kind != "appraisal")


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A receipt that is awaited: the subject it belongs to and its department; `late` after the days for it."""

    subject: str
    department: str
    receipt: Receipt
    late: bool


def awaited(session: Session, year: int, book: Rulebook, calendar: Calendar, today: date) -> list[Unsigned]:
    """Every receipt of a year that is awaited, by department, its appraisal first, the oldest first."""
    rows = [*queries.of_year(session, "appraisal", year), *_matters(session, year)]
    found = [each for row in rows for each in of_subject(row, book, calendar, today)]
    return sorted(found, key=lambda each: each.department)


def shown_to(reader: Reader, one: Unsigned, of: Seen) -> bool:
    """Whether a reader sees that this is not acknowledged; `of` is the department's appraisal.

    It tells of what it is about, so that has to be theirs to see as well; the department was told of it.
    """
    kind = one.subject.partition(":")[0]
    about = "lines.deduction" if one.receipt.what == "record_line" else kind
    return shows(reader, "receipts", of) and shows(reader, about, replace(of, told=True))


def of_subject(row: SubjectRow, book: Rulebook, calendar: Calendar, today: date) -> Iterator[Unsigned]:
    """What is awaited about one subject."""
    for receipt in outstanding(row.record, book.receipt_days, calendar):
        yield Unsigned(row.key, row.department, receipt, receipt.late(today))


def of_department(
    session: Session, appraisal: SubjectRow, book: Rulebook, calendar: Calendar, today: date
) -> Iterator[Unsigned]:
    """What one department has still to acknowledge of a year, its appraisal first."""
    yield from of_subject(appraisal, book, calendar, today)
    for kind in _BESIDE:
        for row in queries.matters(session, kind, appraisal.year, appraisal.department):
            yield from of_subject(row, book, calendar, today)


def late_of_departments(
    session: Session,
    year: int,
    appraisals: Iterable[SubjectRow],
    *,
    book: Rulebook,
    calendar: Calendar,
    today: date,
) -> Counter[str]:
    """How many receipts of each department are late; `appraisals` are those of the year, read already."""
    rows = [*appraisals, *_matters(session, year)]
    found = (each for row in rows for each in of_subject(row, book, calendar, today))
    return Counter(each.department for each in found if each.late)


def _matters(session: Session, year: int) -> list[SubjectRow]:
    return [row for kind in _BESIDE for row in queries.matters_of_year(session, kind, year)]
