"""XLSX in and out: text as typed, the same bytes every time, and nothing a hostile file can gain."""

import datetime
import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from cycle.documents import package_parts
from cycle.documents.spreadsheet import (
    Damaged,
    TooLarge,
    read_first_sheet,
)

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"
MIB = 2**20


@contextmanager
def memory_within(most: int) -> Iterator[None]:
    """What is done inside takes at no moment more than `most` bytes on top of what was there."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= most, peak


def workbook(*fill: Callable[[Worksheet], object]) -> bytes:
    """A workbook with one sheet for each function, as a person's program would save it."""
    book = openpyxl.Workbook()
    for number, fill_sheet in enumerate(fill):
        fill_sheet(book.worksheets[0] if number == 0 else book.create_sheet())
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def with_part(name: str, part: bytes) -> bytes:
    return zipped({**parts_of(workbook(lambda sheet: sheet.append(["x"]))), name: part})


def sheet_xml(rows: str, before: str = "") -> bytes:
    return with_part(SHEET, f"<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>".encode())


def cell(value: str, kind: str = "n") -> bytes:
    return sheet_xml(f'<row r="1"><c r="A1" t="{kind}"><v>{value}</v></c></row>')


# --- reading what people send --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("90", "90"),
        ("90.0", "90"),
        ("89.1", "89.1"),
        ("89.099999999999994", "89.1"),
        ("1.0049999999999999", "1.005"),
        ("88.833333333333329", "88.83333333333333"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("1E-7", "0.0000001"),
        ("1.5e+3", "1500"),
        ("1E+20", "100000000000000000000"),
        ("12345678901234567890", "12345678901234567000"),
        ("-3", "-3"),
        ("-0.5", "-0.5"),
        ("0", "0"),
        ("-0.0", "-0"),
    ],
)
def test_a_number_is_the_shortest_decimal_of_its_double(stored: str, text: str) -> None:
    assert read_first_sheet(cell(stored)) == [[text]]


def test_whatever_is_no_number_comes_as_text_that_is_none_either() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append([True, False, datetime.date(2025, 1, 2), datetime.datetime(2025, 1, 2, 3, 4)])  # noqa: DTZ001  # spreadsheets know no zone
        sheet.append([datetime.time(8, 30), datetime.timedelta(hours=30), "0090", "'5"])
        sheet["A3"] = "#N/A"

    assert read_first_sheet(workbook(fill)) == [
        ["TRUE", "FALSE", "2025-01-02T00:00:00", "2025-01-02T03:04:00"],
        ["08:30:00", "1 day, 6:00:00", "0090", "'5"],
        ["#N/A"],
    ]


def test_a_date_no_calendar_has_is_an_error_not_a_crash() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = 99999999
        sheet["A1"].number_format = "yyyy-mm-dd"

    assert read_first_sheet(workbook(fill)) == [["#VALUE!"]]


def test_a_percentage_is_its_number() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = 0.5
        sheet["A1"].number_format = "0%"

    assert read_first_sheet(workbook(fill)) == [["0.5"]]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<f>1+1</f><v>2</v>", "=1+1"),
        ("<f/><v>2</v>", "="),
        ('<f t="shared" si="0"/><v>2</v>', "="),
        ('<f t="shared" si="0" ref="A1:A2">B1</f><v>2</v>', "=B1"),
        ('<f t="dataTable" ref="A1:A2" r1="B1"/><v>2</v>', "="),
    ],
)
def test_a_formula_is_its_text_whatever_it_last_came_to(inner: str, text: str) -> None:
    assert read_first_sheet(sheet_xml(f'<row r="1"><c r="A1">{inner}</c></row>')) == [[text]]


def test_array_formulas_and_text_like_a_formula_begin_with_the_sign() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = ArrayFormula("A1", "=SUM(B1:B2)")
        sheet["B1"] = "=x"
        sheet["B1"].data_type = "s"

    assert read_first_sheet(workbook(fill)) == [["=SUM(B1:B2)", "=x"]]


def test_of_merged_cells_only_the_first_has_a_text() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["a", "b", "c"])
        sheet.merge_cells("A1:B1")

    assert read_first_sheet(workbook(fill)) == [["a", "", "c"]]


def test_rows_and_columns_left_out_are_blank() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C3"] = "x"

    assert read_first_sheet(workbook(fill)) == [[], [], ["", "", "x"]]


def test_cells_without_a_reference_follow_one_another() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    assert read_first_sheet(sheet_xml(rows)) == [["1", "2"], ["3"]]


def test_the_first_sheet_counts_even_if_it_is_empty_or_hidden() -> None:
    def full(sheet: Worksheet) -> None:
        sheet["A1"] = "second"

    def hidden(sheet: Worksheet) -> None:
        sheet["A1"] = "first"
        sheet.sheet_state = "hidden"

    assert read_first_sheet(workbook(lambda _: None, full)) == []
    assert read_first_sheet(workbook(hidden, full)) == [["first"]]


def test_what_a_sheet_says_of_its_own_size_is_not_believed() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>'
    for size in ("A1", "A1:XFD1048576"):
        assert read_first_sheet(sheet_xml(rows, f'<dimension ref="{size}"/>')) == [["1"], ["", "2"]]


def test_blank_rows_to_the_last_of_the_sheet_are_no_rows() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576" ht="20"><c r="A1048576" s="0"/></row>'
    content = sheet_xml(rows)
    with memory_within(8 * MIB):  # a list of a million rows would take as many words alone
        assert read_first_sheet(content) == [["1"]]


def test_rich_text_and_escapes_read_as_one_text() -> None:
    inner = "<is><r><t>发</t></r><r><t>改_x000D_委</t></r></is>"
    assert read_first_sheet(sheet_xml(f'<row r="1"><c r="A1" t="inlineStr">{inner}</c></row>')) == [
        ["发改\r委"]
    ]


def test_nothing_is_printed_about_odd_styles(capsys: pytest.CaptureFixture[str]) -> None:
    parts = parts_of(workbook(lambda sheet: sheet.append(["x"])))
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b'numFmtId="0"', b'numFmtId="163"')
    assert read_first_sheet(zipped(parts)) == [["x"]]
    assert capsys.readouterr() == ("", "")


# --- reading what nobody should send -------------------------------------------------------------------


def not_whole() -> bytes:
    content = workbook(lambda sheet: sheet.append(["x"]))
    return content[: len(content) // 2]


def lying_about_its_size() -> bytes:
    """Both headers of the sheet claim ten bytes; the data unfolds into more."""
    content = bytearray(sheet_xml('<row r="1"/>' * 5000))
    for signature, name_at, size_at in ((b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)):
        at = content.find(signature)
        while at >= 0:
            if content[at + name_at : at + name_at + len(SHEET)] == SHEET.encode():
                struct.pack_into("<I", content, at + size_at, 10)
            at = content.find(signature, at + 4)
    return bytes(content)


def locked() -> bytes:
    content = bytearray(workbook(lambda sheet: sheet.append(["x"])))
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + flags_at] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
ENTITY = f'<worksheet {MAIN}><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"department,category\r\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        not_whole(),
        lying_about_its_size(),
        locked(),
        zipped({"a.txt": b"x"}),
        zipped(parts_of(workbook(lambda _: None)), zipfile.ZIP_BZIP2),
        zipped({k: v for k, v in parts_of(workbook(lambda _: None)).items() if k != SHEET}),
        with_part(SHEET, (LAUGHS + ENTITY).encode()),
        with_part(SHEET, (OUTSIDE + ENTITY).encode()),
        with_part("xl/sharedStrings.xml", OUTSIDE.encode() + b"<sst/>"),
        with_part(SHEET, (LAUGHS + ENTITY).encode("utf-16")),
        with_part(SHEET, b"<?xml version='1.0' encoding='cp037'?>" + (LAUGHS + ENTITY).encode("cp037")),
        with_part(SHEET, b"<worksheet"),
        with_part(SHEET, f"<worksheet {MAIN}><sheetData><row><c t='s'><v>7</v></c></row>".encode()),
        cell("abc"),
        with_part("xl/styles.xml", f"<styleSheet {MAIN}>".encode() + b"<fonts>" * 50_000),
        with_part(
            "xl/workbook.xml",
            f"<workbook {MAIN}>".encode() + b"<sheets>" * 50_000 + b"</sheets>" * 50_000 + b"</workbook>",
        ),
        cell("7", "s"),
        cell("9" * 400),
        sheet_xml('<row r="1"><c r="1A"><v>1</v></c></row>'),
        sheet_xml('<row r="99999999999"><c><v>1</v></c></row>'),
        sheet_xml('<row r="x"><c><v>1</v></c></row>'),
    ],
)
def test_a_file_that_is_not_sound_is_damaged(content: bytes) -> None:
    with pytest.raises(Damaged):
        read_first_sheet(content)


def test_an_entity_is_never_expanded_even_where_it_would_be_harmless() -> None:
    with pytest.raises(Damaged):
        read_first_sheet(with_part(SHEET, f'<!DOCTYPE x [<!ENTITY a "1">]>{ENTITY}'.encode()))


def test_elements_nested_without_end_are_survived() -> None:
    deep = "<r>" * 50_000 + "</r>" * 50_000
    assert read_first_sheet(sheet_xml(f"<row><c t='inlineStr'><is>{deep}</is></c></row>")) == []


def unfolding() -> bytes:
    return with_part("xl/media.xml", b"<a>" + b" " * 4_000_000 + b"</a>")


def too_many_tags() -> bytes:
    return zipped({"a.xml": b"<a/>" * (package_parts.MAX_TAGS + 1)}, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    "content",
    [
        unfolding(),
        too_many_tags(),
        zipped({f"{number}.xml": b"" for number in range(package_parts.MAX_ENTRIES + 1)}),
        bytes(package_parts.MAX_FILE + 1),
        sheet_xml(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
        ),
    ],
    ids=["ratio", "tags", "entries", "file", "far corner"],
)
def test_a_file_that_would_unfold_without_bounds_is_refused_before_it_does(content: bytes) -> None:
    with memory_within(package_parts.MAX_UNPACKED), pytest.raises(TooLarge):
        read_first_sheet(content)


def test_a_part_larger_than_all_the_room_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook(lambda sheet: sheet.append(["x"]))
    monkeypatch.setattr(package_parts, "MAX_UNPACKED", 3000)
    with pytest.raises(TooLarge):
        read_first_sheet(content)


def test_a_wide_row_costs_no_more_than_the_columns_that_are_read() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="XFD{n}"><v>2</v></c></row>' for n in range(1, 500)
    )
    assert read_first_sheet(sheet_xml(rows)) == [["1"]] * 499


def small_list(sheet: Worksheet) -> None:
    for number in range(5):
        sheet.append([f"部门{number}", number / 10, None, f"=A{number}"])


SOUND = {name: part for name, part in parts_of(workbook(small_list)).items() if "theme" not in name}


@given(st.sampled_from(sorted(SOUND)), st.integers(0, 3000), st.binary(max_size=9), st.integers(0, 9))
def test_a_part_changed_anywhere_gives_rows_or_a_refusal(name: str, at: int, noise: bytes, cut: int) -> None:
    part = SOUND[name]
    at %= len(part)
    try:
        rows = read_first_sheet(zipped({**SOUND, name: part[:at] + noise + part[at + cut :]}))
    except (Damaged, TooLarge):
        return
    assert all(isinstance(text, str) for row in rows for text in row)


@given(st.integers(0, 4000), st.binary(min_size=1, max_size=9))
def test_a_zip_changed_anywhere_gives_rows_or_a_refusal(at: int, noise: bytes) -> None:
    content = bytearray(zipped(SOUND))
    at %= len(content)
    content[at : at + len(noise)] = noise
    try:
        rows = read_first_sheet(bytes(content))
    except (Damaged, TooLarge):
        return
    assert all(isinstance(text, str) for row in rows for text in row)
