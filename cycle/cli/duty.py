"""`cycle duty`: what remains to be done about results: listed, given to somebody, closed, waived."""

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
from cycle.cli.matter_list import Of, Open, picked, states
from cycle.cli.matter_page import print_standing, standing
from cycle.cli.options import Department, Due, Text, TextFile, Year
from cycle.cli.terminal import table_cell
from cycle.permissions import Act
from cycle.queries import SubjectRow
from workflows import words
from workflows.errors import NotFound

Duty = Annotated[
    str, typer.Argument(metavar="DUTY", help="事项编号，见 duty list，如 duty:2025:caizheng:1 / its number")
]
Owner = Annotated[str, typer.Argument(metavar="PERSON", help="承办人的编号或姓名 / the owner, by id or name")]
Every = Annotated[bool, typer.Option("--all", help="连同已办结的 / closed ones too")]
State = Annotated[str, typer.Option("--state", metavar="STATE", help=states("duty"))]
_COLUMNS = ("key", "name", "duty", "owner", "due", "state")


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="结果运用的后续事项 / duties that follow from results", no_args_is_help=True)
    reading(below, "list", "列出后续事项 / list the duties")(list_duties)
    reading(below, "show", "查看一件后续事项 / show one duty")(show)
    acting(below, "open", "启动问责，列为后续事项 / hold a department to account", "duty.hold_to_account")(
        hold_to_account
    )
    acting(below, "assign", "指定承办人 / assign an owner", "duty.assign_owner")(assign)
    acting(below, "close", "办结 / close a duty", "duty.close")(close)
    acting(below, "waive", "凭文件免除 / waive a duty with a document", "duty.waive")(waive)
    app.add_typer(below, name="duty")


def list_duties(
    work: Work,
    *,
    year: Year = None,
    every: Every = False,
    department: Of = "",
    state: State = "",
    open_: Open = False,
) -> None:
    meant = work.year(year)
    with work.read() as session:
        rows = [as_json(work, row) for row in queries.matters_of_year(session, "duty", meant)]
    open_ = open_ or not (every or state)
    found = picked(work, "duty", rows, department=department, state=state, open_=open_)

    def human(console: Console) -> None:
        if not found:
            console.print(work.terminal.say("duty_none"))
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for code in _COLUMNS:
            table.add_column(work.terminal.say(f"column_{code}"), no_wrap=True)
        for one in found:
            cells = (one["subject"], one["name"], one["duty_word"], _owner(work, one), one["due"])
            table.add_row(*(table_cell(str(cell or "")) for cell in (*cells, one["state_word"])))
        console.print(table)

    work.terminal.tell({"year": meant, "duties": found}, human)


def show(work: Work, duty: Duty) -> None:
    with work.read() as session:
        row = queries.subject(session, duty)
        if row is None or row.kind != "duty":
            raise NotFound(duty)
        texts = {action: queries.text(session, sha) for action, sha in row.record.get("texts", {}).items()}
    stands, next_ = standing(work, duty)
    found = {**as_json(work, row), "texts": texts, "record": dict(row.record), **stands}

    def human(console: Console) -> None:
        say = work.terminal.say
        head = {"name": found["name"], "duty": found["duty_word"], "state": found["state_word"]}
        console.print(say("duty_header", key=row.key, **head))
        console.print(say("duty_basis", clause=row.record["clause"]))
        owner = row.record.get("owner")
        console.print(say("duty_owner", owner=work.name(owner)) if owner else say("duty_owner_office"))
        for action, text in texts.items():
            console.print(
                say("duty_said", action=words.action(action, work.terminal.lang, "duty"), text=text)
            )
        print_standing(work, console, duty, stands, next_)

    work.terminal.tell(found, human)


def as_json(work: Work, row: SubjectRow) -> dict[str, Any]:
    """A duty as plain values."""
    lang = work.terminal.lang
    clocks = [clock["due"] for clock in row.record.get("deadlines", {}).values()]
    return {
        "subject": row.key,
        "year": row.year,
        "department": row.department,
        "name": work.name(row.department),
        "duty": row.record["duty"],
        "duty_word": words.word("duty", row.record["duty"], lang),
        "clause": row.record["clause"],
        "owner": row.record.get("owner"),
        "due": min(clocks, default=None),
        "state": row.state,
        "state_word": words.state("duty", row.state, lang),
    }


def _owner(work: Work, found: dict[str, Any]) -> str:
    return work.name(found["owner"]) if found["owner"] else work.terminal.word("role", "office")


def hold_to_account(
    work: Work,
    act: Act,
    *,
    department: Department,
    year: Year = None,
    text: Text = "",
    text_file: TextFile = "",
    due: Due = "",
) -> None:
    asked = {
        "year": work.year(year),
        "department": work.department(department),
        "text": typed.content(text, text_file),
        "due": typed.iso(due, "--due"),
    }
    tell(work, work.ask("hold_to_account", act, asked))


def assign(work: Work, act: Act, *, duty: Duty, owner: Owner) -> None:
    tell(work, work.ask("assign_owner", act, {"subject": duty, "owner": work.person(owner)}))


def close(work: Work, act: Act, *, duty: Duty, text: Text = "", text_file: TextFile = "") -> None:
    asked = {"subject": duty, "action": "close", "text": typed.content(text, text_file)}
    tell(work, work.ask("duty", act, asked))


def waive(work: Work, act: Act, *, duty: Duty) -> None:
    tell(work, work.ask("duty", act, {"subject": duty, "action": "waive"}))
