"""`cycle receipt`: what departments acknowledge, and what the office notes for them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle import facts as gathering
from cycle import queries
from cycle.board.receipts import Unsigned, awaited
from cycle.board.values import receipt_values
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.options import Year
from cycle.cli.terminal import table_cell
from cycle.permissions import Act
from workflows import words

Subject = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT",
        help="所属事项，见 receipt list，如 appraisal:2025:caizheng / what it belongs to, as listed",
    ),
]
Numbers = Annotated[
    list[int], typer.Argument(metavar="NUMBER...", min=1, help="编号，可写几个 / the numbers, one or more")
]
Of = Annotated[str, typer.Option("--department", metavar="DEPARTMENT", help="只列这个部门 / only this one")]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="签收 / acknowledging receipt", no_args_is_help=True)
    acting(below, "acknowledge", "部门签收 / the department acknowledges", "appraisal.acknowledge")(
        acknowledge
    )
    acting(below, "note", "绩效办登记电话签收 / the office notes whom it told", "appraisal.note_receipt")(
        note
    )
    reading(below, "list", "列出待签收的事项 / list what waits for acknowledgement")(list_receipts)
    app.add_typer(below, name="receipt")


def acknowledge(work: Work, act: Act, subject: Subject, numbers: Numbers) -> None:
    tell(work, work.ask("acknowledge", act, {"subject": subject, "receipts": numbers}))


def note(work: Work, act: Act, subject: Subject, numbers: Numbers) -> None:
    tell(work, work.ask("note_receipt", act, {"subject": subject, "receipts": numbers}))


def list_receipts(work: Work, *, year: Year = None, department: Of = "") -> None:
    meant = work.year(year)
    only = work.department(department) if department else ""
    with work.read() as session:
        book = gathering.rulebook_of(session, queries.subject(session, f"cycle:{meant}"))
        found = awaited(session, meant, book, gathering.standing_calendar(session), work.today)
    rows = [receipt_values(work.voice, one) for one in found if only in ("", one.department)]

    def human(console: Console) -> None:
        if not rows:
            console.print(work.terminal.say("receipts_none"))
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for code in ("name", "key", "receipt", "what", "on", "due", "state"):
            table.add_column(work.terminal.say(f"column_{code}"), no_wrap=True)
        for row in rows:
            lamp = work.terminal.say("receipt_late") if row["late"] else ""
            cells = ("name", "subject", "number", "what_word", "on", "due")
            table.add_row(*(table_cell(str(row[cell])) for cell in cells), lamp)
        console.print(table)

    work.terminal.tell({"year": meant, "receipts": rows}, human)


def receipt_line(work: Work, one: Unsigned) -> str:
    """One line of a department's sheet about what it has still to acknowledge."""
    say, lang = work.terminal.say, work.terminal.lang
    kind = one.subject.partition(":")[0]
    due = words.day(one.receipt.due, lang)
    return say(
        "show_receipt",
        key=one.subject,
        number=one.receipt.number,
        what=words.action(one.receipt.what, lang, kind),
        on=words.day(one.receipt.on, lang),
        lamp=say("receipt_late") if one.late else say("receipt_in_time", due=due),
    )
