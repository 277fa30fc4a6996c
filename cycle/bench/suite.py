"""All benches, on every kind of database that can be had."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

import psycopg

from cycle.bench import (
    advance,
    api,
    building,
    claim,
    due_row,
    grading,
    growth,
    imports,
    letters,
    memory,
    pages,
    postgres,
    publishing,
    simulated,
    threads,
    verification,
)
from cycle.bench.beds import Bed, NotDurable, PostgresBed, SqliteBed
from cycle.bench.pages_served import Application
from cycle.bench.rounds import Finding, Skipped
from cycle.bench.sizes import Sizes

Bench = Callable[[Bed, Sizes], Finding | Sequence[Finding | Skipped]]
BENCHES: dict[str, Bench] = {
    "advance": advance.run,
    "growth": growth.run,
    "grading": grading.run,
    "verification": verification.run,
    "threads": threads.run,
    "simulation": simulated.run,
    "claim": claim.run,
    "due_row": due_row.run,
    "letters": letters.run,
    "building": building.run,
    "memory": memory.run,
    "imports": imports.run,
    "publishing": publishing.run,
}
OF_THE_INTERFACE, OF_THE_PAGES = "api", "pages"
"""The benches that are handed the application they ask: what builds it stands above the benches."""
NAMES: Final = (*BENCHES, OF_THE_INTERFACE, OF_THE_PAGES)
ONLY_SQLITE = frozenset({"threads", "building"})
"""PostgreSQL has no one writer to wait for; a letter's bytes are the same wherever it was kept."""


def measure(
    names: Sequence[str], sizes: Sizes, postgres_url: str, application: Application, home: Path
) -> Iterator[Finding | Skipped]:
    """Run the benches named, each on every database; `postgres_url` empty starts a server of our own.

    What benches keep from one run to the next lies below `home`.
    """
    benches: dict[str, Bench] = {
        **BENCHES,
        OF_THE_INTERFACE: partial(api.run, application.build),
        OF_THE_PAGES: partial(pages.run, application, home),
    }
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cycle-bench-")))
        folder.chmod(0o755)  # a server that runs as somebody else has to reach its own folder below
        yield from _on(SqliteBed(folder), [benches[name] for name in names], sizes)
        shared = [name for name in names if name not in ONLY_SQLITE]
        if not shared:
            return
        try:
            url = postgres_url or stack.enter_context(postgres.serving(folder))
            bed = PostgresBed(url)
        except (postgres.Unavailable, NotDurable, psycopg.OperationalError) as reason:
            yield from (Skipped(name, "postgresql", str(reason)) for name in shared)
            return
        stack.callback(bed.clear)
        yield from _on(bed, [benches[name] for name in shared], sizes)


def _on(bed: Bed, benches: Sequence[Bench], sizes: Sizes) -> Iterator[Finding | Skipped]:
    for bench in benches:
        found = bench(bed, sizes)
        yield from [found] if isinstance(found, Finding) else found
