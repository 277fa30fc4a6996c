"""A file of marks taken in, beside a bare loop that reads the same file and inserts a row for each of its rows."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.copies import copy
from cycle.bench.moves import names
from cycle.bench.office import (
    APPRAISAL,
    BOOK,
    DEPARTMENT,
    PATTERN,
    REVIEWERS,
    YEAR,
    Office,
    lead_to_review,
    opened,
)
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes
from cycle.imports.importing import import_file
from cycle.permissions import Act
from workflows.scoring import show

CODE: Final = "imports"
_COLUMNS: Final = "id, subject, number, part, item, points, note"
_INSERT: Final = {
    "sqlite": f"INSERT INTO line ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
    "postgresql": f"INSERT INTO line ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)",
}
_STEP: Final = 50
"""Hundredths by which a mark differs from that of the round before, and from the most there is."""


class NotTaken(Exception):
    """Some rows were not taken, so the time it took says nothing."""


def run(bed: Bed, sizes: Sizes) -> Finding:
    """How many times as long as the bare loop, both in one transaction.

    Ours also places departments and people by their names, checks every mark against the rulebook, seals a row of
    history for each department and would leave nothing behind if one row were wrong.
    """
    departments = max(1, sizes.rows // len(BOOK.indicators))
    start = _in_review(bed, departments)
    office, connection = Office(bed.copy(start)), bed.connect(bed.copy(start))
    _to_review(office)
    count = departments * len(BOOK.indicators)
    mine, others = rounds.alternate(
        sizes.few,
        lambda index: rounds.seconds(lambda: _import(office, _file(departments, index), count)),
        lambda index: rounds.seconds(lambda: _insert(bed, connection, _file(departments, index), index)),
    )
    office.close()
    connection.close()
    return Finding(
        code=CODE,
        database=bed.name,
        aim="",
        ratio=rounds.over(mine, others),
        absolute={
            "file_rows_per_second": rounds.rate(count, mine),
            "bare_file_rows_per_second": rounds.rate(count, others),
        },
        counts={"file_rows": count, "departments": departments},
    )


def _in_review(bed: Bed, departments: int) -> str:
    """A database in which so many departments are being marked."""
    url = bed.fresh()
    office = opened(url)
    lead_to_review(office)
    with office.database.write() as session:
        for key in (DEPARTMENT, APPRAISAL):
            copy(session, key, PATTERN, names(departments), letters=False)
    office.close()
    return url


def _to_review(office: Office) -> None:
    opens = BOOK.opens("central_review", YEAR)
    office.clock.at = office.clock.at.replace(year=opens.year, month=opens.month, day=opens.day)


def _file(departments: int, index: int) -> bytes:
    """One member's marks of every department, all of them others than in the round before."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("部门", "条款", "分值", "理由"))
    for department in names(departments):
        for indicator in BOOK.indicators:
            points = indicator.points - (1 + index % 2) * _STEP
            rows.writerow((f"部门{department}", indicator.id, show(points), "台账不全，按比例扣减"))
    return text.getvalue().encode()


def _import(office: Office, content: bytes, count: int) -> None:
    done = import_file(office.service, "marks", "marks.csv", Act(REVIEWERS[0]), year=YEAR, content=content)
    if done.taken != count:
        raise NotTaken(f"{done.taken} of {count}: {[*done.faults, *done.refused][:3]}")


def _insert(bed: Bed, connection: Any, content: bytes, index: int) -> None:
    cursor = connection.cursor()
    if bed.begin:
        cursor.execute(bed.begin)
    rows = csv.reader(io.StringIO(content.decode()))
    next(rows)
    for number, (department, item, points, reason) in enumerate(rows):
        subject = f"appraisal:{YEAR}:{department.removeprefix('部门')}"
        name, hundredths = f"{subject}#{index}/{number}", round(float(points) * 100)
        cursor.execute(_INSERT[bed.name], (name, subject, index, "central", item, hundredths, reason))
    connection.commit()
