"""Lists as files: text stays text in every program, numbers stay numbers, and what was written is read back."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycle.documents.lists import Cell, csv_of, listed, xlsx_of
from cycle.documents.spreadsheet import MAX_TEXT, read_first_sheet
from tests.test_spreadsheet_written import cells_of

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "=cmd|' /C calc'!A0",
]


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_is_marked_as_text_in_csv(text: str) -> None:
    assert rows_of(csv_of(["a"], [[text]]))[1] == [f"'{text}"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_stays_text_in_xlsx(text: str) -> None:
    content = xlsx_of("a", ["a"], [[text]])
    assert read_first_sheet(content)[1] == [text]
    assert [kind for _, kind in cells_of(content)[1]] == ["s"]


def test_numbers_stay_numbers_negative_ones_too() -> None:
    row: list[Cell] = [-3, Decimal("-0.50"), Decimal("100.00"), True, None, "1"]
    assert rows_of(csv_of(list("abcdef"), [row]))[1] == ["-3", "-0.50", "100.00", "true", "", "1"]
    cells = cells_of(xlsx_of("a", list("abcdef"), [row]))[1]
    assert [kind for _, kind in cells] == ["n", "n", "n", "b", "n", "s"]
    assert read_first_sheet(xlsx_of("a", list("abcdef"), [row]))[1] == ["-3", "-0.5", "100", "TRUE", "", "1"]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=5))
def test_whatever_was_written_is_read_back_but_for_the_mark(texts: list[str]) -> None:
    (_, row) = rows_of(csv_of(["a"], [texts]))
    assert [kept in (text, f"'{text}") for kept, text in zip(row, texts, strict=True)] == [True] * len(texts)
    assert not any(kept.startswith(("=", "+", "-", "@", "\t", "\r")) for kept in row)


def test_a_text_no_cell_can_hold_is_cut_and_says_so() -> None:
    (cell, _) = cells_of(xlsx_of("a", ["a"], [["\x01" * MAX_TEXT]]))[1][0]
    assert str(cell).endswith("…")
    whole = "字" * MAX_TEXT
    assert cells_of(xlsx_of("a", ["a"], [[whole]]))[1][0] == (whole, "s")


@pytest.mark.parametrize("title", ["住建局/房管局：历年", "[a]*?:\\", "'a'", "字" * 40, "a\x01b"])
def test_a_sheet_may_have_any_title(title: str) -> None:
    assert read_first_sheet(xlsx_of(title, ["a"], [["b"]])) == [["a"], ["b"]]


def test_a_list_is_the_same_bytes_every_time() -> None:
    assert listed("xlsx", "a", ["a"], [["b"]]) == listed("xlsx", "a", ["a"], [["b"]])
    assert listed("csv", "a", ["a"], [["b"]]) == "\ufeffa\r\nb\r\n".encode()
