"""Lists as files people open in a spreadsheet: CSV and XLSX. What people wrote is never taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, Literal

from cycle.documents.spreadsheet import MAX_TEXT, Value, escaped, write_sheet

Kind = Literal["csv", "xlsx"]
Cell = str | int | bool | Decimal | None
"""Text is text, whatever it begins with; a Decimal is points."""

KINDS: Final[tuple[Kind, ...]] = ("csv", "xlsx")
ENDINGS: Final[dict[str, Kind]] = {f".{kind}": kind for kind in KINDS}
"""What the name of a file of each kind ends with."""
MEDIA: Final[dict[Kind, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula when it opens a CSV file."""
_NOT_IN_TAB: Final = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff\\*?:/\[\]']")
_TAB: Final = 31
"""Characters of a sheet's name."""
_CUT: Final = "…"
_WIDEST: Final = 7  # characters of the file for one of the text, where it has to be written out


def listed(kind: Kind, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A list as a file of one kind; `title` names the sheet."""
    return csv_of(header, rows) if kind == "csv" else xlsx_of(title, header, rows)


def csv_of(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, CRLF. Text that a spreadsheet would compute begins with an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_plain(name) for name in header])
    writer.writerows([_plain(value) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def xlsx_of(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet; numbers are numbers, text is text. What no cell can hold is cut and ends with an ellipsis."""
    cells = [[_sheet_cell(value) for value in row] for row in rows]
    return write_sheet(_NOT_IN_TAB.sub(" ", title)[:_TAB], header, cells)


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return str(value)


def _sheet_cell(value: Cell) -> Value:
    if isinstance(value, str) and len(escaped(value)) > MAX_TEXT:
        return value[: MAX_TEXT // _WIDEST - 1] + _CUT
    return value
