"""`cycle line`: points in the ledger, listed, reversed, ruled on where they are missing."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import queries_board
from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.ledger import lines_json, print_lines
from cycle.cli.options import Department, Note, Year
from cycle.permissions import Act
from workflows.scoring import show

Part = Annotated[
    str,
    typer.Argument(metavar="PART", help="public 或 leader，或中文 / or their Chinese names"),
]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="条款号，见 rules show / the clause id")]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="分值台账 / the ledger of points", no_args_is_help=True)
    acting(below, "reverse", "冲销一笔 / reverse a line", "appraisal.reverse_line")(reverse)
    acting(
        below, "missing", "领导小组裁定缺的分 / the group rules on missing points", "appraisal.rule_missing"
    )(missing)
    reading(below, "list", "列出台账和合计 / list the lines and their sum")(list_lines)
    app.add_typer(below, name="line")


def missing(
    work: Work,
    act: Act,
    *,
    department: Department,
    part: Part,
    item: Item,
    points: Annotated[str, typer.Argument(metavar="POINTS", help="裁定的分值，如 1.5 / as a decimal")],
    year: Year = None,
    note: Note = "",
) -> None:
    line: dict[str, Any] = {"part": typed.part(part), "item": item, "points": typed.points(points, "POINTS")}
    if note:
        line["note"] = note
    key = work.appraisal(department, year)
    answer = work.ask("move", act, {"subject": key, "action": "rule_missing", "lines": [line]})
    tell(work, answer, lambda console: console.print(work.terminal.say("line_written", count=1)))


def reverse(
    work: Work,
    act: Act,
    *,
    department: Department,
    line: Annotated[str, typer.Argument(metavar="LINE", help="台账编号，如 12/1 / the line, e.g. 12/1")],
    year: Year = None,
) -> None:
    key = work.appraisal(department, year)
    arguments = {"subject": key, "action": "reverse_line", "line": typed.line(line, key)}
    tell(work, work.ask("move", act, arguments))


def list_lines(work: Work, department: Department, year: Year = None) -> None:
    key = work.appraisal(department, year)
    with work.read() as session:
        lines = queries_board.every_line(session, key)
    answer = {
        "year": int(key.split(":")[1]),
        "department": key.split(":")[2],
        "name": work.name(key.split(":")[2]),
        "lines": lines_json(work, lines),
        "sum": show(sum(line.points for line in lines)),
    }

    def human(console: Console) -> None:
        console.print(work.terminal.say("in_year", year=answer["year"], name=answer["name"]))
        if lines:
            print_lines(work, console, lines)
        else:
            console.print(work.terminal.say("line_none"))

    work.terminal.tell(answer, human)
