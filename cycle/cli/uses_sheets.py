"""The registers as sheets: which columns each has, and its rows in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from cycle.board import uses
from cycle.board.uses import FileYear, RatifiedYear
from cycle.cli.command import Work
from cycle.documents.lists import Cell
from cycle.queries import SubjectRow
from workflows import words
from workflows.scoring import show

Value = str | int | None

POINTS: Final = frozenset({"total"})
"""Columns of points: a number in a file, however it is written here."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One register. `columns` are fields of its rows, each with a heading `column_<field>`; `remarks` stand below."""

    title: str
    columns: tuple[str, ...]
    rows: list[dict[str, Value]]
    remarks: tuple[str, ...] = ()

    def headings(self, work: Work) -> list[str]:
        return [work.terminal.say(f"column_{column}") for column in self.columns]

    def cells(self) -> Iterator[list[Cell]]:
        """The rows in the order of the columns."""
        for row in self.rows:
            yield [_cell(column, row[column]) for column in self.columns]


def _cell(column: str, value: Value) -> Cell:
    return Decimal(value) if column in POINTS and value is not None else value


def settled(work: Work, known: RatifiedYear) -> Sheet:
    rows: list[dict[str, Value]] = [
        {
            "department": one.department,
            "name": one.name,
            "rank": one.rank,
            "grade": _word(work, "grade", one.grade),
            "award_rate": one.rate,
            "share": one.share,
            "forfeits": _apart(
                work,
                [
                    _say(
                        work,
                        "uses_forfeit",
                        name=lost.name,
                        post=_word(work, "duty.loses", lost.post),
                        key=lost.finding,
                    )
                    for lost in one.forfeits
                ],
            ),
        }
        for one in uses.award_settlement(known)
    ]
    columns = ("name", "rank", "grade", "award_rate", "share", "forfeits")
    return Sheet(_title(work, "settlement", known), columns, rows)


def eligibility(work: Work, known: RatifiedYear) -> Sheet:
    rows: list[dict[str, Value]] = [
        {
            "department": one.department,
            "name": one.name,
            "loses": _word(work, "duty.loses", one.loses),
            "who": one.who,
            "awards_of": one.awards_of,
            "lost_on": _iso(one.lost_on),
            "until": _iso(one.until),
            "state": _state(work, one.state),
            "key": one.key,
        }
        for one in uses.eligibility_lost(known)
    ]
    columns = ("name", "loses", "who", "awards_of", "lost_on", "until", "state", "key")
    return Sheet(_title(work, "eligibility", known), columns, rows)


def commendation(work: Work, known: RatifiedYear) -> Sheet:
    rows: list[dict[str, Value]] = [
        {
            "department": one.department,
            "name": one.name,
            "rank": one.rank,
            "total": None if one.total is None else show(one.total),
            "state": _state(work, one.state),
        }
        for one in uses.commended(known)
    ]
    return Sheet(_title(work, "commendation", known), ("rank", "name", "total", "state"), rows)


def movement(work: Work, known: RatifiedYear) -> Sheet:
    found = uses.movements(known)
    rows: list[dict[str, Value]] = [
        {
            "department": one.department,
            "name": one.name,
            "previous": one.previous,
            "rank": one.rank,
            "movement": one.by,
            "moved": _word(work, "duty.moved", one.direction),
        }
        for one in found
        if one.by is not None
    ]
    left = [one.name for one in found if one.by is None]
    remarks = (_say(work, "uses_left_out", names=words.listed(left, work.terminal.lang)),) if left else ()
    basis = _word(work, "duty.basis", known.book.movement_basis)
    title = _say(work, "uses_movement", year=known.year, basis=basis)
    return Sheet(title, ("name", "previous", "rank", "movement", "moved"), rows, remarks)


def talks(work: Work, known: RatifiedYear) -> Sheet:
    rows: list[dict[str, Value]] = [
        {
            "department": one.department,
            "name": one.name,
            "head": one.head,
            "leader": one.leader,
            "held_on": _iso(one.on),
        }
        for one in uses.talks(known)
    ]
    return Sheet(_title(work, "talks", known), ("name", "head", "leader", "held_on"), rows)


def file_of(work: Work, department: str, years: Sequence[FileYear]) -> Sheet:
    """A department's file, a row a year."""
    rows: list[dict[str, Value]] = [
        {
            "year": one.year,
            "name": one.result["name"],
            "grade": _word(work, "grade", one.result["grade"]),
            "rank": one.result["rank"],
            "category_rank": one.result["category_rank"],
            "total": None if one.result["total"] is None else show(one.result["total"]),
            "consecutive_failures": one.result["consecutive_failures"] or None,
            "case": words.state("case", one.case, work.terminal.lang) if one.case else "",
            "findings": len(one.findings) + len(one.complaints),
            "duties": _apart(work, [_duty(work, row) for row in one.duties]),
        }
        for one in years
    ]
    columns = ("year", "name", "grade", "rank", "category_rank", "total", "consecutive_failures", "case")
    title = _say(work, "uses_department", name=work.name(department))
    return Sheet(title, (*columns, "findings", "duties"), rows)


def _duty(work: Work, row: SubjectRow) -> str:
    duty, state = _word(work, "duty", row.record["duty"]), _state(work, row.state)
    return _say(work, "uses_duty", duty=duty, state=state)


def _apart(work: Work, texts: Sequence[str]) -> str:
    return _word(work, "list", "apart").join(texts)


def _title(work: Work, name: str, known: RatifiedYear) -> str:
    return _say(work, f"uses_{name}", year=known.year)


def _say(work: Work, code: str, **data: Any) -> str:
    return work.terminal.say(code, **data)


def _word(work: Work, section: str, code: str) -> str:
    return work.terminal.word(section, code)


def _state(work: Work, state: str) -> str:
    return words.state("duty", state, work.terminal.lang) if state else ""


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
