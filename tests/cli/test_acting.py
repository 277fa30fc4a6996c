"""What commands that act answer: done, waiting, refused, overtaken, not understood; nothing is half done."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest

from cycle.operations import appraisals
from tests.cast import CLERK, DISCIPLINE, GENERAL, LIAISON, OFFICE_AT_HOME, PAPER, PERSONNEL, WHY
from tests.cli.conftest import BAD_INPUT, CONFLICT, REFUSED, UNEXPECTED, Shell, ShellAt
from tests.held import COLLEAGUE

PLAN = f"appraisal:2025:{GENERAL}"


def test_a_move_says_what_it_did_and_for_which_year(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    done = shell.do("advance", "办公室", "save_form", "--text", "计划", "--as", LIAISON[GENERAL])
    assert (done["year"], done["department"], done["name"], done["after"]) == (
        2025,
        GENERAL,
        "办公室",
        "plan.drafting",
    )
    last = city.last(PLAN)
    assert (last["actor"], last["actor_kind"], last["action"]) == (LIAISON[GENERAL], "command", "save_form")
    said = shell.say("advance", GENERAL, "save_form", "--text", "计划二", "--as", LIAISON[GENERAL])
    assert said.out == "2025年度办公室：保存，仍在“年度计划填报”\n"


def test_a_text_may_come_from_a_file(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    file = tmp_path / "plan.txt"
    file.write_bytes("﻿第一行\n第二行".encode())
    shell.do("advance", GENERAL, "save_form", "--text-file", str(file), "--as", LIAISON[GENERAL])
    assert shell.do("show", GENERAL)["forms"]["plan"]["text"] == "第一行\n第二行"


def test_a_refusal_lists_every_unmet_condition_and_changes_nothing(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.file(GENERAL)
    before = city.rows()
    said = shell.ask("advance", GENERAL, "send_back", "--as", CLERK, code=REFUSED)
    assert said.unmet == ["reason_missing", "due_missing"]
    assert city.rows() == before
    plain = shell.say("advance", GENERAL, "send_back", "--as", CLERK)
    assert (plain.code, plain.out) == (REFUSED, "")
    assert plain.err.splitlines()[0] == "不能办理，差2项："
    english = shell.say("advance", GENERAL, "send_back", "--as", CLERK, "--lang", "en")
    assert "The reason is missing; enter it." in english.err


def test_broken_text_is_refused_before_it_is_sealed(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    broken = "计划\udc80"  # how a byte that is no UTF-8 arrives on a command line
    save = ["advance", GENERAL, "save_form", "--as", LIAISON[GENERAL]]
    assert shell.ask(*save, "--text", broken, code=REFUSED).unmet == ["value_unusable"]
    said = shell.ask(*save, "--text", "计划", "--reason", broken, code=REFUSED)
    assert [entry["data"] for entry in said.json["refused"]] == [{"field": "reason"}]
    assert "“text”的内容不能保存" in shell.say(*save, "--text", broken).err
    assert city.rows() == before


def test_a_refused_act_on_the_whole_year_is_grouped_by_department(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    said = shell.say("advance", "2025", "propose", "--as", CLERK)
    assert said.code == REFUSED
    assert [line for line in said.err.splitlines() if "appraisal:" in line] == [
        f"  办公室 ({PLAN})",
        "  纪委 (appraisal:2025:jiwei)",
        "  组织部 (appraisal:2025:zuzhi)",
    ]
    entries = shell.ask("advance", "2025", "propose", "--as", CLERK, code=REFUSED).json["refused"]
    assert {entry["name"] for entry in entries} == {"办公室", "纪委", "组织部"}


def test_who_is_recused_is_named(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.file(GENERAL)
    said = shell.say("advance", GENERAL, "accept", "--as", OFFICE_AT_HOME[GENERAL])
    assert "段文静是办公室的人，应当回避" in said.err


def test_who_acts_has_to_be_said(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.file(GENERAL)
    said = shell.ask("advance", GENERAL, "accept", code=BAD_INPUT)
    assert said.json["error"] == {"code": "usage", "message": "缺少--as，请补上"}
    unknown = shell.ask("advance", GENERAL, "accept", "--as", "p-nobody", code=REFUSED)
    assert unknown.unmet == ["person_unknown"]


def test_a_command_there_is_none_of_is_named_with_what_is_near(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    said = shell.ask("shwo", code=BAD_INPUT).json["error"]
    assert said == {"code": "usage", "message": "没有`shwo`这个命令；相近的有`show`"}
    below = shell.say("rules", "qqq", "--lang", "en")
    assert below.err.splitlines() == ["There is no command `qqq`", "See `cycle rules --help`."]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["advance", "龙王庙", "accept", "--as", CLERK], "龙王庙"),
        (["advance", GENERAL, "fly", "--as", CLERK], "fly"),
        (["advance", "calendar:2025", "import", "--as", CLERK], "calendar:2025"),
        (["advance", "2025", "rule_tie", "--as", CLERK], "cycle tie rule"),
        (["advance", "2025", "redate", "--as", CLERK], "cycle calendar import"),
        (["advance", "2025", "submit", "--as", CLERK], "submit"),
        (["advance", "2025", "amend", "--as", CLERK], "--changes"),
        (["advance", GENERAL, "accept", "--dry-run", "--as", CLERK], "--dry-run"),
        (["advance", GENERAL, "send_back", "--due", "下周三", "--as", CLERK], "--due"),
        (["advance", GENERAL, "send_back", "--due", "2025-02-30", "--as", CLERK], "2025-02-30"),
        (["advance", GENERAL, "accept", "--occurred-on", "31/12", "--as", CLERK], "--occurred-on"),
        (["advance", GENERAL, "accept", "--year", "abc", "--as", CLERK], "--year"),
        (["advance", GENERAL, "save_form", "--text-file", "no-such.txt", "--as", CLERK], "--text-file"),
        (["advance", GENERAL, "save_form", "--text", "a", "--text-file", "b", "--as", CLERK], "--text-file"),
        (["mark", "give", GENERAL, "content.1.1", "1,5", "--as", CLERK], "POINTS"),
        (["mark", "give", GENERAL, "content.1.1", "99999999999", "--as", CLERK], "POINTS"),
        (["mark", "give", GENERAL, "content.1.1", "--as", CLERK], "--file"),
        (["line", "missing", GENERAL, "礼品", "survey", "3", "--as", CLERK], "PART"),
        (["rating", "leader", GENERAL, "执行力", "--as", CLERK], "执行力"),
        (["rating", "leader", GENERAL, "执行力=很好", "--as", CLERK], "很好"),
        (["rating", "survey", GENERAL, "survey", "满意=1.5", "--as", CLERK], "1.5"),
        (["rating", "survey", GENERAL, "survey", "满意=1", "satisfied=2", "--as", CLERK], "satisfied=2"),
        (["tie", "rule", "1", "办公室", "--as", CLERK], "办公室"),
        (["tie", "rule", "1", "办公室=很好", "--as", CLERK], "很好"),
        (["tie", "rule", "1", "办公室=优秀", "bangongshi=良好", "--as", CLERK], "bangongshi"),
        (["status", "--lang", "fr"], "fr"),
        (["status", "--order", "x"], "late | roster"),
        (["status", "--nothing"], "--nothing"),
        (["fly"], "fly"),
        (["department", "add", "大写", "--name", "x", "--category", "party", "--as", CLERK], "大写"),
        (["department", "add", "a:b", "--name", "x", "--category", "party", "--as", CLERK], "a:b"),
        (["department", "add", "new", "--name", " ", "--category", "party", "--as", CLERK], "--name"),
        (["department", "add", "new", "--name", "x", "--category", "trade", "--as", CLERK], "--category"),
        (
            ["department", "add", "n", "--name", "x", "--category", "party", "--head", "p-x", "--as", CLERK],
            "p-x",
        ),
        (["person", "change", CLERK, "--as", CLERK], "改"),
        (["person", "change", CLERK, "--email", "no", "--as", CLERK], "--email"),
        (["post", "appoint", GENERAL, "cook", CLERK, "--on", "2025-02-01", "--as", CLERK], "POST"),
        (["show", GENERAL, "--year", "1999"], "1999"),
        (["confirm", "nothing", "--as", CLERK], "nothing"),
        (["rules", "check", "no-such.toml"], "no-such.toml"),
        (["rules", "confirm", "--as", CLERK], "--all"),
        (["calendar", "import", "no-such.csv", "--as", CLERK], "no-such.csv"),
        (["results", "import", "no-such.csv", "--year", "2023", "--as", CLERK], "no-such.csv"),
    ],
)
def test_what_cannot_be_used_is_named_in_one_sentence(
    shell_at: ShellAt, words: list[str], named: str
) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    said = shell.ask(*words, code=BAD_INPUT)
    assert set(said.json) == {"error"}
    assert named in json.dumps(said.json, ensure_ascii=False)
    plain = shell.say(*words)
    assert (plain.code, plain.out) == (BAD_INPUT, "")
    assert named in plain.err
    assert city.rows() == before


def test_an_act_on_behalf_waits_for_a_second_person(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    before = city.rows()
    exempt = ["advance", GENERAL, "exempt", "--reason", "灾情", "--document", "纪要3号"]
    pending = shell.do(*exempt, "--as", CLERK, "--on-behalf-of", "group")["pending"]
    assert city.rows() == before
    assert [one["id"] for one in shell.do("waiting")["waiting"]] == [pending]
    assert shell.ask("confirm", pending, "--as", CLERK, code=REFUSED).unmet == ["second_person_same"]
    done = shell.do("confirm", pending, "--as", COLLEAGUE)
    assert (done["after"], done["department"]) == ("exempted", GENERAL)
    last = city.last(PLAN)
    assert (last["actor"], last["on_behalf_of"], last["confirmed_by"]) == (CLERK, "group", COLLEAGUE)
    assert shell.do("waiting")["waiting"] == []
    assert shell.ask("confirm", pending, "--as", COLLEAGUE, code=CONFLICT).json["error"]["code"] == "conflict"


def test_the_sentence_of_a_waiting_act_tells_how_to_confirm_it(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    said = shell.say(
        *("advance", GENERAL, "exempt", "--reason", "灾情", "--document", "纪要3号"),
        *("--as", CLERK, "--on-behalf-of", "group"),
    )
    assert "cycle confirm " in said.out
    listed = shell.say("waiting").out
    assert "办公室，免予考评，经办韩雪峰，2025-01-10" in listed
    assert [line.strip() for line in listed.splitlines()[1:4]] == [
        "代领导小组办理",
        "依据纪要3号",
        "理由：灾情",
    ]


def test_the_same_key_again_gives_the_first_answer_and_another_request_is_a_conflict(
    shell_at: ShellAt,
) -> None:
    shell, city = shell_at("running")
    save = ["advance", GENERAL, "save_form", "--as", LIAISON[GENERAL], "--key", "k-1"]
    first = shell.do(*save, "--text", "计划")
    rows = city.rows()
    assert shell.do(*save, "--text", "计划") == first
    assert city.rows() == rows
    shell.ask(*save, "--text", "别的", code=CONFLICT)
    assert city.rows() == rows


def test_when_it_happened_is_kept_beside_when_it_was_entered(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.file(GENERAL)
    shell.do("advance", GENERAL, "accept", "--as", CLERK, "--occurred-on", "2025-01-09")
    assert city.last(PLAN)["occurred_on"] == "2025-01-09"


def test_the_clocks_own_acts_are_nobodys(shell_at: ShellAt) -> None:
    shell, _ = shell_at("ratified")
    assert shell.ask("advance", "2025", "close", "--as", CLERK, code=REFUSED).unmet == ["role_missing"]


def test_a_whole_cycle_act_is_not_done_for_one_department(shell_at: ShellAt) -> None:
    shell, _ = shell_at("pending")
    said = shell.ask("advance", GENERAL, "propose", "--as", CLERK, code=REFUSED)
    assert said.unmet == ["whole_cycle_only"]


def test_an_amendment_shows_its_differences_before_and_after(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("ratified")
    line = next(one["id"] for one in shell.do("line", "list", GENERAL)["lines"] if one["part"] == "public")
    changes = {
        "changes": [
            {
                "department": "办公室",
                "reverse": [line.partition("#")[2]],
                "lines": [{"part": "群众评议", "item": "survey", "points": 1.25}],
            }
        ]
    }
    file = tmp_path / "changes.json"
    file.write_text(json.dumps(changes), encoding="utf-8")
    before = city.rows()
    words = ["advance", "2025", "amend", "--changes", str(file)]
    trial = [*words, "--dry-run", "--on-behalf-of", "group"]
    shown = shell.clerk(*trial)
    assert city.rows() == before
    assert {one["department"]: one["total"] for one in shown["differences"] if "total" in one} == {
        GENERAL: {"before": 10000, "after": 9825}
    }
    assert "98.25" in shell.say(*trial, "--as", CLERK, "--reason", WHY, "--document", PAPER).out
    assert "role_missing" in shell.ask(*words, "--dry-run", "--as", CLERK, code=REFUSED).unmet
    done = shell.group(*words)
    assert done["differences"] == shown["differences"]
    assert shell.do("results", "show", "2025")["results"][-1]["total"] == "98.25"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("no json", "--changes"),
        ("[]", "--changes"),
        ("{}", "changes"),
        ('{"changes": [{}]}', "changes[0].department"),
        ('{"changes": [{"department": "x"}]}', "x"),
        ('{"changes": [{"department": "jiwei", "lines": [{}]}]}', "changes[0].lines[0].part"),
        (
            '{"changes": [{"department": "jiwei", "lines":'
            ' [{"part": "public", "item": "survey", "points": "x"}]}]}',
            "changes[0].lines[0].points",
        ),
        ('{"changes": [], "rulings": {"jiwei": "top"}}', "top"),
    ],
)
def test_a_file_of_changes_that_cannot_be_used_is_told_where(
    shell_at: ShellAt, tmp_path: Path, content: str, named: str
) -> None:
    shell, _ = shell_at("ratified")
    file = tmp_path / "changes.json"
    file.write_text(content, encoding="utf-8")
    said = shell.ask("advance", "2025", "amend", "--changes", str(file), "--as", CLERK, code=BAD_INPUT)
    assert named in said.json["error"]["message"]


def test_something_unexpected_is_one_sentence_and_its_trace_goes_to_a_file(
    shell_at: ShellAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, city = shell_at("running")

    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("the roof")

    monkeypatch.setattr(appraisals, "split_key", broken)
    before = city.rows()
    save = ["advance", GENERAL, "save_form", "--text", "x", "--as", LIAISON[GENERAL]]
    plain = shell.say(*save)
    assert (plain.code, plain.out) == (UNEXPECTED, "")
    assert "RuntimeError" in plain.err
    assert "Traceback" not in plain.err
    assert shell.ask(*save, code=UNEXPECTED).json["error"]["code"] == "unexpected"
    assert "the roof" in (shell.home / "errors.log").read_text(encoding="utf-8")
    assert city.rows() == before


def test_without_a_database_the_way_to_one_is_told(bare: Shell) -> None:
    said = bare.ask("status", code=BAD_INPUT)
    assert "cycle init" in said.json["error"]["message"]
    assert not Path(bare.url.removeprefix("sqlite:///")).exists()


def test_an_unmigrated_database_is_not_touched(bare: Shell) -> None:
    path = bare.url.removeprefix("sqlite:///")
    sqlite3.connect(path).close()
    Path(path).touch()
    said = bare.ask("status", code=BAD_INPUT)
    assert said.json["error"]["code"] == "database"
    assert "cycle init" in said.json["error"]["message"]


@pytest.mark.parametrize(
    "env",
    [
        {"CYCLE_DATABASE_URL": "mysql://host/x"},
        {"CYCLE_DATABASE_URL": "what is this"},
        {"CYCLE_DATABASE_URL": "postgresql://postgres:secret@127.0.0.1:9/none"},
        {"CYCLE_TIME_ZONE": "Mars/Olympus"},
    ],
)
def test_a_setting_that_cannot_be_used_is_bad_input_and_shows_no_password(
    bare: Shell, env: dict[str, str]
) -> None:
    said = bare.say("status", **env)
    assert said.code == BAD_INPUT, said
    assert said.err.strip()
    assert "secret" not in said.err


@pytest.mark.parametrize("command", [["status"], ["init"]])
def test_of_a_database_that_cannot_be_reached_it_is_said_why(bare: Shell, command: list[str]) -> None:
    said = bare.say(*command, CYCLE_DATABASE_URL="postgresql://postgres:secret@127.0.0.1:9/none")
    assert said.code == BAD_INPUT
    assert re.search(r"none：.*(?:refused|port 9)", said.err)
    assert "secret" not in said.err


def test_the_language_is_that_of_the_program_the_command_or_the_environment(bare: Shell) -> None:
    for words, env in (
        (["--lang", "en", "status"], {}),
        (["status", "--lang", "en"], {}),
        (["status"], {"CYCLE_LANG": "en"}),
    ):
        assert bare.say(*words, **env).err.startswith("There is no database yet")
    assert bare.say("status").err.startswith("还没有数据库")


def test_two_departments_may_be_named_in_one_act_or_none_is_changed(
    shell_at: ShellAt,
) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    merge = ["department", "merge", GENERAL, DISCIPLINE, PERSONNEL, "--on", "2025-01-10"]
    said = shell.ask(*merge, "--document", "编委1号", "--as", CLERK, code=REFUSED)
    assert said.unmet == ["reason_missing"]  # dissolving wants one; what came before it is undone
    assert city.rows() == before
