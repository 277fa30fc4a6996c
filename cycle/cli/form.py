"""`cycle form`: what stands in a department's form, saved whole, kept as a draft, shown, reported on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import facts as gathering
from cycle import queries
from cycle.board import names
from cycle.board.sheet import DepartmentSheet, FormSheet, sheet
from cycle.board.values import form_values, target_values
from cycle.cli import form_file, typed
from cycle.cli.answers import tell
from cycle.cli.command import Work, acting, reading
from cycle.cli.form_shown import print_form, print_targets
from cycle.cli.options import Department, Text, TextFile, Year
from cycle.cli.terminal import BadInput
from cycle.operations import forms as drafts
from cycle.permissions import Act
from workflows import forms
from workflows.errors import NotFound

File = Annotated[
    str, typer.Option("--file", metavar="FILE", help="CSV、XLSX 表或 JSON 内容 / a table, or the content")
]
Target = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="TARGET",
        help="一项年度目标：内容|衡量标准|责任人|完成期限|佐证材料 / text|measure|owner|due|evidence",
    ),
]
Progress = Annotated[
    list[str], typer.Argument(metavar="N=PERCENT[|NOTE]...", help="目标序号=完成百分比 / per cent done")
]


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="材料：计划、自评、整改 / forms", no_args_is_help=True)
    acting(below, "save", "保存正在填报的材料 / save the form now open", "appraisal.save_form")(save)
    reading(below, "template", "写一份空白表样 / write a blank table to fill in")(template)
    reading(below, "show", "看材料全文和目标进展 / forms in full, targets with progress")(show)
    acting(below, "progress", "填报年度目标的进展 / report progress on targets", "appraisal.report_progress")(
        progress
    )
    acting(below, "draft", "留存、查看或丢弃草稿 / keep, see or drop a draft")(draft)
    app.add_typer(below, name="form")


def save(
    work: Work,
    act: Act,
    *,
    department: Department,
    file: File = "",
    text: Text = "",
    text_file: TextFile = "",
    target: Target = None,
    year: Year = None,
) -> None:
    key = work.appraisal(department, year)
    content = _content(work, _open_form(work, key), file, typed.content(text, text_file), target or [])
    answer = work.ask("move", act, {"subject": key, "action": "save_form", "content": content})

    def more(console: Console) -> None:
        one = _form(work, key, "")
        stage = work.terminal.word("stage", one.name)
        if not one.missing:
            console.print(work.terminal.say("form_whole", form=stage))
            return
        console.print(work.terminal.say("form_written", form=stage, count=len(one.missing)))
        for entry in work.terminal.entries(one.missing):
            console.print(f"  - {entry['message']}")

    tell(work, answer, more)


def template(
    work: Work,
    form: Annotated[str, typer.Argument(metavar="FORM", help="plan、midyear 或 yearend / which form")],
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="写入的 XLSX 文件 / the XLSX to write")],
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件 / replace it")] = False,  # noqa: FBT002 - an option
    year: Year = None,
) -> None:
    wanted = typed.chosen(form, "stage", tuple(forms.ENTRIES), "FORM")
    path = Path(out)
    if path.suffix.lower() != ".xlsx":
        raise BadInput("form_template_kind", file=out)
    with work.read() as session:
        cycle = queries.subject(session, f"cycle:{year or names.year_meant(session) or 0}")
        book = gathering.rulebook_of(session, cycle)
    blank = form_file.blank(wanted, book, work.terminal.lang)
    try:
        with path.open("wb" if force else "xb") as written:
            written.write(blank)
    except FileExistsError as there:
        raise BadInput("form_template_exists", file=out) from there
    except (OSError, ValueError) as error:
        raise BadInput("form_template_unwritable", file=out) from error
    said = work.terminal.say("form_template_written", file=out)
    work.terminal.tell({"form": wanted, "file": out}, lambda console: console.print(said))


def show(
    work: Work,
    department: Department,
    form: Annotated[
        str, typer.Argument(metavar="[FORM]", help="哪一份材料，不写就是全部 / one form, else all")
    ] = "",
    year: Year = None,
) -> None:
    key = work.appraisal(department, year)
    wanted = typed.chosen(form, "stage", tuple(forms.ENTRIES), "FORM") if form else ""
    found = _sheet(work, key)
    shown = [one for one in found.forms if wanted in ("", one.name)]
    _, at, one_department = key.split(":")
    answer = {
        "year": int(at),
        "department": one_department,
        "name": work.name(one_department),
        "forms": {one.name: form_values(work.voice, one) for one in shown},
        "targets": [target_values(one) for one in found.targets],
    }
    most = _most(work, int(at))

    def human(console: Console) -> None:
        console.print(work.terminal.say("in_year", year=at, name=answer["name"]))
        for one in shown:
            print_form(work, console, one, most)
        if not shown:
            console.print(f"  {work.terminal.say('form_none')}")
        print_targets(work, console, found.targets)

    work.terminal.tell(answer, human)


def progress(work: Work, act: Act, *, department: Department, said: Progress, year: Year = None) -> None:
    reported = dict(_progress(one) for one in said)
    key = work.appraisal(department, year)
    arguments = {"subject": key, "action": "report_progress", "progress": reported}
    tell(
        work,
        work.ask("move", act, arguments),
        lambda console: print_targets(work, console, _sheet(work, key).targets),
    )


def draft(
    work: Work,
    act: Act,
    *,
    department: Department,
    file: File = "",
    text: Text = "",
    text_file: TextFile = "",
    target: Target = None,
    drop: Annotated[bool, typer.Option("--drop", help="丢弃草稿 / forget it")] = False,
    year: Year = None,
) -> None:
    key = work.appraisal(department, year)
    written = typed.content(text, text_file)
    if drop:
        form = drafts.draft_drop(work.service, act.actor, key)
        _tell_draft(work, key, form, "draft_dropped")
    elif file or written or target:
        content = _content(work, _open_form(work, key), file, written, target or [])
        kept = drafts.draft_save(work.service, act.actor, key, content)
        _tell_draft(work, key, kept.form, "draft_kept", kept)
    else:
        found = drafts.draft_read(work.service, act.actor, key)
        form = found.form if found else _open_form(work, key)
        _tell_draft(work, key, form, "draft_of" if found else "draft_none", found)


def _tell_draft(work: Work, key: str, form: str, code: str, kept: drafts.FormDraft | None = None) -> None:
    content = dict(kept.content) if kept else None
    answer = {"subject": key, "form": form, "draft": content, "at": kept.at if kept else None}
    stage = work.terminal.word("stage", form)

    def human(console: Console) -> None:
        console.print(work.terminal.say(code, form=stage, at=answer["at"]))
        if code == "draft_of":
            console.print(json.dumps(content, ensure_ascii=False, indent=2))

    work.terminal.tell(answer, human)


def _content(work: Work, form: str, file: str, text: str, targets: list[str]) -> dict[str, Any]:
    """A content from all the ways it may be given. Raises BadInput."""
    if not (file or text or targets):
        raise BadInput("form_nothing_given")
    content = form_file.read(file, form, work.terminal.lang) if file else {}
    if targets:
        numbered = enumerate((form_file.target(one, "--target") for one in targets), start=1)
        content["targets"] = {str(number): one for number, one in numbered}
    return {**content, "text": text} if text else content


def _progress(text: str) -> tuple[str, dict[str, Any]]:
    number, equals, rest = text.replace("｜", "|").partition("=")
    percent, _, note = rest.partition("|")
    percent = percent.strip().removesuffix("%").removesuffix("％")
    if not equals or not percent.isdecimal() or len(percent) > len("100"):
        raise BadInput("form_progress_shape", field="N=PERCENT", value=text)
    return number.strip(), {"percent": int(percent), **({"note": note.strip()} if note.strip() else {})}


def _open_form(work: Work, key: str) -> str:
    """The form that can be filled in now. Raises BadInput where there is none, NotFound."""
    with work.read() as session:
        row = queries.subject(session, key)
    if row is None:
        raise NotFound(key)
    stage, _, part = row.state.partition(".")
    if part != "drafting":
        raise BadInput("form_not_drafting")
    return stage


def _sheet(work: Work, key: str) -> DepartmentSheet:
    _, year, department = key.split(":")
    with work.read() as session:
        row = queries.subject(session, f"department:{department}")
        if row is None or queries.subject(session, key) is None:
            raise NotFound(key)
        return sheet(session, row, int(year), work.service.clock.now(), work.service.zone)


def _form(work: Work, key: str, name: str) -> FormSheet:
    found = _sheet(work, key)
    wanted = name or found.subject.state.partition(".")[0]
    return next(one for one in found.forms if one.name == wanted)


def _most(work: Work, year: int) -> dict[str, int]:
    """The points of each indicator by the year's rulebook, in hundredths."""
    with work.read() as session:
        book = gathering.rulebook_of(session, queries.subject(session, f"cycle:{year}"))
    return {indicator.id: indicator.points for indicator in book.indicators}
