"""Ledger lines as commands show them: every line, with what stands and the sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle.board.values import line_values
from cycle.cli.command import Work
from cycle.cli.terminal import table_cell
from cycle.queries_board import LedgerLine
from workflows.scoring import show


def lines_json(work: Work, lines: Sequence[LedgerLine]) -> list[dict[str, Any]]:
    """Lines as plain values, points as text with two decimals."""
    return [line_values(work.voice, line) for line in lines]


def print_lines(work: Work, console: Console, lines: Sequence[LedgerLine]) -> None:
    """A table of the lines, the exact sum below."""
    terminal = work.terminal
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for code in ("line", "part", "clause", "item", "points", "note"):
        table.add_column(
            terminal.say(f"column_{code}"), justify="right" if code == "points" else "left", no_wrap=True
        )
    for line in lines:
        note = line.note
        if line.reverses:
            note = terminal.say("line_reverses", line=short(line.reverses))
        elif line.reversed_by:
            note = terminal.say("line_reversed", line=short(line.reversed_by))
        part = terminal.word("part", line.part)
        cells = (short(line.id), part, line.item, work.name(line.item), show(line.points), note)
        table.add_row(*map(table_cell, cells))
    console.print(table)
    console.print(terminal.say("line_sum", points=show(sum(line.points for line in lines))))


def short(line: str) -> str:
    """A line's number within its appraisal: `12/1`."""
    return line.rpartition("#")[2]
