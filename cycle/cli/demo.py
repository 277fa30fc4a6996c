"""`cycle demo`: sets up an invented city, plays its years up to today, and shows what came out."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import nullcontext, redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from cycle import demo as city
from cycle import demo_accounts, queries
from cycle.cli import program
from cycle.cli.options import Lang
from cycle.cli.run import Program
from cycle.cli.terminal import Terminal, speaking
from cycle.clock import Clock, SystemClock, VirtualClock
from cycle.db import Database
from cycle.service import Service
from cycle.settings import Settings
from cycle.simulation.loop import start_of
from workflows import words

HELP = "三个年度的演示，到今天为止 / three invented years, up to today"
OFFICE = "p-han-xuefeng"
"""Who acts for the office in the demo's first step."""


Serve = Annotated[
    bool | None,
    typer.Option(
        "--serve/--no-serve",
        help="演示后打开网页，直到停止；在终端里默认打开 / then serve the pages until stopped; at a terminal it does",
    ),
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="网页的端口 / the port of the pages")]


def demo(ctx: typer.Context, *, serve: Serve = None, port: Port = 8000, lang: Lang = "") -> None:
    """Set up, play, show; a second run of the same day starts at once."""
    shared = ctx.ensure_object(Program)
    with speaking(lang or shared.lang or words.LANGS[0]) as terminal:
        settings = Settings()
        now = (shared.clock or SystemClock()).now()
        folder = settings.home / "demo"
        made = city.standing(folder)
        if made is None or made.last != now.astimezone(settings.zone).year or made.until > now:
            _begin(terminal, folder, now, settings)
            made = city.standing(folder)
        elif made.until.astimezone(settings.zone).date() != now.astimezone(settings.zone).date():
            made = city.play(made, now, settings.zone, told=lambda _year: None)
        if made is not None:
            clock = shared.clock or SystemClock()
            serves = serve or (serve is None and sys.stdin.isatty() and sys.stdout.isatty())
            _tour(terminal, made, clock)
            _open_door(terminal, made, clock, settings, port)
            typer.echo(terminal.say("demo_serving" if serves else "demo_serve"))
            if serves:
                _run(terminal, made, clock, ["serve", "--port", str(port)])


def _begin(terminal: Terminal, folder: Path, now: datetime, settings: Settings) -> None:
    """Made in a folder beside and moved into place whole, so that a demo broken off leaves no half of one."""
    typer.echo(terminal.say("demo_making"), err=True)
    unfinished = folder.with_name("demo-unfinished")
    begun = city.begin(unfinished, now, settings.zone)
    start = VirtualClock(start_of(city.plan_of(begun), settings.zone))
    typer.echo(terminal.say("demo_earlier", year=begun.earlier), err=True)
    document = f"{begun.earlier}-results"
    arguments = ["results", "import", str(begun.earlier_file), "--year", str(begun.earlier)]
    _run(terminal, begun, start, [*arguments, "--as", OFFICE, "--document", document], quiet=True)
    city.play(
        begun, now, settings.zone, told=lambda y: typer.echo(terminal.say("demo_year", year=y), err=True)
    )
    if folder.exists():
        shutil.rmtree(folder)
    unfinished.rename(folder)


def _tour(terminal: Terminal, made: city.Demo, clock: Clock) -> None:
    """The board, the last results with movement, the case, the verdict; then what to try."""
    board, results, case = _latest(made)
    for arguments in (
        ["status", "--year", str(board)],
        ["results", "show", str(results)],
        *([["case", "show", *case]] if case else []),
        ["history", "verify"],
    ):
        typer.echo(f"\n$ cycle {' '.join(arguments)}")
        _run(terminal, made, clock, arguments)
    typer.echo("\n" + terminal.say("demo_next", home=made.folder.as_posix(), year=board))


def _open_door(terminal: Terminal, made: city.Demo, clock: Clock, settings: Settings, port: int) -> None:
    """Where the pages are, and one sign-in for each role."""
    known = demo_accounts.made(made.folder)
    if known is None:
        service = Service(Database(made.url), clock, settings.zone)
        try:
            known = demo_accounts.make(service, settings, made.folder)
        finally:
            service.database.close()
    password, people = known
    typer.echo("\n" + terminal.say("demo_door", place=f"http://127.0.0.1:{port}", password=password))
    for one in people:
        role = words.word("post" if one.role == "head" else "role", one.role, terminal.lang)
        typer.echo(terminal.say("demo_entry", role=role, person=one.person, name=one.name))


def _latest(made: city.Demo) -> tuple[int, int, list[str]]:
    """The latest year with a board, the latest with results, the latest case (year and department)."""
    database = Database(made.url)
    try:
        with database.read() as session:
            cycles = {row.year: row.state for row in queries.of_kind(session, "cycle")}
            shown = [y for y, state in cycles.items() if state != "preparing" and y >= made.first]
            known = [y for y in cycles if queries.latest_results(session, y)]
            cases = [row for row in queries.of_kind(session, "case") if row.state != "revoked"]
    finally:
        database.close()
    case = [str(cases[-1].year), cases[-1].department] if cases else []
    return max(shown), max(known), case


def _run(
    terminal: Terminal, made: city.Demo, clock: Clock, arguments: list[str], *, quiet: bool = False
) -> None:
    """Run one of our own commands on the demo's data, as a person would."""
    kept = {name: os.environ.get(name) for name in ("CYCLE_HOME", "CYCLE_DATABASE_URL")}
    os.environ["CYCLE_HOME"] = str(made.folder)
    os.environ.pop("CYCLE_DATABASE_URL", None)
    try:
        with redirect_stdout(StringIO()) if quiet else nullcontext():
            code = get_command(program.app).main(
                ["--lang", terminal.lang, *arguments],
                standalone_mode=False,
                obj=Program(lang=terminal.lang, clock=clock),
            )
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    if code:
        raise typer.Exit(code)
