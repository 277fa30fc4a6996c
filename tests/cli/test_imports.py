"""`cycle import` as people type it: templates, trials, what is said of a faulty file, and the second person."""

from __future__ import annotations

from pathlib import Path

from tests.cast import CLERK, REVIEWERS
from tests.cli.conftest import BAD_INPUT, DONE, REFUSED, ShellAt
from tests.held import COLLEAGUE, YEAR
from tests.hostile_files import HEAD, MARKS, ROW, csv_text

PAPER = ["--document", "绩效办〔2025〕1号"]


def file(folder: Path, text: str, name: str = "a.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_template_is_saved_once_and_taken_in_as_it_is(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("running")
    out = str(tmp_path / "roster.xlsx")
    rows = shell.do("import", "template", "roster", "--out", out)["rows"]
    twice = shell.say("import", "template", "roster", "--out", out)
    assert (twice.code, "已经有了" in twice.err) == (BAD_INPUT, True)
    shell.do("import", "template", "roster", "--out", out, "--force")
    before = city.rows()
    said = shell.say("import", "roster", out, "--as", CLERK)
    assert (said.code, said.err) == (DONE, "")
    assert "内容与现有的完全相同，什么也没有改动" in said.out
    assert (shell.do("import", "roster", out, "--as", CLERK)["same"], city.rows()) == (rows, before)


def test_a_roster_is_tried_handed_in_shown_and_confirmed(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("running")
    given = ["import", "roster", file(tmp_path, csv_text(ROW, head=HEAD)), "--as", CLERK]
    before = city.rows()
    assert "什么也没有写；可以导入" in shell.say(*given, "--dry-run").out
    asked = shell.do(*given)
    assert (asked["taken"], city.rows()) == (1, before)
    assert "没有重复办理" in shell.say(*given).out
    shown = shell.say("waiting").out
    assert "，导入表格，" in shown
    assert "导入a.csv，共1行" in shown
    assert "2 kind=person id=p-new name=新人" in shown
    shell.do("confirm", asked["pending"], "--as", COLLEAGUE)
    assert city.row("person:p-new").state == "active"


def test_a_faulty_file_is_bad_input_and_one_the_rules_refuse_is_refused(
    shell_at: ShellAt, tmp_path: Path
) -> None:
    shell, city = shell_at("reviewing")
    before = city.rows()
    given = ["--year", str(YEAR), "--as", REVIEWERS[0]]
    broken = file(tmp_path, csv_text(("办公室", "", "content.1.1", "=1", ""), head=MARKS))
    said = shell.say("import", "marks", broken, *given)
    assert (said.code, said.out) == (BAD_INPUT, "")
    assert f"{broken}:2:分值: " in said.err
    many = file(tmp_path, csv_text(("办公室", "", "content.1.1", "99", ""), head=MARKS), "many.csv")
    refused = shell.ask("import", "marks", many, *given, code=REFUSED).json["error"]
    assert [(one["row"], one["column"], one["code"]) for one in refused["faults"]] == [
        (2, "points", "points_out_of_range")
    ]
    assert city.rows() == before
    mixed = csv_text(
        ("办公室", "", "content.1.1", "2", ""), ("办公室", "", "content.1.2", "99", ""), head=MARKS
    )
    kept = shell.do("import", "marks", file(tmp_path, mixed, "mixed.csv"), *given, "--accept-good-rows")
    assert (kept["taken"], kept["left_out"], len(kept["faults"]), city.rows()) == (1, 1, 1, before + 1)


def test_a_survey_and_a_years_results_are_taken_in(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("reviewing")
    counts = csv_text(
        ("办公室", "问卷调查", "9", "1", "0", "0"),
        head=("部门", "评议项目", "满意", "基本满意", "一般", "不满意"),
    )
    given = ["import", "survey", file(tmp_path, counts), "--year", str(YEAR), "--as", CLERK]
    assert shell.ask(*given, code=REFUSED).json["error"]["faults"][0]["code"] == "document_missing"
    assert shell.do(*given, *PAPER)["taken"] == 1
    shell, _ = shell_at("registered")
    rows = csv_text(("纪委", "1", "优秀"), head=("部门", "排名", "等次"))
    told = shell.do(
        "import", "results", file(tmp_path, rows, "r.csv"), "--year", "2024", "--as", CLERK, *PAPER
    )
    assert (told["taken"], told["rows"]) == (1, 1)
