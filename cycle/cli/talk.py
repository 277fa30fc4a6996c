"""`cycle talk`: the admonition talk after a failed year."""

from __future__ import annotations

import typer

from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting
from cycle.cli.options import Department, On, Text, TextFile, Year
from cycle.permissions import Act


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="诫勉谈话 / the admonition talk", no_args_is_help=True)
    acting(below, "record", "登记诫勉谈话 / record the talk", "appraisal.record_talk")(record)
    app.add_typer(below, name="talk")


def record(
    work: Work,
    act: Act,
    *,
    department: Department,
    on: On,
    year: Year = None,
    text: Text = "",
    text_file: TextFile = "",
) -> None:
    arguments = {"action": "record_talk", "on": typed.iso(on, "--on"), "text": typed.content(text, text_file)}
    tell(work, work.ask("move", act, {"subject": work.appraisal(department, year), **arguments}))
