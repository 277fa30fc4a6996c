"""Files nobody means well with, or that came about by mishap, made anew by each test: what each is, what is said of it.

Where `codes` is empty the file is read as if nothing were the matter.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cycle.documents.spreadsheet import write_sheet

HEAD: Final = ("类型", "编号", "名称", "邮箱", "所在单位", "角色")
ROW: Final = ("人员", "p-new", "新人", "new@new.example", "outside", "考核组成员")
MARKS: Final = ("部门", "考核人员", "条款", "分值", "理由")
MARK: Final = ("办公室", "p-wen-jingxing", "content.1.1", "2.00", "")
UNFOLDED: Final = 400 * 1024 * 1024
"""Bytes a bomb unfolds into: more than whoever reads it may have."""

_SHEET = "xl/worksheets/sheet1.xml"
_BOOK = "xl/workbook.xml"
Make = Callable[[], bytes]
Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Hostile:
    """`others` is how many sheets are told not to have been read."""

    name: str
    file: str
    make: Make
    codes: tuple[str, ...]
    kind: str = "roster"
    others: int = 0


def csv_text(*rows: Cells, head: Cells = HEAD) -> str:
    """Cells hold no comma, quote or line break."""
    return "".join(",".join(row) + "\r\n" for row in (head, *rows))


def csv_of(*rows: Cells, head: Cells = HEAD, encoding: str = "utf-8") -> Make:
    """A CSV file."""
    return lambda: csv_text(*rows, head=head).encode(encoding, "surrogatepass")


def sheet_of(*rows: Cells, head: Cells = HEAD) -> Make:
    """A sound workbook."""
    return lambda: write_sheet("s", head, rows)


def repacked(make: Make, parts: Mapping[str, bytes | Callable[[bytes], bytes]]) -> Make:
    """A workbook with some parts added or changed."""

    def made() -> bytes:
        packed = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(make())) as old,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in dict.fromkeys([*old.namelist(), *parts]):
                part = parts.get(name, bytes)
                new.writestr(name, part(old.read(name)) if callable(part) else part)
        return packed.getvalue()

    return made


def within(pattern: str, put: str) -> Callable[[bytes], bytes]:
    """A part with what `pattern` finds replaced; there is something to find."""

    def change(part: bytes) -> bytes:
        changed, found = re.subn(pattern.encode(), put.encode(), part, count=1)
        assert found, pattern
        return changed

    return change


def bomb() -> bytes:
    """One part that unfolds into far more than it weighs."""
    packed = io.BytesIO()
    archive = zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with archive, archive.open(_SHEET, "w") as part:
        for _ in range(UNFOLDED // 1024**2):
            part.write(b"<row/>  " * (1024**2 // 8))
    return packed.getvalue()


def _nested() -> bytes:
    """Zips within zips, where a sheet should be."""
    inner = b"0" * 1024**2
    for level in range(6):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(8):
                archive.writestr(f"{level}-{number}.zip", inner)
        inner = packed.getvalue()
    return repacked(sheet_of(ROW), {_SHEET: inner, "xl/embeddings/inner.zip": inner})()


_LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
_OUTSIDE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


def _formula() -> bytes:
    return repacked(
        sheet_of(ROW), {_SHEET: within(r'<c r="C2"[^>]*>.*?</c>', '<c r="C2"><f>1+1</f><v>2</v></c>')}
    )()


def _merged() -> bytes:
    merged = within(r'(?s)<c r="B1".*?</c>', "")
    return repacked(sheet_of(ROW), {_SHEET: merged})()


def _wide() -> bytes:
    cells = "".join(f"<c><v>{number}</v></c>" for number in range(100_000))
    return repacked(sheet_of(ROW), {_SHEET: within("</sheetData>", f"<row>{cells}</row></sheetData>")})()


def _encrypted() -> bytes:
    """Every entry says that it is encrypted."""
    content = bytearray(sheet_of(ROW)())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def _crowd() -> bytes:
    """A hundred and fifty thousand entries and no content."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 9, 1, *[0] * 6) + b"a"
    entries = entry * 150_000
    return entries + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, len(entries), 0, 0)


def _sheets(*states: str) -> Make:
    """A workbook whose list of sheets names the one there is several times, hidden or not."""
    rows = "".join(
        f'<sheet name="s{number}" sheetId="{number}" state="{state}" r:id="rId1" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
        for number, state in enumerate(states, start=1)
    )
    return repacked(sheet_of(ROW), {_BOOK: within(r"(?s)<sheets>.*</sheets>", f"<sheets>{rows}</sheets>")})


def _date() -> bytes:
    dated = within(r'(?s)<c r="D2"[^>]*>.*?</c>', '<c r="D2" t="d"><v>2025-03-01</v></c>')
    return repacked(sheet_of(MARK, head=MARKS), {_SHEET: dated})()


def _half() -> bytes:
    """A name with the first half of a character, as a workbook writes out what XML has no place for."""
    name = sheet_of(_put(2, "新_xD800_人"))
    return repacked(name, {_SHEET: within("_x005F_xD800_", "_xD800_")})()


def _put(at: int, text: str, row: Cells = ROW) -> Cells:
    return (*row[:at], text, *row[at + 1 :])


_EXE: Final = b"MZ\x90\x00\x03" + bytes(range(256)) * 8

FILES: Final = (
    Hostile("a bomb", "a.xlsx", bomb, ("format",)),
    Hostile("bombs within bombs", "a.xlsx", _nested, ("format",)),
    Hostile("a crowd of entries", "a.xlsx", _crowd, ("format",)),
    Hostile(
        "entities that multiply",
        "a.xlsx",
        repacked(sheet_of(ROW), {_SHEET: within("<worksheet", f"{_LAUGHS}<worksheet")}),
        ("format",),
    ),
    Hostile(
        "an entity from outside",
        "a.xlsx",
        repacked(sheet_of(ROW), {_BOOK: within("<workbook", f"{_OUTSIDE}<workbook")}),
        ("format",),
    ),
    Hostile("a formula in a workbook", "a.xlsx", _formula, ("formula",)),
    Hostile("a formula in a CSV", "a.csv", csv_of(_put(2, "=1+1")), ("formula",)),
    Hostile("a workbook with macros", "a.xlsm", sheet_of(ROW), ("format",)),
    Hostile(
        "macros under another ending",
        "a.xlsx",
        repacked(sheet_of(ROW), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        ("macros",),
    ),
    Hostile("a CSV called a workbook", "a.xlsx", csv_of(ROW), ("format",)),
    Hostile("a workbook called a CSV", "a.csv", sheet_of(ROW), ("ending_differs",)),
    Hostile("a PDF called a CSV", "a.csv", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", ("ending_differs",)),
    Hostile("a program called a workbook", "a.xlsx", lambda: _EXE, ("format",)),
    Hostile("a program called a CSV", "a.csv", lambda: _EXE, ("ending_differs",)),
    Hostile("a hundred thousand columns", "a.csv", lambda: b"," * 100_000, ("format",)),
    Hostile("a hundred thousand cells in a row", "a.xlsx", _wide, ("format",)),
    Hostile(
        "two million rows claimed",
        "a.xlsx",
        repacked(
            sheet_of(ROW), {_SHEET: within(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD2000000"')}
        ),
        (),
    ),
    Hostile(
        "a row numbered two million",
        "a.xlsx",
        repacked(
            sheet_of(ROW),
            {_SHEET: within("</sheetData>", '<row r="2000000"><c><v>1</v></c></row></sheetData>')},
        ),
        ("format",),
    ),
    Hostile(
        "more rows than there are people", "a.csv", lambda: csv_text(*[ROW] * 20_001).encode(), ("format",)
    ),
    Hostile("text in GB18030", "a.csv", csv_of(ROW, encoding="gb18030"), ()),
    Hostile("text in UTF-16", "a.csv", csv_of(ROW, encoding="utf-16"), ("encoding",)),
    Hostile("merged headings", "a.xlsx", _merged, ("column_missing",)),
    Hostile(
        "the same heading twice", "a.csv", csv_of((*ROW, "x"), head=(*HEAD, "Name")), ("column_duplicate",)
    ),
    Hostile("a NUL", "a.csv", csv_of(_put(2, "新\0人")), ("encoding",)),
    Hostile("a huge cell in a CSV", "a.csv", csv_of(_put(2, "新" * 1_000_000)), ("format",)),
    Hostile("a huge cell in a workbook", "a.xlsx", sheet_of(_put(2, "新" * 30_000)), ("text_long",)),
    Hostile(
        "a negative number", "a.csv", csv_of(_put(3, "-1", MARK), head=MARKS), ("out_of_range",), "marks"
    ),
    Hostile(
        "a number with an exponent",
        "a.csv",
        csv_of(_put(3, "1e2", MARK), head=MARKS),
        ("not_a_number",),
        "marks",
    ),
    Hostile("a date for a number", "a.xlsx", _date, ("not_a_number",), "marks"),
    Hostile("an encrypted workbook", "a.xlsx", _encrypted, ("format",)),
    Hostile(
        "a workbook with a password",
        "a.xlsx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
        ("format",),
    ),
    Hostile("a workbook cut short", "a.xlsx", lambda: sheet_of(ROW)()[:-200], ("format",)),
    Hostile(
        "names that lead elsewhere",
        "a.xlsx",
        repacked(sheet_of(ROW), {"../../../escaped.xml": b"<a/>", "/escaped.xml": b"<a/>"}),
        (),
    ),
    Hostile("a hidden second sheet", "a.xlsx", _sheets("visible", "hidden"), (), others=1),
    Hostile("a hidden first sheet", "a.xlsx", _sheets("veryHidden", "visible"), ("sheet_hidden",)),
    Hostile("half a character", "a.xlsx", _half, ("hidden_character",)),
    Hostile("text that runs backwards", "a.csv", csv_of(_put(2, "新\u202e人")), ("hidden_character",)),
    Hostile(
        "an address with a control character",
        "a.csv",
        csv_of(_put(3, "a\x1b@b.example")),
        ("hidden_character",),
    ),
    Hostile("half a character in a CSV", "a.csv", csv_of(_put(2, "新\ud800人")), ("encoding",)),
)
