"""Matters on the command line: their numbers, whose turn it is by when, which command comes next, which are listed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from cycle.cli import ways
from cycle.cli.evidence import size_text
from cycle.operations.appraisals import WHOLE_CYCLE
from tests.cast import CLERK, DISCIPLINE, GENERAL, HEAD, INSPECTOR, LIAISON, PAPER, PERSONNEL, WHY, City
from tests.cli.conftest import REFUSED, Shell, ShellAt
from tests.cli.test_catalogue import EVERY
from workflows.engine import NONE
from workflows.machines import MACHINES

FINDING, COMPLAINT, BONUS = (f"{kind}:2025:{GENERAL}:1" for kind in ("finding", "complaint", "bonus"))
OBJECTION, DUTY = f"objection:2025:{GENERAL}:1", f"duty:2025:{GENERAL}:1"
FOUND = ("--source", "暗访", "--on", "2025-02-07", "--text", "窗口无人值守")
BY = ("--as", CLERK, "--reason", WHY, "--document", PAPER)


def record(shell: Shell, department: str = GENERAL, *more: str) -> str:
    """What the command answers for people to a new finding."""
    said = shell.say("finding", "record", department, "score.deduct.1", *FOUND, *more, "--as", CLERK)
    assert said.code == 0, said
    return said.out


def next_of(text: str) -> list[list[str]]:
    """The commands a text tells, as they would be typed."""
    return [shlex.split(line[line.index("cycle ") :])[1:] for line in text.splitlines() if "：cycle " in line]


def february(shell_at: ShellAt) -> tuple[Shell, City]:
    shell, city = shell_at("running")
    city.at("2025-02-10")
    return shell, city


# --- what is new says its number and what comes next ---


def test_a_new_finding_says_its_number_and_the_command_that_goes_on_with_it(shell_at: ShellAt) -> None:
    shell, city = february(shell_at)
    said = record(shell)
    assert f"编号：{FINDING}\n" in said
    notify, drop = next_of(said)
    assert notify == ["finding", "notify", FINDING, "--as", "PERSON"]
    assert drop == ["finding", "drop", FINDING, "--reason", "TEXT", "--as", "PERSON"]
    shell.do(*notify[:-1], CLERK)
    assert city.row(FINDING).state == "notified"


def test_every_kind_of_new_matter_says_its_number_and_what_comes_next(shell_at: ShellAt) -> None:
    shell, _ = february(shell_at)
    own = ("--as", LIAISON[GENERAL])
    said = shell.say(
        "complaint", "receive", GENERAL, "--source", "来信", "--on", "2025-02-07", "--text", "一", *BY
    ).out
    assert f"编号：{COMPLAINT}\n" in said
    assert ["complaint", "investigate", COMPLAINT, "--as", "PERSON"] in next_of(said)
    said = shell.say(
        "bonus", "apply", GENERAL, "score.bonus.outstanding", "--on", "2025-01-08", "--text", "一", *own
    ).out
    assert f"编号：{BONUS}\n" in said
    examine = next(line for line in next_of(said) if line[1] == "examine")
    assert examine == ["bonus", "examine", BONUS, "--text", "TEXT", "--as", "PERSON"]
    said = shell.say("duty", "open", GENERAL, "--text", "落实不力", *BY).out
    assert f"编号：{DUTY}\n" in said
    assert ["duty", "assign", DUTY, "PERSON", "--as", "PERSON"] in next_of(said)


def test_what_a_second_person_confirms_gets_its_number_then(shell_at: ShellAt) -> None:
    shell, _ = february(shell_at)
    asked = ("duty", "open", GENERAL, "--text", "落实不力", *BY, "--on-behalf-of", "领导小组")
    waits = shell.say(*asked).out
    assert "编号：" not in waits
    pending = shell.do("waiting")["waiting"][0]["id"]
    assert f"编号：{DUTY}\n" in shell.say("confirm", pending, "--as", "p-chang-shengnan").out


def test_a_finding_like_one_there_is_is_refused_with_its_number_unless_it_is_another(
    shell_at: ShellAt,
) -> None:
    shell, _ = february(shell_at)
    record(shell)
    again = ("finding", "record", GENERAL, "score.deduct.1", *FOUND, "--as", CLERK)
    said = shell.say(*again)
    assert said.code == REFUSED
    assert FINDING in said.err
    assert "`again`" in said.err
    assert f"编号：{FINDING[:-1]}2\n" in record(shell, GENERAL, "--again")


# --- a matter's page ---


def test_a_findings_page_says_whose_turn_it_is_by_when_and_what_can_be_done(shell_at: ShellAt) -> None:
    shell, city = february(shell_at)
    record(shell)
    fresh = shell.say("finding", "show", FINDING).out
    assert "轮到：察访核验员、绩效办" in fresh
    shell.do("finding", "notify", FINDING, "--as", INSPECTOR)
    shown = shell.say("finding", "show", FINDING).out
    assert "轮到：填报员，2025年2月17日截止，还剩5个工作日" in shown
    assert ["finding", "answer", FINDING, "--text", "TEXT", "--as", "PERSON"] in next_of(shown)
    assert "部门说明情况的期限是2025年2月17日" in shown
    city.at("2025-02-19")
    assert "轮到：填报员，2025年2月17日截止，已逾期2个工作日" in shell.say("finding", "show", FINDING).out
    found = shell.do("finding", "show", FINDING)
    assert (found["turn"], found["due"], found["workdays_left"]) == (["liaison"], "2025-02-17", -2)
    assert "cycle finding answer" in next(
        one["command"] for one in found["actions"] if one["action"] == "answer"
    )
    shell.do("finding", "drop", FINDING, *BY)
    done = shell.say("finding", "show", FINDING).out
    assert "轮到" not in done
    assert f"2025-02-19 不予认定（韩雪峰）：理由：{WHY}；依据：{PAPER}" in done


def test_a_complaints_page_says_why_it_was_decided(shell_at: ShellAt) -> None:
    shell, _ = february(shell_at)
    shell.do("complaint", "receive", GENERAL, "--source", "来信", "--on", "2025-02-07", "--text", "一", *BY)
    for action in ("investigate", "dismiss"):
        shell.do("complaint", action, COMPLAINT, "--as", CLERK, "--reason", "查无此事")
    shown = shell.say("complaint", "show", COMPLAINT).out
    assert "认定不属实（韩雪峰）：理由：查无此事" in shown
    assert "轮到：察访核验员、绩效办" in shown
    assert shell.do("complaint", "show", COMPLAINT)["grounds"][-1]["reason"] == "查无此事"


def test_a_bonus_page_has_the_document_of_whoever_decided(shell_at: ShellAt) -> None:
    shell, _ = february(shell_at)
    honour = ("--award", "文明单位", "--granted-by", "兵团", "--on", "2025-01-08", "--collective")
    shell.do(
        "bonus",
        "apply",
        GENERAL,
        "score.bonus.region",
        *honour,
        "--document",
        "兵发1号",
        "--as",
        LIAISON[GENERAL],
    )
    shell.clerk("bonus", "examine", BONUS, "--text", "已核对")
    assert "轮到：领导小组，" in shell.say("bonus", "show", BONUS).out
    shell.group("bonus", "approve", BONUS)
    shown = shell.say("bonus", "show", BONUS).out
    assert "证明文件：兵发1号" in shown
    assert "批准加分（韩雪峰，代领导小组）：理由：说明；依据：绩效办〔2025〕1号" in shown


def test_objections_and_duties_say_the_same_of_themselves(shell_at: ShellAt) -> None:
    shell, city = shell_at("pending")
    city.whole("propose")
    city.object(GENERAL)
    shown = shell.say("objection", "show", OBJECTION).out
    assert "轮到：领导小组，" in shown
    assert ["objection", "withdraw", OBJECTION, "--as", "PERSON"] in next_of(shown)
    shell.clerk("duty", "open", GENERAL, "--text", "落实不力", "--year", "2025")
    shown = shell.say("duty", "show", DUTY).out
    assert "轮到：绩效办，" in shown
    assert f"理由：说明；依据：{PAPER}" in shown
    assert ["duty", "close", DUTY, "--document", "TEXT", "--text", "TEXT", "--as", "PERSON"] in next_of(shown)


def test_why_the_service_opened_a_duty_is_no_code_on_its_page(shell_at: ShellAt) -> None:
    shell, _ = shell_at("ratified")
    key = listed(shell, "duty", "--year", "2025")[0]
    shown = shell.say("duty", "show", key).out
    assert "列入后续事项（系统）：依据：" in shown
    assert "results" not in shown


# --- a department's page ---


def test_a_departments_page_tells_the_commands_and_they_work_as_told(shell_at: ShellAt) -> None:
    shell, city = february(shell_at)
    shown = shell.say("show", GENERAL).out
    told = {" ".join(line[:2]): line for line in next_of(shown)}
    assert told["form save"] == [
        "form",
        "save",
        GENERAL,
        "--year",
        "2025",
        "--text",
        "TEXT",
        "--as",
        "PERSON",
    ]
    ask = told["extension ask"]
    filled = {"TEXT": "换届", "DATE": "2025-03-20", "PERSON": LIAISON[GENERAL]}
    shell.do(*(filled.get(word, word) for word in ask))
    assert city.last(f"appraisal:2025:{GENERAL}")["action"] == "ask_extension"
    assert "save_form" not in shown
    assert told["line reverse"][:4] == ["line", "reverse", GENERAL, "LINE"]
    exempt = next(line for line in next_of(shown) if line[2:3] == ["exempt"])
    assert exempt[:3] == ["advance", GENERAL, "exempt"]
    assert "--on-behalf-of" in exempt


def test_every_action_of_people_has_a_command_there_is() -> None:
    for kind in ("appraisal", "case", "finding", "complaint", "bonus", "objection", "duty", "evidence"):
        key = f"{kind}:2025:{GENERAL}:1" if kind not in ("appraisal", "case") else f"{kind}:2025:{GENERAL}"
        for move in MACHINES[kind].moves:
            command = ways.command(kind, move.action, key)
            asked = not set(move.who) <= {"system", "import"} and move.sources != (NONE,)
            if not asked or move.action in (*ways.NOBODYS, *WHOLE_CYCLE):
                continue
            words = shlex.split(command)
            assert tuple(words[1:3]) in EVERY or tuple(words[1:2]) in EVERY, command
            assert key in words or GENERAL in words


# --- lists ---


def listed(shell: Shell, kind: str, *more: str) -> list[str]:
    """The keys a list shows."""
    answer: dict[str, Any] = shell.do(kind, "list", *more)
    (rows,) = (value for value in answer.values() if isinstance(value, list))
    return [row["subject"] for row in rows]


def test_findings_are_listed_by_department_state_severity_or_what_is_open(shell_at: ShellAt) -> None:
    shell, _ = february(shell_at)
    record(shell)
    record(shell, GENERAL, "--again", "--severity", "重点")
    record(shell, PERSONNEL)
    shell.do("finding", "drop", FINDING, *BY)
    second, other = FINDING[:-1] + "2", f"finding:2025:{PERSONNEL}:1"
    assert listed(shell, "finding") == [FINDING, second, other]
    assert listed(shell, "finding", "--department", "办公室") == [FINDING, second]
    assert (
        listed(shell, "finding", "--state", "不予认定")
        == listed(shell, "finding", "--state", "dropped")
        == [FINDING]
    )
    assert listed(shell, "finding", "--severity", "重点") == [second]
    assert listed(shell, "finding", "--open") == [second, other]
    assert listed(shell, "finding", "--open", "--department", GENERAL, "--severity", "key") == [second]
    unknown = shell.say("finding", "list", "--state", "飞了")
    assert "notified 待部门说明" in unknown.err
    assert "没有问题" in shell.say("finding", "list", "--department", DISCIPLINE).out


def test_the_other_matters_are_listed_likewise(shell_at: ShellAt) -> None:
    shell, city = shell_at("pending")
    city.whole("propose")
    mine, theirs = city.object(GENERAL), city.object(PERSONNEL)
    city.decide(theirs, "dismiss")
    assert listed(shell, "objection", "--open") == [mine]
    assert listed(shell, "objection", "--state", "申诉不成立") == [theirs]
    assert listed(shell, "objection", "--department", PERSONNEL) == [theirs]
    for department in (GENERAL, PERSONNEL):
        shell.clerk("duty", "open", department, "--text", "落实不力", "--year", "2025")
    shell.clerk("duty", "close", DUTY, "--text", "已办")
    other = f"duty:2025:{PERSONNEL}:1"
    assert listed(shell, "duty") == listed(shell, "duty", "--open") == [other]
    assert listed(shell, "duty", "--state", "已办结") == [DUTY]
    assert listed(shell, "duty", "--all", "--department", GENERAL) == [DUTY]


def test_complaints_bonuses_and_evidence_are_listed_likewise(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = february(shell_at)
    for department in (GENERAL, PERSONNEL):
        shell.do(
            "complaint", "receive", department, "--source", "来信", "--on", "2025-02-07", "--text", "一", *BY
        )
    assert listed(shell, "complaint", "--department", GENERAL, "--open") == [COMPLAINT]
    assert listed(shell, "complaint", "--state", "办结") == []
    first, second = city.apply(GENERAL), city.apply(GENERAL)
    shell.do("bonus", "withdraw", first, "--as", LIAISON[GENERAL])
    assert listed(shell, "bonus", "--open") == [second]
    assert listed(shell, "bonus", "--state", "已撤回", "--department", GENERAL) == [first]
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7 " + b"x" * 2000)
    for _ in range(2):
        shell.do("evidence", "offer", GENERAL, str(file), "--about", "plan", "--as", LIAISON[GENERAL])
    one, two = (f"evidence:2025:{GENERAL}:{number}" for number in (1, 2))
    shell.do("evidence", "accept", one, "--as", CLERK)
    for more, found in ((("--open",), [two]), (("--state", "已认可"), [one]), ((), [one, two])):
        assert [each["subject"] for each in shell.do("evidence", "list", GENERAL, *more)["evidence"]] == found
    assert "2.0 KB" in shell.say("evidence", "list", GENERAL).out


# --- one spelling ---


def test_a_ledger_line_is_spelled_alike_everywhere(shell_at: ShellAt) -> None:
    shell, city = february(shell_at)
    key = city.deduct(GENERAL)
    complaint = city.deduct(GENERAL, "score.deduct.2")
    city.at("2025-02-12")
    bonus = city.honour(GENERAL)
    lines = [one["id"].partition("#")[2] for one in shell.do("line", "list", GENERAL)["lines"]]
    for line, said in zip(
        lines,
        [shell.say(one.partition(":")[0], "show", one).out for one in (key, complaint, bonus)],
        strict=True,
    ):
        assert f"台账：{line}\n" in said or f"计入台账：{line}\n" in said
        assert f"#{line}" not in said
    refused = shell.say("line", "reverse", GENERAL, lines[0], *BY)
    assert f"“{lines[0]}”由{key}记入" in refused.err
    asked = shell.ask("line", "reverse", GENERAL, lines[0], *BY, code=REFUSED).json["refused"]
    assert asked[0]["data"]["line"] == f"appraisal:2025:{GENERAL}#{lines[0]}"
    shell.do("finding", "overturn", key, *BY)
    assert "#" not in shell.say("history", "show", GENERAL).out


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KB"),
        (1_048_575, "1024.0 KB"),
        (1_048_576, "1.0 MB"),
        (20 << 20, "20.0 MB"),
    ],
)
def test_a_size_is_told_in_the_unit_that_fits(size: int, text: str) -> None:
    assert size_text(size) == text


def test_lists_of_people_and_tokens_have_headings_and_words_for_codes(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    people = shell.say("person", "list").out.splitlines()
    for heading in ("编号", "姓名", "所在单位", "角色", "邮箱"):
        assert heading in people[1]
    assert any(CLERK in line and "绩效办" in line for line in people)
    shell.do("token", "issue", CLERK, "--purpose", "试用", "--as", CLERK)
    tokens = shell.say("token", "list").out
    for word in ("编号", "姓名", "权限", "状态", "有效至", "用途", "只看", "试用"):
        assert word in tokens
    assert " read " not in tokens
    assert HEAD[GENERAL] in shell.say("person", "list").out
