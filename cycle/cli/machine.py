"""`cycle machine`: the processes as they are, without any database."""

import json
import sys
from enum import StrEnum
from typing import Annotated, Any, Literal

import typer

from cycle.machine_pages import markdown, mermaid, table
from workflows import words
from workflows.engine import Machine
from workflows.machines import MACHINES

BAD_INPUT = 2

app = typer.Typer(help="各类事项的流程：环节和能办的事。", no_args_is_help=True)


class Format(StrEnum):
    TABLE = "table"
    MERMAID = "mermaid"


@app.callback()
def machine() -> None:
    """Keep `show` a command of its own while it is the only one."""


@app.command(help="显示一个流程：事项表，或者 Mermaid 状态图。")
def show(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="流程：" + "、".join(MACHINES))],
    *,
    form: Annotated[Format, typer.Option("--format", help="table 事项表，mermaid 状态图")] = Format.TABLE,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="文字的语言，默认 zh")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="在标准输出上给出一份 JSON")] = False,
) -> None:
    """Exit 0 with the machine, 2 for one there is none of. With --json the format does not matter."""
    reader = lang or _language_of_program(ctx)
    found = MACHINES.get(name)
    if found is None:
        known = words.listed(list(MACHINES), reader)
        _write(words.phrase("table", "unknown_machine", reader, name=name, known=known) + "\n", error=True)
        raise typer.Exit(BAD_INPUT)
    if as_json:
        _write(json.dumps(document(found, reader), ensure_ascii=False, indent=2) + "\n")
    else:
        _write(mermaid(found, reader) if form is Format.MERMAID else markdown(found, reader))


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


def _language_of_program(ctx: typer.Context) -> str:
    """What the program as a whole was told by its own --lang."""
    chosen = ctx.find_root().params.get("lang")
    return chosen if chosen in words.LANGS else words.LANGS[0]


def _write(text: str, *, error: bool = False) -> None:
    """A terminal that cannot show a character gets its escape, not a crash."""
    encoding = (sys.stderr if error else sys.stdout).encoding or "utf-8"
    typer.echo(text.encode(encoding, "backslashreplace").decode(encoding), err=error, nl=False)
