"""Alternating rounds and what they add up to: a median with the lowest and the highest."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """The median, lowest and highest of `values`, of which there is at least one."""
    return Spread(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Finding:
    """What one bench found on one database.

    `code` names the comparison in the catalogue of words. `ratio` is the product's figure over the other's,
    round by round, None where there is nothing to compare with; `aim` what it is meant to be. `absolute` holds
    this machine's own figures, by a name that ends in the unit.
    """

    code: str
    database: str
    aim: str
    ratio: Spread | None
    absolute: Mapping[str, Spread] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A bench that could not run here, and why."""

    code: str
    database: str
    reason: str


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes. Rubbish left by what ran before is cleared away first, unmeasured."""
    gc.collect()
    start = perf_counter()
    work()
    return perf_counter() - start


def alternate(
    rounds: int, ours: Callable[[int], float], other: Callable[[int], float]
) -> tuple[list[float], list[float]]:
    """Seconds of both sides, round by round, after one round of each to warm up that does not count.

    Each side is given the round's index, the warm-up being 0; which side starts changes every round.
    """
    pairs: list[tuple[float, float]] = []
    for index in range(rounds + 1):
        if index % 2:
            second = other(index)
            pairs.append((ours(index), second))
        else:
            pairs.append((ours(index), other(index)))
    kept = pairs[1:]
    return [first for first, _ in kept], [second for _, second in kept]


def over(numerators: Sequence[float], denominators: Sequence[float]) -> Spread:
    """The ratio of each round."""
    return spread([a / b for a, b in zip(numerators, denominators, strict=True)])


def rate(count: int, times: Sequence[float]) -> Spread:
    """How many a second, where each round did `count`."""
    return spread([count / time for time in times])
