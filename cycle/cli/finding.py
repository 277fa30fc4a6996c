"""`cycle finding`: what inspections, circulars and notices hold against a department, until it is put right."""

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
from cycle.cli.ledger import short
from cycle.cli.matter_list import Of, Open, picked, states
from cycle.cli.matter_page import print_standing, standing
from cycle.cli.options import Department, On, Text, TextFile, Year
from cycle.cli.terminal import BadInput, table_cell
from cycle.keys import split_key
from cycle.permissions import Act
from workflows import words
from workflows.finding_guards import AWARD_POSTS, SEVERITIES, SOURCES

Key = Annotated[
    str, typer.Argument(metavar="FINDING", help="问题编号，如 finding:2025:caizheng:3 / the finding's number")
]
Item = Annotated[
    str, typer.Argument(metavar="ITEM", help="细则的扣分条款，如 score.deduct.1 / the rulebook's clause")
]
Source = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="SOURCE",
        help="来源：专项检查、明察、暗访、活动考勤、通知、通报、报告 / special_inspection, open_visit, covert_visit,"
        " activity, notice, circular, report",
    ),
]
Severity = Annotated[
    str,
    typer.Option("--severity", metavar="SEVERITY", help="程度：一般、典型、重点 / ordinary, typical or key"),
]
Person = Annotated[
    list[str],
    typer.Option(
        "--person",
        metavar="NAME:POST",
        help="失去奖励的人，岗位为 person、head 或 deputy，可写多次 / who loses the award; repeatable",
    ),
]
Again = Annotated[
    bool,
    typer.Option("--again", help="与已记的相同，也另记一个 / another one, though the same has been recorded"),
]
OfSeverity = Annotated[
    str,
    typer.Option(
        "--severity", metavar="SEVERITY", help="只列这个程度：一般、典型或重点 / only this severity"
    ),
]
State = Annotated[str, typer.Option("--state", metavar="STATE", help=states("finding"))]

_SIMPLE = {
    "notify": "告知部门并请其说明 / tell the department and ask for its answer",
    "confirm": "认定问题，记入扣分 / confirm it and write the deduction",
    "drop": "不予认定 / drop it",
    "return": "退回整改 / return the rectification",
    "verify": "核验整改 / verify the rectification",
    "publish": "公开通报 / circulate it",
    "lift-veto": "撤销一票否决 / lift the veto",
    "overturn": "撤销认定，冲销扣分 / overturn it and reverse the deduction",
}
_WORDED = {
    "answer": "部门说明情况 / the department answers",
    "rectify": "部门报告整改 / the department reports its rectification",
}


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="察访核验发现的问题 / findings", no_args_is_help=True)
    acting(below, "record", "记录一个问题 / record a finding", "finding.record")(record)
    for name, about in _WORDED.items():
        acting(below, name, about, f"finding.{name}")(_worded(name))
    for name, about in _SIMPLE.items():
        acting(below, name, about, f"finding.{name.replace('-', '_')}")(_plain(name))
    acting(below, "veto", "领导小组决定一票否决 / the group decides on a veto", "finding.veto")(veto)
    reading(below, "list", "列出问题 / list the findings")(list_findings)
    reading(below, "show", "查看一个问题 / show one finding")(show)
    app.add_typer(below, name="finding")


def record(
    work: Work,
    act: Act,
    *,
    department: Department,
    item: Item,
    source: Source,
    on: On,
    severity: Severity = "ordinary",
    again: Again = False,
    year: Year = None,
    text: Text = "",
    text_file: TextFile = "",
) -> None:
    arguments = {
        "action": "record",
        "department": work.department(department),
        "year": work.year(year),
        "item": item,
        "source": typed.chosen(source, "finding.source", SOURCES, "--source"),
        "severity": typed.chosen(severity, "finding.severity", SEVERITIES, "--severity"),
        "on": typed.iso(on, "--on"),
        "text": typed.content(text, text_file),
        **({"again": True} if again else {}),
    }
    tell(work, work.ask("finding", act, arguments))


def _worded(name: str) -> Any:
    def run(work: Work, act: Act, *, matter: Key, text: Text = "", text_file: TextFile = "") -> None:
        arguments = {"action": name, "subject": matter, "text": typed.content(text, text_file)}
        tell(work, work.ask("finding", act, arguments))

    return run


def _plain(name: str) -> Any:
    def run(work: Work, act: Act, *, matter: Key) -> None:
        tell(work, work.ask("finding", act, {"action": name.replace("-", "_"), "subject": matter}))

    return run


def veto(work: Work, act: Act, *, matter: Key, person: Person) -> None:
    persons = [_named(one) for one in person]
    tell(work, work.ask("finding", act, {"action": "veto", "subject": matter, "persons": persons}))


def _named(text: str) -> dict[str, str]:
    name, _, post = text.replace("：", ":").rpartition(":")
    if not name.strip():
        raise BadInput("bad_person", field="--person", value=text)
    return {"name": name.strip(), "post": typed.chosen(post, "finding.post", AWARD_POSTS, "--person")}


def list_findings(
    work: Work,
    *,
    year: Year = None,
    department: Of = "",
    state: State = "",
    severity: OfSeverity = "",
    open_: Open = False,
) -> None:
    meant = work.year(year)
    with work.read() as session:
        every = matters.of_year(work.look(session), "finding", meant)
    found = picked(work, "finding", every, department=department, state=state, open_=open_)
    if severity:
        wanted = typed.chosen(severity, "finding.severity", SEVERITIES, "--severity")
        found = [one for one in found if one["record"]["severity"] == wanted]

    def human(console: Console) -> None:
        say, lang = work.terminal.say, work.terminal.lang
        if not found:
            console.print(say("findings_none"))
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for code in (
            "column_key",
            "column_name",
            "finding_column_severity",
            "finding_column_what",
            "column_state",
        ):
            table.add_column(say(code), no_wrap=True)
        for one in found:
            severity = words.word("finding.severity", one["record"]["severity"], lang)
            cells = (one["subject"], one["name"], severity, one["record"]["text"], one["state_word"])
            table.add_row(*(table_cell(" ".join(cell.split())) for cell in cells))
        console.print(table)

    work.terminal.tell({"year": meant, "findings": found}, human)


def show(work: Work, matter: Key) -> None:
    found = one(work, matter, "finding")
    stands, next_ = standing(work, found["subject"])

    def human(console: Console) -> None:
        _print(work, console, found)
        print_standing(work, console, found["subject"], stands, next_)

    work.terminal.tell({**found, **stands}, human)


def one(work: Work, key: str, kind: str) -> dict[str, Any]:
    """One matter of a kind by its key. Raises NotFound."""
    _, year, department = split_key(key)
    with work.read() as session:
        return matters.one(work.look(session), kind, year, department, int(key.rpartition(":")[2]))


def _print(work: Work, console: Console, found: Mapping[str, Any]) -> None:
    say, lang, kept = work.terminal.say, work.terminal.lang, found["record"]
    console.print(say("finding_header", key=found["subject"], name=found["name"], state=found["state_word"]))
    facts = {
        "on": kept["on"],
        "source": words.word("finding.source", kept["source"], lang),
        "severity": words.word("finding.severity", kept["severity"], lang),
        "item": work.name(kept["item"]),
    }
    console.print(say("finding_found", **facts))
    console.print(say("finding_said", text=kept["text"]))
    if found["counts_in"] != found["year"]:
        console.print(say("finding_counts_in", year=found["counts_in"]))
    for field, code in (("answer", "finding_answered"), ("rectification", "finding_rectified")):
        if kept.get(field):
            console.print(say(code, text=kept[field]))
    if kept.get("line"):
        console.print(say("finding_line", line=short(kept["line"])))
    if kept.get("published"):
        console.print(say("finding_published", document=kept["published"]["document"]))
    if kept.get("veto"):
        persons = [
            say("finding_person", name=p["name"], post=words.word("finding.post", p["post"], lang))
            for p in kept["veto"]["persons"]
        ]
        named = words.listed(persons, lang)
        console.print(say("finding_veto", persons=named, document=kept["veto"]["document"]))
