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
    shown = shell.say("waiting").out.splitlines()
    assert shown[:4] == [
        f"{asked['pending']}：导入名册a.csv，经办韩雪峰，2025-01-10 10:00起待确认",
        "    共1行；写入1行，与现有内容相同的0行",
        "    新增人员1行：",
        "      第2行：新人（p-new）；邮箱：new@new.example；所在单位：outside；角色：考核组成员",
    ]
    english = shell.say("waiting", "--lang", "en").out
    assert f"{asked['pending']}: import of the roster a.csv, asked by 韩雪峰, waiting since" in english
    assert "row 2: 新人 (p-new); e-mail: new@new.example; home: outside; roles: reviewer" in english
    assert not any(raw in "".join(shown) + english for raw in ("kind=", "id=", "name="))
    (kept,) = shell.do("waiting")["waiting"]
    assert kept["arguments"]["rows"][0]["id"] == "p-new"
    done = shell.do("confirm", asked["pending"], "--as", COLLEAGUE)
    assert city.row("person:p-new").state == "active"
    assert (done["kind"], done["file"], done["taken"], "name" in done) == ("roster", "a.csv", 1, False)


def test_the_confirmation_of_a_file_is_of_the_file_and_of_nobody_in_it(
    shell_at: ShellAt, tmp_path: Path
) -> None:
    shell, _ = shell_at("running")
    rows = [(*ROW[:1], f"p-new{n}", f"新人{n}", f"n{n}@new.example", *ROW[4:]) for n in range(12)]
    pending = shell.do("import", "roster", file(tmp_path, csv_text(*rows, head=HEAD)), "--as", CLERK)[
        "pending"
    ]
    shown = shell.say("waiting").out
    assert ("新增人员12行：" in shown, "第6行" in shown, "第7行" in shown) == (True, True, False)
    assert "另有7行" in shown
    assert "全部内容见`cycle waiting --json`" in shown
    said = shell.say("confirm", pending, "--as", COLLEAGUE)
    assert said.out == "已确认导入a.csv：写入12行，与现有内容相同的0行，没有导入的0行\n"


def test_rows_that_say_what_stands_are_counted_and_not_told(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    out = tmp_path / "roster.csv"
    shell.do("import", "template", "roster", "--out", str(out))
    same = len(out.read_text(encoding="utf-8-sig").splitlines()) - 1
    text = out.read_text(encoding="utf-8-sig").replace("wen.jingxing@fagai.example", "wen@new.example")
    waits = shell.say("import", "roster", file(tmp_path, text), "--as", CLERK, "--reason", "换了邮箱")
    assert "变更人员1行：" in waits.out
    shown = shell.say("waiting").out
    assert f"共{same}行；写入1行，与现有内容相同的{same - 1}行" in shown
    assert "文景行（p-wen-jingxing）；邮箱：wen.jingxing@fagai.example→wen@new.example" in shown
    assert "理由：换了邮箱" in shown
    assert len(shown.splitlines()) == 6


def test_a_trial_names_what_it_would_write_and_whom_somebody_new_is_like(
    shell_at: ShellAt, tmp_path: Path
) -> None:
    shell, _ = shell_at("running")
    slip = ("人员", "p-wen-jingxin", "文景行", "w@new.example", "fagai", "考核组成员")
    given = ["import", "roster", file(tmp_path, csv_text(ROW, slip, head=HEAD)), "--as", CLERK, "--dry-run"]
    said = shell.say(*given).out.splitlines()
    at = said.index("新增人员2行：")
    assert said[at + 1 : at + 4] == [
        "  第3行：文景行（p-wen-jingxin）；邮箱：w@new.example；所在单位：fagai；角色：考核组成员",
        "    ⚠ 与文景行（p-wen-jingxing）同名或者邮箱相同；是同一人的，请改用原有的编号",
        "  第2行：新人（p-new）；邮箱：new@new.example；所在单位：outside；角色：考核组成员",
    ]
    assert "new people, 2 rows:" in shell.say(*given, "--lang", "en").out
    (group,) = shell.do(*given)["changes"]
    assert (group["what"], group["count"], group["left"]) == ("new_person", 2, 0)
    assert group["rows"][0]["alike"] == [{"person": "p-wen-jingxing", "name": "文景行"}]


def test_who_may_not_ask_is_told_so_once(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    text = csv_text(ROW, (*ROW[:1], "p-two", *ROW[2:]), head=HEAD)
    given = ["import", "roster", file(tmp_path, text), "--as", REVIEWERS[0]]
    assert shell.ask(*given, code=REFUSED).unmet == ["role_missing"]
    said = shell.say(*given).err
    assert said.count("这个事项由绩效办办理") == 1
    assert "导入办理" not in said


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


def test_one_members_sheet_is_made_for_who_is_named_by_name_or_id(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("reviewing")
    made = []
    for who in ("文景行", REVIEWERS[0]):
        out = tmp_path / f"{who}.csv"
        shell.do("import", "template", "marks", "--out", str(out), "--year", str(YEAR), "--member", who)
        made.append(out.read_text(encoding="utf-8-sig"))
    assert made[0] == made[1]
    assert made[0].count(REVIEWERS[0]) == len(made[0].splitlines()) - 1 > 0


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
