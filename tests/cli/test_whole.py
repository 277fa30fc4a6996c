"""`cycle whole`: a correction and a moved date, shown before, done, and said; and a year begun from the last."""

from __future__ import annotations

from pathlib import Path

from tests.cast import CLERK, GENERAL, PAPER, REVIEWERS, WHY, person
from tests.cli.conftest import ShellAt

BY = ("--as", CLERK, "--reason", WHY, "--document", PAPER)


def test_a_correction_is_shown_first_and_then_done(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    change = ("whole", "correct-rulebook", "2025", "--set", "windows.midyear.opens.value=07-02")
    before = city.rows()
    said = shell.say(*change, "--dry-run", *BY, "--on-behalf-of", "group")
    assert (said.code, city.rows()) == (0, before)
    assert "只是预览" in said.out
    assert "windows.midyear.opens.value: 07-01 → 07-02" in said.out
    done = shell.group(*change)
    assert [one["path"] for one in done["differences"]] == ["windows.midyear.opens.value"]
    again = shell.say(*change, *BY, "--on-behalf-of", "group")
    assert (again.code, "完全相同" in again.err) == (3, True)


def test_who_has_to_confirm_marks_after_a_correction_is_said(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    marks = [{"item": "content.2.1", "points": 400, "reason": WHY}, {"item": "content.2.2", "points": 2000}]
    city.ask(GENERAL, "mark", person(REVIEWERS[0]), marks=marks)
    values = ("indicators.content.2.1.points=3", "indicators.content.2.2.points=22")
    change = [word for value in values for word in ("--set", value)]
    said = shell.say(
        "whole", "correct-rulebook", "2025", *change, "--dry-run", *BY, "--on-behalf-of", "group"
    )
    assert said.code == 0
    (line,) = [line for line in said.out.splitlines() if "超出新分值" in line]
    assert "年度职能目标、决策落实与目标完成" in line
    assert line.endswith("（超出新分值：年度职能目标）")


def test_a_file_of_another_name_is_the_same_rulebook(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    shipped = Path(__file__).parents[2] / "workflows" / "rulebooks" / "municipal.toml"
    text = shipped.read_text(encoding="utf-8").replace('value = "07-20"', 'value = "07-21"')
    file = tmp_path / "corrected.toml"
    file.write_text(text, encoding="utf-8")
    command = ("whole", "correct-rulebook", "2025", "--rulebook", str(file), "--dry-run", *BY)
    done = shell.do(*command, "--on-behalf-of", "group")
    paths = {one["path"]: one["after"] for one in done["differences"]}
    assert paths["windows.midyear.due.value"] == "07-21"
    assert "name" not in paths


def test_what_was_typed_wrongly_is_said(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    command = ("whole", "correct-rulebook", "2025", *BY)
    for given, told in (
        ((), "二者选一"),
        (("--set", "x=1", "--rulebook", "y.toml"), "二者选一"),
        (("--set", "windows.plan.due.value"), "路径=新值"),
        (("--set", "windows.nope.value=1"), "windows.nope.value"),
        (("--set", "deadlines.grace_days.value=x"), "不能用"),
        (("--set", "quota.excellent.percent=99"), "--set"),
    ):
        said = shell.say(*command, *given)
        assert (said.code, told in said.err) == (2, True), said
    assert shell.say("whole", "correct-rulebook", "2020", "--set", "a=1", *BY).code == 2
    said = shell.say("whole", "move-dates", "2025", "整改", "--due", "2025-03-14", *BY)
    assert (said.code, "plan" in said.err, "midyear" in said.err) == (2, True, True), said.err
    assert tmp_path.is_dir()


def test_a_date_is_moved_for_all(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    shell.at("2025-02-10")
    command = ("whole", "move-dates", "2025", "年度计划", "--due", "2025-03-14")
    said = shell.say(*command, "--dry-run", *BY)
    assert (said.code, said.err) == (0, "")
    assert "年度计划截止日：2025-02-28改为2025-03-14" in said.out
    assert "随之改期的3个部门" in said.out
    done = shell.both(*command)
    assert len(done["moved"]) == 3
    assert city.form(GENERAL, "plan")["due"] == "2025-03-14"


def test_a_year_is_prepared_from_the_last_and_says_what_is_another(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    said = shell.say("prepare", "2026", "--from", "2025", *BY)
    assert (said.code, "承接自2025年度" in said.out) == (0, True)
    answer = shell.ask("ready", "2026", code=3).json
    assert (answer["from"], answer["since"]) == (2025, [])
    assert "没有变化" in shell.say("ready", "2026").out
    shell.at("2025-05-06")
    shell.clerk("department", "rename", GENERAL, "--name", "市委办", "--on", "2025-05-01")
    (found,) = shell.ask("ready", "2026", code=3).json["since"]
    assert (found["code"], found["department"], found["now"]) == ("renamed", GENERAL, "市委办")
    assert "更名为市委办（2025-05-01）" in shell.say("ready", "2026").out
    assert shell.say("prepare", "2027", "--from", "2019", *BY).code == 2
