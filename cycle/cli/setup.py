"""`cycle init`: the database, and the roster it starts with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.exc import OperationalError

from cycle import queries, roster, schema
from cycle.calendar_seed import seed
from cycle.cli import command
from cycle.cli.command import Work
from cycle.cli.options import Json, Lang
from cycle.cli.run import Program
from cycle.cli.terminal import BadInput, Terminal, speaking
from cycle.operations.setup import roster_arguments
from cycle.permissions import Act
from cycle.roster import Roster, RosterInvalid, fault_text
from workflows import words

_SEEDED = range(-2, 2)
"""The years around this one whose working days are taken from the library."""


def mount(app: typer.Typer) -> None:
    app.command("init", help="建库并装入名册；已有数据的库只升级 / set the database up, install the roster")(
        init
    )


def init(
    ctx: typer.Context,
    *,
    file: Annotated[str, typer.Option("--roster", metavar="FILE", help="名册文件 / a roster file")] = "",
    sample: Annotated[bool, typer.Option("--sample", help="装入随附的示例名册 / the shipped sample")] = False,
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    with speaking(lang or ctx.ensure_object(Program).lang or words.LANGS[0], as_json) as terminal:
        if file and sample:
            raise BadInput("roster_twice")
        chosen = _roster(terminal, file) if file or sample else None
        service = command.open_database(ctx, new=True)
        ctx.call_on_close(service.database.close)
        try:
            schema.upgrade(service.database)
        except OperationalError as error:
            raise command.unreachable(service, error) from error
        _fill(Work(terminal, service), chosen, Path(file).name if file else "roster.toml")


def _roster(terminal: Terminal, file: str) -> Roster:
    try:
        return roster.read(file or None)
    except RosterInvalid as invalid:
        entries = [
            {
                "path": fault.path,
                "code": fault.code,
                "message": fault_text(fault, terminal.lang),
                "line": f"{fault.path or file}: {fault_text(fault, terminal.lang)}",
            }
            for fault in invalid.faults
        ]
        raise BadInput("roster_invalid", entries=entries, file=file) from invalid


def _fill(work: Work, chosen: Roster | None, source: str) -> None:
    with work.read() as session:
        have = {kind: len(queries.of_kind(session, kind)) for kind in ("department", "person")}
        known = {row.year for row in queries.of_kind(session, "calendar")}
    filled = any(have.values())
    years: list[int] = []
    if not filled:
        calendar = seed(work.today.year + n for n in _SEEDED if work.today.year + n not in known)
        years = sorted(calendar.years)
        arguments = roster_arguments(chosen or Roster((), ()), calendar)
        work.ask("install", Act("roster", kind="import", document=source), arguments)
        if chosen:
            have = {"department": len(chosen.departments), "person": len(chosen.people)}
    answer = {
        "database": work.service.database.url.render_as_string(hide_password=True),
        "schema": schema.head(),
        "already_filled": filled,
        "departments": have["department"],
        "people": have["person"],
        "calendars": years,
    }

    def human(console: Console) -> None:
        say = work.terminal.say
        console.print(say("init_ready", database=answer["database"]))
        if filled:
            console.print(say("init_filled", departments=have["department"], people=have["person"]))
        elif chosen:
            console.print(say("init_installed", departments=have["department"], people=have["person"]))
        else:
            console.print(say("init_no_roster"))
        if years:
            console.print(say("init_calendars", years="、".join(map(str, years))))

    work.terminal.tell(answer, human)
