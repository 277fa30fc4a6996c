"""`cycle extension`: asked for by a department, granted or refused by the office."""

from __future__ import annotations

import typer

from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting
from cycle.cli.options import Department, Due, Year
from cycle.permissions import Act


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="延期 / extensions", no_args_is_help=True)
    acting(below, "ask", "部门申请延期 / ask for an extension", "appraisal.ask_extension")(ask)
    acting(below, "grant", "准予延期 / grant it", "appraisal.extend")(grant)
    acting(below, "refuse", "不予延期 / refuse it", "appraisal.refuse_extension")(refuse)
    app.add_typer(below, name="extension")


def ask(work: Work, act: Act, *, department: Department, due: Due, year: Year = None) -> None:
    _move(work, act, action="ask_extension", department=department, year=year, due=due)


def grant(work: Work, act: Act, *, department: Department, due: Due = "", year: Year = None) -> None:
    _move(work, act, action="extend", department=department, year=year, due=due)


def refuse(work: Work, act: Act, *, department: Department, year: Year = None) -> None:
    _move(work, act, action="refuse_extension", department=department, year=year)


def _move(work: Work, act: Act, *, action: str, department: str, year: int | None, due: str = "") -> None:
    arguments = {"subject": work.appraisal(department, year), "action": action}
    if due:
        arguments["due"] = typed.iso(due, "--due")
    tell(work, work.ask("move", act, arguments))
