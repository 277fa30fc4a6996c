"""The slowest of several threads that write to one SQLite file at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import perf_counter

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.moves import drafting, make, move_of, names, on_plan_day
from cycle.bench.office import Office
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes

CODE = "threads"


def run(bed: Bed, sizes: Sizes) -> Finding:
    """The slowest move where threads share the product's one database object, over the slowest of a race.

    In the race each thread has a database object, so a connection, of its own and waits by busy_timeout.
    """
    start = drafting(bed, sizes.writers)
    shared = _Race([on_plan_day(bed.copy(start))] * sizes.writers)
    race_url = bed.copy(start)
    racing = _Race([on_plan_day(race_url) for _ in range(sizes.writers)])
    mine, others = rounds.alternate(
        sizes.few,
        lambda _index: shared.slowest(sizes.seconds),
        lambda _index: racing.slowest(sizes.seconds),
    )
    shared.close()
    racing.close()
    return Finding(
        code=CODE,
        database=bed.name,
        aim="≤ 250 ms",
        ratio=rounds.over(mine, others),
        absolute={
            "slowest_ms": rounds.spread([1000 * time for time in mine]),
            "racing_slowest_ms": rounds.spread([1000 * time for time in others]),
        },
        counts={
            "writers": sizes.writers,
            "moves": shared.moves,
            "racing_moves": racing.moves,
        },
    )


class _Race:
    """One thread an office, each moving a department of its own."""

    def __init__(self, offices: list[Office]) -> None:
        self._offices = offices
        self._numbers: list[Iterator[int]] = [count() for _ in offices]
        self.moves = 0

    def slowest(self, seconds: float) -> float:
        """Seconds of the slowest move while all threads write for so long."""
        with ThreadPoolExecutor(len(self._offices)) as pool:
            until = perf_counter() + seconds
            tasks = [pool.submit(self._write, place, until) for place in range(len(self._offices))]
            times = [time for task in tasks for time in task.result()]
        self.moves += len(times)
        return max(times)

    def _write(self, place: int, until: float) -> list[float]:
        (department,) = names(1, start=place + 1)
        times: list[float] = []
        while not times or perf_counter() < until:
            start = perf_counter()
            make(self._offices[place], [move_of(department, next(self._numbers[place]))])
            times.append(perf_counter() - start)
        return times

    def close(self) -> None:
        for office in self._offices:
            office.close()
