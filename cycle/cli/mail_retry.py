"""`cycle mail retry`: dead letters are sent once more."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cycle.board.post_office import find
from cycle.cli.command import Work
from cycle.cli.terminal import BadInput
from cycle.permissions import Act
from notifications.outbox import number_of
from workflows import words

Letters = Annotated[
    list[str] | None,
    typer.Argument(metavar="LETTER...", help="信件编号，见 mail list / numbers of letters, see mail list"),
]


def retry(
    work: Work,
    act: Act,
    *,
    letters: Letters = None,
    all_failed: Annotated[
        bool, typer.Option("--all-failed", help="投递失败的全部重投 / every dead letter")
    ] = False,
) -> None:
    if bool(letters) == all_failed:
        raise BadInput("letter_or_all")
    with work.read() as session:
        found = {each.key: each for each in (find(session, text) for text in letters or ())}
    done = work.ask("retry_letters", act, {"letters": list(found)})
    with work.read() as session:
        sent = [find(session, key) for key in done["again"]]
    kept = done["left"]
    answer = {"again": [{"id": number_of(one), "key": one.key} for one in sent], "left": kept}

    def human(console: Console) -> None:
        console.print(words.phrase("mail", "again", work.terminal.lang, count=len(sent)))
        if kept:
            console.print(words.phrase("mail", "not_again", work.terminal.lang, count=kept))

    work.terminal.tell(answer, human)
