"""`cycle export`: a list taken away as a CSV or XLSX file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cycle.board.lists import LISTS, Asked, file_of
from cycle.cli.command import Work, reading
from cycle.cli.options import Year
from cycle.cli.terminal import BadInput
from cycle.documents.lists import ENDINGS
from cycle.grading_files.save import save


def mount(app: typer.Typer) -> None:
    reading(app, "export", "把一个列表存为 CSV 或 XLSX 文件 / save a list as a CSV or XLSX file")(export)


def export(
    work: Work,
    *,
    name: Annotated[
        str, typer.Argument(metavar="LIST", help="列表，如 board、results / a list: " + " | ".join(LISTS))
    ],
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="写入 .csv 或 .xlsx 文件 / the file: .csv or .xlsx")
    ],
    year: Year = None,
    department: Annotated[
        str, typer.Option("--department", metavar="DEPARTMENT", help="哪个部门 / which department")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件 / replace an existing file")] = False,
) -> None:
    listing, kind = LISTS.get(name), ENDINGS.get(Path(out).suffix.lower())
    if listing is None:
        raise BadInput("export_unknown", name=name, known=", ".join(LISTS))
    if kind is None:
        raise BadInput("export_kind", file=out)
    if "department" in listing.needs and not department:
        raise BadInput("export_department")
    asked = Asked(
        year=work.year(year) if "year" in listing.needs else year or 0,
        department=work.department(department) if department else "",
    )
    with work.read() as session:
        look = work.look(session)
        rows = listing.rows(look, asked)
        content = file_of(name, kind, look, rows)
    _save(out, content, force=force)
    answer = {"file": out, "list": name, "rows": len(rows), "year": asked.year or None}
    text = work.terminal.say("export_written", file=out, count=len(rows))
    work.terminal.tell(answer, lambda console: console.print(text))


def _save(out: str, content: bytes, *, force: bool) -> None:
    try:
        save(Path(out), content, replace=force)
    except FileExistsError as exists:
        raise BadInput("export_exists", file=out) from exists
    except OSError as error:
        raise BadInput("export_unwritable", file=out, detail=error.strerror or str(error)) from error
