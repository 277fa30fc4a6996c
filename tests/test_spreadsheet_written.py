"""XLSX out: text stays text, numbers numbers, and the same content is the same bytes."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycle.documents.spreadsheet import MAX_TEXT, TextTooLong, read_first_sheet, write_sheet


def cells_of(content: bytes) -> list[list[tuple[object, str]]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


def test_text_stays_text_whatever_it_begins_with() -> None:
    texts = ["=1+1", "+1", "-3.00", "@x", "#N/A", "2025-01-01", "0.5%"]
    assert cells_of(write_sheet("a", ["h"], [[text] for text in texts]))[1:] == [[(t, "s")] for t in texts]


def test_integers_and_booleans_are_cells_of_their_kind_and_none_is_empty() -> None:
    (_, row) = cells_of(write_sheet("a", ["a", "b", "c", "d"], [[-20, True, None, False]]))
    assert row == [(-20, "n"), (True, "b"), (None, "n"), (False, "b")]


def test_the_same_content_gives_the_same_bytes() -> None:
    contents = {write_sheet("成绩", ["部门", "名次"], [["财政局", 1]]) for _ in range(3)}
    assert len(contents) == 1


def test_no_time_and_no_compression_is_left_in_the_file() -> None:
    content = write_sheet("a", ["h"], [])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read("docProps/core.xml").count(b">1980-01-01T00:00:00Z<") == 2


def test_a_text_no_cell_can_hold_is_refused_not_cut() -> None:
    assert read_first_sheet(write_sheet("a", ["x" * MAX_TEXT], [])) == [["x" * MAX_TEXT]]
    with pytest.raises(TextTooLong):
        write_sheet("a", ["x" * (MAX_TEXT + 1)], [])


Text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(st.lists(st.lists(Text, min_size=1, max_size=4), max_size=4))
def test_every_text_that_is_written_is_read_back(rows: list[list[str]]) -> None:
    assert read_first_sheet(write_sheet("a", ["部门"], rows)) == [["部门"], *rows]


@pytest.mark.parametrize(
    "text", ["a_x0041_b", "_x005F_", "_x000d_", "a\r\nb", "\x01\x1b[31m", "\uffff", "𠮷"]
)
def test_an_escape_in_a_text_is_not_taken_for_one(text: str) -> None:
    assert read_first_sheet(write_sheet("a", [text], [])) == [[text]]
