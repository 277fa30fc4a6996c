"""`cycle complaint`: complaints against a department, from their receipt to whoever is held to account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle.board import matters
from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.finding import one
from cycle.cli.ledger import short
from cycle.cli.matter_list import Of, Open, picked, states
from cycle.cli.matter_page import print_standing, standing
from cycle.cli.options import Department, On, Text, TextFile, Year
from cycle.cli.terminal import table_cell
from cycle.permissions import Act
from workflows import words
from workflows.finding_guards import COMPLAINT_SOURCES

Key = Annotated[
    str,
    typer.Argument(
        metavar="COMPLAINT", help="投诉编号，如 complaint:2025:caizheng:1 / the complaint's number"
    ),
]
Source = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="SOURCE",
        help="来源：来信、来电、来访、网络、转办 / letter, call, visit, online or transferred",
    ),
]
Complainant = Annotated[
    str,
    typer.Option(
        "--complainant",
        metavar="TEXT",
        help="投诉人，单独保存，部门看不到 / who complains; kept apart, never shown to the department",
    ),
]
State = Annotated[str, typer.Option("--state", metavar="STATE", help=states("complaint"))]

_SIMPLE = {
    "investigate": "开展调查，请部门说明 / investigate, and ask the department for its side",
    "substantiate": "认定属实，记入扣分 / find it true and write the deduction",
    "dismiss": "认定不属实 / find it untrue",
    "close": "办结 / close it",
    "overturn": "撤销认定，冲销扣分 / overturn it and reverse the deduction",
}
_WORDED = {
    "hear": "部门说明情况，或者记下部门的意见 / what the department says",
    "hold-accountable": "登记责任追究：追究了谁、如何处理 / who is held to account, and how",
}


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="投诉查处 / complaints", no_args_is_help=True)
    acting(below, "receive", "受理一件投诉 / receive a complaint", "complaint.receive")(receive)
    for name, about in _WORDED.items():
        acting(below, name, about, f"complaint.{name.replace('-', '_')}")(_worded(name))
    for name, about in _SIMPLE.items():
        acting(below, name, about, f"complaint.{name}")(_plain(name))
    reading(below, "list", "列出投诉 / list the complaints")(list_complaints)
    reading(below, "show", "查看一件投诉 / show one complaint")(show)
    app.add_typer(below, name="complaint")


def receive(
    work: Work,
    act: Act,
    *,
    department: Department,
    on: On,
    source: Source,
    complainant: Complainant = "",
    year: Year = None,
    text: Text = "",
    text_file: TextFile = "",
) -> None:
    arguments = {
        "action": "receive",
        "department": work.department(department),
        "year": work.year(year),
        "source": typed.chosen(source, "complaint.source", COMPLAINT_SOURCES, "--source"),
        "complainant": complainant,
        "on": typed.iso(on, "--on"),
        "text": typed.content(text, text_file),
    }
    tell(work, work.ask("complaint", act, arguments))


def _worded(name: str) -> Any:
    def run(work: Work, act: Act, *, matter: Key, text: Text = "", text_file: TextFile = "") -> None:
        content = typed.content(text, text_file)
        arguments = {"action": name.replace("-", "_"), "subject": matter, "text": content}
        tell(work, work.ask("complaint", act, arguments))

    return run


def _plain(name: str) -> Any:
    def run(work: Work, act: Act, *, matter: Key) -> None:
        tell(work, work.ask("complaint", act, {"action": name, "subject": matter}))

    return run


def list_complaints(
    work: Work, *, year: Year = None, department: Of = "", state: State = "", open_: Open = False
) -> None:
    meant = work.year(year)
    with work.read() as session:
        every = matters.of_year(work.look(session), "complaint", meant)
    found = picked(work, "complaint", every, department=department, state=state, open_=open_)

    def human(console: Console) -> None:
        say = work.terminal.say
        if not found:
            console.print(say("complaints_none"))
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for code in ("column_key", "column_name", "finding_column_what", "column_state"):
            table.add_column(say(code), no_wrap=True)
        for each in found:
            cells = (each["subject"], each["name"], each["record"]["text"], each["state_word"])
            table.add_row(*(table_cell(" ".join(cell.split())) for cell in cells))
        console.print(table)

    work.terminal.tell({"year": meant, "complaints": found}, human)


def show(work: Work, matter: Key) -> None:
    found = one(work, matter, "complaint")
    stands, next_ = standing(work, found["subject"])

    def human(console: Console) -> None:
        _print(work, console, found)
        print_standing(work, console, found["subject"], stands, next_)

    work.terminal.tell({**found, **stands}, human)


def _print(work: Work, console: Console, found: Mapping[str, Any]) -> None:
    say, kept = work.terminal.say, found["record"]
    console.print(
        say("complaint_header", key=found["subject"], name=found["name"], state=found["state_word"])
    )
    source = words.word("complaint.source", kept["source"], work.terminal.lang)
    console.print(say("complaint_source", source=source, on=kept["on"]))
    console.print(say("finding_said", text=kept["text"]))
    if found["counts_in"] != found["year"]:
        console.print(say("finding_counts_in", year=found["counts_in"]))
    lines = {
        "complainant": "complaint_complainant",
        "statement": "complaint_statement",
        "accountability": "complaint_accountability",
    }
    for field, code in lines.items():
        if kept.get(field):
            console.print(say(code, text=kept[field]))
    if kept.get("line"):
        console.print(say("finding_line", line=short(kept["line"])))
