"""Acts that wait for a second person: listed, confirmed, and taken back."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cycle.board import desk, pending
from cycle.cli.answers import tell
from cycle.cli.command import Work, reading
from cycle.cli.options import As, Key
from cycle.operations import perform
from cycle.operations.catalogue import OPERATIONS
from workflows import words

PendingId = Annotated[str, typer.Argument(metavar="ID", help="编号，见 waiting / its id")]


def mount(app: typer.Typer) -> None:
    reading(app, "waiting", "待第二人确认的事项 / acts waiting for a second person")(waiting)
    reading(app, "confirm", "以第二人身份确认 / confirm as the second person")(confirm)
    reading(app, "drop", "收回自己登记的待确认事项 / take back one's own waiting act")(drop)


def waiting(work: Work) -> None:
    with work.read() as session:
        look = work.look(session)
        found = desk.waiting(look)
        told = [] if work.terminal.json else [pending.lines(look, one) for one in found]

    def human(console: Console) -> None:
        for lines in told:
            for line in lines:
                console.print(line)
        console.print(work.terminal.say("list_count", count=len(found)))

    work.terminal.tell({"waiting": found}, human)


def confirm(work: Work, pending_id: PendingId, acts_as: As, key: Key = "") -> None:
    answer = perform.confirm(work.service, OPERATIONS, pending_id, acts_as, key)
    if "file" not in answer:
        tell(work, answer)
        return
    # Of a file the subject is that of one row alone: the file is what was confirmed.
    counts = {"file": answer["file"], "taken": answer["taken"], "same": answer["same"]}
    said = words.phrase("waiting", "confirmed", work.terminal.lang, **counts, left=len(answer["refused"]))
    work.terminal.tell(answer, lambda console: console.print(said))


def drop(work: Work, pending_id: PendingId, acts_as: As, key: Key = "") -> None:
    answer = perform.drop(work.service, pending_id, acts_as, key)
    work.terminal.tell(answer, lambda console: console.print(work.terminal.say("dropped", id=pending_id)))
