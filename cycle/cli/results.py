"""`cycle results`: a year's results, imported from elsewhere or as they stand here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle import queries
from cycle.board.values import result_values
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.terminal import BadInput, Terminal, table_cell
from cycle.grading_files.previous_file import read_previous
from cycle.grading_files.wording import as_json, line
from cycle.permissions import Act

_HEADINGS = {
    "none": "results_none",
    "imported": "results_imported_year",
    "proposed": "results_proposed",
    "ratified": "results_ratified",
}
_SHOWN = ("rank", "name", "category_rank", "central", "public", "leader", "deductions", "bonus", "total")


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="各年结果 / results of a year", no_args_is_help=True)
    acting(
        below,
        "import",
        "导入往年结果，如 cycle grade 的输出 / import an earlier year's results",
        "cycle.import_results",
    )(import_file)
    reading(below, "show", "查看一年的结果 / show a year's results")(show)
    app.add_typer(below, name="results")


def import_file(
    work: Work,
    act: Act,
    *,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV、XLSX 或 JSON / CSV, XLSX or JSON")],
    year: Annotated[int, typer.Option("--year", min=1, max=9999, help="结果的年度 / the results' year")],
) -> None:
    found, faults = read_previous(file, None)
    lang = work.terminal.lang
    if faults:
        entries = [{**as_json(fault, lang), "line": line(fault, lang)} for fault in faults]
        raise BadInput("results_invalid", entries=entries, file=file)
    if found.year is not None and found.year != year:
        raise BadInput("results_other_year", year=year, found=found.year)
    rows = [
        {
            "department": name,
            "rank": one.rank,
            "grade": one.grade,
            "category_rank": one.category_rank,
            "consecutive_failures": one.consecutive_failures,
        }
        for name, one in found.departments.items()
    ]
    answer = work.ask("import_results", act, {"year": year, "rows": rows, "source": Path(file).name})
    tell(work, answer, lambda console: console.print(work.terminal.say("results_imported", count=len(rows))))


def show(
    work: Work,
    year: Annotated[
        int | None, typer.Argument(metavar="[YEAR]", min=1, max=9999, help="年度 / the year")
    ] = None,
) -> None:
    meant = work.year(year)
    with work.read() as session:
        cycle = queries.subject(session, f"cycle:{meant}")
        proposed = cycle is not None and cycle.state == "proposed"
        read = queries.proposed_results if proposed else queries.latest_results
        rows = read(session, meant)
    status = "proposed" if proposed else rows[0]["status"] if rows else "none"
    answer = {"year": meant, "status": status, "results": [result_values(row) for row in rows]}

    def human(console: Console) -> None:
        console.print(work.terminal.say(_HEADINGS[status], year=meant))
        if rows:
            console.print(_table(work.terminal, rows))

    work.terminal.tell(answer, human)


def _table(terminal: Terminal, rows: list[dict[str, Any]]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for key in (*_SHOWN, "grade", "movement", "consecutive_failures"):
        table.add_column(
            terminal.say(f"column_{key}"),
            justify="left" if key in ("name", "grade") else "right",
            no_wrap=True,
        )
    for row in rows:
        shown = result_values(row)
        cells = [str(shown[key] if shown[key] is not None else "") for key in _SHOWN]
        moved = f"{shown['movement']:+d}" if shown["movement"] else str(shown["movement"] or "")
        cells += [terminal.word("grade", row["grade"]), moved, str(row["consecutive_failures"] or "")]
        table.add_row(*map(table_cell, cells))
    return table
