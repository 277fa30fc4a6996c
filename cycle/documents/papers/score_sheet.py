"""A department's sheet of points as a spreadsheet: every indicator, every line, and sums that it adds up by itself.

The only formulas are the sums written here; what people wrote is text, whatever it begins with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from cycle.board import department
from cycle.documents.papers.values import graded
from cycle.documents.papers.values.reading import LANG, Asked, Values, category_of, fit, made_from, word
from cycle.documents.spreadsheet import Form, Formula, Value, write_sheet
from cycle.sight import shows
from workflows import words
from workflows.errors import Refused, Unmet
from workflows.rulebook import Rulebook
from workflows.scoring import show

TITLE: Final = "机关绩效考评得分表"
_HEADER: Final = ("部分", "考评内容", "满分", "得分", "说明")
_WIDTHS: Final = (14, 34, 8, 9, 40)
_POINTS: Final = "D"
"""The column of the points."""
_ABOVE: Final = 4
"""Lines above the first row: title, who it is about, what it was made from, the header."""
_PARTS: Final = ("central", "public", "leader", "deduction", "bonus")
_WITH: Final = {"bonus": ("bonus", "cap")}
"""What stands within a part beside its own lines: the cap takes off what bonuses exceed it by."""


@dataclass(slots=True)
class _Rows:
    """The rows so far, and where the sums stand."""

    made: list[list[Value]] = field(default_factory=list)
    sums: list[str] = field(default_factory=list)
    total: Decimal = Decimal(0)

    def add(self, part: str, lines: Sequence[list[Value]]) -> None:
        """The rows of a part, then their sum."""
        first = len(self.made) + _ABOVE + 1
        self.made += lines
        points = [row[3] for row in lines]
        whole = sum((value for value in points if isinstance(value, Decimal)), Decimal("0.00"))
        last = first + len(lines) - 1
        text = f"=SUM({_POINTS}{first}:{_POINTS}{last})" if lines else "=0"
        self.made.append([part, "小计", None, Formula(text, whole), None])
        self.sums.append(f"{_POINTS}{len(self.made) + _ABOVE}")
        self.total += whole

    def close(self) -> None:
        """The sum of the sums."""
        self.made.append(["综合评分", None, None, Formula(f"={'+'.join(self.sums)}", self.total), None])


def score_sheet(at: Asked) -> bytes:
    """The sheet of a department's year. Raises NotFound; Refused where its points are not the reader's to see yet."""
    opened = department.opened(at.look, at.year, at.department)
    if not shows(at.look.reader, "sums", opened.of):
        raise Refused(Unmet("paper_points_untold", {"year": at.year, "name": at.name}))
    lines = [
        line
        for line in department.lines(at.look, at.year, at.department)
        if not line["reverses"] and not line["reversed_by"]
    ]
    book, rows = at.book, _Rows()
    for part in _PARTS:
        rows.add(word("part", part), list(_of_part(book, part, lines)))
    rows.close()
    form = Form(
        (f"{at.year}年度{TITLE}", _about(at), f"依据：{made_from(at, [opened.row.key])['basis']}"), _WIDTHS
    )
    return write_sheet(f"{at.year}年度得分", _HEADER, rows.made, form)


def _of_part(book: Rulebook, part: str, lines: Sequence[Values]) -> Iterator[list[Value]]:
    """Every item there is to get with its points or none; of deductions and bonuses every line there is."""
    names, full = words.names_of(book, LANG), _full(book, part)
    own = [line for line in lines if line["part"] in _WITH.get(part, (part,))]
    for item, points in full.items():
        found: list[Values | None] = [line for line in own if line["item"] == item]
        for line in found or [None]:
            yield _row(part, names[item], Decimal(show(points)), line)
    for line in own:
        if line["item"] not in full:
            name = word("part", "cap") if line["part"] == "cap" else names.get(line["item"], line["item"])
            yield _row(part, name, None, line)


def _row(part: str, name: str, full: Decimal | None, line: Values | None) -> list[Value]:
    points = None if line is None else Decimal(line["points"])
    return [word("part", part), name, full, points, fit(line["note"]) if line else None]


def _full(book: Rulebook, part: str) -> dict[str, int]:
    if part == "central":
        return {one.id: one.points for one in book.indicators}
    return dict(book.parts.get(part, {}))


def _about(at: Asked) -> str:
    """Whose sheet it is; with grade and rank once they stand."""
    result = graded.ratified(at)
    if result is None:
        return f"部门（单位）：{at.name}"
    category, grade = category_of(at.book, result["category"]), word("grade", result["grade"])
    return f"部门（单位）：{fit(result['name'])}　类别：{category}　等次：{grade}　名次：{result['rank']}"
