"""`cycle step`: the steps of a rectification."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cycle import queries
from cycle.board.sheet import steps_of
from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.options import Department, Due, Text, TextFile, Year
from cycle.permissions import Act


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="整改措施 / steps of rectification", no_args_is_help=True)
    acting(below, "add", "列一项整改措施 / add a step", "appraisal.add_step")(add)
    acting(below, "verify", "核验一项整改措施 / verify a step", "appraisal.verify_step")(verify)
    reading(below, "list", "列出整改措施 / list the steps")(list_steps)
    app.add_typer(below, name="step")


def add(
    work: Work,
    act: Act,
    *,
    department: Department,
    due: Due,
    year: Year = None,
    text: Text = "",
    text_file: TextFile = "",
) -> None:
    arguments = {"action": "add_step", "due": typed.iso(due, "--due"), "text": typed.content(text, text_file)}
    tell(work, work.ask("move", act, {"subject": work.appraisal(department, year), **arguments}))


def verify(
    work: Work,
    act: Act,
    *,
    department: Department,
    step: Annotated[str, typer.Argument(metavar="STEP", help="措施编号，见 step list / its number")],
    year: Year = None,
) -> None:
    arguments = {"subject": work.appraisal(department, year), "action": "verify_step", "step": step}
    tell(work, work.ask("move", act, arguments))


def list_steps(work: Work, department: Department, year: Year = None) -> None:
    key = work.appraisal(department, year)
    with work.read() as session:
        row = queries.subject(session, key)
        steps = steps_of(session, row) if row else []
    _, at, wanted = key.split(":")
    answer = {
        "year": int(at),
        "department": wanted,
        "name": work.name(wanted),
        "steps": [
            {"step": s.name, "text": s.text, "due": s.due or None, "verified": s.verified} for s in steps
        ],
    }

    def human(console: Console) -> None:
        say = work.terminal.say
        console.print(say("in_year", year=at, name=answer["name"]))
        for s in steps:
            console.print(say("show_step", step=s.name, text=s.text, due=s.due, verified=s.verified or "-"))
        if not steps:
            console.print(say("steps_none"))

    work.terminal.tell(answer, human)
