"""The options many commands share, spelled once."""

from __future__ import annotations

from typing import Annotated

import typer

Lang = Annotated[str, typer.Option("--lang", envvar="CYCLE_LANG", help="zh or en.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]
As = Annotated[str, typer.Option("--as", help="Who acts: a person's id.")]
Behalf = Annotated[
    str, typer.Option("--on-behalf-of", help="group, committee, team, or a leader's id; needs --document.")
]
Document = Annotated[str, typer.Option("--document", help="The document behind it: number and date.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the history.")]
OccurredOn = Annotated[
    str, typer.Option("--occurred-on", help="The day it happened, where that is not today: YYYY-MM-DD.")
]
Key = Annotated[str, typer.Option("--key", help="Makes a repetition of this command harmless.")]
Year = Annotated[int, typer.Option("--year", help="The cycle's year; default the latest running one.")]
