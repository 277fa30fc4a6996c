"""`cycle machine`: the processes as they are, without any database."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from cycle.cli.command import plain
from cycle.cli.terminal import BAD_INPUT, Terminal
from cycle.machine_pages import markdown, mermaid, table
from workflows import words
from workflows.engine import Machine
from workflows.machines import MACHINES

app = typer.Typer(help="各类事项的流程 / the processes", no_args_is_help=True)


class Format(StrEnum):
    """How a process is shown to people."""

    TABLE = "table"
    MERMAID = "mermaid"


@app.callback()
def machine() -> None:
    """Keep `show` a command of its own while it is the only one."""


def show(
    terminal: Terminal,
    name: Annotated[str, typer.Argument(metavar="NAME", help=" | ".join(MACHINES))],
    form: Annotated[
        Format, typer.Option("--format", help="事项表或 Mermaid 状态图 / a table or a state diagram")
    ] = Format.TABLE,
) -> None:
    """Show one process; leaves with BAD_INPUT where there is none of the name. JSON has no format."""
    found, lang = MACHINES.get(name), terminal.lang
    if found is None:
        known = words.listed(list(MACHINES), lang)
        terminal.fail("bad_input", words.phrase("table", "unknown_machine", lang, name=name, known=known))
        raise typer.Exit(BAD_INPUT)
    page = mermaid(found, lang) if form is Format.MERMAID else markdown(found, lang)
    terminal.tell(document(found, lang), lambda console: console.print(page, end=""))


plain(app, "show", "显示一个流程：事项表或者状态图 / show one process")(show)


def document(shown: Machine, lang: str) -> dict[str, Any]:
    """The machine as plain JSON: codes for programs, texts beside them for people."""
    return {
        "machine": shown.name,
        "states": [
            {"state": state, "text": words.state(shown.name, state, lang), "final": state in shown.final}
            for state in shown.states
        ],
        "moves": [
            {
                "action": row.action,
                "text": words.action(row.action, lang, shown.name),
                "from": list(row.sources),
                "to": row.target,
                "who": list(row.who),
                "needs": list(row.needs),
            }
            for row in table(shown, lang)
        ],
    }
