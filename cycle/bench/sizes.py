"""How much each bench does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rounds, and what one round does. `short` and `long` are rows of history, `seconds` a race of writers."""

    rounds: int = 7
    subjects: int = 50
    moves: int = 500
    short: int = 1_000
    long: int = 200_000
    departments: int = 5_000
    entries: int = 1_000_000
    writers: int = 8
    seconds: float = 3.0


FULL = Sizes()
QUICK = Sizes(rounds=3, moves=200, long=20_000, departments=1_000, entries=50_000, seconds=1.0)
