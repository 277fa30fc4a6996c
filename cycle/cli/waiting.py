"""Acts that wait for a second person: listed, confirmed, and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import queries_board
from cycle.cli.answers import subject_name, tell, told
from cycle.cli.command import Work, reading
from cycle.cli.options import As, Key
from cycle.cli.status import who
from cycle.operations import perform
from cycle.operations.catalogue import OPERATIONS
from workflows import words
from workflows.scoring import show

PendingId = Annotated[str, typer.Argument(metavar="ID", help="编号，见 waiting / its id")]


def mount(app: typer.Typer) -> None:
    reading(app, "waiting", "待第二人确认的事项 / acts waiting for a second person")(waiting)
    reading(app, "confirm", "以第二人身份确认 / confirm as the second person")(confirm)
    reading(app, "drop", "收回自己登记的待确认事项 / take back one's own waiting act")(drop)


def waiting(work: Work) -> None:
    with work.read() as session:
        calls = queries_board.waiting_calls(session)
    found = [_shown(work, one, calls.get(one["id"], {})) for one in perform.waiting(work.service)]

    def human(console: Console) -> None:
        for one in found:
            console.print(_line(work, one))
            for line in _grounds(work, one):
                console.print(f"    {line}")
        console.print(work.terminal.say("list_count", count=len(found)))

    work.terminal.tell({"waiting": found}, human)


def _shown(work: Work, one: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    """A waiting act with all that the second person has to know of it."""
    act, arguments = call.get("act", {}), call.get("arguments", {})
    known = ("on_behalf_of", "reason", "document", "occurred_on")
    return {**told(work, one), "arguments": arguments, **{key: act.get(key) or None for key in known}}


def _line(work: Work, one: dict[str, Any]) -> str:
    return work.terminal.say(
        "waiting_line",
        id=one["id"],
        name=subject_name(work, one["subject"]),
        operation=_operation(work, one),
        actor=work.name(one["actor"]),
        at=_local(work, one["requested_at"]),
    )


def _grounds(work: Work, one: dict[str, Any]) -> list[str]:
    say = work.terminal.say
    behalf = one["on_behalf_of"]
    lines = [say("waiting_behalf", who=who(work, behalf))] if behalf else []
    lines += [say("waiting_document", document=one["document"])] if one["document"] else []
    lines += [say("waiting_reason", reason=one["reason"])] if one["reason"] else []
    for line in one["arguments"].get("lines", ()):
        points = "" if line.get("points") is None else show(line["points"])
        lines.append(
            f"{work.terminal.word('part', line['part'])} {work.name(line['item'])} {points}".rstrip()
        )
    for department, grade in one["arguments"].get("ruling", {}).items():
        lines.append(f"{work.name(department)}: {work.terminal.word('grade', grade)}")
    return [*lines, *_entry(work, one)]


def _entry(work: Work, one: dict[str, Any]) -> list[str]:
    """What a person's entry would say, as far as it was asked for."""
    if one["kind"] != "person":
        return []
    asked, known = one["arguments"], words.catalogue(work.terminal.lang)["role"]
    parts = [str(asked.get("name", "")), work.name(asked["home"]) if "home" in asked else ""]
    parts += [
        ", ".join(known.get(role, role) for role in asked.get("roles", ())),
        str(asked.get("email", "")),
    ]
    if asked.get("office_head") is not None:
        say = work.terminal.say
        parts.append(say("waiting_head") if asked["office_head"] else say("waiting_not_head"))
    return ["  ".join(filter(None, parts))]


def _operation(work: Work, one: dict[str, Any]) -> str:
    """The word of what would be done: of the action asked for, else of the operation."""
    action = str(one["arguments"].get("action", one["operation"]))
    known = words.catalogue(work.terminal.lang)
    own = known.get(f"action.{one['kind']}", {})
    action = action.removesuffix(f"_{one['kind']}")
    return own.get(action) or known["action"].get(action) or work.terminal.say("operation_move")


def _local(work: Work, at: str) -> str:
    return datetime.fromisoformat(at).astimezone(work.service.zone).strftime("%Y-%m-%d %H:%M")


def confirm(work: Work, pending: PendingId, acts_as: As, key: Key = "") -> None:
    tell(work, perform.confirm(work.service, OPERATIONS, pending, acts_as, key))


def drop(work: Work, pending: PendingId, acts_as: As, key: Key = "") -> None:
    answer = perform.drop(work.service, pending, acts_as, key)
    work.terminal.tell(answer, lambda console: console.print(work.terminal.say("dropped", id=pending)))
