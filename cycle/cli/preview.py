"""`cycle preview`: what the clock will do in the days ahead if nobody acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console

from cycle.board.preview import RungAhead, rungs_ahead
from cycle.cli.answers import subject_name
from cycle.cli.command import Work, reading
from cycle.cli.status import who
from cycle.cli.sweep import rung_words
from cycle.correspondence.matters import form_of
from cycle.operations.sweep import due
from cycle.queries import SubjectRow
from workflows import words


def mount(app: typer.Typer) -> None:
    reading(app, "preview", "今后几天系统将自动做什么 / what the clock will do in the days ahead")(preview)


def preview(
    work: Work,
    days: Annotated[int, typer.Option("--days", min=0, max=400, help="看几天 / how many days ahead")] = 7,
    year: Annotated[
        int | None, typer.Option("--year", min=1, max=9999, help="只看一个年度 / one year only")
    ] = None,
) -> None:
    now = work.service.clock.now()
    until = now + timedelta(days=days)
    moves = [
        (_at(work, row, now), row, action)
        for row, action in due(work.service, until)
        if year in (None, row.year)
    ]
    with work.read() as session:
        rungs = rungs_ahead(session, now, until, work.service.zone)
    rungs = [rung for rung in rungs if year in (None, rung.clock.year)]
    answer = {
        "from": now.astimezone(work.service.zone).isoformat(),
        "until": until.astimezone(work.service.zone).isoformat(),
        "moves": [
            {
                "at": at.isoformat() if at else None,
                "year": row.year,
                "subject": row.key,
                "name": work.name(row.department) if row.department else None,
                "action": action,
            }
            for at, row, action in moves
        ],
        "reminders": [_rung_json(work, rung) for rung in rungs],
    }
    work.terminal.tell(answer, lambda console: _print(work, console, days, moves, rungs))


def _at(work: Work, row: SubjectRow, now: datetime) -> datetime | None:
    """When the move would be made: at its instant, or now where that has gone by."""
    return max(datetime.fromisoformat(row.wake), now).astimezone(work.service.zone) if row.wake else None


def _rung_json(work: Work, one: RungAhead) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "year": one.clock.year,
        "subject": one.clock.subject,
        "name": work.name(one.clock.department) if one.clock.department else None,
        "rung": one.rung,
        "colour": one.colour,
        "state": one.clock.deadline.state,
        "due": one.clock.deadline.due.isoformat(),
        "to": [
            {"as": to.role, "person": to.person, "name": to.name, "email": to.email, "channel": to.channel}
            for to in one.to
        ],
    }


def _print(
    work: Work,
    console: Console,
    days: int,
    moves: list[tuple[datetime | None, SubjectRow, str]],
    rungs: list[RungAhead],
) -> None:
    say, lang = work.terminal.say, work.terminal.lang
    console.print(say("preview_header", today=words.day(work.today, lang), days=days))
    console.print(say("preview_moves", count=len(moves)))
    for at, row, action in moves:
        name = subject_name(work, row.key)
        console.print(f"  {_time(at)}  {name}: {words.action(action, lang, row.kind)}")
    console.print(say("preview_rungs", count=len(rungs)))
    for one in rungs:
        to = ", ".join(_reached(work, one))
        name = subject_name(work, one.clock.subject)
        about = form_of(one.clock.deadline.state, lang)
        rung = rung_words(lang, one.rung)
        console.print(f"  {_time(one.at)}  {name}: {about}, {rung} → {to or '-'}")


def _reached(work: Work, one: RungAhead) -> list[str]:
    """Whom a rung reaches: a single person by name, several of one role by the role."""
    found = []
    for role in dict.fromkeys(to.role for to in one.to):
        held = [to for to in one.to if to.role == role]
        channel = work.terminal.say(f"channel_{held[0].channel}")
        name = held[0].name if len(held) == 1 else f"{who(work, role)} x{len(held)}"
        word = "" if len(held) > 1 or role == held[0].person else f"{who(work, role)}, "
        found.append(f"{name} ({word}{channel})")
    return found


def _time(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M") if at else "-"
