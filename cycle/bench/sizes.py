"""How much each bench does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rounds, and what one round does. Many short rounds where a round is moves, `few` where it is long.

    `subjects` move in turn. `short`, `long` and `entries` are rows of history, `seconds` is how long writers
    race, `city` and `years` are the departments and years simulated. `deadlines` are open at once, beside
    `few_deadlines`. `letters` are decided on and delivered in one round, a fifth of them beside
    where memory is compared. `interface` departments with `before` years behind them are asked about by programs,
    in `requests` a round. A file of `rows` rows is taken in.
    """

    rounds: int = 21
    few: int = 3
    subjects: int = 50
    moves: int = 200
    short: int = 1_000
    long: int = 200_000
    departments: int = 5_000
    entries: int = 1_000_000
    writers: int = 8
    seconds: float = 3.0
    city: int = 40
    years: int = 2
    few_deadlines: int = 1_000
    deadlines: int = 1_000_000
    letters: int = 5_000
    interface: int = 200
    before: int = 4
    requests: int = 100
    rows: int = 5_000


FULL = Sizes()
QUICK = Sizes(
    rounds=7,
    long=20_000,
    departments=1_000,
    entries=50_000,
    seconds=1.0,
    city=12,
    years=1,
    deadlines=50_000,
    letters=300,
    interface=40,
    before=1,
    requests=40,
    rows=500,
)
