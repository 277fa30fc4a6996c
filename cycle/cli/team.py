"""`cycle team`: who reviews a department."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cycle import queries
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.options import Department, Year
from cycle.permissions import Act

Member = Annotated[
    str, typer.Argument(metavar="PERSON", help="考核组成员的编号或姓名 / the reviewer, by id or name")
]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="考核组 / the review team", no_args_is_help=True)
    acting(below, "assign", "指派考核组成员 / assign a reviewer", "appraisal.assign")(assign)
    acting(below, "release", "考核组成员退出 / release a reviewer", "appraisal.release")(release)
    reading(below, "show", "查看考核组 / show the team")(show)
    app.add_typer(below, name="team")


def assign(work: Work, act: Act, *, department: Department, member: Member, year: Year = None) -> None:
    _move(work, act, action="assign", key=work.appraisal(department, year), member=member)


def release(work: Work, act: Act, *, department: Department, member: Member, year: Year = None) -> None:
    _move(work, act, action="release", key=work.appraisal(department, year), member=member)


def _move(work: Work, act: Act, *, action: str, key: str, member: str) -> None:
    asked = {"subject": key, "action": action, "member": work.person(member)}
    tell(work, work.ask("move", act, asked))


def show(work: Work, department: Department, year: Year = None) -> None:
    key = work.appraisal(department, year)
    with work.read() as session:
        row = queries.subject(session, key)
    team = list(row.record.get("team", ())) if row else []
    _, at, wanted = key.split(":")
    answer = {
        "year": int(at),
        "department": wanted,
        "name": work.name(wanted),
        "team": [{"person": one, "name": work.name(one)} for one in team],
    }

    def human(console: Console) -> None:
        console.print(work.terminal.say("in_year", year=at, name=answer["name"]))
        for one in team:
            console.print(f"  {work.name(one)} ({one})")
        if not team:
            console.print(work.terminal.say("team_none"))

    work.terminal.tell(answer, human)
