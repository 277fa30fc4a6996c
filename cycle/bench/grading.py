"""Grading a year and storing its results, beside one INSERT … SELECT with RANK() that writes the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cycle import queries
from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.copies import copy
from cycle.bench.grading_sql import one_statement
from cycle.bench.moves import names
from cycle.bench.office import (
    APPRAISAL,
    BOOK,
    DEPARTMENT,
    OFFICE,
    PATTERN,
    YEAR,
    Office,
    after_cutoff,
    lead_to_grading,
    opened,
)
from cycle.bench.recording import require_equal
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes
from cycle.db import Statement
from cycle.models import METADATA
from cycle.operations.grades import grade_year, registers_on, stored
from workflows.grading import seats

CODE = "grading"
_COLUMNS = [column.name for column in METADATA.tables["result"].columns]
_STORE = Statement(
    f"INSERT INTO result ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + name for name in _COLUMNS)})"
)
_STEP = 7919  # a prime, so that points wander over their whole range


def run(bed: Bed, sizes: Sizes) -> list[Finding]:
    """Results alone, and the whole proposal with its row of history for every department.

    Both sides add up the ledger lines and read names and categories from the same tables. Ours also knows
    ties at the cuts, rulings, and the years before.
    """
    start = on_the_eve(bed, sizes.departments)
    return [_results(bed, sizes, start), _proposal(bed, sizes, start)]


def on_the_eve(bed: Bed, departments: int) -> str:
    """A database in which so many departments wait for the proposal, their points all different."""
    url = bed.fresh()
    office = opened(url)
    lead_to_grading(office)
    others = names(departments - 1)
    with office.database.write() as session:
        copy(session, DEPARTMENT, PATTERN, others)
        copy(session, APPRAISAL, PATTERN, others, _other_points, letters=False)
    office.close()
    return url


def _other_points(index: int, text: str) -> str:
    """Other points in a central sheet; a row without ledger lines stays as it is."""
    if '"part":"central"' not in text:
        return text
    for place, indicator in enumerate(BOOK.indicators):
        before = f'"item":"{indicator.id}","note":"","part":"central","points":{indicator.points},'
        points = (index * _STEP + place * index) % (indicator.points + 1)
        text = text.replace(before, before.replace(f":{indicator.points},", f":{points},"))
    return text


def _results(bed: Bed, sizes: Sizes, start: str) -> Finding:
    ours, bare = bed.copy(start), bed.copy(start)
    office, connection = Office(ours), bed.connect(bare)
    mine, others = rounds.alternate(
        sizes.few,
        lambda index: rounds.seconds(lambda: _grade(office, index)),
        lambda index: rounds.seconds(lambda: in_sql(bed, connection, sizes.departments, index)),
    )
    office.close()
    connection.close()
    require_equal(bed, ours, bare)
    return Finding(
        code=CODE,
        database=bed.name,
        aim="≤ 2.00",
        ratio=rounds.over(mine, others),
        absolute={"ours_seconds": rounds.spread(mine), "bare_seconds": rounds.spread(others)},
        counts={"departments": sizes.departments},
    )


def _grade(office: Office, version: int) -> None:
    with office.database.write() as session:
        appraisals = queries.to_grade(session, YEAR)
        points = queries.points_of_year(session, YEAR)
        registers = registers_on(session, after_cutoff().date())
        graded = grade_year(session, YEAR, appraisals, points, book=BOOK, registers=registers)
        _STORE.run_many(session, _rows(graded.results, version))


def _rows(results: Sequence[tuple[str, Any]], version: int) -> list[dict[str, Any]]:
    return [
        {
            **stored(department, result, year=YEAR, status="proposed", version=version),
            "subject": f"appraisal:{YEAR}:{department}",
        }
        for department, result in results
    ]


def in_sql(bed: Bed, connection: Any, departments: int, version: int) -> None:
    cursor = connection.cursor()
    if bed.begin:
        cursor.execute(bed.begin)
    text, parameters = one_statement(bed.name, YEAR, version, seats(departments, BOOK.quota), BOOK)
    cursor.execute(text, parameters)
    connection.commit()


def _proposal(bed: Bed, sizes: Sizes, start: str) -> Finding:
    ours, bare = bed.copy(start), bed.copy(start)
    office, connection = Office(ours), bed.connect(bare)
    office.clock.at = after_cutoff()
    mine, others = rounds.alternate(
        sizes.few,
        lambda _index: _propose(office),
        lambda index: rounds.seconds(lambda: in_sql(bed, connection, sizes.departments, index)),
    )
    office.close()
    connection.close()
    return Finding(
        code="proposal",
        database=bed.name,
        aim="",
        ratio=rounds.over(mine, others),
        absolute={
            "ours_seconds": rounds.spread(mine),
            "departments_per_second": rounds.rate(sizes.departments, mine),
        },
        counts={"departments": sizes.departments},
    )


def _propose(office: Office) -> float:
    """Seconds to propose; withdrawing it again, so that the next round can, is not measured."""
    took = rounds.seconds(lambda: office.do("propose", OFFICE, year=YEAR))
    office.do("withdraw_proposal", OFFICE, year=YEAR)
    return took
