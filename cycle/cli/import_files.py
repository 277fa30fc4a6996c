"""`cycle import`: rosters, sheets of marks, counts of surveys and earlier results from files; templates for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cycle.board.row_changes import lines_of, told_groups
from cycle.cli import typed
from cycle.cli.command import Work, acting, reading
from cycle.cli.options import On, Year
from cycle.cli.terminal import REFUSED, BadInput
from cycle.documents.lists import ENDINGS
from cycle.grading_files.save import save
from cycle.imports.importing import KINDS, OF_A_YEAR, WHOLE, Imported, import_file
from cycle.imports.templates import template
from cycle.imports.wording import entries
from cycle.permissions import Act

File = Annotated[
    str, typer.Argument(metavar="FILE", help="CSV 或 XLSX，第一行是表头 / CSV or XLSX with headings")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只试导，什么也不写 / try it and write nothing")]
AcceptGood = Annotated[
    bool,
    typer.Option(
        "--accept-good-rows", help="有问题的行留下，其余照导；默认全部或者不导 / leave faulty rows out"
    ),
]
Of = Annotated[int, typer.Option("--year", min=1, max=9999, help="结果的年度 / the results' year")]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="从表格导入，下载模板 / take in files, make templates", no_args_is_help=True)
    acting(below, "roster", "导入名册：部门、人员、岗位 / a roster: departments, people, posts")(roster)
    acting(below, "marks", "导入打分表，可含多个部门 / sheets of marks, of several departments")(marks)
    acting(below, "survey", "导入问卷和评议的份数 / counts of the surveys")(survey)
    acting(below, "results", "导入往年结果 / an earlier year's results")(results)
    reading(below, "template", "生成待填的模板 / make a template to fill in")(make_template)
    app.add_typer(below, name="import")


def roster(
    work: Work, act: Act, *, file: File, on: On = "", dry_run: DryRun = False, accept_good: AcceptGood = False
) -> None:
    _import(work, act, "roster", file, on=typed.iso(on, "--on"), dry_run=dry_run, accept_good=accept_good)


def marks(
    work: Work,
    act: Act,
    *,
    file: File,
    year: Year = None,
    dry_run: DryRun = False,
    accept_good: AcceptGood = False,
) -> None:
    _import(work, act, "marks", file, year=work.year(year), dry_run=dry_run, accept_good=accept_good)


def survey(
    work: Work,
    act: Act,
    *,
    file: File,
    year: Year = None,
    dry_run: DryRun = False,
    accept_good: AcceptGood = False,
) -> None:
    _import(work, act, "survey", file, year=work.year(year), dry_run=dry_run, accept_good=accept_good)


def results(work: Work, act: Act, *, file: File, year: Of, dry_run: DryRun = False) -> None:
    _import(work, act, "results", file, year=year, dry_run=dry_run)


def _import(work: Work, act: Act, kind: str, file: str, **how: Any) -> None:
    """Take in a file, the operation "import_rows"; what is wrong with it is said row by row."""
    done = import_file(work.service, kind, file, act, **how)
    wrong = entries(done, work.terminal.lang, work.called)
    if wrong and not how["dry_run"] and not (how.get("accept_good") and (done.written or done.same)):
        _refuse(work, done, wrong)
        return
    with work.read() as session:
        changed = told_groups(work.look(session), done.changes)
    answer = {
        **{
            name: getattr(done, name)
            for name in ("kind", "file", "rows", "taken", "same", "blank", "left_out", "dry_run", "again")
        },
        "pending": done.pending or None,
        "other_sheets": done.others,
        "changes": changed,
        "faults": wrong,
    }
    work.terminal.tell(answer, lambda console: _print(work, console, done, changed, wrong))


def _refuse(work: Work, done: Imported, wrong: list[dict[str, Any]]) -> None:
    """What only the rules have against it is a refusal; whatever is wrong with the file is bad input."""
    if done.faults:
        raise BadInput("import_invalid", entries=wrong, file=done.file)
    work.terminal.fail("refused", work.terminal.say("import_invalid", file=done.file), wrong)
    raise typer.Exit(REFUSED)


def _print(
    work: Work,
    console: Console,
    done: Imported,
    changed: list[dict[str, Any]],
    wrong: list[dict[str, Any]],
) -> None:
    say = work.terminal.say
    counts = {name: getattr(done, name) for name in ("rows", "taken", "same", "blank", "left_out")}
    console.print(
        say("import_would" if done.dry_run or done.pending else "import_counts", file=done.file, **counts)
    )
    if done.others:
        console.print(say("import_other_sheets", count=done.others))
    for line in lines_of(changed, work.terminal.lang):
        console.print(line)
    if done.dry_run:
        console.print(say("import_tried_sound" if done.sound else "import_tried"))
    elif done.again:
        console.print(say("import_again"))
    elif not done.taken and not wrong:
        console.print(say("import_nothing_new"))
    if done.pending:
        console.print(say("import_pending", id=done.pending))
    if wrong:
        console.print(say("import_left_out"))
        for entry in wrong:
            console.print(f"  - {entry['line']}")


def make_template(
    work: Work,
    *,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=" | ".join(KINDS))],
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="存为 .xlsx 或 .csv / where to save it")],
    year: Year = None,
    member: Annotated[
        str, typer.Option("--member", metavar="PERSON", help="只要这名考核人员的打分表 / one member's sheet")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件 / replace a file there is")] = False,
) -> None:
    if kind not in KINDS:
        raise BadInput("bad_choice", field="KIND", value=kind, known=" | ".join(KINDS))
    path = Path(out)
    if path.suffix.lower() not in ENDINGS:
        raise BadInput("bad_choice", field="--out", value=out, known=" | ".join(ENDINGS))
    meant = work.year(year) if kind in OF_A_YEAR and kind not in WHOLE else year
    whose = work.person(member) if member else ""
    made = template(work.service, kind, path.suffix.lower(), work.terminal.lang, year=meant, member=whose)
    try:
        save(path, made.content, replace=force)
    except FileExistsError as error:
        raise BadInput("template_exists", file=out) from error
    except OSError as error:
        raise BadInput("template_unwritable", file=out, detail=error.strerror or str(error)) from error
    said = work.terminal.say("template_saved", file=out, rows=made.rows)
    work.terminal.tell({"file": out, "kind": kind, "rows": made.rows}, lambda console: console.print(said))
