"""`cycle mark`: the review team's marks, what stands beside each indicator, where the marks lie too far apart."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cycle.board.beside import mark_sheet
from cycle.board.beside_values import beside_values, mark_sheet_values
from cycle.cli import mark_file, mark_print, typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.options import Department, Year
from cycle.cli.terminal import BadInput
from cycle.permissions import Act

Member = Annotated[
    str,
    typer.Option(
        "--member", metavar="PERSON", help="书面打分表是谁的，代考核组登记时写明 / whose paper sheet it is"
    ),
]
Item = Annotated[str, typer.Argument(metavar="[ITEM]", help="指标的条款号 / the indicator's clause id")]
Points = Annotated[
    str,
    typer.Argument(metavar="[POINTS]", help="分值，如 1.8；扣分的用 --reason 写明理由 / as a decimal"),
]
File = Annotated[
    str,
    typer.Option(
        "--file", metavar="FILE", help="打分表 CSV 或 XLSX：条款、分值、理由 / item, points, reason"
    ),
]
Evidence = Annotated[
    list[str] | None,
    typer.Option("--evidence", metavar="KEY", help="所依据的佐证材料，可多次 / evidence, may be repeated"),
]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="集中考评打分 / the review team's marks", no_args_is_help=True)
    acting(
        below, "give", "打分：一项，或者整张打分表 / mark one indicator, or a whole sheet", "appraisal.mark"
    )(give)
    acting(
        below,
        "confirm",
        "重新开放后确认原来的打分 / confirm marks after a reopening",
        "appraisal.confirm_marks",
    )(confirm)
    acting(
        below,
        "acknowledge",
        "说明理由，确认打分差距 / acknowledge marks that lie apart",
        "appraisal.acknowledge_spread",
    )(acknowledge)
    reading(below, "sheet", "打分参考：自评、佐证、上年得分和已有打分 / what stands beside each indicator")(
        sheet
    )
    reading(below, "spread", "列出相差过大的打分 / marks that lie too far apart")(spread)
    app.add_typer(below, name="mark")


def give(
    work: Work,
    act: Act,
    *,
    department: Department,
    item: Item = "",
    points: Points = "",
    file: File = "",
    member: Member = "",
    evidence: Evidence = None,
    year: Year = None,
) -> None:
    if bool(file) == bool(item) or bool(item) != bool(points):
        raise BadInput("marks_one_way")
    if file:
        marks = mark_file.read(file, work.terminal.lang)
    else:
        one = {"item": item, "points": typed.points(points, "POINTS"), "reason": act.reason}
        marks = [{**one, "evidence": evidence or []}]
    key, member = work.appraisal(department, year), work.person(member) if member else ""
    asked = {"subject": key, "action": "mark", "member": member, "marks": marks}
    answer = work.ask("move", act, asked)
    whose = work.name(member or act.actor)
    said = work.terminal.say("mark_counted", member=whose, count=len(marks))
    tell(work, answer, lambda console: console.print(said))


def confirm(work: Work, act: Act, *, department: Department, member: Member = "", year: Year = None) -> None:
    key, member = work.appraisal(department, year), work.person(member) if member else ""
    tell(work, work.ask("move", act, {"subject": key, "action": "confirm_marks", "member": member}))


def acknowledge(
    work: Work,
    act: Act,
    *,
    department: Department,
    items: Annotated[
        list[str], typer.Argument(metavar="ITEM...", help="指标的条款号，见 mark spread / clause ids")
    ],
    year: Year = None,
) -> None:
    key = work.appraisal(department, year)
    asked = {"subject": key, "action": "acknowledge_spread", "items": items}
    tell(work, work.ask("move", act, asked))


def sheet(work: Work, department: Department, year: Year = None) -> None:
    key = work.appraisal(department, year)
    with work.read() as session:
        found = mark_sheet(session, key, work.service.zone)
    answer = mark_sheet_values(work.voice, found)
    work.terminal.tell(answer, lambda console: mark_print.print_sheet(work, console, found))


def spread(work: Work, department: Department, year: Year = None) -> None:
    key = work.appraisal(department, year)
    with work.read() as session:
        found = mark_sheet(session, key, work.service.zone)
    wide = [one for one in found.indicators if one.spread != "narrow"]
    shown: list[dict[str, Any]] = [beside_values(work.voice, one) for one in wide]
    answer = {"year": found.year, "department": found.department, "spreads": shown}
    work.terminal.tell(answer, lambda console: mark_print.print_spreads(work, console, wide))
