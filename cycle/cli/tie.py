"""`cycle tie`: equal departments across a cut line, and the group's rulings on them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from cycle.board import city
from cycle.cli import typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.options import Year
from cycle.cli.terminal import BadInput
from cycle.permissions import Act


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="跨等次的并列 / ties across a cut line", no_args_is_help=True)
    reading(below, "list", "列出并列和可用名额 / list the ties and their seats")(list_ties)
    acting(below, "rule", "裁定一组并列 / rule on a tie", "cycle.rule_tie")(rule)
    app.add_typer(below, name="tie")


def list_ties(work: Work, year: Year = None) -> None:
    meant = work.year(year)
    with work.read() as session:
        answer = {"year": meant, "ties": city.ties(work.look(session), meant)}
    work.terminal.tell(answer, lambda console: _print(work, console, answer))


def _print(work: Work, console: Console, answer: dict[str, Any]) -> None:
    terminal = work.terminal
    console.print(terminal.say("ties_header", year=answer["year"], count=len(answer["ties"])))
    for tie in answer["ties"]:
        seats = ", ".join(f"{terminal.word('grade', g)} {n}" for g, n in tie["seats"].items() if n)
        console.print(terminal.say("tie_line", tie=tie["tie"], seats=seats))
        for one in tie["departments"]:
            ruled = (tie["ruling"] or {}).get(one["department"])
            grade = terminal.word("grade", ruled) if ruled else terminal.say("tie_unruled")
            console.print(f"    {one['name']} ({one['department']}): {grade}")


def rule(
    work: Work,
    act: Act,
    *,
    tie: Annotated[str, typer.Argument(metavar="TIE", help="并列的编号，见 tie list / its number")],
    grades: Annotated[
        list[str], typer.Argument(metavar="DEPARTMENT=GRADE...", help="每个部门的等次 / each one's grade")
    ],
    year: Year = None,
) -> None:
    ruling: dict[str, str] = {}
    for one in grades:
        name, equals, grade = one.partition("=")
        if not equals:
            raise BadInput("bad_ruling", value=one)
        department = work.department(name)
        if department in ruling:
            raise BadInput("ruling_twice", department=name)
        ruling[department] = typed.grade(grade, one)
    tell(work, work.ask("rule_tie", act, {"year": work.year(year), "tie": tie, "ruling": ruling}))
