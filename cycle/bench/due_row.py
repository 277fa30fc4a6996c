"""Deciding on a rung that came due and writing its letters, beside one move of the same office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.moves import drafting, make, names, on_plan_day, plan
from cycle.bench.office import PLAN_DAY, YEAR, Office
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes
from cycle.db import Statement
from cycle.operations.perform import writing
from cycle.operations.reminding import remind

CODE = "due_row"
RUNGS = 9  # of a ladder, `lapse` apart, which is a move
_NEXT = Statement("SELECT min(at) FROM alarm WHERE subject = :subject")
_LETTERS = Statement("SELECT count(*) FROM outbox WHERE deadline IS NOT NULL")


class Undecided(Exception):
    """A rung was not decided on when it came due, so the time it took says nothing."""


def run(bed: Bed, sizes: Sizes) -> Finding:
    """The rate of rungs decided, each in a transaction of its own, over the rate of moves.

    A round takes departments of its own up the whole ladder: one mail before the last day, two from then on,
    the leader's and the group's digests noted. Both sides work on one database in turn.
    """
    climbing = max(1, sizes.moves // RUNGS)
    others = names(climbing * (sizes.rounds + 1), start=sizes.subjects + 1)
    groups = [others[climbing * index :][:climbing] for index in range(sizes.rounds + 1)]
    batches = [plan(sizes.subjects, sizes.moves, index * sizes.moves) for index in range(sizes.rounds + 1)]
    office = on_plan_day(drafting(bed, sizes.subjects + len(others)))
    rungs, moves = rounds.alternate(
        sizes.rounds,
        lambda index: _climb(office, groups[index]),
        lambda index: rounds.seconds(lambda: make(office, batches[index])),
    )
    with office.database.read() as session:
        (letters,) = _LETTERS.run(session).fetchone()
    office.close()
    decided = climbing * RUNGS
    return Finding(
        code=CODE,
        database=bed.name,
        aim="",
        ratio=rounds.over([took / sizes.moves for took in moves], [took / decided for took in rungs]),
        absolute={
            "rungs_per_second": rounds.rate(decided, rungs),
            "moves_per_second": rounds.rate(sizes.moves, moves),
        },
        counts={"rungs": decided, "letters_written": letters // (sizes.rounds + 1), "moves": sizes.moves},
    )


def _climb(office: Office, departments: Sequence[str]) -> float:
    """Seconds of deciding on every rung of these departments' plans, the clock put from rung to rung."""
    keys = [f"appraisal:{YEAR}:{department}" for department in departments]
    took = 0.0
    for _ in range(RUNGS):
        with office.database.read() as session:
            (at,) = _NEXT.run(session, subject=keys[0]).fetchone()
        office.clock.at = datetime.fromisoformat(at)
        took += rounds.seconds(lambda: decide(office, keys))
    office.clock.at = PLAN_DAY
    return took


def decide(office: Office, keys: Sequence[str]) -> None:
    """Decide on the one rung of each subject that is due, as a sweep does."""
    for key in keys:
        with writing(office.service) as session:
            if len(remind(session, key, office.clock, office.service.zone)) != 1:
                raise Undecided(key)
