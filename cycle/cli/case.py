"""`cycle case`: departments that failed in consecutive years, and the report on each."""

from __future__ import annotations

from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle import queries
from cycle.cli.command import Work, reading
from cycle.cli.options import Department, YearArgument
from cycle.cli.terminal import table_cell
from cycle.db import Session
from cycle.queries import SubjectRow
from workflows import words
from workflows.errors import NotFound


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="连续不达标个案 / cases of consecutive failures", no_args_is_help=True)
    reading(below, "list", "列出个案 / list the cases")(list_cases)
    reading(below, "show", "个案和专报 / a case with its report")(show)
    app.add_typer(below, name="case")


def list_cases(work: Work) -> None:
    with work.read() as session:
        found = [as_json(work, row) for row in queries.of_kind(session, "case")]

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
        row = _case(session, year, work.department(department))
        found = {**as_json(work, row), "report": queries.text(session, row.record["report"])}

    def human(console: Console) -> None:
        say = work.terminal.say
        console.print(say("case_header", key=row.key, name=found["name"], state=found["state_word"]))
        console.print()
        console.print(found["report"])

    work.terminal.tell(found, human)


def as_json(work: Work, row: SubjectRow) -> dict[str, Any]:
    """A case as plain values; the name is the one the results give it."""
    return {
        "subject": row.key,
        "year": row.year,
        "department": row.department,
        "name": row.record["name"],
        "consecutive_failures": row.record["consecutive_failures"],
        "previous_year": row.record["previous_year"],
        "previous_department": row.record["previous_department"],
        "state": row.state,
        "state_word": words.state("case", row.state, work.terminal.lang),
    }


def _case(session: Session, year: int, department: str) -> SubjectRow:
    row = queries.subject(session, f"case:{year}:{department}")
    if row is None:
        raise NotFound(f"case:{year}:{department}")
    return row
