"""`cycle simulate`: whole years of an invented office, played through and written out."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from cycle import roster as rosters
from cycle import schema
from cycle.cli.options import Json, Lang
from cycle.cli.run import Program
from cycle.cli.terminal import BAD_INPUT, UNVERIFIED, Terminal, speaking
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.roster import Roster, RosterInvalid, fault_text
from cycle.service import Service
from cycle.simulation import behaviour, loop, outputs
from cycle.simulation.beginning import begin
from cycle.simulation.faults import KINDS
from cycle.simulation.plan import Plan
from cycle.simulation.post import letterbox
from workflows import words
from workflows.deadlines import ZONE

HELP = "模拟整年考评：虚构的人按同样的办法办事 / whole years of an invented office"
FIRST, LAST = 2000, 9000
"""The years a run may cover: posts of a roster are held from 2000 on."""

Years = Annotated[str, typer.Option("--years", metavar="A-B", help="年度，如 2025-2027 / the years")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="随机种子 / the seed of every draw")]
Out = Annotated[
    str, typer.Option("--out", metavar="DIR", help="写入哪个文件夹，须不存在或是空的 / absent or empty")
]
RosterFile = Annotated[
    str, typer.Option("--roster", metavar="FILE", help="名册，默认随附的四十个部门 / a roster file")
]
Departments = Annotated[
    int | None,
    typer.Option("--departments", metavar="N", min=1, help="部门个数，多出的为虚拟部门 / how many"),
]
Url = Annotated[
    str, typer.Option("--database", metavar="URL", help="空的数据库，默认 DIR/cycle.db / an empty database")
]
Faults = Annotated[
    str,
    typer.Option(
        "--faults",
        metavar="KIND,…",
        help=f"故障演练：{'、'.join(KINDS)}，可选几种 / what goes wrong on purpose",
    ),
]


def simulate(
    ctx: typer.Context,
    *,
    years: Years,
    seed: Seed,
    out: Out,
    roster: RosterFile = "",
    departments: Departments = None,
    database: Url = "",
    faults: Faults = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Exit 0 when the history verifies, 2 on bad input, 3 where the roster cannot open a year, else 5."""
    with speaking(lang or ctx.ensure_object(Program).lang or words.LANGS[0], as_json) as terminal:
        first, last = _years(terminal, years)
        wrong = _faults(terminal, faults)
        chosen = _roster(terminal, roster, departments)
        folder = _folder(terminal, out)
        plan = Plan(first, last, seed, behaviour.shipped())
        opened = _database(terminal, database or f"sqlite:///{(folder / 'cycle.db').as_posix()}")
        ctx.call_on_close(opened.close)
        clock = VirtualClock(loop.start_of(plan, ZONE))
        service = Service(opened, clock, ZONE, folder / "evidence")
        told = _play(service, plan, chosen, folder, wrong)
        terminal.tell(told, lambda console: _say(console, terminal, told, out))
        if told["verify"] != "ok":
            raise typer.Exit(UNVERIFIED)


def _play(
    service: Service, plan: Plan, roster: Roster, folder: Path, faults: tuple[str, ...]
) -> dict[str, Any]:
    schema.upgrade(service.database)
    begin(service, plan, roster)
    mail = folder / "mail"
    mail.mkdir()
    ways = partial(letterbox, mail, service.zone)
    ran = loop.run(service, plan, until=loop.end_of(plan, service.zone), ways=ways, faults=faults)
    return outputs.write(service, plan, ran, folder)


def _stop(terminal: Terminal, code: str, **data: object) -> NoReturn:
    terminal.fail("bad_input", words.phrase("simulate", code, terminal.lang, **data))
    raise typer.Exit(BAD_INPUT)


def _years(terminal: Terminal, given: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{4})", given.strip())
    first, last = (int(found[1]), int(found[2])) if found else (0, 0)
    if not FIRST <= first <= last <= LAST:
        _stop(terminal, "years", given=given, first=FIRST, last=LAST)
    return first, last


def _faults(terminal: Terminal, given: str) -> tuple[str, ...]:
    asked = [kind.strip() for kind in given.split(",") if kind.strip()]
    if unknown := [kind for kind in asked if kind not in KINDS]:
        _stop(terminal, "faults", given="、".join(unknown), kinds="、".join(KINDS))
    return tuple(asked)


def _roster(terminal: Terminal, file: str, departments: int | None) -> Roster:
    try:
        found = rosters.read(file or None)
    except RosterInvalid as invalid:
        entries = [
            {"path": f.path, "code": f.code, "line": f"{f.path or file}: {fault_text(f, terminal.lang)}"}
            for f in invalid.faults
        ]
        terminal.fail("bad_input", words.phrase("simulate", "roster", terminal.lang, file=file), entries)
        raise typer.Exit(BAD_INPUT) from invalid
    return found if departments is None else rosters.first(found, departments)


def _folder(terminal: Terminal, out: str) -> Path:
    """The folder, there and empty."""
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            _stop(terminal, "folder_full", folder=out)
    except OSError as error:
        _stop(terminal, "folder_unfit", folder=out, detail=error.strerror or str(error))
    return folder


def _database(terminal: Terminal, url: str) -> Database:
    """The database, there and empty; what is simulated can be simulated again."""
    try:
        database = Database(url, durable=False)
    except (ArgumentError, NoSuchModuleError, ImportError, OSError) as error:
        _stop(terminal, "database_url", detail=str(error))
    place = database.url.render_as_string(hide_password=True)
    try:
        empty = schema.is_empty(database)
    except OperationalError:
        _stop(terminal, "database_unreachable", place=place)
    if not empty:
        _stop(terminal, "database_full", place=place)
    return database


def _say(console: Console, terminal: Terminal, told: dict[str, Any], folder: str) -> None:
    """A few lines for people; the rest stands in the files."""
    data = {key: value for key, value in told.items() if isinstance(value, int | str)}
    first, last = told["years"][0], told["years"][-1]
    for code in ("played", "counted", "verified" if told["verify"] == "ok" else "unverified"):
        text = words.phrase("simulate", code, terminal.lang, folder=folder, first=first, last=last, **data)
        console.print(text)
