"""`cycle show`: one department's year on one sheet."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import queries
from cycle.board.actions import Possible, possible
from cycle.board.sheet import DepartmentSheet, FormSheet, sheet
from cycle.board.values import sheet_values
from cycle.cli import ways
from cycle.cli.command import Work, reading
from cycle.cli.form_shown import print_targets
from cycle.cli.ledger import print_lines
from cycle.cli.options import Department, Year
from cycle.cli.receipt import receipt_line
from cycle.cli.status import lamp_text, who
from workflows import words
from workflows.errors import NotFound
from workflows.forms import returned_in_order
from workflows.scoring import show as show_points

_LONGEST = 60


def mount(app: typer.Typer) -> None:
    reading(app, "show", "一个部门的年度全貌 / one department's year")(show)


def show(
    work: Work,
    department: Department,
    year: Year = None,
    acts_as: Annotated[
        str,
        typer.Option(
            "--as", metavar="PERSON", help="只列此人能办的事项，编号或姓名 / only what this person may do"
        ),
    ] = "",
) -> None:
    meant, wanted = work.year(year), work.department(department)
    with work.read() as session:
        row = queries.subject(session, f"department:{wanted}")
        if row is None or queries.subject(session, f"cycle:{meant}") is None:
            raise NotFound(f"appraisal:{meant}:{wanted}")
        found = sheet(session, row, meant, work.service.clock.now(), work.service.zone)
        next_ = ways.asked_for(possible(work.service, session, found.subject, acts_as))
    work.terminal.tell(as_json(work, found, next_), lambda console: _print(work, console, found, next_))


def as_json(work: Work, found: DepartmentSheet, next_: list[Possible]) -> dict[str, Any]:
    """The sheet as plain values."""
    shown = sheet_values(work.voice, found, next_)
    for told, one in zip(shown["actions"], next_, strict=True):
        told["to_give"] = ways.options(one.to_give)
        told["command"] = ways.line(one, found.subject.key, work.terminal.lang)
    return shown


def _print(work: Work, console: Console, found: DepartmentSheet, next_: list[Possible]) -> None:
    terminal, row = work.terminal, found.row
    say = terminal.say
    console.print(say("in_year", year=row.year, name=f"{row.name} ({row.department})"))
    console.print(lamp_text(work, row), words.state("appraisal", row.state, terminal.lang))
    for post, one in found.posts.items():
        console.print(f"  {terminal.word('post', post)}: {work.name(one) or '-'} {one and f'({one})'}")
    for clock in found.clocks:
        due = words.day(clock.deadline.due, terminal.lang)
        console.print(say("show_deadline", who=who(work, clock.deadline.who), due=due))
    if row.days_left is not None:
        console.print(say("show_left", days=row.days_left))
    if found.forms:
        console.print(say("show_forms"))
    for form in found.forms:
        console.print(f"  {_form_line(work, form)}")
        for part, reason in returned_in_order(form.returned):
            name = words.form_part(part, terminal.lang, work.called)
            console.print(f"  {say('form_returned', name=name, reason=reason)}")
    print_targets(work, console, found.targets)
    if found.team:
        console.print(say("show_team", team=", ".join(work.name(one) for one in found.team)))
    if found.lines:
        print_lines(work, console, found.lines)
    if found.talk:
        console.print(say("show_talk", on=found.talk["on"], by=work.name(found.talk["by"])))
    for step in found.steps:
        console.print(
            say("show_step", step=step.name, text=step.text, due=step.due, verified=step.verified or "-")
        )
    for unsigned in found.unsigned:
        console.print(receipt_line(work, unsigned))
    _print_result(work, console, found)
    console.print(say("show_actions") if next_ else say("show_no_actions"))
    ways.print_actions(work, console, found.subject.key, next_)


def _form_line(work: Work, form: FormSheet) -> str:
    say = work.terminal.say
    marks = [say("form_due", due=form.due)]
    if form.original_due:
        marks.append(say("form_original", due=form.original_due))
    for mark, holds in (
        ("form_signed", form.signed),
        ("form_unsigned", form.text is not None and not form.signed),
        ("form_taken_up", form.taken_up),
        ("form_late", form.late),
        ("form_lapsed", form.lapsed),
        ("form_asked", form.asked),
    ):
        if holds:
            marks.append(say(mark))
    first = (form.text or "").strip().partition("\n")[0]
    short = first if len(first) <= _LONGEST else first[:_LONGEST] + "…"
    return f"{work.terminal.word('stage', form.name)}: {', '.join(marks)}  {short}".rstrip()


def _print_result(work: Work, console: Console, found: DepartmentSheet) -> None:
    if found.result:
        code = "show_proposed" if found.result_is_proposed else "show_result"
        grade = work.terminal.word("grade", found.result["grade"])
        total = found.result["total"]
        shown = "-" if total is None else show_points(total)
        console.print(work.terminal.say(code, total=shown, rank=found.result["rank"], grade=grade))
