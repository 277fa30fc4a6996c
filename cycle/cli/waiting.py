"""Acts that wait for a second person: listed, and confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from cycle.cli.answers import subject_name, tell, told
from cycle.cli.command import Work, reading
from cycle.cli.options import As
from cycle.operations import perform
from cycle.operations.catalogue import OPERATIONS
from workflows import words


def mount(app: typer.Typer) -> None:
    reading(app, "waiting", "待第二人确认的事项 / acts waiting for a second person")(waiting)
    reading(app, "confirm", "以第二人身份确认 / confirm as the second person")(confirm)


def waiting(work: Work) -> None:
    found = [told(work, one) for one in perform.waiting(work.service)]

    def human(console: Console) -> None:
        for one in found:
            name = subject_name(work, one["subject"])
            say = work.terminal.say
            console.print(
                say(
                    "waiting_line",
                    id=one["id"],
                    name=name,
                    operation=_operation(work, one["operation"]),
                    actor=work.name(one["actor"]),
                    at=_local(work, one["requested_at"]),
                )
            )
        console.print(work.terminal.say("list_count", count=len(found)))

    work.terminal.tell({"waiting": found}, human)


def _operation(work: Work, name: str) -> str:
    """An operation's word: most are named as the action they take."""
    return words.catalogue(work.terminal.lang)["action"].get(name) or work.terminal.say("operation_move")


def _local(work: Work, at: str) -> str:
    return datetime.fromisoformat(at).astimezone(work.service.zone).strftime("%Y-%m-%d %H:%M")


def confirm(
    work: Work,
    pending: Annotated[str, typer.Argument(metavar="ID", help="编号，见 waiting / its id")],
    acts_as: As,
) -> None:
    tell(work, perform.confirm(work.service, OPERATIONS, pending, acts_as))
