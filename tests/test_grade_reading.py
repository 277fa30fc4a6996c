"""What `cycle grade` reads and what it refuses, code by code."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.grade_files import (
    HEADER,
    HEADER_ZH,
    ROW,
    Found,
    call,
    csv_file,
    faults,
    graded,
    table,
    xlsx_file,
)

# --- encodings -----------------------------------------------------------------------------------------

TEXT = table(ROW, ("发改委", "政府", "80", "4", "4", "0", "0"), header=HEADER_ZH)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_utf8_with_or_without_bom_and_gb18030_read_alike(tmp_path: Path, encoding: str) -> None:
    assert list(graded(csv_file(tmp_path, TEXT.encode(encoding)))) == ["财政局", "发改委"]


def test_a_gb18030_mark_at_the_beginning_is_no_part_of_the_header(tmp_path: Path) -> None:
    assert len(graded(csv_file(tmp_path, ("\ufeff" + TEXT).encode("gb18030")))) == 2


def test_gb18030_reaches_the_characters_gbk_has_not(tmp_path: Path) -> None:
    row = ("𠮷喆镕局", *ROW[1:])
    assert list(graded(csv_file(tmp_path, table(row).encode("gb18030")))) == ["𠮷喆镕局"]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-be"),
        b"\xff\xfe",
        b"\xfe\xff" + TEXT.encode("gbk"),
        TEXT.encode() + b"\0",
        TEXT.encode().replace(b"80", b"8\x000"),
        TEXT.encode("utf-32"),
        TEXT.encode() + b"\xff",
        TEXT.encode("gb18030") + b"\x81",
        table(ROW).encode().replace("财".encode(), b"\xb2\xff"),
    ],
)
def test_bytes_that_are_neither_are_an_encoding_fault(tmp_path: Path, content: bytes) -> None:
    assert faults(csv_file(tmp_path, content)) == [Found(None, None, "encoding", None)]


# --- whole files ---------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name in ("none.csv", "none.xlsx", "none.pdf", "folder.csv"):
        assert faults(tmp_path / name) == [Found(None, None, "file_missing", None)]


@pytest.mark.parametrize(
    "text",
    ["", "\ufeff", "\r\n\r\n", " , ,\n,,\n", table(), table(header=HEADER_ZH), table((",,,",), (" ",))],
)
def test_a_file_without_a_row_of_data_is_empty(tmp_path: Path, text: str) -> None:
    assert faults(csv_file(tmp_path, text)) == [Found(None, None, "file_empty", None)]


def test_an_empty_sheet_or_one_with_a_header_only_is_empty(tmp_path: Path) -> None:
    for rows in ([], [HEADER], [HEADER, [None] * 7, ["  "]]):
        assert faults(xlsx_file(tmp_path, *rows)) == [Found(None, None, "file_empty", None)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b""),
        ("a.xlsx", table(ROW).encode()),
        ("a.XLSX", b"PK\x03\x04 and no more"),
        ("a.xls", b"\xd0\xcf\x11\xe0"),
        ("a.txt", table(ROW).encode()),
        ("a", table(ROW).encode()),
        ("a.json", b"{}"),
    ],
)
def test_a_file_of_another_kind_is_a_format_fault(tmp_path: Path, name: str, content: bytes) -> None:
    assert faults(csv_file(tmp_path, content, name)) == [Found(None, None, "format", None)]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (table(ROW) + '"计生委,政府,1,1,1,0,0\r\n', 3),
        (table(ROW) + '"计生"委,政府,1,1,1,0,0\r\n', 3),
        (table(ROW, ROW) + "x" * 200_000, 4),
    ],
)
def test_broken_csv_is_a_format_fault_at_its_row(tmp_path: Path, text: str, row: int) -> None:
    assert faults(csv_file(tmp_path, text)) == [Found(row, None, "format", None)]


def test_more_rows_than_any_list_of_departments_has_are_a_format_fault(tmp_path: Path) -> None:
    assert faults(csv_file(tmp_path, "x\n" * 100_001)) == [Found(None, None, "format", None)]


# --- the header ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        HEADER_ZH,
        tuple(name.upper() for name in HEADER),
        ("  Department", "类别 ", "ＣＥＮＴＲＡＬ", "　群众评议", "leader", "扣分", "Bonus"),
    ],
)
def test_headers_mix_languages_and_ignore_width_case_and_ends(
    tmp_path: Path, header: tuple[str, ...]
) -> None:
    assert graded(csv_file(tmp_path, table(ROW, header=header)))["财政局"]["total"] == "100.00"


def test_columns_stand_in_any_order_among_others(tmp_path: Path) -> None:
    header = (
        "bonus",
        "",
        "备注",
        "leader",
        "public",
        "",
        "central",
        "category",
        "扣分",
        "department",
        "备注",
    )
    row = ("1", "=x", "", "4.9", "5", "#N/A", "89.1", "政府", "0", "财政局", "免")
    assert graded(csv_file(tmp_path, table(row, header=header)))["财政局"]["total"] == "100.00"


def test_missing_columns_are_named_and_the_others_checked_all_the_same(tmp_path: Path) -> None:
    text = table(("财政局", "91", "x"), header=("department", "central", "public"))
    assert faults(csv_file(tmp_path, text)) == [
        *(Found(1, name, "column_missing", None) for name in ("category",)),
        *(Found(1, name, "column_missing", None) for name in ("leader", "deductions", "bonus")),
        Found(2, "central", "out_of_range", "91"),
        Found(2, "public", "not_a_number", "x"),
    ]


def test_another_separator_leaves_no_column_and_says_just_that(tmp_path: Path) -> None:
    found = faults(csv_file(tmp_path, table(ROW).replace(",", ";")))
    assert found == [Found(1, name, "column_missing", None) for name in HEADER]


def test_a_header_that_is_not_in_row_one_is_missing(tmp_path: Path) -> None:
    found = faults(xlsx_file(tmp_path, ["2026 年度考评"], HEADER, ROW))
    assert found == [Found(1, name, "column_missing", None) for name in HEADER]


@pytest.mark.parametrize("twin", ["bonus", "加分", " ＢＯＮＵＳ "])
def test_a_column_there_twice_is_a_duplicate_in_either_language(tmp_path: Path, twin: str) -> None:
    text = table((*ROW, "2"), header=(*HEADER, twin))
    assert faults(csv_file(tmp_path, text)) == [Found(1, "bonus", "column_duplicate", twin)]


# --- rows ----------------------------------------------------------------------------------------------


def test_blank_rows_are_skipped_and_still_counted(tmp_path: Path) -> None:
    text = table((" ",) * 7, ROW, ("",), ("　", "\t"), ("团委", "群团", "90.01", "1", "1", "0", "0"))
    assert faults(csv_file(tmp_path, text)) == [Found(6, "central", "out_of_range", "90.01")]


def test_a_row_with_a_word_in_another_column_only_is_blank(tmp_path: Path) -> None:
    text = table((*ROW, ""), ("",) * 7 + ("以上属实",), header=(*HEADER, "备注"))
    assert list(graded(csv_file(tmp_path, text))) == ["财政局"]


def test_a_quoted_line_break_starts_no_new_row(tmp_path: Path) -> None:
    text = table(ROW) + '"文\r\n联",群团,1,1,1,0,0\r\n团委,群团,x,1,1,0,0\r\n'
    assert faults(csv_file(tmp_path, text)) == [Found(4, "central", "not_a_number", "x")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_ends_a_row(tmp_path: Path, end: str) -> None:
    text = table(ROW, ("团委", "群团", "1", "1", "1", "0", "0")).replace("\r\n", end)
    assert len(graded(csv_file(tmp_path, text))) == 2


def test_a_short_row_has_blanks_and_a_long_one_is_cut(tmp_path: Path) -> None:
    text = table((*ROW, "x", "=y"), ("团委", "群团", "1", "1", "1", "0"))
    assert faults(csv_file(tmp_path, text)) == [Found(3, "bonus", "blank", "")]


def test_a_name_is_given_once_whatever_its_width(tmp_path: Path) -> None:
    rows = [(name, *ROW[1:]) for name in ("A局", "　Ａ局", "B局", "A局 ")]
    assert faults(csv_file(tmp_path, table(*rows))) == [
        Found(3, "department", "duplicate_department", "　Ａ局"),
        Found(5, "department", "duplicate_department", "A局 "),
    ]


def test_names_stay_as_given_with_their_ends_trimmed(tmp_path: Path) -> None:
    text = table(("　发改委（Ａ） ", " 政府 ", *ROW[2:]))
    assert graded(csv_file(tmp_path, text))["发改委（Ａ）"]["category"] == "政府"


def test_merged_cells_leave_blanks_that_are_reported(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, HEADER, ("财政局", "政府", 1, 1, 1, 0, 0), ("审计局", None, 1, 1, 1, 0, 0))
    assert faults(path) == [Found(3, "category", "blank", "")]


# --- cells ---------------------------------------------------------------------------------------------

OK = None


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("department", "", "blank"),
        ("department", "　", "blank"),
        ("department", "=A1", "formula"),
        ("department", " ＝A1", "formula"),
        ("department", "+A1", OK),
        ("department", "123", OK),
        ("category", " ", "blank"),
        ("category", "=", "formula"),
        ("category", "@", OK),
        ("central", "", "blank"),
        ("central", "=90", "formula"),
        ("central", "90", OK),
        ("central", "90.00", OK),
        ("central", "９０．００", OK),
        ("central", "90.004", "out_of_range"),
        ("central", "90.0000001", "out_of_range"),
        ("central", "-0.001", "out_of_range"),
        ("central", "-0", OK),
        ("central", "+5", OK),
        ("central", "0000000089", OK),
        ("central", "00000000089", "out_of_range"),
        ("central", "89.12345678", OK),
        ("central", "89.123456789", "out_of_range"),
        ("central", ".5", "not_a_number"),
        ("central", "5.", "not_a_number"),
        ("central", "1e1", "not_a_number"),
        ("central", "85分", "not_a_number"),
        ("central", "85%", "not_a_number"),
        ("central", "−1", "not_a_number"),
        ("central", "无", "not_a_number"),
        ("public", "5.01", "out_of_range"),
        ("public", "5", OK),
        ("leader", "5.000001", "out_of_range"),
        ("leader", "5.0", OK),
        ("deductions", "", "blank"),
        ("deductions", "-1", "out_of_range"),
        ("deductions", "9999999999", OK),
        ("deductions", "10000000000", "out_of_range"),
        ("bonus", " ", "blank"),
        ("bonus", "-0.5", "out_of_range"),
        ("bonus", "90", OK),
    ],
)
def test_each_cell_is_judged_as_it_stands(tmp_path: Path, column: str, text: str, code: str | None) -> None:
    cells = dict(zip(HEADER, ROW, strict=True)) | {column: text}
    path = csv_file(tmp_path, table(tuple(cells.values())))
    if code is None:
        assert len(graded(path)) == 1
    else:
        assert faults(path) == [Found(2, column, code, text)]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (89.1, OK, "89.10"),
        (90, OK, "90.00"),
        (1.005, OK, "1.01"),
        (2.675, OK, "2.68"),
        (1e-7, OK, "0.00"),
        (0.0, OK, "0.00"),
        ("８８", OK, "88.00"),
        ("88.5 ", OK, "88.50"),
        (90.004, "out_of_range", "90.004"),
        (-0.01, "out_of_range", "-0.01"),
        (265 / 3, "out_of_range", "88.33333333333333"),
        (1e20, "out_of_range", "100000000000000000000"),
        (True, "not_a_number", "TRUE"),
        ("#DIV/0!", "not_a_number", "#DIV/0!"),
        ("八十", "not_a_number", "八十"),
        (None, "blank", ""),
        ("=89+1", "formula", "=89+1"),
    ],
)
def test_an_xlsx_cell_is_judged_like_its_shortest_text(
    tmp_path: Path, value: object, code: str | None, text: str
) -> None:
    path = xlsx_file(tmp_path, HEADER, ("财政局", "政府", value, 5, 5, 0, 0))
    if code is None:
        assert graded(path)["财政局"]["central"] == text
    else:
        assert faults(path) == [Found(2, "central", code, text)]


def test_every_fault_is_reported_by_row_then_column(tmp_path: Path) -> None:
    header = ("bonus", "leader", "central", "department", "public", "category")
    text = table(("", "x", "=1", "财政局", "9", ""), ("-1", "", "", "财政局", "1", ""), header=header)
    assert faults(csv_file(tmp_path, text)) == [
        Found(1, "deductions", "column_missing", None),
        Found(2, "category", "blank", ""),
        Found(2, "central", "formula", "=1"),
        Found(2, "public", "out_of_range", "9"),
        Found(2, "leader", "not_a_number", "x"),
        Found(2, "bonus", "blank", ""),
        Found(3, "department", "duplicate_department", "财政局"),
        Found(3, "category", "blank", ""),
        Found(3, "central", "blank", ""),
        Found(3, "leader", "blank", ""),
        Found(3, "bonus", "out_of_range", "-1"),
    ]


PIECES = st.sampled_from(
    [*HEADER, *HEADER_ZH, *ROW, ",", ",", ",", "\r\n", "\n", '"', "=", " ", "9", "-", ".", "é", "\x00"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=99) | st.lists(PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode()))
def test_whatever_a_file_holds_is_graded_or_refused(tmp_path: Path, content: bytes) -> None:
    for name in ("a.csv", "a.xlsx", "a.json"):
        path = csv_file(tmp_path, content, name)
        done = call(path, "--previous", path, "--json")
        assert (done.code, done.err) in ((0, ""), (2, ""))
        assert json.loads(done.out)
