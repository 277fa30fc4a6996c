"""Verifying a history, beside reading and hashing the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.growth import ROWS_EACH, with_history
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes
from cycle.db import Database
from cycle.verify import verify

CODES = {"chain": "≤ 1.50", "replay": "≤ 10.00"}
_READ = "SELECT subject, number, body, hash FROM history ORDER BY subject, number"
_BATCH = 2000


class Unsound(Exception):
    """The copied history does not verify, so the time it took says nothing."""


def run(bed: Bed, sizes: Sizes) -> list[Finding]:
    """Chains alone, then with every row replayed and every table compared, each over reading and hashing."""
    url = with_history(bed, 1, sizes.entries, letters=False)
    return [_compared(bed, sizes, url, code) for code in CODES]


def _compared(bed: Bed, sizes: Sizes, url: str, code: str) -> Finding:
    database = Database(url)
    times = rounds.alternate(
        sizes.few,
        lambda _index: rounds.seconds(lambda: _verify(database, replay=code == "replay")),
        lambda _index: rounds.seconds(lambda: _read_and_hash(bed, url)),
    )
    database.close()
    mine, others = times
    return Finding(
        code=code,
        database=bed.name,
        aim=CODES[code],
        ratio=rounds.over(mine, others),
        absolute={"ours_seconds": rounds.spread(mine), "bare_seconds": rounds.spread(others)},
        counts={"rows": sizes.entries, "rows_each": ROWS_EACH},
    )


def _verify(database: Database, *, replay: bool) -> None:
    verdict = verify(database, replay=replay)
    if not verdict.ok:
        raise Unsound(str(verdict.faults[:1]))


def _read_and_hash(bed: Bed, url: str) -> None:
    with closing(bed.connect(url)) as connection:
        for _subject, _number, body, hash_ in _streamed(connection, named=bed.name != "sqlite"):
            if hashlib.sha256(body.encode()).hexdigest() != hash_:
                raise Unsound(body)


def _streamed(connection: Any, *, named: bool) -> Iterator[tuple[str, int, str, str]]:
    with closing(connection.cursor("bench") if named else connection.cursor()) as cursor:
        cursor.execute(_READ)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows
