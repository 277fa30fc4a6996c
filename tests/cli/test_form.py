"""`cycle form`: contents from files and options, blank tables, what is shown, progress, drafts, parts returned."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from cycle.documents.spreadsheet import read_first_sheet, write_sheet
from tests.cast import CLERK, GENERAL, LIAISON, City, book
from tests.cli.conftest import BAD_INPUT, REFUSED, ShellAt
from tests.filled_forms import target, whole
from tests.held import YEAR

AS = ("--as", LIAISON[GENERAL])
FIRST = book().indicators[0]
LINE = "办理时限压缩三成|平均办理时长|综合科|2025-11-30|系统统计表"


def table(folder: Path, header: list[str], *rows: list[str]) -> str:
    """A CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    file = folder / "form.csv"
    file.write_text(out.getvalue(), encoding="utf-8")
    return str(file)


def in_midyear(city: City) -> None:
    city.at("2025-02-10")
    city.file(GENERAL)
    city.move(GENERAL, "accept")
    city.at("2025-07-01 09:00")
    city.sweep()


def test_a_plan_is_saved_from_its_text_and_its_targets_in_words(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    done = shell.do("form", "save", GENERAL, "--text", "计划", "--target", LINE, "--target", "第二项｜", *AS)
    assert done["action"] == "save_form"
    form = shell.do("show", GENERAL)["forms"]["plan"]
    assert (form["text"], form["targets"]) == ("计划", {"1": target(YEAR), "2": {"text": "第二项"}})
    assert [one["code"] for one in form["missing"]] == ["target_incomplete"]
    said = shell.say("form", "save", GENERAL, "--text", "计划", "--target", "第二项", *AS)
    assert "还差1项" in said.out
    assert "第1项目标还缺衡量标准、责任人、完成期限、佐证材料，请补齐" in said.out
    assert "内容齐全" in shell.say("form", "save", GENERAL, "--text", "计划", "--target", LINE, *AS).out


def test_saving_by_a_text_alone_still_works_and_handing_in_says_what_is_missing(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    shell.do("advance", GENERAL, "save_form", "--text", "计划", *AS)
    refused = shell.ask("advance", GENERAL, "submit", *AS, code=REFUSED)
    assert refused.unmet == ["form_entry_missing", "form_unsigned"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", ["plan", "midyear"])
def test_a_blank_table_filled_in_is_read_again(
    shell_at: ShellAt, tmp_path: Path, form: str, lang: str
) -> None:
    shell, city = shell_at("running")
    if form == "midyear":
        in_midyear(city)
    file = tmp_path / "form.xlsx"
    shell.do("form", "template", form, "--out", str(file), "--lang", lang)
    header, *rows = read_first_sheet(file.read_bytes())
    filled: list[list[str]] = []
    if form == "plan":
        filled = [[rows[0][0], *target(YEAR).values()], *rows[1:]]
    else:
        filled = [[*row, row[2], "已完成"] for row in rows]
    file.write_bytes(write_sheet("x", header, filled))
    shell.do("form", "save", GENERAL, "--file", str(file), "--text", "正文", *AS)
    assert shell.do("form", "show", GENERAL, form)["forms"][form]["missing"] == []
    assert len(filled) == (10 if form == "plan" else len(book().indicators))


def test_a_table_of_self_marks_holds_decimals_and_may_leave_rows_blank(
    shell_at: ShellAt, tmp_path: Path
) -> None:
    shell, city = shell_at("running")
    in_midyear(city)
    file = table(
        tmp_path,
        ["条款", "指标", "自评分", "自评说明"],
        [FIRST.id, "学习", "1.25", "已完成"],
        ["content.1.2", "", "", ""],
    )
    shell.do("form", "save", GENERAL, "--file", file, *AS)
    marks = shell.do("form", "show", GENERAL)["forms"]["midyear"]["marks"]
    assert {item: (mark["points"], mark["account"]) for item, mark in marks.items()} == {
        FIRST.id: ("1.25", "已完成")
    }
    assert "1.25/2.00" in shell.say("form", "show", GENERAL).out


def test_every_fault_of_a_table_is_named_with_its_row_and_column(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("running")
    in_midyear(city)
    rows = [[FIRST.id, "很多", "一"], [FIRST.id, "1", "一"], [FIRST.id, "1", "一"]]
    file = table(tmp_path, ["条款", "自评分", "自评说明"], *rows)
    answer = shell.ask("form", "save", GENERAL, "--file", file, *AS, code=BAD_INPUT).json["error"]
    assert [(one["row"], one["column"], one["code"]) for one in answer["faults"]] == [
        (2, "points", "bad_points"),
        (4, "item", "form_twice"),
    ]
    file = table(tmp_path, ["条款", "自评分"], [FIRST.id, "1"])
    answer = shell.ask("form", "save", GENERAL, "--file", file, *AS, code=BAD_INPUT).json["error"]
    assert [one["code"] for one in answer["faults"]] == ["column_missing"]


def test_a_whole_content_is_read_from_json_with_points_as_decimals(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("running")
    in_midyear(city)
    file = tmp_path / "form.json"
    marks: dict[str, Any] = {FIRST.id: {"points": 1.5, "account": "一"}, "content.1.2": {"points": "0.5"}}
    file.write_text(json.dumps({"text": "半年", "marks": marks}), encoding="utf-8")
    shell.do("form", "save", GENERAL, "--file", str(file), *AS)
    with_points = shell.do("form", "show", GENERAL, "半年自评")["forms"]["midyear"]["marks"]
    assert [mark["points"] for mark in with_points.values()] == ["1.50", "0.50"]
    for broken in ('["一"]', "{", '{"marks": {"content.1.1": {"points": "多"}}}'):
        file.write_text(broken, encoding="utf-8")
        assert shell.ask("form", "save", GENERAL, "--file", str(file), *AS, code=BAD_INPUT)
    file.write_text('{"text": 1.5, "marks": {"content.1.1": 2.5}}', encoding="utf-8")
    refused = shell.ask("form", "save", GENERAL, "--file", str(file), *AS, code=REFUSED)
    assert refused.unmet == ["self_mark_malformed"]


@pytest.mark.parametrize(
    "words",
    [
        ("save", GENERAL, *AS),
        ("save", GENERAL, "--text", "一", "--text-file", "b", *AS),
        ("save", GENERAL, "--target", "a|b|c|d|e|f", *AS),
        ("save", GENERAL, "--file", "no-such.csv", *AS),
        ("save", GENERAL, "--file", "no-such.txt", *AS),
        ("progress", GENERAL, "1", *AS),
        ("progress", GENERAL, "1=half", *AS),
        ("template", "rectification", "--out", "a.xlsx"),
        ("template", "plan", "--out", "a.csv"),
        ("template", "plan", "--out", "no/such/folder/a.xlsx"),
        ("template", "grading", "--out", "a.xlsx"),
        ("show", GENERAL, "grading"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    shell_at: ShellAt, words: tuple[str, ...]
) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    assert shell.ask("form", *words, code=BAD_INPUT).json["error"]["message"]
    assert city.rows() == before


def test_a_blank_table_replaces_a_file_only_when_told_so(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    file = tmp_path / "plan.xlsx"
    file.write_bytes(b"mine")
    words = ("form", "template", "plan", "--out", str(file))
    assert shell.ask(*words, code=BAD_INPUT)
    assert file.read_bytes() == b"mine"
    shell.do(*words, "--force")
    assert read_first_sheet(file.read_bytes())[0][0] == "序号"


def test_parts_are_returned_by_the_office_and_shown_until_they_are_mended(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    in_midyear(city)
    city.file(GENERAL)
    back = ("advance", GENERAL, "send_back", "--due", "2025-07-15", "--reason", "见各项", "--as", CLERK)
    assert shell.ask(*back, "--item", "text", code=BAD_INPUT)
    assert shell.ask(*back, "--item", "content.9.9=没有", code=REFUSED).unmet == ["part_unknown"]
    shell.do(*back, "--item", f"{FIRST.id}=材料不足", "--item", "text=太短")
    assert shell.do("show", GENERAL)["forms"]["midyear"]["returned"] == [
        {"part": "text", "name": "正文", "reason": "太短"},
        {"part": FIRST.id, "name": FIRST.zh, "reason": "材料不足"},
    ]
    assert f"退回“{FIRST.zh}”：材料不足" in shell.say("show", GENERAL).out
    assert f"退回“{FIRST.zh}”：材料不足" in shell.say("form", "show", GENERAL).out
    (letter,) = city.select(
        "SELECT body FROM outbox WHERE kind = 'sent_back' AND recipient = :to", to=LIAISON[GENERAL]
    )
    assert f"{FIRST.zh}：\n    材料不足" in letter[0]


def test_progress_is_reported_and_shown_beside_the_targets(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    in_midyear(city)
    shell.do("form", "progress", GENERAL, "1=40%|过半在望", *AS)
    (one,) = shell.do("show", GENERAL)["targets"]
    assert (one["target"], one["owner"], one["percent"], one["note"]) == ("1", "综合科", 40, "过半在望")
    assert "进展：40%（2025-07-01）过半在望" in shell.say("show", GENERAL).out
    assert "进展：60%" in shell.say("form", "progress", GENERAL, "1=60", *AS).out
    assert shell.ask("form", "progress", GENERAL, "7=60", *AS, code=REFUSED).unmet == ["target_not_planned"]


def test_a_draft_is_kept_shown_and_dropped(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    assert shell.do("form", "draft", GENERAL, *AS)["draft"] is None
    shell.do("form", "draft", GENERAL, "--text", "写到一半", "--target", "第一项", *AS)
    found = shell.do("form", "draft", GENERAL, *AS)
    assert (found["form"], found["draft"]) == (
        "plan",
        {"text": "写到一半", "targets": {"1": {"text": "第一项"}}},
    )
    assert "写到一半" in shell.say("form", "draft", GENERAL, *AS).out
    shell.do("form", "draft", GENERAL, "--drop", *AS)
    assert shell.do("form", "draft", GENERAL, *AS)["draft"] is None
    assert shell.ask("form", "draft", GENERAL, "--text", "一", "--as", CLERK, code=REFUSED).unmet == [
        "role_missing"
    ]
    assert city.rows() == before


def test_a_form_is_saved_or_drafted_only_while_it_is_open(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.file(GENERAL)
    for command in ("save", "draft"):
        assert shell.ask("form", command, GENERAL, "--text", "一", *AS, code=BAD_INPUT)
    assert shell.do("form", "show", GENERAL, "plan")["forms"]["plan"]["targets"] == {
        "1": whole("plan", YEAR, book())["targets"]["1"]
    }


def test_what_is_left_to_give_names_the_command(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    in_midyear(city)
    actions = {one["action"]: one for one in shell.do("show", GENERAL, *AS)["actions"]}
    assert actions["report_progress"]["to_give"] == ["cycle form progress"]
    assert actions["report_progress"]["unmet"] == []
