"""`cycle department`: the departments, their names and categories, mergers and ends."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import queries
from cycle.board import city
from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.options import Department, On
from cycle.cli.tables import table_of
from cycle.cli.terminal import BadInput
from cycle.permissions import Act
from cycle.roster import CATEGORIES
from workflows import words

NewId = Annotated[
    str, typer.Argument(metavar="ID", help="编号：小写字母、数字、连字符 / a-z, 0-9 and hyphens")
]
Name = Annotated[str, typer.Option("--name", metavar="TEXT", help="名称 / its name")]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="部门 / departments", no_args_is_help=True)
    acting(below, "add", "登记一个部门 / register a department", "department.register")(add)
    acting(below, "rename", "部门更名 / rename a department", "department.rename")(rename)
    acting(below, "merge", "部门合并 / merge departments", "department.dissolve")(merge)
    acting(
        below,
        "recategorise",
        "调整部门类别 / put a department in another category",
        "department.recategorise",
    )(recategorise)
    acting(
        below,
        "dissolve",
        "撤销部门，没有承接的部门 / dissolve a department without a successor",
        "department.dissolve",
    )(dissolve)
    reading(below, "list", "列出部门 / list the departments")(list_departments)
    app.add_typer(below, name="department")


def new_id(text: str) -> str:
    """An id as it may stand in a key. Raises BadInput for anything else."""
    if not typed.is_id(text):
        raise BadInput("bad_id", value=text)
    return text


def add(
    work: Work,
    act: Act,
    *,
    department: NewId,
    name: Name,
    category: Annotated[str, typer.Option("--category", metavar="CODE", help=" | ".join(CATEGORIES))],
    alias: Annotated[
        list[str] | None, typer.Option("--alias", metavar="TEXT", help="合署的机构 / an alias")
    ] = None,
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="从哪天起 / from which day")] = "",
    liaison: Annotated[str, typer.Option("--liaison", metavar="PERSON", help="填报员 / the liaison")] = "",
    head: Annotated[str, typer.Option("--head", metavar="PERSON", help="主要负责人 / the head")] = "",
    leader: Annotated[
        str, typer.Option("--leader", metavar="PERSON", help="分管领导 / leader in charge")
    ] = "",
) -> None:
    if category not in CATEGORIES:
        raise BadInput("bad_choice", field="--category", value=category, known=" | ".join(CATEGORIES))
    named = {"liaison": liaison, "head": head, "leader": leader}
    posts = {post: work_person(work, who) for post, who in named.items() if who}
    arguments: dict[str, Any] = {
        "id": new_id(department),
        "name": _not_blank(name),
        "category": category,
        "aliases": alias or [],
        "posts": posts,
        "since": typed.iso(since, "--since") or work.today.isoformat(),
    }
    tell(work, work.ask("register_department", act, arguments))


def work_person(work: Work, person: str) -> str:
    """The id of a person known here, by id or name. Raises BadInput where nobody is."""
    found = work.person(person)
    with work.read() as session:
        row = queries.subject(session, f"person:{found}")
    if row is None:
        raise BadInput("person_unknown", person=person)
    return found


def _not_blank(name: str) -> str:
    if not name.strip():
        raise BadInput("blank", field="--name")
    return name.strip()


def rename(work: Work, act: Act, *, department: Department, name: Name, on: On) -> None:
    arguments = {
        "department": work.department(department),
        "name": _not_blank(name),
        "on": typed.iso(on, "--on"),
    }
    tell(work, work.ask("rename", act, arguments))


def merge(
    work: Work,
    act: Act,
    *,
    department: Department,
    predecessors: Annotated[
        list[str], typer.Argument(metavar="PREDECESSOR...", help="并入的部门 / the departments absorbed")
    ],
    on: On,
) -> None:
    arguments = {
        "department": work.department(department),
        "predecessors": [work.department(one) for one in predecessors],
        "on": typed.iso(on, "--on"),
    }
    tell(work, work.ask("merge", act, arguments))


def recategorise(
    work: Work,
    act: Act,
    *,
    department: Department,
    category: Annotated[str, typer.Option("--category", metavar="CODE", help="细则的类别 / a category")],
) -> None:
    tell(
        work,
        work.ask("recategorise", act, {"department": work.department(department), "category": category}),
    )


def dissolve(work: Work, act: Act, *, department: Department, on: On) -> None:
    arguments = {"department": work.department(department), "on": typed.iso(on, "--on")}
    tell(work, work.ask("dissolve", act, arguments))


def list_departments(
    work: Work,
    *,
    every: Annotated[bool, typer.Option("--all", help="包括已撤销的 / dissolved ones too")] = False,
) -> None:
    with work.read() as session:
        answer = {"departments": city.departments(work.look(session), every=every)}

    def human(console: Console) -> None:
        lang = work.terminal.lang
        rows = [
            (
                one["department"],
                one["name"],
                words.listed(one["aliases"], lang),
                work.name(one["category"]),
                words.state("department", one["state"], lang),
            )
            for one in answer["departments"]
        ]
        console.print(table_of(work, ("key", "name", "aliases", "category", "state"), rows))
        console.print(work.terminal.say("list_count", count=len(answer["departments"])))

    work.terminal.tell(answer, human)
