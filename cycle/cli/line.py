"""`cycle line`: points in the ledger, written, reversed, listed, imported."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import queries_board
from cycle.cli import line_file, typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.ledger import lines_json, print_lines
from cycle.cli.options import Department, Note, Year
from cycle.permissions import Act
from workflows.scoring import show

Part = Annotated[
    str,
    typer.Argument(
        metavar="PART", help="central public leader deduction bonus，或中文 / or their Chinese names"
    ),
]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="条款号，见 rules show / the clause id")]
Points = Annotated[
    str, typer.Argument(metavar="[POINTS]", help="分值，如 3.5；扣分和加分由细则规定，可不写 / as a decimal")
]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="分值台账 / the ledger of points", no_args_is_help=True)
    acting(below, "add", "记一笔分值 / write a line")(add)
    acting(below, "import", "从文件一次记多笔 / write several lines at once")(import_lines)
    acting(below, "reverse", "冲销一笔 / reverse a line")(reverse)
    acting(below, "missing", "领导小组裁定缺的分 / the group rules on missing points")(missing)
    reading(below, "list", "列出台账和合计 / list the lines and their sum")(list_lines)
    app.add_typer(below, name="line")


def add(
    work: Work,
    act: Act,
    *,
    department: Department,
    part: Part,
    item: Item,
    points: Points = "",
    year: Year = None,
    note: Note = "",
) -> None:
    line = _line(part, item, points, note)
    key = work.appraisal(department, year)
    _record(work, act, {"subject": key, "action": "record_line", "lines": [line]})


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
    line = _line(part, item, points, note)
    key = work.appraisal(department, year)
    _record(work, act, {"subject": key, "action": "rule_missing", "lines": [line]})


def import_lines(
    work: Work,
    act: Act,
    *,
    department: Department,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="CSV 或 XLSX：分项、条款、分值、说明 / part, item, points, note"),
    ],
    year: Year = None,
) -> None:
    lines = line_file.read(file, work.terminal.lang)
    key = work.appraisal(department, year)
    _record(work, act, {"subject": key, "action": "record_line", "lines": lines})


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


def _line(part: str, item: str, points: str, note: str) -> dict[str, Any]:
    line: dict[str, Any] = {"part": typed.part(part), "item": item}
    if points:
        line["points"] = typed.points(points, "POINTS")
    if note:
        line["note"] = note
    return line


def _record(work: Work, act: Act, arguments: dict[str, Any]) -> None:
    answer = work.ask("move", act, arguments)
    count = len(arguments["lines"])
    tell(work, answer, lambda console: console.print(work.terminal.say("line_written", count=count)))
