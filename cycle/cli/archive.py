"""`cycle archive`: a closed year as one folder for the archive office."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from cycle.board.verdict import document, verdict_lines
from cycle.cli.command import Work, reading
from cycle.cli.options import YearArgument
from cycle.cli.terminal import UNVERIFIED, BadInput
from cycle.documents.archive import Unverified, archive


def mount(app: typer.Typer) -> None:
    reading(app, "archive", "把一个归档的年度存成一个文件夹，移交档案部门 / a closed year as one folder")(
        write
    )


def write(
    work: Work,
    *,
    year: YearArgument,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="新建的文件夹 / the folder to make")],
    draft: Annotated[
        bool,
        typer.Option("--draft", help="年度还没有归档也写，标明是草稿 / also of a year not closed, marked so"),
    ] = False,
) -> None:
    say = work.terminal.say
    try:
        made = archive(work.service, year, Path(out), draft=draft)
    except FileExistsError as taken:
        raise BadInput("archive_taken", folder=out) from taken
    except Unverified as found:
        _unverified(work, found)
    except OSError as error:
        raise BadInput("archive_unwritable", folder=out, detail=error.strerror or str(error)) from error

    def human(console: Console) -> None:
        console.print(say("archive_made", folder=out, **asdict(made)))
        if made.draft:
            console.print(say("archive_draft", year=year))
        console.print(say("archive_digest", digest=made.digest))

    work.terminal.tell({**asdict(made), "folder": out}, human)


def _unverified(work: Work, found: Unverified) -> NoReturn:
    lines = "\n".join(verdict_lines(found.verdict, work.terminal.lang, work.service.zone))
    work.terminal.tell(document(found.verdict, work.terminal.lang), lambda console: console.print(lines))
    raise typer.Exit(UNVERIFIED) from found
