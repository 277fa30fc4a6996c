"""The sheets that go with the papers, as spreadsheets: points, ranking, settlement, letters, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cycle.board import history, post_office, registers, year
from cycle.board.lists import EVERY, file_of
from cycle.board.look import Look
from cycle.documents.papers.score_sheet import score_sheet
from cycle.documents.papers.values.reading import Asked, asked
from cycle.keys import split_key
from cycle.sight import SIGHT, may_ask
from workflows.errors import NotFound, Refused, Unmet

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of sheet: its title, the resource of `cycle.sight` it shows, how it is made.

    `of_department`: it is about one. `whole`: it holds every department, whichever is named.
    """

    title: str
    resource: str
    make: Callable[[Asked], bytes]
    of_department: bool = False
    whole: bool = False


def _listed(name: str, rows: Callable[[Asked], list[Values]]) -> Callable[[Asked], bytes]:
    return lambda at: file_of(name, "xlsx", at.look, rows(at))


def _year_of(key: str) -> tuple[int, str]:
    try:
        _kind, of_year, department = split_key(key)
    except NotFound:
        return 0, ""
    return of_year, department


def about(at: Asked, key: str) -> bool:
    """Whether a subject is of the year asked for, and of the department where one is."""
    of_year, department = _year_of(key)
    return of_year == at.year and at.department in ("", department)


def letters(at: Asked) -> list[Values]:
    """The letters about the year, the newest first."""
    every, _count = post_office.letters(at.look, limit=EVERY, offset=0)
    return [one for one in every if about(at, one["subject"] or "")]


def rows(at: Asked) -> list[Values]:
    """The history of the year's subjects, the oldest first."""
    every, _before = history.found(at.look, history.Wanted(), limit=EVERY)
    return [one for one in reversed(every) if about(at, one["subject"])]


SHEETS: Final[Mapping[str, Sheet]] = {
    "score_sheet": Sheet("得分表", "appraisal", score_sheet, of_department=True),
    "ranking": Sheet(
        "考评结果排名表",
        "results",
        _listed("results", lambda at: list(year.results(at.look, at.year)["results"])),
        whole=True,
    ),
    "settlement": Sheet(
        "兑现奖惩表",
        "settlement",
        _listed("settlement", lambda at: registers.settlement(at.look, at.year)),
        whole=True,
    ),
    "mail_log": Sheet("信件收发记录", "letter", _listed("mail", letters)),
    "history": Sheet("流转历史", "history", _listed("history", rows)),
}
"""Kind to sheet."""


def sheet(look: Look, kind: str, of_year: int, department: str = "") -> bytes:
    """A sheet as the reader sees it. Raises NotFound, Refused where it is not theirs to see."""
    one = SHEETS[kind]
    if not may_ask(look.reader, one.resource):
        raise Refused(Unmet("role_missing", {"roles": ",".join(SIGHT[one.resource])}))
    if one.of_department and not department:
        raise Refused(Unmet("paper_department_missing"))
    return one.make(asked(look, of_year, department))
