"""`cycle export`: every list as a file, and what is said where it cannot be."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from cycle.board.lists import LISTS
from cycle.documents.spreadsheet import read_first_sheet
from tests.cast import DEPARTMENTS, GENERAL
from tests.cli.conftest import BAD_INPUT, ShellAt


def test_every_list_is_saved_as_either_kind_of_file(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("ratified")
    for name, listing in LISTS.items():
        about = ["--department", "办公室"] if "department" in listing.needs else []
        book, text = tmp_path / f"{name}.xlsx", tmp_path / f"{name}.csv"
        saved = shell.do("export", name, "--out", str(book), *about)
        shell.do("export", name, "--out", str(text), "--lang", "en", *about)
        table = list(csv.reader(io.StringIO(text.read_text(encoding="utf-8-sig"))))
        sheet = read_first_sheet(book.read_bytes())
        assert len(sheet) == len(table) == saved["rows"] + 1, name
        assert saved["year"] == (2025 if "year" in listing.needs else None)


def test_the_board_is_saved_in_the_readers_words(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    out = tmp_path / "进度.csv"
    said = shell.say("export", "board", "--out", str(out))
    assert (said.code, said.err) == (0, "")
    assert f"共{len(DEPARTMENTS)}行" in said.out
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    office = next(row for row in rows if row["部门编号"] == GENERAL)
    assert (office["环节"], office["待办方"], office["截止日期"]) == ("年度计划填报", "填报员", "2025-02-28")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing", "--out", "a.csv"], "board"),
        (["board", "--out", "a.pdf"], ".xlsx"),
        (["lines", "--out", "a.csv"], "--department"),
        (["board", "--out", "no/such/folder/a.csv"], "no/such/folder"),
    ],
)
def test_what_cannot_be_saved_is_said(
    shell_at: ShellAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shell, _ = shell_at("running")
    answer = shell.ask("export", *words, code=BAD_INPUT)
    assert said in answer.json["error"]["message"]


def test_a_file_that_is_there_is_not_replaced_unasked(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    out = tmp_path / "a.csv"
    out.write_text("kept")
    shell.ask("export", "cycles", "--out", str(out), code=BAD_INPUT)
    assert out.read_text() == "kept"
    shell.do("export", "cycles", "--out", str(out), "--force")
    assert out.read_text(encoding="utf-8-sig") != "kept"
