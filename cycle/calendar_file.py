"""A working-day table from a file: one row a day, columns 日期 (date) and 类型 (kind: 节假日 or 补班).

A table is the whole of a year, as a State Council notice gives it. Only days of December may come without
the rest of their year, since the notice of a year reaches back to the New Year's holiday before it.
Every fault of a file is found at once; a file with a fault changes nothing.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from workflows.workdays import SATURDAY, Calendar

COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {"date": "date", "日期": "date", "kind": "kind", "类型": "kind", "类别": "kind"}
)
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {"holiday": "holiday", "节假日": "holiday", "放假": "holiday", "makeup": "makeup", "补班": "makeup"}
)
# Off by law in every year; a table without one of them on a weekday is only a part of its year.
ALWAYS_OFF: Final = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))

_DATE = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")

TEXTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "file_empty": ("表中没有任何日期。", "The table has no days."),
        "encoding": ("文件编码不是 UTF-8 或 GB18030。", "The file is neither UTF-8 nor GB18030."),
        "format": ("不是完整的 CSV：{detail}。", "This is no well-formed CSV: {detail}."),
        "column_missing": ("缺少“{column}”列。", "The column {column} is missing."),
        "column_duplicate": ("“{column}”列出现不止一次。", "The column {column} is there more than once."),
        "blank": ("此格不能为空。", "This cell must not be blank."),
        "date_invalid": (
            "“{value}”不是日期，请写成 2027-10-01。",
            "{value} is no date; write it like 2027-10-01.",
        ),
        "kind_unknown": (
            "“{value}”不是节假日或补班。",
            "{value} is neither holiday nor makeup.",
        ),
        "day_duplicate": ("{date} 已在第 {first} 行写过。", "{date} already stands in row {first}."),
        "makeup_on_weekday": (
            "{date} 是周一至周五，本来就上班，不能写作补班。",
            "{date} is a Monday to Friday, a working day anyway; it cannot be a make-up day.",
        ),
        "year_incomplete": (
            "{year} 年的表缺少法定节假日 {date}；请导入全年的表。",
            "The table of {year} lacks the statutory holiday {date}; import the table of the whole year.",
        ),
        "year_unknown": (
            "{year} 年的工作日表尚未导入，不能只补 12 月的日期；请先导入 {year} 年全年的表。",
            "There is no table of {year} yet to add days of December to; import the whole of {year} first.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class CalendarFault:
    """What is wrong where: rows count from 1 with the header, None for the file; `column` is date or kind."""

    row: int | None
    column: str | None
    code: str
    data: tuple[tuple[str, str], ...] = ()


class CalendarFileInvalid(Exception):
    """The working-day table cannot be imported; correct the rows named and import it again."""

    def __init__(self, faults: Sequence[CalendarFault]) -> None:
        super().__init__("; ".join(f"{fault.row}:{fault.column}: {fault.code}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says. `years` are given whole and replace what was known; other days are added."""

    holidays: frozenset[date]
    makeup: frozenset[date]
    years: frozenset[int]

    def merged_into(self, calendar: Calendar) -> Calendar:
        """`calendar` with this table in it. The years only added to must be known there."""
        holidays = calendar.holidays - self.makeup
        makeup = calendar.makeup - self.holidays
        return Calendar(
            holidays=self.holidays.union(day for day in holidays if day.year not in self.years),
            makeup=self.makeup.union(day for day in makeup if day.year not in self.years),
            years=calendar.years | self.years,
        )


def read(data: bytes, *, known_years: Collection[int]) -> Table:
    """The table in `data`; `known_years` are those a table is already there for.

    Raises CalendarFileInvalid with every fault, by row then column, those of a whole year last.
    """
    rows = _rows(data)
    places, faults = _columns(rows[0][1]) if rows else ({}, [])
    if not faults and len(rows) < 2:
        faults = [CalendarFault(None, None, "file_empty")]
    if faults:
        raise CalendarFileInvalid(faults)
    days: dict[date, tuple[int, str]] = {}
    for row, cells in rows[1:]:
        faults += _take(days, row, *(_cell(cells, places[column]) for column in ("date", "kind")))
    whole = _whole_years({day.year for day in days}, days, known_years)
    # Where a date cannot be read, it may be the one that seems to be missing.
    if not any(fault.code in {"blank", "date_invalid"} and fault.column == "date" for fault in faults):
        faults += [*_unknown(whole, days, known_years), *_incomplete(whole, days)]
    if faults:
        raise CalendarFileInvalid(sorted(faults, key=_place))
    return Table(
        holidays=frozenset(day for day, (_, kind) in days.items() if kind == "holiday"),
        makeup=frozenset(day for day, (_, kind) in days.items() if kind == "makeup"),
        years=whole,
    )


def message(fault: CalendarFault, language: Literal["zh", "en"] = "zh") -> str:
    """The fault in words, without its place."""
    zh, en = TEXTS[fault.code]
    data = dict(fault.data)
    if language == "zh" and "column" in data:
        data["column"] = {"date": "日期", "kind": "类型"}[data["column"]]
    return (zh if language == "zh" else en).format_map(data)


def _place(fault: CalendarFault) -> tuple[bool, int, str]:
    return fault.row is None, fault.row or 0, fault.column or ""


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, with their numbers, cells folded (NFKC) and trimmed."""
    try:
        found = enumerate(csv.reader(io.StringIO(_text(data), newline=""), strict=True), start=1)
        rows = [
            (row, [unicodedata.normalize("NFKC", cell).strip() for cell in cells]) for row, cells in found
        ]
    except csv.Error as error:
        raise CalendarFileInvalid([CalendarFault(None, None, "format", (("detail", str(error)),))]) from error
    return [(row, cells) for row, cells in rows if any(cells)]


def _text(data: bytes) -> str:
    if b"\0" not in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise CalendarFileInvalid([CalendarFault(None, None, "encoding")])


def _columns(header: Sequence[str]) -> tuple[dict[str, int], list[CalendarFault]]:
    """Where the columns stand, and which are missing or there twice; other columns are ignored."""
    names = [COLUMNS.get(cell.lower()) for cell in header]
    faults = []
    for column in ("date", "kind"):
        if (times := names.count(column)) != 1:
            code = "column_duplicate" if times else "column_missing"
            faults.append(CalendarFault(1, column, code, (("column", column),)))
    return {name: place for place, name in enumerate(names) if name is not None}, faults


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _take(
    days: dict[date, tuple[int, str]], row: int, day_text: str, kind_text: str
) -> Iterator[CalendarFault]:
    """Put one row into `days`, or say what is wrong with it."""
    day, kind = _day(day_text), KINDS.get(kind_text.lower())
    if day is None:
        yield _bad_cell(row, "date", "date_invalid", day_text)
    elif day in days:
        yield CalendarFault(
            row, "date", "day_duplicate", (("date", day.isoformat()), ("first", str(days[day][0])))
        )
    if kind is None:
        yield _bad_cell(row, "kind", "kind_unknown", kind_text)
    elif day is not None and kind == "makeup" and day.weekday() < SATURDAY:
        yield CalendarFault(row, "kind", "makeup_on_weekday", (("date", day.isoformat()),))
    if day is not None:
        days.setdefault(day, (row, kind or ""))


def _bad_cell(row: int, column: str, code: str, value: str) -> CalendarFault:
    return (
        CalendarFault(row, column, code, (("value", value),))
        if value
        else CalendarFault(row, column, "blank")
    )


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _whole_years(years: set[int], days: Collection[date], known_years: Collection[int]) -> frozenset[int]:
    """The years the file is the table of: all but those it only reaches back into from the year after."""
    reached = {
        year
        for year in years
        if year + 1 in years | set(known_years) and all(day.month == 12 for day in days if day.year == year)
    }
    return frozenset(years - reached)


def _incomplete(whole: Collection[int], days: Collection[date]) -> Iterator[CalendarFault]:
    for year in sorted(whole):
        for month, number in ALWAYS_OFF:
            day = date(year, month, number)
            if day.weekday() < SATURDAY and day not in days:
                data = (("year", str(year)), ("date", day.isoformat()))
                yield CalendarFault(None, None, "year_incomplete", data)


def _unknown(
    whole: Collection[int], days: Mapping[date, tuple[int, str]], known_years: Collection[int]
) -> Iterator[CalendarFault]:
    for day, (row, _) in days.items():
        if day.year not in whole and day.year not in known_years:
            yield CalendarFault(row, "date", "year_unknown", (("year", str(day.year)),))
