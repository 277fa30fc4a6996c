"""`cycle case`: departments that failed in consecutive years, and the report on each."""

from __future__ import annotations

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle import queries
from cycle.board import city
from cycle.cli.command import Work, reading
from cycle.cli.options import Department, YearArgument
from cycle.cli.terminal import table_cell


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="连续不达标个案 / cases of consecutive failures", no_args_is_help=True)
    reading(below, "list", "列出个案 / list the cases")(list_cases)
    reading(below, "show", "个案和专报 / a case with its report")(show)
    app.add_typer(below, name="case")


def list_cases(work: Work) -> None:
    with work.read() as session:
        found = city.cases(work.look(session))

    def human(console: Console) -> None:
        if not found:
            console.print(work.terminal.say("case_none"))
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for code in ("year", "name", "failures", "state"):
            table.add_column(work.terminal.say(f"column_{code}"), no_wrap=True)
        for case in found:
            cells = (case["year"], case["name"], case["consecutive_failures"], case["state_word"])
            table.add_row(*(table_cell(str(cell)) for cell in cells))
        console.print(table)

    work.terminal.tell({"cases": found}, human)


def show(work: Work, year: YearArgument, department: Department) -> None:
    with work.read() as session:
        look = work.look(session)
        row = city.case_of(look, year, work.department(department))
        found = {**city.case_values(look, row), "report": queries.text(session, row.record["report"])}

    def human(console: Console) -> None:
        say = work.terminal.say
        console.print(say("case_header", key=row.key, name=found["name"], state=found["state_word"]))
        console.print()
        console.print(found["report"])

    work.terminal.tell(found, human)
