"""Acts that wait for a second person: listed, confirmed, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from cycle.board import desk
from cycle.cli.answers import subject_name, tell
from cycle.cli.command import Work, reading
from cycle.cli.options import As, Key
from cycle.cli.status import who
from cycle.imports.wording import row_line
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
        found = desk.waiting(work.look(session))

    def human(console: Console) -> None:
        for one in found:
            console.print(_line(work, one))
            for line in _grounds(work, one):
                console.print(f"    {line}")
        console.print(work.terminal.say("list_count", count=len(found)))

    work.terminal.tell({"waiting": found}, human)


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
    lines += _given(work, one["arguments"])
    return [*lines, *(_rows(work, one) if one["operation"] == "import_rows" else _entry(work, one))]


def _rows(work: Work, one: dict[str, Any]) -> list[str]:
    """What a file would change, a row a line: whoever confirms has to see it."""
    asked = one["arguments"]
    said = work.terminal.say("waiting_import", file=asked["file"], count=len(asked["rows"]))
    return [said, *(f"  {row_line(row)}" for row in asked["rows"])]


def _given(work: Work, asked: Mapping[str, Any]) -> list[str]:
    """Marks and ratings, an item a line."""
    lines = (
        [work.terminal.say("waiting_sheet", member=work.name(asked["member"]))] if "marks" in asked else []
    )
    for given in (*asked.get("marks", ()), *asked.get("ratings", ())):
        points = show(given["points"]) if given.get("points") is not None else given.get("level", "")
        told = [work.name(given["item"]), points, given.get("reason") or given.get("note") or ""]
        lines.append(" ".join(filter(None, told)))
    return lines


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
    if one["operation"] == "import_rows":
        return work.terminal.say("operation_import")
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
