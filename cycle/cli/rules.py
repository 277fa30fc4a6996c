"""`cycle rules`: the regulation as data, checked, shown, and its uncertain figures confirmed."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle.board.figures import shown
from cycle.cli.answers import sentence, told
from cycle.cli.command import Work, acting, plain
from cycle.cli.terminal import BadInput, Terminal, table_cell
from cycle.operations import registry
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.operations.readiness import confirmed_figures
from cycle.permissions import Act
from workflows import rulebook
from workflows.rulebook import Figure, Rulebook, RulebookInvalid, fault_text
from workflows.scoring import show as show_points

File = Annotated[
    str, typer.Argument(metavar="[FILE]", help="细则文件，默认随附的 / default: the shipped one")
]
Book = Annotated[
    str, typer.Option("--rulebook", metavar="FILE", help="细则文件，默认随附的 / a rulebook file")
]
SHIPPED = "municipal"


def mount(app: typer.Typer) -> None:
    below = typer.Typer(
        help="考评细则：检查、查看、确认存疑的数字 / the regulation as data", no_args_is_help=True
    )
    plain(below, "check", "检查细则文件，列出全部问题 / check a rulebook file")(check)
    plain(below, "show", "查看细则 / show a rulebook")(show)
    acting(
        below, "confirm", "确认原文看不清或有歧义的数字 / confirm an uncertain figure", "regulation.confirm"
    )(confirm)
    app.add_typer(below, name="rules")


def read_book(terminal: Terminal, file: str) -> Rulebook:
    """The rulebook of a file, or the shipped one. Raises BadInput with every fault."""
    try:
        return rulebook.load(file if not file or file == SHIPPED or file.endswith(".toml") else f"./{file}")
    except RulebookInvalid as invalid:
        entries = [
            {
                "path": fault.path,
                "code": fault.code,
                "message": fault_text(fault, terminal.lang),
                "line": f"{fault.path or file}: {fault_text(fault, terminal.lang)}",
            }
            for fault in invalid.faults
        ]
        raise BadInput("rulebook_invalid", entries=entries, file=file, count=len(entries)) from invalid


def check(terminal: Terminal, file: File = SHIPPED) -> None:
    book = read_book(terminal, file)
    answer = {
        "name": book.name,
        "digest": book.digest,
        "indicators": len(book.indicators),
        "to_confirm": [figure.path for figure in book.to_confirm()],
    }

    def human(console: Console) -> None:
        console.print(
            terminal.say("rules_fine", name=_title(book, terminal.lang), indicators=len(book.indicators))
        )
        console.print(terminal.say("rulebook_digest", digest=book.digest[:12]))
        console.print(terminal.say("rules_to_confirm", count=len(book.to_confirm())))

    terminal.tell(answer, human)


def show(
    terminal: Terminal,
    file: File = SHIPPED,
    *,
    figures: Annotated[
        bool, typer.Option("--figures", help="逐个列出数字及其依据 / every figure and its evidence")
    ] = False,
) -> None:
    book = read_book(terminal, file)
    if figures:
        terminal.tell(
            {"name": book.name, "digest": book.digest, "figures": [_figure(f) for f in book.figures]},
            lambda console: console.print(_figures(book, terminal)),
        )
        return
    terminal.tell(
        {"name": book.name, "digest": book.digest, "content": book.content()},
        lambda console: _summary(console, book, terminal),
    )


def _title(book: Rulebook, lang: str) -> str:
    return book.zh if lang == "zh" else book.en


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "path": figure.path,
        "clause": figure.clause,
        "evidence": figure.evidence,
        "value": figure.value,
        "other": list(figure.other),
    }


def _figures(book: Rulebook, terminal: Terminal) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for code in ("figure", "meaning", "value", "evidence", "clause", "other"):
        table.add_column(terminal.say(f"column_{code}"), no_wrap=True)
    for figure in book.figures:
        name = figure.zh if terminal.lang == "zh" else figure.en
        value, *other = (shown(reading, terminal.lang) for reading in (figure.value, *figure.other))
        evidence = terminal.say(f"evidence_{figure.evidence}")
        cells = (figure.path, name, value, evidence, figure.clause, " / ".join(other))
        table.add_row(*map(table_cell, cells))
    return table


def _summary(console: Console, book: Rulebook, terminal: Terminal) -> None:
    zh = terminal.lang == "zh"
    console.print(_title(book, terminal.lang))
    console.print(terminal.say("rulebook_digest", digest=book.digest[:12]))
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for code in ("clause", "item", "points"):
        table.add_column(
            terminal.say(f"column_{code}"), justify="right" if code == "points" else "left", no_wrap=True
        )
    entries = [(one.id, one.zh if zh else one.en, show_points(one.points)) for one in book.indicators]
    entries += [(one.id, one.zh if zh else one.en, f"-{show_points(one.points)}") for one in book.deductions]
    entries += [(one.id, one.zh if zh else one.en, f"+{show_points(one.points)}") for one in book.bonuses]
    for cells in entries:
        table.add_row(*map(table_cell, cells))
    console.print(table)
    for stage, window in book.windows.items():
        opens, due = ("{:02d}-{:02d}".format(*day) for day in (window.opens, window.due))
        console.print(terminal.say("rules_window", stage=terminal.word("stage", stage), opens=opens, due=due))
    shares = ("{} {}%".format(terminal.word("grade", grade), share) for grade, share in book.quota.items())
    console.print(terminal.say("rules_quota", shares=", ".join(shares)))


def confirm(
    work: Work,
    act: Act,
    *,
    figure: Annotated[
        str, typer.Argument(metavar="[FIGURE]", help="数字的路径，见 rules show --figures / its path")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="全部待确认的数字 / all that need it")] = False,
    book: Book = SHIPPED,
) -> None:
    if bool(figure) == every:
        raise BadInput("figure_or_all")
    rules = read_book(work.terminal, book)
    with work.read() as session:
        have = confirmed_figures(session, rules)
    open_ = [f.path for f in rules.to_confirm() if have.get(f.path) != f.value]
    paths = open_ if every else [figure]
    if not paths:
        answer: dict[str, Any] = {"figures": [], "left": []}
        work.terminal.tell(answer, lambda console: console.print(work.terminal.say("figures_none")))
        return
    arguments = {"figures": paths, "rulebook": rules.content()}
    done = work.ask("confirm_figures", act, arguments, _confirm_each)
    left = [path for path in open_ if path not in paths]

    def human(console: Console) -> None:
        console.print(sentence(work, done))
        for path in paths:
            console.print(f"  {path} = {rules.figure(path).value}")
        console.print(work.terminal.say("rules_to_confirm", count=len(left)))

    work.terminal.tell({**told(work, done), "figures": paths, "left": left}, human)


def _confirm_each(transaction: Transaction, arguments: Arguments) -> Answer:
    """All figures in one transaction: all are confirmed or none."""
    answer: Answer = {}
    for path in arguments["figures"]:
        one = {"figure": path, "rulebook": arguments["rulebook"]}
        answer = registry.confirm_figure(transaction, one)
    return answer
