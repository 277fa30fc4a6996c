"""The papers issued as a reader is told of them, and their files under the symbols they were issued by."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cycle.board.look import Look
from cycle.documents.papers import issuing
from cycle.documents.papers.issuing import Issued
from cycle.documents.papers.kinds import PAPERS
from cycle.documents.papers.paper import Made, safe

Values = dict[str, Any]

_INSIDE: Final = ("by", "by_name", "void_reason")
"""What is told to those alone who see the business as a whole: who of the office it was, and why."""


def papers(look: Look, year: int) -> list[Values]:
    """The papers issued about a year that the reader is shown, the newest first."""
    return [_told(look, one) for one in reversed(issuing.issued(look, year))]


def _told(look: Look, one: Issued) -> Values:
    name = look.voice.name
    values = {
        "subject": f"dispatch:{one.issued_in:04d}",
        "symbol": one.symbol,
        "series": one.series,
        "issued_in": one.issued_in,
        "number": one.number,
        "paper": one.paper,
        "title": PAPERS[one.paper].title if one.paper in PAPERS else one.paper,
        "year": one.year,
        "department": one.department or None,
        "name": name(one.department) if one.department else None,
        "issued_on": one.on.isoformat(),
        "by": one.by,
        "by_name": look.voice.who(one.by),
        "void": bool(one.void),
        "void_reason": one.void or None,
        "sha256": one.file,
    }
    return values if look.reader.whole else _outside(values)


def _outside(values: Mapping[str, Any]) -> Values:
    return {**values, **dict.fromkeys(_INSIDE)}


def file_of(look: Look, symbol: str, own: Path | None) -> Made:
    """The file of an issued paper that the reader is shown, under its symbol. Raises NotFound, Refused."""
    found = issuing.find(look, symbol)
    made = issuing.again(look, found, own).made
    return Made(f"{safe(found.symbol)}{made.name}", made.content)
