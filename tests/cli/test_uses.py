"""Duties and the registers of what results are used for, by their commands."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from cycle.cli.program import build
from cycle.cli.uses_sheets import Sheet, Value
from cycle.documents.spreadsheet import read_first_sheet
from tests.cast import DISCIPLINE, GENERAL, PERSONNEL
from tests.cli.conftest import BAD_INPUT, DONE, REFUSED, ShellAt
from tests.held import COLLEAGUE, YEAR

YEAR_TEXT = str(YEAR)
FIRST = f"duty:{YEAR}:{PERSONNEL}:1"


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(content.decode("utf-8-sig").splitlines()))


def test_duties_are_listed_given_to_somebody_closed_and_waived(shell_at: ShellAt) -> None:
    shell, _ = shell_at("ratified")
    listed = shell.do("duty", "list", "--year", YEAR_TEXT)["duties"]
    assert [(one["department"], one["duty"], one["state"]) for one in listed] == [
        (GENERAL, "commendation", "open"),
        (PERSONNEL, "eligibility", "open"),
        (PERSONNEL, "civil_servant_share", "open"),
    ]
    shell.clerk("duty", "assign", FIRST, COLLEAGUE)
    assert shell.do("duty", "show", FIRST)["owner"] == COLLEAGUE
    shell.clerk("duty", "close", FIRST, "--text", "已通报评优办")
    shell.group("duty", "waive", f"duty:{YEAR}:{PERSONNEL}:2")
    opened = shell.clerk("duty", "open", DISCIPLINE, "--year", YEAR_TEXT, "--text", "决策失误")
    assert opened["subject"] == f"duty:{YEAR}:{DISCIPLINE}:1"
    assert len(shell.do("duty", "list", "--year", YEAR_TEXT)["duties"]) == 2
    states = {one["subject"]: one["state"] for one in shell.do("duty", "list", "--all")["duties"]}
    assert (states[FIRST], states[f"duty:{YEAR}:{PERSONNEL}:2"]) == ("closed", "waived")
    shown = shell.say("duty", "show", FIRST).out
    assert "取消年度评先评优资格，已办结" in shown
    assert "办结：已通报评优办" in shown
    assert "问责" in shell.say("duty", "list").out
    assert shell.ask("duty", "show", "duty:2025:none:1", code=BAD_INPUT)
    again = shell.ask(
        "duty", "close", FIRST, "--as", COLLEAGUE, "--document", "x", "--text", "x", code=REFUSED
    )
    assert again.unmet == ["wrong_state"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("settlement", ("办公室", "110", "-20", "80")),
        ("eligibility", ("本部门", "主要负责人", "李堃", "2026-12-31")),
        ("commendation", ("办公室", "100.00", "待办")),
        ("movement", ("未列入升降通报", "、")),
        ("talks", ("李堃",)),
    ],
)
def test_a_register_is_shown(shell_at: ShellAt, name: str, said: tuple[str, ...]) -> None:
    shell, _ = shell_at("ratified")
    out = shell.say("uses", name, YEAR_TEXT).out
    for word in said:
        assert word in out
    assert shell.do("uses", name, YEAR_TEXT)["title"] in out
    assert shell.say("uses", name, YEAR_TEXT, "--lang", "en").code == DONE
    assert shell.ask("uses", name, "2026", code=BAD_INPUT).json["error"]["code"] == "not_found"


def test_a_register_of_a_year_not_ratified_is_refused(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    said = shell.ask("uses", "settlement", YEAR_TEXT, code=REFUSED)
    assert said.unmet == ["results_not_ratified"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_register_is_written_to_a_file_and_never_over_another(
    shell_at: ShellAt, tmp_path: Path, ending: str
) -> None:
    shell, _ = shell_at("ratified")
    file = tmp_path / f"settlement.{ending}"
    assert shell.do("uses", "settlement", YEAR_TEXT, "--out", str(file))["rows"] == 3
    content = file.read_bytes()
    rows = read_first_sheet(content) if ending == "xlsx" else read_csv(content)
    assert rows[0][0] == "部门"
    assert [row[3:5] for row in rows[1:]] == [["10", "110"], ["5", "105"], ["-20", "80"]]
    taken = shell.ask("uses", "settlement", YEAR_TEXT, "--out", str(file), code=BAD_INPUT)
    assert taken.json["error"]["code"] == "bad_input"
    shell.do("uses", "settlement", YEAR_TEXT, "--out", str(file), "--force")
    assert file.read_bytes() == content
    for wrong in (str(tmp_path / "x.txt"), str(tmp_path / "absent" / "x.csv")):
        assert shell.say("uses", "settlement", YEAR_TEXT, "--out", wrong).code == BAD_INPUT


def test_a_departments_file_is_shown_over_the_years(shell_at: ShellAt) -> None:
    shell, _ = shell_at("ratified")
    (one,) = shell.do("uses", "department", PERSONNEL)["rows"]
    assert (one["year"], one["grade"], one["findings"]) == (YEAR, "不达标", 0)
    assert one["duties"] == "取消年度评先评优资格（待办）；降低公务员评优比例（待办）"


def test_points_are_numbers_in_a_file_below_nought_too() -> None:
    row: dict[str, Value] = {"name": "=1+1", "total": "-3.50", "rank": 2}
    sheet = Sheet("t", ("name", "rank", "total"), [row, {**row, "total": None}])
    assert list(sheet.cells()) == [["=1+1", 2, Decimal("-3.50")], ["=1+1", 2, None]]


def test_both_groups_of_commands_are_part_of_the_program() -> None:
    names = {group.name for group in build().registered_groups}
    assert {"duty", "uses"} <= names
