"""`cycle calendar`: the working days of a year, imported and shown."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import calendar_file
from cycle import facts as gathering
from cycle.board import city
from cycle.calendar_file import CalendarFileInvalid, Table, message
from cycle.cli import typed
from cycle.cli.command import Work, acting, reading
from cycle.cli.options import Year, YearArgument
from cycle.cli.terminal import BadInput
from cycle.operations import registry
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.permissions import Act
from workflows.workdays import Calendar


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="工作日表 / working days", no_args_is_help=True)
    acting(below, "import", "导入一年的工作日表 / import a year's working days", "calendar.import")(
        import_table
    )
    reading(below, "show", "查看一年的工作日表 / show a year's working days")(show)
    app.add_typer(below, name="calendar")


def import_table(
    work: Work,
    act: Act,
    *,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV：日期、类型（节假日或补班）/ date, kind")],
    year: Year = None,
) -> None:
    with work.read() as session:
        standing = gathering.standing_calendar(session)
    table = _read(work, file, standing)
    if year is not None and year not in table.years:
        raise BadInput(
            "calendar_other_year", year=year, found=", ".join(map(str, sorted(table.years))) or "-"
        )
    content = table.merged_into(standing).content()
    touched = sorted(table.years | {day.year for day in table.holidays | table.makeup})
    arguments = {"years": {str(one): content[str(one)] for one in touched}}
    answer = work.ask("import_calendars", act, arguments, _import_each)

    def human(console: Console) -> None:
        for one in touched:
            days = content[str(one)]
            console.print(
                work.terminal.say(
                    "calendar_imported", year=one, holidays=len(days["holidays"]), makeup=len(days["makeup"])
                )
            )
        console.print(work.terminal.say("calendar_redated", count=answer["redated"]))

    work.terminal.tell(answer, human)


def _read(work: Work, file: str, standing: Calendar) -> Table:
    try:
        return calendar_file.read(typed.read_bytes(file, "FILE"), known_years=standing.years)
    except CalendarFileInvalid as invalid:
        entries = []
        for fault in invalid.faults:
            text = message(fault, work.terminal.lang)
            line = f"{file}:{fault.row or ''}:{fault.column or ''}: {text}"
            entry: dict[str, Any] = {"row": fault.row, "column": fault.column, "code": fault.code}
            entries.append({**entry, "message": text, "line": line})
        raise BadInput("calendar_invalid", entries=entries, file=file) from invalid


def _import_each(transaction: Transaction, arguments: Arguments) -> Answer:
    """Every year a file touches in one transaction: all or none."""
    answers = [
        registry.import_calendar(transaction, {"year": int(year), **days})
        for year, days in sorted(arguments["years"].items())
    ]
    return {"years": sorted(map(int, arguments["years"])), "redated": sum(a["redated"] for a in answers)}


def show(work: Work, year: YearArgument) -> None:
    with work.read() as session:
        answer = city.calendar_values(work.look(session), year)

    def human(console: Console) -> None:
        console.print(work.terminal.say("calendar_header", year=year))
        if answer["provisional"]:
            console.print(work.terminal.say("calendar_provisional"))
            return
        for kind in ("holidays", "makeup"):
            console.print(f"{work.terminal.say(f'calendar_{kind}')}: {', '.join(answer[kind])}")

    work.terminal.tell(answer, human)
