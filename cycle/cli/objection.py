"""`cycle objection`: departments object to what is proposed, the group decides."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle import queries
from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.ledger import short
from cycle.cli.matter_list import Of, Open, picked, states
from cycle.cli.matter_page import print_standing, standing
from cycle.cli.options import Department, Text, TextFile, Year
from cycle.cli.terminal import table_cell
from cycle.permissions import Act
from cycle.queries import SubjectRow
from workflows import words
from workflows.errors import NotFound
from workflows.objection_guards import ABOUT

Key = Annotated[
    str,
    typer.Argument(
        metavar="OBJECTION", help="申诉编号，如 objection:2025:caizheng:1 / the objection's number"
    ),
]
About = Annotated[
    str,
    typer.Option(
        "--about",
        metavar="WHAT",
        help="针对：grade 等次、points 分值，或者台账里一笔的编号 / grade, points or a ledger line",
    ),
]
State = Annotated[str, typer.Option("--state", metavar="STATE", help=states("objection"))]
_COLUMNS = ("key", "name", "about", "state")


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="申诉 / objections to proposed grades", no_args_is_help=True)
    acting(below, "file", "部门提出申诉 / a department objects", "objection.file")(file)
    acting(below, "uphold", "领导小组认定成立 / the group upholds it", "objection.uphold")(uphold)
    acting(below, "dismiss", "领导小组认定不成立 / the group dismisses it", "objection.dismiss")(dismiss)
    acting(below, "withdraw", "部门撤回申诉 / the department withdraws it", "objection.withdraw")(withdraw)
    reading(below, "list", "列出申诉 / list the objections")(list_objections)
    reading(below, "show", "查看一件申诉 / show one objection")(show)
    app.add_typer(below, name="objection")


def file(
    work: Work,
    act: Act,
    *,
    department: Department,
    about: About = "grade",
    year: Year = None,
    text: Text = "",
    text_file: TextFile = "",
) -> None:
    meant, wanted = work.year(year), work.department(department)
    asked = {"department": wanted, "year": meant, "about": _whole(meant, wanted, about)}
    tell(work, work.ask("file_objection", act, {**asked, "text": typed.content(text, text_file)}))


def _whole(year: int, department: str, about: str) -> str:
    """A ledger line may be given as in `cycle line list`, without the subject it belongs to."""
    return about if about in ABOUT or "#" in about else f"appraisal:{year}:{department}#{about}"


def uphold(work: Work, act: Act, objection: Key) -> None:
    tell(
        work,
        _ask(work, act, objection, "uphold"),
        lambda console: console.print(work.terminal.say("objection_next")),
    )


def dismiss(work: Work, act: Act, objection: Key) -> None:
    tell(work, _ask(work, act, objection, "dismiss"))


def withdraw(work: Work, act: Act, objection: Key) -> None:
    tell(work, _ask(work, act, objection, "withdraw"))


def _ask(work: Work, act: Act, key: str, action: str) -> dict[str, Any]:
    return work.ask("objection", act, {"subject": key, "action": action})


def list_objections(
    work: Work, *, year: Year = None, department: Of = "", state: State = "", open_: Open = False
) -> None:
    meant = work.year(year)
    with work.read() as session:
        every = [as_json(work, row) for row in queries.matters_of_year(session, "objection", meant)]
    found = picked(work, "objection", every, department=department, state=state, open_=open_)

    def human(console: Console) -> None:
        if not found:
            console.print(work.terminal.say("objection_none"))
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for code in _COLUMNS:
            table.add_column(work.terminal.say(f"column_{code}"), no_wrap=True)
        for one in found:
            cells = (one["subject"], one["name"], one["about_word"], one["state_word"])
            table.add_row(*(table_cell(cell) for cell in cells))
        console.print(table)

    work.terminal.tell({"year": meant, "objections": found}, human)


def show(work: Work, key: Key) -> None:
    with work.read() as session:
        row = queries.subject(session, key)
        if row is None or row.kind != "objection":
            raise NotFound(key)
        text = queries.text(session, row.record["text"])
    stands, next_ = standing(work, key)
    found = {**as_json(work, row), "text": text, **stands}

    def human(console: Console) -> None:
        say = work.terminal.say
        head = {"name": found["name"], "about": found["about_word"], "state": found["state_word"]}
        console.print(say("objection_header", key=key, **head))
        console.print(say("objection_text", text=found["text"]))
        print_standing(work, console, key, stands, next_)

    work.terminal.tell(found, human)


def _line(work: Work, about: str) -> str:
    return work.terminal.say("objection_line", line=short(about))


def as_json(work: Work, row: SubjectRow) -> dict[str, Any]:
    """An objection as plain values."""
    about = row.record["about"]
    return {
        "subject": row.key,
        "year": row.year,
        "department": row.department,
        "name": work.name(row.department),
        "about": about,
        "about_word": work.terminal.say(f"objection_{about}") if about in ABOUT else _line(work, about),
        "proposal": row.record["proposal"],
        "state": row.state,
        "state_word": words.state("objection", row.state, work.terminal.lang),
    }
