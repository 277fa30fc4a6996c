"""A year before it runs: prepared, approved, checked for what is still missing, opened."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import facts as gathering
from cycle import queries
from cycle.board import city
from cycle.cli import since
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.options import YearArgument
from cycle.cli.rules import read_book
from cycle.cli.terminal import REFUSED
from cycle.permissions import Act
from cycle.queries import SubjectRow
from workflows import words
from workflows.errors import NotFound

Rules = Annotated[
    str, typer.Option("--rulebook", metavar="FILE", help="细则文件，默认随附的 / a rulebook file")
]
Replace = Annotated[bool, typer.Option("--replace", help="换掉已筹备的细则 / replace the one prepared")]
Last = Annotated[
    int | None,
    typer.Option("--from", min=1, max=9999, help="承接哪一年的细则 / the earlier year whose rulebook holds"),
]
Digest = Annotated[
    str,
    typer.Option(
        "--digest",
        metavar="TEXT",
        help="会上所见细则的摘要（前8位以上），默认即所筹备的 / of the rulebook seen",
    ),
]


def mount(app: typer.Typer) -> None:
    acting(app, "prepare", "筹备一个年度 / prepare a year")(prepare)
    acting(app, "approve", "批准年度的细则 / approve the year's rulebook", "cycle.approve_rulebook")(approve)
    acting(app, "unrecorded", "声明某年没有结果可查 / declare a year unrecorded", "cycle.declare_unrecorded")(
        unrecorded
    )
    acting(
        app,
        "provisional",
        "工作日表未公布也先启动 / accept a provisional calendar",
        "cycle.accept_provisional_calendar",
    )(provisional)
    reading(app, "ready", "启动年度还差什么 / what opening a year still needs")(ready)
    acting(app, "open", "启动年度 / open a year", "cycle.open")(open_year)


def prepare(
    work: Work,
    act: Act,
    *,
    year: YearArgument,
    rulebook: Rules = "",
    last: Last = None,
    replace: Replace = False,
) -> None:
    arguments: dict[str, Any] = {"year": year}
    if last is not None:
        arguments["from"] = last
    if rulebook:
        arguments["rulebook"] = read_book(work.terminal, rulebook).content()
    if replace:
        arguments["replace"] = True

    def more(console: Console) -> None:
        if last is not None and not rulebook:
            console.print(work.terminal.say("prepared_from", year=last))

    tell(work, work.ask("prepare", act, arguments), more)


def approve(work: Work, act: Act, *, year: YearArgument, digest: Digest = "") -> None:
    with work.read() as session:
        prepared = gathering.rulebook_of(session, _cycle(session, year)).digest
    wanted = digest.strip().casefold()
    meant = len(wanted) >= 8 and prepared.startswith(wanted)
    seen = prepared if meant or not wanted else wanted
    answer = work.ask("approve_rulebook", act, {"year": year, "digest": seen})

    def more(console: Console) -> None:
        console.print(work.terminal.say("rulebook_digest", digest=prepared[:12]))

    tell(work, {**answer, "digest": seen}, more)


def unrecorded(work: Work, act: Act, *, year: YearArgument) -> None:
    tell(work, work.ask("declare_unrecorded", act, {"year": year}))


def provisional(work: Work, act: Act, *, year: YearArgument) -> None:
    tell(work, work.ask("accept_provisional_calendar", act, {"year": year}))


def open_year(work: Work, act: Act, *, year: YearArgument) -> None:
    tell(work, work.ask("open", act, {"year": year}))


def ready(work: Work, year: YearArgument) -> None:
    with work.read() as session:
        answer = {**city.readiness(work.look(session), year), **since.of(work, session, year)}
    entries, state = answer["obstacles"], answer["state"]

    def human(console: Console) -> None:
        console.print(
            work.terminal.say(
                "ready_header", year=year, state=words.state("cycle", state, work.terminal.lang)
            )
        )
        if entries:
            console.print(work.terminal.say("ready_obstacles", count=len(entries)))
        elif state == "preparing":
            console.print(work.terminal.say("ready_yes"))
        for line in (*work.terminal.grouped(entries), *since.lines(work, answer)):
            console.print(line)

    work.terminal.tell(answer, human)
    if entries:
        raise typer.Exit(REFUSED)


def _cycle(session: Any, year: int) -> SubjectRow:
    row = queries.subject(session, f"cycle:{year}")
    if row is None:
        raise NotFound(f"cycle:{year}")
    return row
