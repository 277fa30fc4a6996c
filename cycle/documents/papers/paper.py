"""A paper made: its values gathered, its number and day in place, its template filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from cycle.board.look import Look
from cycle.documents.papers import rendering, templates
from cycle.documents.papers.kinds import PAPERS, Paper
from cycle.documents.papers.values.reading import asked, day, fit
from workflows.errors import NotFound, Refused, Unmet

Values = dict[str, Any]

_BLANK: Final = "　"
NO_DAY: Final = "　　　　年　　月　　日"
_UNFIT: Final = frozenset('\\/:*?"<>|')
_LONGEST: Final = 60


class Made(NamedTuple):
    """A file: what to call it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Stamp:
    """The symbol of a paper and its day. Without number and day it is a draft, and both are left blank."""

    series: str
    year: int | None = None
    number: int | None = None
    on: str = ""

    @property
    def symbol(self) -> str:
        """绩效办通〔2026〕3号."""
        year = self.year or _BLANK * 2
        return f"{self.series}〔{year}〕{self.number or _BLANK}号"

    def values(self) -> Values:
        """What of it stands in the paper."""
        return {"symbol": self.symbol, "date": day(self.on) or NO_DAY}


def paper_of(kind: str) -> Paper:
    """Raises NotFound for no kind of paper."""
    if kind not in PAPERS:
        raise NotFound(f"paper:{kind}")
    return PAPERS[kind]


def gathered(look: Look, kind: str, year: int, department: str = "") -> Values:
    """What a paper says, as plain values, its stamp left out. Only whoever sees the business as a whole makes one.

    Raises Refused where there is nothing it could say, or it is not theirs to make; NotFound.
    """
    paper = paper_of(kind)
    if not look.reader.whole:
        raise Refused(Unmet("role_missing", {"roles": "office,group"}))
    if paper.of_department and not department:
        raise Refused(Unmet("paper_department_missing"))
    if department and not paper.of_department:
        raise Refused(Unmet("paper_department_needless"))
    return paper.gather(asked(look, year, department))


def draft(look: Look, kind: str, year: int, department: str = "", *, own: Path | None = None) -> Made:
    """A paper without number and day; `own` is the folder of the office's templates."""
    values = gathered(look, kind, year, department)
    name = file_name(kind, year, str(values.get("name", "")))
    return Made(name, filled(kind, values, Stamp(paper_of(kind).series, look.today.year), own))


def filled(kind: str, values: Mapping[str, Any], stamp: Stamp, own: Path | None) -> bytes:
    """The Word file of gathered values."""
    name = templates.file_name(kind)
    return rendering.render(templates.template(kind, own), name, {**values, **stamp.values()})


def file_name(kind: str, year: int, name: str = "") -> str:
    """What the file of a paper is called; what people called a department is cut to what any disk takes."""
    return f"{year}年度{paper_of(kind).title}{f'（{safe(name)}）' if name else ''}.docx"


def safe(name: str) -> str:
    """A name as part of a file's name on any system."""
    kept = "".join("_" if letter in _UNFIT else letter for letter in fit(name))
    return kept.strip(". ")[:_LONGEST] or "_"
