"""What a report says, as plain values in no language: sentences are codes with what fills them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from workflows import ledger

Value = str | int


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement: a code of the words under `report` and what fills it.

    Days are ISO dates, points hundredths. A key with `.zh` or `.en` at its end is for that language only.
    """

    code: str
    data: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """Who was head in a year. Both empty where nobody is registered."""

    year: int
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One item of the sheets, or one sum (`item` empty).

    `values` are points by year, None where unknown; deductions and the cap are negative, so the columns add
    up. `difference` is the last year against the failed year before it. `full` is 0 where the item has no
    full mark. `grounds` say why points were taken, given or ruled.
    """

    part: str
    item: str
    zh: str
    en: str
    clause: str
    full: int
    values: tuple[int | None, ...]
    difference: int | None
    grounds: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseReport:
    """The whole report. `years` are the failed years, the earliest first, and head the values of `sheets`."""

    department: str
    count: int
    made_on: str
    first_line: Fact
    years: tuple[int, ...]
    facts: tuple[Fact, ...]
    sheets: tuple[SheetLine, ...]
    sums_only: tuple[Fact, ...]
    movement: tuple[Fact, ...]
    deadlines: tuple[Fact, ...]
    open_rectification: tuple[Fact, ...]
    heads: tuple[Head, ...]
    tenures: tuple[Fact, ...]
    references: tuple[Fact, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the data as they are kept; whoever has the case can take it again."""
        return ledger.digest(kept(self))


def kept(report: CaseReport) -> str:
    """The report's data as one canonical JSON text."""
    return ledger.canonical(asdict(report))


def thawed(text: str) -> CaseReport:
    """The inverse of `kept`."""
    data: dict[str, Any] = json.loads(text)
    lists = ("facts", "sums_only", "movement", "deadlines", "open_rectification", "tenures", "references")
    facts = {name: tuple(Fact(**fact) for fact in data[name]) for name in lists}
    return CaseReport(
        department=data["department"],
        count=data["count"],
        made_on=data["made_on"],
        first_line=Fact(**data["first_line"]),
        years=tuple(data["years"]),
        sheets=tuple(_line(line) for line in data["sheets"]),
        heads=tuple(Head(**head) for head in data["heads"]),
        **facts,
    )


def _line(data: Mapping[str, Any]) -> SheetLine:
    grounds = tuple(Fact(**fact) for fact in data["grounds"])
    return SheetLine(**{**data, "values": tuple(data["values"]), "grounds": grounds})
