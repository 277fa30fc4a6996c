"""`cycle paper`: the office's papers and sheets, as drafts, issued with a number, and made again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle.cli.command import Work, acting, reading
from cycle.cli.options import Year
from cycle.cli.terminal import BadInput, table_cell
from cycle.documents import portable
from cycle.documents.papers import PAPERS, SHEETS, issuing, make
from cycle.documents.papers.issuing import Issued
from cycle.documents.papers.paper import Made
from cycle.grading_files.save import save
from cycle.permissions import Act

OfDepartment = Annotated[
    str,
    typer.Option(
        "--department", metavar="DEPARTMENT", help="哪个部门：编号、名称或别名 / its id, name or alias"
    ),
]
Output = Annotated[
    str,
    typer.Option(
        "--output",
        metavar="FILE",
        help="写入的文件；公文可以是 .pdf，需要 LibreOffice / the file; a paper's may be .pdf, by LibreOffice",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的文件 / replace an existing file")]
Again = Annotated[
    bool, typer.Option("--again", help="已有相同的有效，也另发一份 / one more, though the same stands")
]
Symbol = Annotated[str, typer.Argument(metavar="SYMBOL", help="文号，如 绩效办通〔2026〕1号 / its symbol")]
Kind = Annotated[str, typer.Argument(metavar="KIND", help="种类 / which kind: " + " | ".join(PAPERS))]

_AS_PAPER = (".docx", ".pdf")
"""What a paper is written as. It is issued as the first alone: that file's digest is the one kept."""

ABOUT = {
    "circular": "考评结果通报 / the circular on a year's results",
    "rectification": "整改通知书 / the notice to put things right",
    "case_report": "连续不达标专报 / the report on consecutive failures",
    "talk": "诫勉谈话记录 / the record of an admonition talk",
    "grade_list": "等次名单、公示 / the list of grades, or their public notice",
    "inspection": "察访核验通报 / the circular on findings",
    "handling": "组织处理建议 / what the group proposes about a head",
    "score_sheet": "得分表（.xlsx） / a department's sheet of points",
    "ranking": "考评结果排名表（.xlsx） / the ranking",
    "settlement": "兑现奖惩表（.xlsx） / the award settlement",
    "mail_log": "信件收发记录（.xlsx） / the letters about a year",
    "history": "流转历史（.xlsx） / the history of a year",
}
"""Every kind with what its command says of itself."""


def mount(app: typer.Typer) -> None:
    below = typer.Typer(help="公文和表格 / papers and sheets", no_args_is_help=True)
    reading(below, "list", "可以拟制的种类和已印发的公文 / the kinds there are, the papers issued")(
        list_papers
    )
    for kind in (*PAPERS, *SHEETS):
        reading(below, kind, ABOUT[kind])(_draft(kind))
    acting(
        below,
        "issue",
        "印发一份公文，编号并留存 / issue a paper: it is numbered and kept",
        "dispatch.issue_paper",
    )(issue)
    acting(below, "void", "把一份已印发的公文作废 / mark an issued paper as void", "dispatch.void_paper")(
        void
    )
    reading(below, "copy", "重新生成一份已印发的公文 / make an issued paper again")(copy)
    app.add_typer(below, name="paper")


def _draft(kind: str) -> Callable[..., None]:
    def draft(
        work: Work, *, output: Output, year: Year = None, department: OfDepartment = "", force: Force = False
    ) -> None:
        _vacant(output, _AS_PAPER if kind in PAPERS else (".xlsx",), force=force)
        meant = work.department(department) if department else ""
        with work.read() as session:
            made = make(work.look(session), kind, work.year(year), meant, own=work.service.templates)
        _write(work, output, made, {"paper": kind}, force=force)

    return draft


def issue(
    work: Work,
    act: Act,
    *,
    kind: Kind,
    output: Output,
    year: Year = None,
    department: OfDepartment = "",
    again: Again = False,
    force: Force = False,
) -> None:
    if kind not in PAPERS:
        raise BadInput("paper_kind", kind=kind, known="、".join(PAPERS))
    _vacant(output, _AS_PAPER[:1], force=force)
    meant = work.department(department) if department else ""
    done = issuing.issue(work.service, act, kind, work.year(year), meant, again=again)
    _write(work, output, done.made, done.answer, force=force)


def void(work: Work, act: Act, *, symbol: Symbol) -> None:
    series, issued_in, number = issuing.parsed(symbol)
    answer = work.ask("void_paper", act, {"series": series, "issued_in": issued_in, "number": number})
    work.terminal.tell(
        answer, lambda console: console.print(work.terminal.say("paper_voided", symbol=symbol))
    )


def copy(work: Work, *, symbol: Symbol, output: Output, force: Force = False) -> None:
    with work.read() as session:
        at = work.look(session)
        found = issuing.find(at, symbol)
        _vacant(output, _AS_PAPER, force=force)
        made, same = issuing.again(at, found, work.service.templates)
    answer = {"symbol": found.symbol, "paper": found.paper, "as_issued": same, "void": found.void or None}
    _write(work, output, made, answer, force=force)
    if not same and not work.terminal.json:
        typer.echo(work.terminal.say("paper_other_template"), err=True)


def list_papers(work: Work, *, year: Year = None) -> None:
    with work.read() as session:
        found = issuing.issued(work.look(session), year)
    kinds = [{"paper": kind, "about": about} for kind, about in ABOUT.items()]
    answer = {"kinds": kinds, "issued": [_told(work, one) for one in found]}
    work.terminal.tell(answer, lambda console: _print(work, console, found))


def _told(work: Work, one: Issued) -> dict[str, Any]:
    return {
        "symbol": one.symbol,
        "paper": one.paper,
        "year": one.year,
        "department": one.department or None,
        "name": work.name(one.department) if one.department else None,
        "issued_on": one.on.isoformat(),
        "by": one.by,
        "file": one.file,
        "void": one.void or None,
    }


def _print(work: Work, console: Console, found: list[Issued]) -> None:
    say = work.terminal.say
    for kind, about in ABOUT.items():
        console.print(f"{kind:<14} {about}")
    console.print()
    if not found:
        console.print(say("paper_none"))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for code in ("symbol", "kind", "year", "name", "issued_on", "void"):
        table.add_column(say(f"paper_column_{code}"), no_wrap=True)
    for one in found:
        title = PAPERS[one.paper].title if one.paper in PAPERS else one.paper
        name = work.name(one.department) if one.department else ""
        cells = (one.symbol, title, str(one.year), name, one.on.isoformat(), one.void)
        table.add_row(*map(table_cell, cells))
    console.print(table)


def _vacant(output: str, endings: Sequence[str], *, force: bool) -> None:
    """Before anything is numbered: the file has the right ending and takes no other's place. Raises BadInput."""
    path = Path(output)
    if path.suffix.lower() not in endings:
        raise BadInput("paper_ending", file=output, ending=" / ".join(endings))
    if path.exists() and not force:
        raise BadInput("export_exists", file=output)
    if not path.absolute().parent.is_dir():
        raise BadInput("paper_folder", folder=path.parent.as_posix())


def _write(work: Work, output: str, made: Made, answer: dict[str, Any], *, force: bool) -> None:
    content = portable.pdf(made.content) if Path(output).suffix.lower() == ".pdf" else made.content
    try:
        save(Path(output), content, replace=force)
    except FileExistsError as exists:
        raise BadInput("export_exists", file=output) from exists
    except OSError as error:
        raise BadInput("export_unwritable", file=output, detail=error.strerror or str(error)) from error
    symbol = answer.get("symbol", "")
    code = (
        "paper_issued"
        if symbol
        else "paper_drafted"
        if output.lower().endswith(_AS_PAPER)
        else "paper_written"
    )
    text = work.terminal.say(code, file=output, symbol=symbol)
    work.terminal.tell({**answer, "file_written": output}, lambda console: console.print(text))
