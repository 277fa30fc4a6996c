"""The failed years' sheets side by side: sums by part, every item below its part, the total last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cycle.operations.report.case import Fact, SheetLine, Value
from cycle.operations.report.years import Entry, FailedYear
from cycle.queries_board import LedgerLine
from workflows import words
from workflows.rulebook import Rulebook

PARTS = (
    ("central", "central", 1),
    ("public", "public", 1),
    ("leader", "leader", 1),
    ("deduction", "deductions", -1),
    ("bonus", "bonus", 1),
)
"""A part of the ledger, its column in the results, and the sign that makes the columns add up."""

CAP_CLAUSE = "score.bonus.cap"


class Item(NamedTuple):
    """An item as the rulebook of a year has it. `full` in hundredths, 0 where there is no full mark."""

    part: str
    item: str
    zh: str
    en: str
    clause: str
    full: int


def sheet_lines(years: Sequence[FailedYear]) -> tuple[SheetLine, ...]:
    """Every line of the sheets of `years` (the earliest first), one line for each item that has points."""
    items = _items(years)
    found: list[SheetLine] = []
    for part, column, sign in PARTS:
        known = [y.result[column] for y in years]
        found.append(_sum(part, [None if value is None else sign * value for value in known]))
        below = (part, "cap") if part == "bonus" else (part,)
        found += [_line(years, item) for item in items if item.part in below]
    found.append(_sum("total", [year.result["total"] for year in years]))
    return tuple(found)


def sums_only(years: Sequence[FailedYear]) -> tuple[Fact, ...]:
    """The years of which there are no lines here."""
    return tuple(Fact("sums_only", {"year": year.year}) for year in years if year.imported)


def _items(years: Sequence[FailedYear]) -> list[Item]:
    """The items with points in any year, named and ordered by the latest rulebook that has them."""
    wanted = {(line.part, line.item) for year in years for line in year.lines}
    found: dict[tuple[str, str], Item] = {}
    for year in reversed(years):
        for item in _of_book(year.book):
            if (item.part, item.item) in wanted:
                found.setdefault((item.part, item.item), item)
    return list(found.values())


def _of_book(book: Rulebook) -> Iterator[Item]:
    zh, en = words.names_of(book, "zh"), words.names_of(book, "en")
    for indicator in book.indicators:
        yield Item("central", indicator.id, indicator.zh, indicator.en, indicator.id, indicator.points)
    for part, points in book.parts.items():
        for item, full in points.items():
            yield Item(part, item, zh[item], en[item], book.figure(f"parts.{part}.{item}").clause, full)
    for deduction in book.deductions:
        yield Item("deduction", deduction.id, deduction.zh, deduction.en, deduction.id, 0)
    for bonus in book.bonuses:
        yield Item("bonus", bonus.id, bonus.zh, bonus.en, bonus.id, 0)
    cap = (words.word("part", "cap", "zh"), words.word("part", "cap", "en"))
    yield Item("cap", CAP_CLAUSE, *cap, CAP_CLAUSE, 0)


def _line(years: Sequence[FailedYear], item: Item) -> SheetLine:
    values, grounds = [], []
    for year in years:
        lines = [line for line in year.lines if (line.part, line.item) == (item.part, item.item)]
        values.append(_points(year, item, lines))
        grounds += [ground for line in lines for ground in _ground(year, line)]
    return SheetLine(*item, tuple(values), _difference(values), tuple(grounds))


def _points(year: FailedYear, item: Item, lines: Sequence[LedgerLine]) -> int | None:
    """Nothing written is nothing lost or won; where the rules of the year lack an item it has no points."""
    if not lines and (year.imported or item.part not in ("deduction", "bonus", "cap")):
        return None
    return sum(line.points for line in lines)


def _sum(part: str, values: Sequence[int | None]) -> SheetLine:
    section, code = ("report", "total") if part == "total" else ("part", part)
    zh, en = words.word(section, code, "zh"), words.word(section, code, "en")
    return SheetLine(part, "", zh, en, "", 0, tuple(values), _difference(values))


def _difference(values: Sequence[int | None]) -> int | None:
    before, last = values[-2], values[-1]
    return None if before is None or last is None else last - before


def _ground(year: FailedYear, line: LedgerLine) -> Iterator[Fact]:
    """Why points were taken or given; for the other parts only what the leading group ruled."""
    (entry,) = (e for e in year.entries if e.number == _row_of(line))
    ruled = entry.body["action"] == "rule_missing"
    if line.part not in ("deduction", "bonus") and not ruled:
        return
    said = " ".join(text for text in (line.note, entry.body["reason"] if ruled else "") if text)
    data: dict[str, Value] = {"year": year.year, "on": entry.happened, "points": line.points, "note": said}
    document = entry.body["document"]
    if document:
        data["document"] = document
    code = "_".join(["ruled" if ruled else "ground", *(["noted"] if said else []), *_by(entry)])
    yield Fact(code, data)


def _by(entry: Entry) -> list[str]:
    return ["by_document"] if entry.body["document"] else []


def _row_of(line: LedgerLine) -> int:
    """The history row a line was written by: `appraisal:2025:caizheng#12/3`."""
    return int(line.id.rpartition("#")[2].partition("/")[0])
