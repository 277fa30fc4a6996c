"""The sheets and papers of a year as files: what people read of an archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from cycle.board.lists import LISTS, Asked, file_of, title
from cycle.board.look import Look
from cycle.documents.archive.folder import Folder
from cycle.documents.archive.kept import people
from cycle.documents.lists import listed
from cycle.documents.papers import issuing
from cycle.documents.papers.issuing import Issued
from cycle.documents.papers.kinds import PAPERS
from cycle.documents.papers.paper import Made, Stamp, file_name, filled, gathered, safe
from cycle.documents.papers.sheets import SHEETS, rows, sheet
from cycle.documents.papers.values.reading import asked
from cycle.queries import SubjectRow
from workflows.errors import NotFound, Refused

TABLES: Final = "表格"
POINTS: Final = "得分表"
PAPERS_FOLDER: Final = "公文"
DRAFTS: Final = f"{PAPERS_FOLDER}/未印发"

_LISTS: Final = (
    *(
        "appraisals",
        "results",
        "ties",
        "findings",
        "complaints",
        "bonuses",
        "objections",
        "evidence",
        "duties",
    ),
    *("receipts", "settlement", "eligibility", "commendation", "movement", "talks"),
)
_NOTHING: Final = frozenset(
    {
        *("paper_no_findings", "paper_no_grades", "paper_no_proposal", "paper_not_failed"),
        *("paper_nothing_to_rectify", "paper_points_untold", "results_not_ratified"),
    }
)
"""Why there is nothing to write: no fault of the year."""
_REGISTER: Final = ("文号", "种类", "部门", "印发日期", "文件", "与印发时相同", "作废理由")


def tables(look: Look, folder: Folder, year: int, subjects: Sequence[SubjectRow]) -> None:
    """Every list of the year, its history, its decisions, its letters, and who is who in it."""
    for name in _LISTS:
        _write(folder, f"{TABLES}/{title(name, 'zh')}.xlsx", lambda name=name: _list(look, name, year))
    at = asked(look, year)
    history = rows(at)
    decisions = [row for row in history if row["document"]]
    folder.write(f"{TABLES}/流转历史.xlsx", file_of("history", "xlsx", at.look, history))
    folder.write(f"{TABLES}/决定和依据文件.xlsx", file_of("history", "xlsx", at.look, decisions))
    folder.write(f"{TABLES}/{SHEETS['mail_log'].title}.xlsx", sheet(look, "mail_log", year))
    named = people(look.session, subjects)
    folder.write(f"{TABLES}/人员.xlsx", listed("xlsx", "人员", ("编号", "姓名"), named))
    for number, row in enumerate(_departments(subjects), start=1):
        name = safe(look.voice.name(row.department))
        path = f"{POINTS}/{number:03d}-{name}.xlsx"
        _write(folder, path, lambda row=row: sheet(look, "score_sheet", year, row.department))


def _list(look: Look, name: str, year: int) -> bytes:
    at = asked(look, year)
    return file_of(name, "xlsx", at.look, LISTS[name].rows(at.look, Asked(year=year)))


def _departments(subjects: Sequence[SubjectRow]) -> list[SubjectRow]:
    return [row for row in subjects if row.kind == "appraisal"]


def _write(folder: Folder, path: str, make: Any) -> None:
    """One file, unless there is nothing it could hold."""
    try:
        content = make()
    except Refused as refused:
        if not {unmet.code for unmet in refused.unmet} <= _NOTHING:
            raise
        return
    folder.write(path, content)


def papers(
    look: Look,
    folder: Folder,
    year: int,
    *,
    subjects: Sequence[SubjectRow],
    issued: Sequence[Issued],
    own: Path | None,
) -> None:
    """Every paper issued about the year as it was kept, and as drafts those that could have been and were not."""
    register = []
    for one in issued:
        made, same = issuing.again(look, one, own)
        path = f"{PAPERS_FOLDER}/{safe(one.symbol)} {made.name}"
        folder.write(path, made.content)
        kind = PAPERS[one.paper].title if one.paper in PAPERS else one.paper
        name = look.voice.name(one.department) if one.department else ""
        register.append([one.symbol, kind, name, one.on.isoformat(), path, "是" if same else "否", one.void])
    folder.write(f"{TABLES}/发文登记.xlsx", listed("xlsx", "发文登记", _REGISTER, register))
    there = {(one.paper, one.department) for one in issued if not one.void}
    for number, made in enumerate(_drafts(look, year, subjects, there, own), start=1):
        folder.write(f"{DRAFTS}/{number:03d}-{made.name}", made.content)


def _drafts(
    look: Look, year: int, subjects: Sequence[SubjectRow], there: set[tuple[str, str]], own: Path | None
) -> Iterator[Made]:
    for kind, paper in PAPERS.items():
        about = [row.department for row in _departments(subjects)] if paper.of_department else [""]
        for department in about:
            if (kind, department) in there:
                continue
            try:
                values = gathered(look, kind, year, department)
            except NotFound:
                continue
            except Refused as refused:
                if not {unmet.code for unmet in refused.unmet} <= _NOTHING:
                    raise
                continue
            name = file_name(kind, year, str(values.get("name", "")))
            yield Made(name, filled(kind, values, Stamp(paper.series), own))
