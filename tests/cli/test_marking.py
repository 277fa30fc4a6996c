"""Marks, what stands beside them, spreads, the leader's rating and the survey, each by its command."""

from __future__ import annotations

from pathlib import Path

from tests.cast import CLERK, GENERAL, LEADER, REVIEWERS, book, marks, person
from tests.cli.conftest import BAD_INPUT, REFUSED, ShellAt

PAPER = ["--document", "文件1号"]
FIRST = book().indicators[0]
ONE, TWO, THREE = REVIEWERS


def test_a_member_marks_an_indicator_or_hands_in_a_sheet(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("reviewing")
    said = shell.ask("mark", "give", GENERAL, FIRST.id, "1.5", "--as", ONE, code=REFUSED)
    assert said.unmet == ["mark_without_reason"]
    shell.do("mark", "give", GENERAL, FIRST.id, "1.5", "--as", ONE, "--reason", "缺学习记录")
    file = tmp_path / "sheet.csv"
    file.write_text(f"item,points,reason\n{FIRST.id},1.805,缺一次签到\ncontent.1.2,2,\n", encoding="utf-8")
    assert "记了2项" in shell.say("mark", "give", GENERAL, "--file", str(file), "--as", ONE).out
    assert city.appraisal(GENERAL).record["marks"][ONE] == {
        FIRST.id: {"points": 181, "reason": "缺一次签到"},
        "content.1.2": {"points": 200},
    }


def test_every_fault_of_a_sheet_is_told_and_nothing_written(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("reviewing")
    file = tmp_path / "sheet.csv"
    file.write_text("条款,分值,理由\n,2,\ncontent.1.2,两分,\n", encoding="utf-8")
    before = city.rows()
    said = shell.ask("mark", "give", GENERAL, "--file", str(file), "--as", ONE, code=BAD_INPUT)
    assert [(f["row"], f["column"]) for f in said.json["error"]["faults"]] == [(2, "item"), (3, "points")]
    short = tmp_path / "short.csv"
    short.write_text("条款,理由\ncontent.1.1,x\n", encoding="utf-8")
    for other in (str(short), "none.csv"):
        assert shell.say("mark", "give", GENERAL, "--file", other, "--as", ONE).code == BAD_INPUT
    both = ("mark", "give", GENERAL, FIRST.id, "1.5", "--file", str(file), "--as", ONE)
    assert shell.say(*both).code == BAD_INPUT
    assert shell.say("mark", "give", GENERAL, "--as", ONE).code == BAD_INPUT
    assert city.rows() == before


def test_points_out_of_range_are_refused_in_words_of_points(shell_at: ShellAt) -> None:
    shell, _ = shell_at("reviewing")
    said = shell.say("mark", "give", GENERAL, FIRST.id, "9", "--as", ONE)
    assert said.code == REFUSED
    assert "写的是9.00分，应在0至2.00分之间" in said.err


def test_what_a_second_person_confirms_is_shown_item_by_item(shell_at: ShellAt) -> None:
    shell, _ = shell_at("reviewing")
    shell.clerk("rating", "leader", GENERAL, "team=0.8", "执行力=好", "--on-behalf-of", LEADER[GENERAL])
    told = shell.say("waiting").out
    assert "班子建设 0.80" in told
    assert "执行力 好" in told
    sheet = ("mark", "give", GENERAL, FIRST.id, "1.5", "--member", TWO, "--on-behalf-of", "team")
    shell.clerk(*sheet)
    assert "1.50 说明" in shell.say("waiting").out


def test_the_leaders_rating_and_the_survey_reach_the_ledger(shell_at: ShellAt) -> None:
    shell, _ = shell_at("reviewing")
    shell.do("rating", "leader", GENERAL, "班子建设=较好", "conduct=0.75", "--as", LEADER[GENERAL])
    said = shell.say("rating", "survey", GENERAL, "问卷调查", "满意=3", "一般=1", "--as", CLERK, *PAPER)
    assert "4份有效答卷，得2.70分" in said.out
    lines = {one["item"]: one["points"] for one in shell.do("line", "list", GENERAL)["lines"]}
    assert lines == {"team": "0.80", "conduct": "0.75", "survey": "2.70"}
    wrong = shell.ask("rating", "leader", GENERAL, "honesty=好", "--as", LEADER[GENERAL], code=REFUSED)
    assert wrong.unmet == ["item_unknown"]


def test_marks_too_far_apart_are_listed_and_acknowledged(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    city.give_marks(GENERAL)
    assert "没有相差过大的打分" in shell.say("mark", "spread", GENERAL).out
    city.ask(GENERAL, "mark", person(ONE), marks=[{"item": FIRST.id, "points": 100, "reason": "少一次"}])
    (wide,) = shell.do("mark", "spread", GENERAL)["spreads"]
    assert (wide["item"], wide["spread"], wide["mean"]) == (FIRST.id, "open", "1.67")
    shell.do("mark", "acknowledge", GENERAL, FIRST.id, "--as", TWO, "--reason", "合议")
    (wide,) = shell.do("mark", "spread", GENERAL)["spreads"]
    assert (wide["spread"], wide["acknowledged_by"]) == ("acknowledged", TWO)
    assert "相差过大，已由" in shell.say("mark", "spread", GENERAL).out


def test_the_sheet_shows_each_indicator_with_what_stands_beside_it(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    city.ask(GENERAL, "mark", person(ONE), marks=marks(50))
    shown = shell.do("mark", "sheet", GENERAL)
    assert [(one["person"], one["done"]) for one in shown["team"]] == [
        (ONE, True),
        (TWO, False),
        (THREE, False),
    ]
    first = shown["indicators"][0]
    assert [(mark["member"], mark["points"]) for mark in first["marks"]] == [(ONE, "1.50")]
    assert first["self"]["form"] == "yearend"
    assert (first["mean"], first["spread"], first["last_year"]) == (None, "narrow", None)
    told = shell.say("mark", "sheet", GENERAL).out
    assert "已打26项，共26项" in told
    assert "自评" in told


def test_marks_are_confirmed_after_a_reopening(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    city.mark(GENERAL)
    city.move(GENERAL, "reopen")
    assert shell.do("mark", "sheet", GENERAL)["unconfirmed"] == list(REVIEWERS)
    for member in REVIEWERS:
        shell.do("mark", "confirm", GENERAL, "--as", member)
    assert shell.do("mark", "sheet", GENERAL)["unconfirmed"] == []
