"""A file as rows under known headings, within fixed bounds: nothing in it is run, fetched or written anywhere."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cycle.grading_files.columns import Column, Row, is_blank, rows_under
from cycle.grading_files.faults import Fault, FileRefused
from cycle.grading_files.table import SCORE_KINDS, Rows, parse_table

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 256

_OTHER_KINDS: Final = {".csv": (b"PK\x03\x04", b"%PDF", b"MZ", b"\xd0\xcf\x11\xe0"), ".xlsx": ()}
"""How files begin that are not what such an ending says; what is no XLSX at all is found in opening it."""

_MACROS: Final = b"vbaProject.bin"
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_HIDDEN: Final = re.compile(rb"""\bstate\s*=\s*["'](?:hidden|veryHidden)["']""")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that say anything in the columns known, and what is wrong. `others` sheets were not looked at."""

    rows: Sequence[Row]
    faults: Sequence[Fault]
    others: int = 0


def content_of(file: str) -> bytes:
    """A file's bytes, no more than one over the bound. Raises FileRefused."""
    try:
        with Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as missing:  # ValueError: a NUL in the path
        raise FileRefused(Fault(file, "file_missing")) from missing


def read_sheet(file: str, content: bytes, columns: Sequence[Column]) -> Sheet:
    """The first sheet of a file, or the whole of a CSV. Raises FileRefused where it cannot be read at all."""
    kind = Path(file).suffix.lower()
    if len(content) > MAX_BYTES:
        raise FileRefused(Fault(file, "format", data={"why": "large"}))
    if content.startswith(_OTHER_KINDS.get(kind, ())):
        raise FileRefused(Fault(file, "ending_differs", data={"ending": kind}))
    if kind == ".xlsx" and _MACROS in content:
        raise FileRefused(Fault(file, "macros"))
    rows = parse_table(file, content, SCORE_KINDS).rows
    _require_bounds(file, rows)
    others = _other_sheets(file, content) if kind == ".xlsx" else 0
    found, faults = rows_under(file, rows, columns)
    return Sheet(found, faults, others)


def _require_bounds(file: str, rows: Rows) -> None:
    """No list anybody fills in is longer or wider. Raises FileRefused."""
    for number, row in enumerate(rows, start=1):
        if len(row) > MAX_COLUMNS:
            raise FileRefused(Fault(file, "format", row=number, data={"why": "large"}))
    last = max((number for number, row in enumerate(rows, start=1) if any(map(_says, row))), default=0)
    if last > MAX_ROWS:
        raise FileRefused(Fault(file, "format", row=MAX_ROWS + 1, data={"why": "large"}))


def _says(cell: str) -> bool:
    return not is_blank(cell)


def _other_sheets(file: str, content: bytes) -> int:
    """How many sheets there are beside the first. Raises FileRefused where nobody can have seen the first."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            sheets = _SHEET.findall(archive.read("xl/workbook.xml"))
        except KeyError:  # the part may have any name; then nothing is known of it
            return 0
    if sheets and _HIDDEN.search(sheets[0]):
        raise FileRefused(Fault(file, "sheet_hidden"))
    return max(0, len(sheets) - 1)
