"""What a move costs on a long history, beside a short one."""

from __future__ import annotations

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.copies import copy
from cycle.bench.moves import drafting, make, move_of, names, on_plan_day, plan
from cycle.bench.office import APPRAISAL, PATTERN
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes

CODE = "growth"
ROWS_EACH = 20
"""How many history rows an appraisal has halfway through its year."""


def run(bed: Bed, sizes: Sizes) -> Finding:
    """The time of a move where the history is long over the time where it is short."""
    urls = {rows: with_history(bed, sizes.subjects, rows) for rows in (sizes.short, sizes.long)}
    offices = {rows: on_plan_day(url) for rows, url in urls.items()}
    batches = [plan(sizes.subjects, sizes.moves, i * sizes.moves) for i in range(sizes.rounds + 1)]
    long, short = rounds.alternate(
        sizes.rounds,
        lambda index: rounds.seconds(lambda: make(offices[sizes.long], batches[index])),
        lambda index: rounds.seconds(lambda: make(offices[sizes.short], batches[index])),
    )
    for office in offices.values():
        office.close()
    return Finding(
        code=CODE,
        database=bed.name,
        aim="≈ 1.00",
        ratio=rounds.over(long, short),
        absolute={
            "long_per_second": rounds.rate(sizes.moves, long),
            "short_per_second": rounds.rate(sizes.moves, short),
        },
        counts={"moves": sizes.moves, "rows_short": sizes.short, "rows_long": sizes.long},
    )


def with_history(bed: Bed, subjects: int, rows: int, *, letters: bool = True) -> str:
    """A database made by `drafting` with at least so many rows of other appraisals beside it, and their letters."""
    url = drafting(bed, subjects)
    office = on_plan_day(url)
    make(office, [move_of(PATTERN, number) for number in range(ROWS_EACH - 1)])
    others = names(rows // ROWS_EACH, start=subjects + 1)
    with office.database.write() as session:
        copy(session, APPRAISAL, PATTERN, others, letters=letters)
    office.close()
    return url
