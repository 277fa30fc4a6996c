"""`cycle grade`: rank and grade a file of points, without any database."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, cast

import typer

from cycle.cli import grade_table
from cycle.documents.spreadsheet import TextTooLong
from cycle.grading_files.faults import Fault
from cycle.grading_files.previous_file import PreviousYear, read_previous
from cycle.grading_files.results import csv_bytes, document, json_bytes, xlsx_bytes
from cycle.grading_files.save import save
from cycle.grading_files.score_file import read_scores
from cycle.grading_files.wording import Language, as_json, line, visible
from workflows import rulebook
from workflows.grading import Grading, grade_all

HELP = "按配额给一份分数表排名、定等次，不需要数据库 / rank and grade a file of points by quota"
BAD_INPUT = 2
_WRITERS = {".csv": csv_bytes, ".xlsx": xlsx_bytes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked; paths stay as given, because messages repeat them."""

    file: str
    previous: str | None = None
    year: int | None = None
    as_json: bool = False
    output: str | None = None
    force: bool = False
    lang: Language = "zh"


def grade(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="本年度分数表 / the points: .csv, .xlsx")],
    *,
    previous: Annotated[
        str | None,
        typer.Option("--previous", metavar="FILE", help="上一年度结果 / the year before: .csv, .xlsx, .json"),
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", min=1, max=9999, help="本年度 / the year of the points")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="只在标准输出上给出一份 JSON / one JSON document, nothing else")
    ] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", metavar="FILE", help="结果写入的文件 / where results go: .csv, .xlsx"),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="覆盖已有的输出文件 / replace an existing output file")
    ] = False,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="文字的语言：zh 或 en / language of the texts")
    ] = None,
) -> None:
    """Exit 0 when graded (also with ties at a cut), 2 with every fault of the input listed."""
    request = Request(
        file=file,
        previous=previous,
        year=year,
        as_json=as_json,
        output=output,
        force=force,
        lang=lang or _language_of_program(ctx),
    )
    raise typer.Exit(run(request))


def run(request: Request) -> int:
    """The whole command; what it says goes to standard output, faults in words to standard error."""
    rules = rulebook.load()
    sheets, faults = read_scores(request.file, rules.components)
    before = PreviousYear(None, {})
    if request.previous is not None:
        before, more = read_previous(request.previous, request.year)
        faults += more
    faults += _output_faults(request)
    if faults:
        return _refuse(faults, request)
    grading = grade_all(
        sheets,
        quota=rules.quota,
        cap=rules.bonus_cap,
        award_rates=rules.award_rates,
        previous=before.departments,
    )
    if fault := _write(grading, request):
        return _refuse([fault], request)
    year = before.year + 1 if request.year is None and before.year is not None else request.year
    _say(grading, request, year, rules.name)
    return 0


def _language_of_program(ctx: typer.Context) -> Language:
    """What the program as a whole was told by its own --lang."""
    chosen = ctx.find_root().params.get("lang")
    return cast("Language", chosen) if chosen in ("zh", "en") else "zh"


def _output_faults(request: Request) -> list[Fault]:
    file = request.output
    if file is None:
        return []
    output = Path(file)
    faults: list[Fault] = []
    if output.suffix.lower() not in _WRITERS:
        faults.append(Fault(file, "output_kind"))
    try:
        if any(_same(output, read) for read in (request.file, request.previous)):
            faults.append(Fault(file, "output_is_input"))
        elif output.exists() and not request.force:
            faults.append(Fault(file, "output_exists"))
    except OSError:
        faults.append(Fault(file, "output_failed"))
    return faults


def _same(output: Path, read: str | None) -> bool:
    return read is not None and output.exists() and Path(read).exists() and output.samefile(read)


def _write(grading: Grading, request: Request) -> Fault | None:
    file = request.output
    if file is None:
        return None
    output = Path(file)
    try:
        save(output, _WRITERS[output.suffix.lower()](grading.results), replace=request.force)
    except TextTooLong:
        return Fault(file, "output_text")
    except FileExistsError:
        return Fault(file, "output_exists")
    except OSError:
        return Fault(file, "output_failed")
    return None


def _refuse(faults: list[Fault], request: Request) -> int:
    if request.as_json:
        typer.echo(json_bytes({"faults": [as_json(fault, request.lang) for fault in faults]}), nl=False)
    else:
        for fault in faults:
            _print(line(fault, request.lang), error=True)
    return BAD_INPUT


def _say(grading: Grading, request: Request, year: int | None, name: str) -> None:
    if request.as_json:
        typer.echo(json_bytes(document(grading, year=year, rulebook=name)), nl=False)
    elif request.output is None:
        _print(grade_table.render(grading, request.lang).removesuffix("\n"))
    else:
        number = len(grading.results)
        written = f"已写入 {visible(request.output)}（{number} 个部门）"
        if request.lang == "en":
            written = f"{number} departments written to {visible(request.output)}"
        for text in (written, *grade_table.tie_lines(grading, request.lang)):
            _print(text)


def _print(text: str, *, error: bool = False) -> None:
    """A terminal that cannot show a character gets its escape, not a crash."""
    encoding = (sys.stderr if error else sys.stdout).encoding or "utf-8"
    typer.echo(text.encode(encoding, "backslashreplace").decode(encoding), err=error)
