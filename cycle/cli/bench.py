"""`cycle bench`: ratios measured in one run, on scratch databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cycle.bench.pages_served import Application
from cycle.bench.rounds import Finding, Skipped, Spread
from cycle.bench.sizes import FULL, QUICK
from cycle.bench.suite import NAMES, measure
from cycle.cli.options import Json, Lang
from cycle.cli.run import Program
from cycle.cli.terminal import BAD_INPUT, Terminal, speaking
from cycle.settings import Settings
from workflows import words

HELP = "测速：同一次运行里与最低成本的比值 / ratios to the least the same work can cost"

Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="NAME", help=f"{' | '.join(NAMES)}，可多次 / repeatable"),
]
Url = Annotated[
    str,
    typer.Option(
        "--database-url",
        envvar="CYCLE_BENCH_POSTGRES_URL",
        help="PostgreSQL 服务器，默认自己起一个 / a server on which databases may be created",
    ),
]
Quick = Annotated[bool, typer.Option("--quick", help="小规模，几分钟 / small sizes, some minutes")]


def bench(
    ctx: typer.Context,
    *,
    only: Only = None,
    database_url: Url = "",
    quick: Quick = False,
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Exit 0 when measured, whatever the ratios: how busy the machine is must not fail anything."""
    # The application takes as long to load as everything that all the other commands need.
    from cycle.app import answer, create_app, listen  # noqa: PLC0415

    with speaking(lang or ctx.ensure_object(Program).lang or words.LANGS[0], as_json) as terminal:
        names = _known(terminal, only or list(NAMES))
        application, home = Application(create_app, answer, listen), Settings().home
        found = list(measure(names, QUICK if quick else FULL, database_url, application, home))
        terminal.tell([_plain(one) for one in found], lambda console: _show(console, terminal, found))


def _known(terminal: Terminal, names: Sequence[str]) -> Sequence[str]:
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        known = " | ".join(NAMES)
        terminal.fail(
            "bad_input", words.phrase("bench", "unknown", terminal.lang, name=unknown[0], known=known)
        )
        raise typer.Exit(BAD_INPUT)
    return names


def _plain(found: Finding | Skipped) -> dict[str, Any]:
    if isinstance(found, Skipped):
        return {**asdict(found), "skipped": True}
    return {**asdict(found), "aim": found.aim or None}


def _show(console: Console, terminal: Terminal, found: Sequence[Finding | Skipped]) -> None:
    table = Table()
    for column in ("what", "database", "ratio", "aim", "absolute"):
        table.add_column(terminal.word("bench", column), overflow="fold")
    for one in found:
        what = terminal.word("bench", one.code)
        if isinstance(one, Skipped):
            table.add_row(what, one.database, terminal.word("bench", "skipped"), "", one.reason)
        else:
            table.add_row(what, one.database, _ratio(one.ratio), one.aim, _absolute(terminal, one))
    console.print(table)
    console.print(terminal.word("bench", "legend"))


def _ratio(spread: Spread | None) -> str:
    return "" if spread is None else _spread(spread)


def _spread(spread: Spread) -> str:
    return f"{_figure(spread.median)} ({_figure(spread.low)}–{_figure(spread.high)})"


def _figure(value: float) -> str:
    """Three digits that matter, never an exponent."""
    return f"{value:,.{max(0, 2 - len(str(int(value))) + 1)}f}"


def _absolute(terminal: Terminal, found: Finding) -> str:
    figures = [f"{terminal.word('bench', name)} {_spread(value)}" for name, value in found.absolute.items()]
    return "\n".join([*figures, _counts(terminal, found.counts)])


def _counts(terminal: Terminal, counts: Mapping[str, int]) -> str:
    return ", ".join(f"{terminal.word('bench', name)} {value:,}" for name, value in counts.items())
