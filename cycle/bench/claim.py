"""Finding what is due among many open deadlines: beside one bare statement, and where nothing is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.crowd import DUE, NONE_DUE, with_open_deadlines
from cycle.bench.office import Office
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes
from cycle.db import Session
from cycle.operations.reminding import waiting
from cycle.operations.sweep import sweep

_BARE = {
    "sqlite": "SELECT subject FROM alarm WHERE at <= ?",
    "postgresql": "SELECT subject FROM alarm WHERE at <= %s",
}
_LOOKS = 50  # a look takes microseconds where little is due


class Missed(Exception):
    """The two sides did not find the same: the comparison would be unfair."""


def run(bed: Bed, sizes: Sizes) -> list[Finding]:
    """The subjects with a rung due, in their order, over one indexed `SELECT` that has neither order nor groups.

    With few and with many deadlines open, one in a hundred of them due and none.
    """
    urls = {count: with_open_deadlines(bed, count) for count in (sizes.few_deadlines, sizes.deadlines)}
    return [
        *(_claimed(bed, sizes, urls[count], count, now) for count, now in product(urls, (DUE, NONE_DUE))),
        _idle(bed, sizes, urls),
    ]


def _claimed(bed: Bed, sizes: Sizes, url: str, count: int, now: str) -> Finding:
    due = count // 100 if now == DUE else 0
    looks = _LOOKS if due < _LOOKS else 1
    office, connection = Office(url), bed.connect(url)
    with office.database.read() as session:
        if not len(waiting(session, now, count)) == len(_bare(bed, connection, now)) == due:
            raise Missed(url)
        ours, others = rounds.alternate(
            sizes.rounds,
            lambda _index: rounds.seconds(lambda: _ours(session, now, count, looks)),
            lambda _index: rounds.seconds(lambda: _others(bed, connection, now, looks)),
        )
    connection.close()
    office.close()
    return Finding(
        code="claim" if due else "claim_none",
        database=bed.name,
        aim="≤ 2.00",
        ratio=rounds.over(ours, others),
        absolute={
            "ours_us": rounds.spread([1e6 * took / looks for took in ours]),
            "bare_us": rounds.spread([1e6 * took / looks for took in others]),
        },
        counts={"deadlines": count, "due": due},
    )


def _ours(session: Session, now: str, many: int, looks: int) -> None:
    for _ in range(looks):
        waiting(session, now, many)


def _others(bed: Bed, connection: Any, now: str, looks: int) -> None:
    for _ in range(looks):
        _bare(bed, connection, now)


def _bare(bed: Bed, connection: Any, now: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = connection.execute(_BARE[bed.name], (now,)).fetchall()
    return found


def _idle(bed: Bed, sizes: Sizes, urls: dict[int, str]) -> Finding:
    """A whole sweep that finds nothing to do, with many deadlines open over with few."""
    offices = {count: Office(url) for count, url in urls.items()}
    for office in offices.values():
        office.clock.at = datetime.fromisoformat(NONE_DUE) + timedelta(minutes=1)
        if (found := sweep(office.service)) and (found.moved or found.reminded or found.failed):
            raise Missed(str(found))
    many, few = rounds.alternate(
        sizes.rounds,
        lambda _index: rounds.seconds(lambda: _sweeps(offices[sizes.deadlines])),
        lambda _index: rounds.seconds(lambda: _sweeps(offices[sizes.few_deadlines])),
    )
    for office in offices.values():
        office.close()
    return Finding(
        code="idle",
        database=bed.name,
        aim="≤ 1.50",
        ratio=rounds.over(many, few),
        absolute={
            "many_us": rounds.spread([1e6 * took / _LOOKS for took in many]),
            "few_us": rounds.spread([1e6 * took / _LOOKS for took in few]),
        },
        counts={"deadlines": sizes.deadlines, "few_deadlines": sizes.few_deadlines},
    )


def _sweeps(office: Office) -> None:
    for _ in range(_LOOKS):
        sweep(office.service)
