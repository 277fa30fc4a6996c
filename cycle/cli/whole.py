"""`cycle whole`: acts on a running year as a whole: its rulebook corrected, a window's date moved for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import facts as gathering
from cycle import queries
from cycle.cli import typed
from cycle.cli.answers import sentence, told
from cycle.cli.command import Work, acting
from cycle.cli.options import Due, YearArgument
from cycle.cli.rules import read_book
from cycle.cli.terminal import BadInput
from cycle.operations import whole_city
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.permissions import Act
from workflows import corrections
from workflows.errors import NotFound
from workflows.rulebook import Rulebook, RulebookInvalid, fault_text
from workflows.scoring import show

Book = Annotated[
    str, typer.Option("--rulebook", metavar="FILE", help="更正后的细则文件 / the corrected rulebook, a file")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="只改一处：路径=新值，可写多次，如 windows.midyear.opens.value=07-08 / change one value",
    ),
]
Stage = Annotated[
    str,
    typer.Argument(
        metavar="STAGE", help="plan、midyear、yearend 或 central_review，也可写中文 / which window"
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看会改什么，不办理 / only show what would change")]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="全市统一事项 / acts on the whole city", no_args_is_help=True)
    acting(
        below,
        "correct-rulebook",
        "更正进行中年度的细则 / correct a running year's rulebook",
        "cycle.correct_rulebook",
    )(correct)
    acting(below, "move-dates", "统一延期 / move a window's due date for all", "cycle.move_dates")(move_dates)
    app.add_typer(below, name="whole")


def correct(
    work: Work,
    act: Act,
    *,
    year: YearArgument,
    rulebook: Book = "",
    change: Set = None,
    dry_run: DryRun = False,
) -> None:
    if bool(rulebook) == bool(change):
        raise BadInput("correction_missing")
    standing = _standing(work, year)
    if rulebook:  # a file's own name is no part of the correction
        content = {**read_book(work.terminal, rulebook).content(), "name": standing.name}
    else:
        content = _changed(work, standing, change or ()).content()
    arguments = {"year": year, "rulebook": content, "against": standing.digest}
    done = _do(work, act, "correct_rulebook", whole_city.preview_correction, arguments, dry_run=dry_run)
    _tell(work, done, lambda console: _print_correction(work, console, done))


def _standing(work: Work, year: int) -> Rulebook:
    with work.read() as session:
        cycle = queries.subject(session, f"cycle:{year}")
        if cycle is None or "rulebook" not in cycle.record:
            raise NotFound(f"cycle:{year}")
        return gathering.rulebook_of(session, cycle)


def _changed(work: Work, standing: Rulebook, change: Any) -> Rulebook:
    values = {}
    for one in change:
        path, equals, value = one.partition("=")
        if not (path.strip() and equals):
            raise BadInput("correction_shape", value=one)
        values[path.strip()] = value.strip()
    try:
        return corrections.with_values(standing, values)
    except KeyError as unknown:
        raise BadInput("correction_path", path=str(unknown.args[0])) from unknown
    except ValueError as wrong:
        raise BadInput("correction_shape", value=str(wrong)) from wrong
    except RulebookInvalid as invalid:
        lang = work.terminal.lang
        entries = [
            {"path": fault.path, "code": fault.code, "line": f"{fault.path}: {fault_text(fault, lang)}"}
            for fault in invalid.faults
        ]
        raise BadInput("rulebook_invalid", entries=entries, file="--set", count=len(entries)) from invalid


def move_dates(
    work: Work, act: Act, *, year: YearArgument, stage: Stage, due: Due, dry_run: DryRun = False
) -> None:
    arguments = {
        "year": year,
        "stage": typed.chosen(stage, "stage", tuple(corrections.MOVABLE), "STAGE"),
        "due": typed.iso(due, "--due"),
    }
    done = _do(work, act, "move_dates", whole_city.preview_dates, arguments, dry_run=dry_run)
    _tell(work, done, lambda console: _print_dates(work, console, done))


def _do(
    work: Work,
    act: Act,
    operation: str,
    preview: Callable[[Transaction, Arguments], Answer],
    arguments: Mapping[str, Any],
    *,
    dry_run: bool,
) -> Answer:
    """Ask for the act, or only for what it would change."""
    if not dry_run:
        return work.ask(operation, act, arguments)
    with work.read() as session:
        found = preview(Transaction(session, work.service.clock, work.service.zone, act), arguments)
    return {"subject": f"cycle:{arguments['year']}", "dry_run": True, **found}


def _tell(work: Work, done: Answer, more: Callable[[Console], None]) -> None:
    def human(console: Console) -> None:
        console.print(work.terminal.say("dry_run") if "dry_run" in done else sentence(work, done))
        if "pending" not in done:
            more(console)

    work.terminal.tell(told(work, done), human)


def _print_correction(work: Work, console: Console, done: Answer) -> None:
    say = work.terminal.say
    console.print(say("rulebook_digest", digest=done["digest"][:12]))
    console.print(say("correction_differences", count=len(done["differences"])))
    for one in done["differences"]:
        console.print(f"  {one['path']}: {one['before'] or '-'} → {one['after'] or '-'}")
    if done["touched"]:
        console.print(say("correction_touched", count=len(done["touched"])))
    for line in done["touched"]:
        department = line["subject"].rpartition(":")[2]
        item, points, full = work.name(line["item"]), show(line["points"]), show(line["after"])
        console.print(f"  {work.name(department)} {line['line'].partition('#')[2]} {item}: {points} / {full}")
    if done["marks"]:
        console.print(say("correction_marks", count=len(done["marks"])))
    for one in done["marks"]:
        department, items = work.name(one["subject"].rpartition(":")[2]), words_listed(work, one["items"])
        above = words_listed(work, one["above"])
        more = say("correction_marks_above", items=above) if above else ""
        console.print(f"  {department} {work.name(one['member'])} {items}{more}")


def _print_dates(work: Work, console: Console, done: Answer) -> None:
    say = work.terminal.say
    stage = work.terminal.word("stage", done["stage"])
    console.print(say("dates_head", stage=stage, before=done["before"], due=done["due"]))
    for code in ("moved", "later_already", "lapsed"):
        if done[code]:
            names = words_listed(work, done[code])
            console.print(say(f"dates_{code}", count=len(done[code]), names=names))


def words_listed(work: Work, codes: list[str]) -> str:
    """Departments, or items, by name, one after the other."""
    return work.terminal.word("list", "between").join(work.name(code) for code in codes)
