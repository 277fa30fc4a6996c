"""XLSX in and out. The only importer of openpyxl."""

import contextlib
import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from openpyxl import Workbook, load_workbook
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import TranslatorError
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from cycle.documents.package_parts import MAX_FILE, Damaged, TooLarge, pack, unpack

__all__ = [
    "MAX_FILE",
    "MAX_ROWS",
    "MAX_TEXT",
    "Damaged",
    "Form",
    "Formula",
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
_SHEET = "xl/worksheets/sheet1.xml"
_COMPUTED = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v(?: */>|></v>)')
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
    RecursionError,
    SyntaxError,  # what either of the XML parsers it may use raises
    TokenizerError,
    TranslatorError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that a spreadsheet computes: `text` begins with `=` and is ours alone, `value` is what it comes to."""

    text: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Form:
    """How a sheet is printed: `lines` stand above the header, `widths` (characters) are those of the columns."""

    lines: tuple[str, ...]
    widths: tuple[int, ...]


Value = str | int | bool | Decimal | Formula | None


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


def write_sheet(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Value]], form: Form | None = None
) -> bytes:
    """One sheet, the same bytes for the same content on every machine.

    Text stays text whatever it begins with; integers and booleans are cells of their kind, a Decimal is a number
    shown with its decimals, None is empty. With a `form` it is made up for printing.
    Raises TextTooLong.
    """
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = title
    workbook.properties.creator = "cycle"
    computed: dict[str, Decimal] = {}
    above = [[line] for line in form.lines] if form else []
    for number, row in enumerate([*above, header, *rows], start=1):
        for column, value in enumerate(row, start=1):
            _write(sheet, number, column, value)
            if isinstance(value, Formula):
                computed[f"{get_column_letter(column)}{number}"] = value.value
    if form:
        _print(sheet, form)
    else:
        _dress(sheet, header)
    return _saved(workbook, computed)


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
    if isinstance(value, Decimal | Formula):
        given = value.text if isinstance(value, Formula) else value
        sheet.cell(row, column, given).number_format = "0.00"
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


def _print(sheet: Worksheet, form: Form) -> None:
    """A4, as wide as the page, ruled, the header again on every page."""
    head, last = len(form.lines) + 1, len(form.widths)
    for number in range(1, head):
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=last)
        sheet.cell(number, 1).alignment = Alignment(horizontal="center" if number == 1 else "left")
    sheet.cell(1, 1).font = Font(bold=True, size=16)
    thin = Side(style="thin")
    for row in sheet.iter_rows(min_row=head, max_col=last):
        for cell in row:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.font = Font(bold=cell.row == head)
    for column, wide in enumerate(form.widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = wide
    sheet.freeze_panes = f"A{head + 1}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _saved(workbook: Workbook, computed: Mapping[str, Decimal]) -> bytes:
    """The library stamps the time of saving into the file and into the zip; both are put back.

    It leaves out what formulas come to, which programs that only show a file do not compute; that is put in.
    """
    saved = io.BytesIO()
    workbook.save(saved)
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if computed:
        parts[_SHEET] = _COMPUTED.sub(lambda cell: _with_value(cell, computed), parts[_SHEET])
    parts[_CORE] = _STAMP.sub(rb"\g<1>" + _INSTANT.encode(), parts[_CORE])
    return pack(parts)


def _with_value(cell: re.Match[bytes], computed: Mapping[str, Decimal]) -> bytes:
    return cell[1] + f"<v>{computed[cell[2].decode()]}</v>".encode()
