"""What matters beside a department's year have in common in their tables: working days, the year they count in."""

from __future__ import annotations

from workflows.engine import Move
from workflows.matters import CLOCKS, UNDECIDED


def redate(kind: str) -> Move:
    """The move by which an imported working-day table arms the clocks of a kind of matter anew."""
    clocked = tuple(state for of, state in CLOCKS if of == kind)
    return Move("redate", clocked, None, ("office", "import"))


def carry(kind: str) -> Move:
    """The move by which an undecided matter goes with its appraisal's `carry_over` into a later year."""
    return Move("carry", UNDECIDED[kind], None, ("system",))
