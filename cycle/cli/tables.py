"""A list as people read it: headings in their words, a row each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from cycle.cli.command import Work
from cycle.cli.terminal import table_cell


def table_of(work: Work, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """`columns` are codes of headings (`column_CODE`); a row has as many cells."""
    found = Table(box=SIMPLE_HEAD, pad_edge=False)
    for code in columns:
        found.add_column(work.terminal.say(f"column_{code}"), no_wrap=True)
    for row in rows:
        found.add_row(*map(table_cell, row))
    return found
