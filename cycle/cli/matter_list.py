"""Which matters of a year a list shows: of one department, in one state, or whatever is not done with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from cycle.cli import typed
from cycle.cli.command import Work
from workflows.machines import MACHINES

Of = Annotated[
    str, typer.Option("--department", metavar="DEPARTMENT", help="只列这个部门 / only this department")
]
Open = Annotated[bool, typer.Option("--open", help="只列还没有办完的 / only what is not done with")]


def states(kind: str) -> str:
    """The help of `--state`: every state a matter of a kind may have."""
    known = typed.listed(f"state.{kind}", MACHINES[kind].states)
    return f"只列这个状态 / only this state: {known}"


def picked(
    work: Work,
    kind: str,
    rows: Iterable[dict[str, Any]],
    *,
    department: str = "",
    state: str = "",
    open_: bool = False,
) -> list[dict[str, Any]]:
    """The rows asked for, each with its `department` and `state`. Raises BadInput."""
    machine = MACHINES[kind]
    only = work.department(department) if department else ""
    wanted = typed.chosen(state, f"state.{kind}", machine.states, "--state") if state else ""
    return [
        row
        for row in rows
        if only in ("", row["department"])
        and wanted in ("", row["state"])
        and not (open_ and row["state"] in machine.final)
    ]
