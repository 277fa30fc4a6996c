"""`cycle bonus`: honours, articles and outstanding achievements, applied for and decided."""

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
from cycle.cli.options import Department, On, Text, TextFile, Year
from cycle.cli.terminal import table_cell
from cycle.permissions import Act
from cycle.queries import SubjectRow
from workflows import words
from workflows.errors import NotFound

Key = Annotated[
    str, typer.Argument(metavar="BONUS", help="申请编号，如 bonus:2025:caizheng:1 / the application's number")
]
Item = Annotated[
    str,
    typer.Argument(metavar="ITEM", help="细则的加分项，如 score.bonus.national / the rulebook's item"),
]
Award = Annotated[
    str, typer.Option("--award", metavar="NAME", help="荣誉名称或者文章标题 / the honour's name, the title")
]
GrantedBy = Annotated[
    str,
    typer.Option("--granted-by", metavar="BODY", help="授予单位或者报刊 / who granted or published it"),
]
Collective = Annotated[bool, typer.Option("--collective", help="是集体荣誉 / it is a collective honour")]
State = Annotated[str, typer.Option("--state", metavar="STATE", help=states("bonus"))]
_COLUMNS = ("key", "name", "award", "item", "state")


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="加分申请 / applications for bonuses", no_args_is_help=True)
    acting(below, "apply", "部门申请加分 / a department applies", "bonus.apply")(apply)
    acting(below, "examine", "审核，写明意见 / examine it, with an opinion", "bonus.examine")(examine)
    acting(below, "approve", "批准，记入台账 / approve it and write the line", "bonus.approve")(approve)
    acting(below, "refuse", "不予加分 / refuse it", "bonus.refuse")(refuse)
    acting(below, "withdraw", "部门撤回申请 / the department withdraws it", "bonus.withdraw")(withdraw)
    acting(below, "overturn", "撤销已批准的加分 / take an approved one back", "bonus.overturn")(overturn)
    reading(below, "list", "列出加分申请 / list the applications")(list_bonuses)
    reading(below, "show", "查看一件加分申请 / show one application")(show)
    app.add_typer(below, name="bonus")


def apply(
    work: Work,
    act: Act,
    *,
    department: Department,
    item: Item,
    on: On,
    award: Award = "",
    granted_by: GrantedBy = "",
    collective: Collective = False,
    year: Year = None,
    text: Text = "",
    text_file: TextFile = "",
) -> None:
    asked = {
        "department": work.department(department),
        "year": work.year(year),
        "item": item,
        "award": award,
        "granted_by": granted_by,
        "on": typed.iso(on, "--on"),
        "collective": collective,
        "text": typed.content(text, text_file),
    }
    tell(work, work.ask("apply_bonus", act, asked))


def examine(work: Work, act: Act, bonus: Key, text: Text = "", text_file: TextFile = "") -> None:
    _move(work, act, bonus, "examine", text=typed.content(text, text_file))


def approve(work: Work, act: Act, bonus: Key) -> None:
    _move(work, act, bonus, "approve")


def refuse(work: Work, act: Act, bonus: Key) -> None:
    _move(work, act, bonus, "refuse")


def withdraw(work: Work, act: Act, bonus: Key) -> None:
    _move(work, act, bonus, "withdraw")


def overturn(work: Work, act: Act, bonus: Key) -> None:
    _move(work, act, bonus, "overturn")


def _move(work: Work, act: Act, key: str, action: str, **more: str) -> None:
    tell(work, work.ask("bonus", act, {"subject": key, "action": action, **more}))


def list_bonuses(
    work: Work, *, year: Year = None, department: Of = "", state: State = "", open_: Open = False
) -> None:
    meant = work.year(year)
    with work.read() as session:
        every = [as_json(work, row) for row in queries.matters_of_year(session, "bonus", meant)]
    found = picked(work, "bonus", every, department=department, state=state, open_=open_)

    def human(console: Console) -> None:
        if not found:
            console.print(work.terminal.say("bonus_none"))
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for code in _COLUMNS:
            table.add_column(work.terminal.say(f"column_{code}"), no_wrap=True)
        for one in found:
            cells = (one["subject"], one["name"], one["award"], one["item_name"], one["state_word"])
            table.add_row(*(table_cell(cell) for cell in cells))
        console.print(table)

    work.terminal.tell({"year": meant, "bonuses": found}, human)


def show(work: Work, key: Key) -> None:
    with work.read() as session:
        row = queries.subject(session, key)
        if row is None or row.kind != "bonus":
            raise NotFound(key)
        texts = {
            name: queries.text(session, row.record[name]) if name in row.record else None
            for name in ("text", "opinion")
        }
    stands, next_ = standing(work, key)
    found = {**as_json(work, row), **texts, **stands}

    def human(console: Console) -> None:
        _print(work, console, found)
        print_standing(work, console, key, stands, next_)

    work.terminal.tell(found, human)


def _print(work: Work, console: Console, found: dict[str, Any]) -> None:
    say = work.terminal.say
    head = {"name": found["name"], "item": found["item_name"], "state": found["state_word"]}
    console.print(say("bonus_header", key=found["subject"], **head))
    kept = {name: found[name] or "-" for name in ("award", "granted_by", "on", "document")}
    console.print(say("bonus_award", **kept))
    if found["text"]:
        console.print(say("bonus_text", text=found["text"]))
    if found["opinion"]:
        console.print(say("bonus_opinion", text=found["opinion"]))
    if found["state"] == "approved":
        counts = found["counted"]
        console.print(say("bonus_counts", line=short(found["line"])) if counts else say("bonus_not_counted"))


def as_json(work: Work, row: SubjectRow) -> dict[str, Any]:
    """An application as plain values. `counted` is None until it is approved."""
    record = row.record
    return {
        "subject": row.key,
        "year": row.year,
        "department": row.department,
        "name": work.name(row.department),
        "item": record["item"],
        "item_name": work.name(record["item"]),
        "award": record["award"],
        "granted_by": record["granted_by"],
        "on": record["on"],
        "document": record.get("document"),
        "collective": record["collective"],
        "counted": record.get("counted"),
        "line": record.get("line"),
        "counts_in": queries.counting_year(row),
        "state": row.state,
        "state_word": words.state("bonus", row.state, work.terminal.lang),
    }
