"""A year's grades proposed and ratified, every letter about them written, beside one INSERT … SELECT of the results."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Final

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.grading import in_sql, on_the_eve
from cycle.bench.office import OFFICE, YEAR, Office, after_cutoff, for_group
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes
from cycle.db import Statement

CODE: Final = "publishing"
_OBJECTIONS: Final = timedelta(days=30)
"""Longer than anybody may object to a proposal; the clock is put forward, nothing is waited for."""
_WRITTEN: Final = Statement("SELECT count(*) FROM outbox")
_RESULTS: Final = Statement("SELECT count(*) FROM result WHERE status = 'ratified'")


class Unpublished(Exception):
    """Some results or letters are missing, so the time it took says nothing."""


def run(bed: Bed, sizes: Sizes) -> Finding:
    """How many times as long as the bare statement; ours seals two rows of history for each department beside.

    Ratified is once and for all, so each round has a copy of its own.
    """
    start = on_the_eve(bed, sizes.departments)
    connection = bed.connect(bed.copy(start))
    letters: list[int] = []

    def published(_index: int) -> float:
        office = Office(bed.copy(start))
        before = _count(office, _WRITTEN)
        office.clock.at = after_cutoff()
        took = rounds.seconds(lambda: _publish(office))
        letters.append(_count(office, _WRITTEN) - before)
        complete = _count(office, _RESULTS) == sizes.departments <= letters[-1]
        office.close()
        if not complete:
            raise Unpublished(str(letters[-1]))
        return took

    mine, others = rounds.alternate(
        sizes.few,
        published,
        lambda index: rounds.seconds(lambda: in_sql(bed, connection, sizes.departments, index)),
    )
    connection.close()
    return Finding(
        code=CODE,
        database=bed.name,
        aim="",
        ratio=rounds.over(mine, others),
        absolute={
            "departments_per_second": rounds.rate(sizes.departments, mine),
            "ours_seconds": rounds.spread(mine),
            "bare_seconds": rounds.spread(others),
        },
        counts={"departments": sizes.departments, "letters_written": letters[-1]},
    )


def _publish(office: Office) -> None:
    proposed = office.do("propose", OFFICE, year=YEAR)
    for name, tie in proposed["ties"].items():
        ruling = dict(zip(tie["departments"], Counter(tie["seats"]).elements(), strict=True))
        office.do("rule_tie", for_group(), year=YEAR, tie=name, ruling=ruling)
    office.clock.at += _OBJECTIONS
    office.do("ratify", for_group(), year=YEAR)


def _count(office: Office, statement: Statement) -> int:
    with office.database.read() as session:
        (count,) = statement.run(session).fetchone()
    return int(count)
