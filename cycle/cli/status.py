"""`cycle status`: the board of a year, one row a department."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cycle import queries
from cycle.board.rows import STAGES, BoardRow, board, late_first
from cycle.board.values import row_values
from cycle.cli.command import Work, reading
from cycle.cli.options import Year
from cycle.cli.terminal import table_cell
from workflows import words
from workflows.deadlines import LAMPS, Colour
from workflows.engine import NONE
from workflows.errors import NotFound

ROOM_FOR_STAGES = 110
"""Columns a terminal needs to show every stage; a narrower one shows where the department is."""

_STYLES: Mapping[Colour, str] = {
    "red": "bold red",
    "yellow": "yellow",
    "blue": "blue",
    "green": "green",
    "grey": "dim",
}


class Order(StrEnum):
    LATE = "late"
    ROSTER = "roster"


def mount(app: typer.Typer) -> None:
    reading(app, "status", "全部门进度一览 / the board: every department of a year")(status)


def status(
    work: Work,
    year: Year = None,
    order: Annotated[
        Order, typer.Option("--order", help="late 逾期在前，roster 按编号 / late ones first, or by id")
    ] = Order.LATE,
) -> None:
    meant = work.year(year)
    with work.read() as session:
        cycle = queries.subject(session, f"cycle:{meant}")
        if cycle is None:
            raise NotFound(f"cycle:{meant}")
        rows = board(session, meant, work.service.clock.now(), work.service.zone)
    if order is Order.LATE:
        rows = late_first(rows)
    answer = {
        "year": meant,
        "state": cycle.state,
        "today": work.today.isoformat(),
        "lamps": dict(Counter(row.lamp for row in rows)),
        "departments": [row_values(work.voice, row) for row in rows],
    }
    work.terminal.tell(answer, lambda console: _print(work, console, cycle.state, meant, rows))


def lamp_text(work: Work, row: BoardRow) -> Text:
    """Shape, colour and word."""
    return Text(f"{LAMPS[row.lamp].shape} {work.voice.lamp(row)}", style=_STYLES[row.lamp])


def who(work: Work, code: str) -> str:
    """A post, a role or a person in the reader's words."""
    return work.voice.who(code)


def _print(work: Work, console: Console, state: str, year: int, rows: Sequence[BoardRow]) -> None:
    terminal = work.terminal
    console.print(
        terminal.say(
            "status_header",
            year=year,
            state=words.state("cycle", state, terminal.lang),
            today=words.day(work.today, terminal.lang),
        )
    )
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    narrow = console.width < ROOM_FOR_STAGES
    table.add_column(terminal.say("column_lamp"), no_wrap=True)
    table.add_column(terminal.say("column_name"), no_wrap=not narrow, overflow="fold")
    if narrow:
        table.add_column(terminal.say("column_state"), overflow="fold")
    else:
        for stage in STAGES:
            table.add_column(terminal.say(f"short_{stage}"), no_wrap=True)
    for code in ("turn", "due", "left"):
        justify: Any = "right" if code == "left" else "left"
        table.add_column(terminal.say(f"column_{code}"), no_wrap=True, justify=justify)
    for row in rows:
        table.add_row(lamp_text(work, row), *map(table_cell, _cells(work, row, narrow=narrow)))
    console.print(table)
    counts = Counter(row.lamp for row in rows)
    told = [f"{LAMPS[c].shape} {n}" for c in _STYLES if (n := counts[c])]
    console.print(terminal.say("status_footer", count=len(rows), lamps="  ".join(told)))
    if unsigned := [f"{row.name} {row.receipts_late}" for row in rows if row.receipts_late]:
        console.print(terminal.say("status_receipts", departments=words.listed(unsigned, terminal.lang)))
    if any(row.provisional for row in rows):
        console.print(terminal.say("provisional_note"))


def _cells(work: Work, row: BoardRow, *, narrow: bool) -> list[str]:
    terminal = work.terminal
    cells = [row.name]
    if narrow:
        cells.append(words.state("appraisal", row.state, terminal.lang))
    for stage in () if narrow else STAGES:
        phase = row.stages[stage]
        if stage == "grading" and row.grade and phase in ("proposed", "ratified"):
            cells.append(terminal.word("grade", row.grade))
        else:
            cells.append("" if phase == NONE else terminal.say(f"phase_{phase}"))
    turn = "、".join(who(work, one) for one in row.turn) if terminal.lang == "zh" else ""
    turn = turn or ", ".join(who(work, one) for one in row.turn)
    due = row.due.isoformat() if row.due else ""
    mark = "*" if row.provisional else ""
    return [*cells, turn, due + mark, "" if row.days_left is None else str(row.days_left)]
