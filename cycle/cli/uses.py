"""`cycle uses`: the registers of what results are used for, on the screen or as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle.board import uses
from cycle.board.uses import RatifiedYear
from cycle.cli import uses_sheets
from cycle.cli.command import Work, reading
from cycle.cli.options import Department, YearArgument
from cycle.cli.terminal import BadInput, table_cell
from cycle.cli.uses_sheets import Sheet
from cycle.documents.lists import ENDINGS, listed
from cycle.grading_files.save import save

Out = Annotated[
    str,
    typer.Option("--out", metavar="FILE", help="写入 .csv 或 .xlsx 文件 / the file to write: .csv, .xlsx"),
]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的文件 / replace an existing file")]

SHEETS: dict[str, tuple[str, Callable[[Work, RatifiedYear], Sheet]]] = {
    "settlement": ("兑现奖惩表 / award settlement", uses_sheets.settled),
    "eligibility": ("取消评先评优资格台账 / award eligibility lost", uses_sheets.eligibility),
    "commendation": ("通报表彰名单 / departments commended", uses_sheets.commendation),
    "movement": ("名次升降通报 / who rose or fell", uses_sheets.movement),
    "talks": ("诫勉谈话台账 / admonition talks", uses_sheets.talks),
}


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="结果运用台账 / registers of what results are used for", no_args_is_help=True)
    for name, (about, make) in SHEETS.items():
        reading(below, name, about)(_of_year(make))
    reading(below, "department", "一个部门历年的考评情况 / a department over the years")(department_file)
    app.add_typer(below, name="uses")


def _of_year(make: Callable[[Work, RatifiedYear], Sheet]) -> Callable[..., None]:
    def command(work: Work, *, year: YearArgument, out: Out = "", force: Force = False) -> None:
        with work.read() as session:
            known = uses.ratified_year(session, year)
        _tell(work, make(work, known), out, force=force)

    return command


def department_file(work: Work, *, department: Department, out: Out = "", force: Force = False) -> None:
    meant = work.department(department)
    with work.read() as session:
        years = uses.department_file(session, meant)
    _tell(work, uses_sheets.file_of(work, meant, years), out, force=force)


def _tell(work: Work, sheet: Sheet, out: str, *, force: bool) -> None:
    if out:
        _save(work, sheet, out, force=force)
        return

    def human(console: Console) -> None:
        console.print(sheet.title)
        if not sheet.rows:
            console.print(work.terminal.say("table_none"))
        else:
            table = Table(box=SIMPLE_HEAD, pad_edge=False)
            for heading in sheet.headings(work):
                table.add_column(heading, no_wrap=True)
            for row in sheet.cells():
                table.add_row(*(table_cell("" if cell is None else str(cell)) for cell in row))
            console.print(table)
        for line in sheet.remarks:
            console.print(line)

    work.terminal.tell({"title": sheet.title, "rows": sheet.rows, "remarks": list(sheet.remarks)}, human)


def _save(work: Work, sheet: Sheet, out: str, *, force: bool) -> None:
    target = Path(out)
    kind = ENDINGS.get(target.suffix.lower())
    if kind is None:
        raise BadInput("table_suffix", file=out)
    try:
        content = listed(kind, sheet.title, sheet.headings(work), sheet.cells())
        save(target, content, replace=force)
    except FileExistsError as error:
        raise BadInput("table_exists", file=out) from error
    except OSError as error:
        raise BadInput("table_unwritable", file=out, detail=str(error)) from error
    count = len(sheet.rows)
    work.terminal.tell(
        {"file": out, "rows": count},
        lambda console: console.print(work.terminal.say("table_saved", file=out, rows=count)),
    )
