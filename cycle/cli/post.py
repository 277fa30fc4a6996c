"""`cycle post`: who holds which post of a department, from when."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cycle.board import city
from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.options import Department, On
from cycle.permissions import Act


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="岗位任职 / posts and who holds them", no_args_is_help=True)
    acting(
        below, "appoint", "任命填报员、主要负责人或分管领导 / put a person in a post", "department.appoint"
    )(appoint)
    reading(below, "list", "列出任职情况 / list who held which post")(list_posts)
    app.add_typer(below, name="post")


def appoint(
    work: Work,
    act: Act,
    *,
    department: Department,
    post: Annotated[
        str, typer.Argument(metavar="POST", help="liaison | head | leader，或中文 / or in Chinese")
    ],
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="人员的编号或姓名 / a person, by id or name")
    ],
    on: On,
) -> None:
    arguments = {
        "department": work.department(department),
        "post": typed.post(post),
        "person": work.person(person),
        "on": typed.iso(on, "--on"),
    }
    tell(work, work.ask("appoint", act, arguments))


def list_posts(work: Work, department: Department) -> None:
    wanted = work.department(department)
    with work.read() as session:
        posts = city.posts(work.look(session), wanted)

    def human(console: Console) -> None:
        console.print(work.name(wanted))
        for one in posts:
            word = work.terminal.word("post", one["post"])
            console.print(f"  {word}: {one['name']} ({one['person']})  {one['from']} – {one['until'] or ''}")

    work.terminal.tell({"department": wanted, "name": work.name(wanted), "posts": posts}, human)
