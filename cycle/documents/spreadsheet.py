"""XLSX in and out. The only importer of openpyxl."""

import contextlib
import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import TranslatorError
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from cycle.documents.package_parts import MAX_FILE, Damaged, TooLarge, pack, unpack

__all__ = [
    "MAX_FILE",
    "MAX_ROWS",
    "MAX_TEXT",
    "Damaged",
    "TextTooLong",
    "TooLarge",
    "escaped",
    "read_first_sheet",
    "write_sheet",
]

MAX_ROWS = 100_000
MAX_COLUMNS = 512
MAX_TEXT = 32_767
_LAST_ROW = 1_048_576
_CORE = "docProps/core.xml"
_INSTANT = "1980-01-01T00:00:00Z"
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
# XML has no place for these; the escape itself must be escaped too, or reading would undo it.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
# The library checks little itself: a file bent in any place surfaces as whatever that place raises.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    InvalidFileException,
    LookupError,
    OSError,
    ParseError,
    RecursionError,
    TokenizerError,
    TranslatorError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)

Value = str | int | bool | Decimal | None


class _Cell(Protocol):
    @property
    def value(self) -> object: ...
    @property
    def data_type(self) -> str: ...


class TextTooLong(ValueError):
    """A spreadsheet cell holds 32 767 characters; write a CSV file instead."""


def read_first_sheet(content: bytes) -> list[list[str]]:
    """Every row of the first sheet from row 1 to the last with a text, as a person would have typed it.

    A number is the shortest decimal that reads back to the same double, without an exponent; a formula is its
    text with `=`, whatever it last came to; an error is `#N/A` and the like; TRUE, FALSE and ISO dates are
    written out; of merged cells only the first has a text. Raises Damaged or TooLarge.
    """
    parts = unpack(content)
    parts = {name: part for name, part in parts.items() if not name.startswith("docProps/")}
    try:
        # The library remarks on styles that do not matter here, and prints some of it on standard output.
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            # Packed anew, so that what is parsed is what was measured.
            return _rows(io.BytesIO(pack(parts)))
    except (Damaged, TooLarge):
        raise
    except _BROKEN as broken:
        raise Damaged("workbook") from broken


def write_sheet(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet, the same bytes for the same content on every machine.

    Text stays text whatever it begins with; integers and booleans are cells of their kind, a Decimal is a number
    shown with its decimals, None is empty.
    Raises TextTooLong.
    """
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = title
    workbook.properties.creator = "cycle"
    for number, row in enumerate([header, *rows], start=1):
        for column, value in enumerate(row, start=1):
            _write(sheet, number, column, value)
    _dress(sheet, header)
    return _saved(workbook)


def _rows(file: io.BytesIO) -> list[list[str]]:
    workbook = load_workbook(file, read_only=True, keep_links=False)
    if not workbook.worksheets:
        raise Damaged("no sheet")
    sheet = workbook.worksheets[0]
    sheet.reset_dimensions()  # what a file says about its own size is often wrong
    rows: list[list[str]] = []
    before: Sequence[_Cell] = ()
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        if number > _LAST_ROW:
            raise Damaged("row number")
        row = [] if cells is before else _row(cells)  # a gap is the same blank row a million times over
        before = cells
        if row:
            if number > MAX_ROWS:
                raise TooLarge("rows")
            rows.extend([] for _ in range(len(rows), number - 1))
            rows.append(row)
    return rows


def _row(cells: Iterable[_Cell]) -> list[str]:
    row: list[str] = []
    for place, cell in enumerate(cells):
        if cell.value is not None and cell.value != "":
            row.extend("" for _ in range(len(row), place))
            row.append(_text(cell.value, cell.data_type))
    return row


def _text(value: object, kind: str) -> str:
    if kind == "f":
        text = value if isinstance(value, str) else getattr(value, "text", None)
        return text or "="
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return format(Decimal(repr(float(value))), "f").removesuffix(".0")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _write(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    if isinstance(value, Decimal):
        sheet.cell(row, column, value).number_format = "0.00"
        return
    if not isinstance(value, str):
        sheet.cell(row, column, value)
        return
    written = escaped(value)
    if len(written) > MAX_TEXT:
        raise TextTooLong(value)
    sheet.cell(row, column, written).data_type = "s"  # else what begins with = would become a formula


def escaped(text: str) -> str:
    """A text as the file holds it: what XML has no place for is written out."""
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _dress(sheet: Worksheet, header: Sequence[str]) -> None:
    sheet.freeze_panes = "B2"
    for column, name in enumerate(header, start=1):
        wide = 28 if column == 1 else max(10, len(name) + 2)
        sheet.column_dimensions[get_column_letter(column)].width = wide
        sheet.cell(1, column).font = Font(bold=True)


def _saved(workbook: Workbook) -> bytes:
    """The library stamps the time of saving into the file and into the zip; both are put back."""
    saved = io.BytesIO()
    workbook.save(saved)
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[_CORE] = _STAMP.sub(rb"\g<1>" + _INSTANT.encode(), parts[_CORE])
    return pack(parts)
