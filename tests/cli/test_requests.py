"""Bonuses, objections and receipts, each by its commands."""

from __future__ import annotations

from tests.cast import CLERK, GENERAL, LIAISON, PAPER, PERSONNEL
from tests.cli.conftest import REFUSED, ShellAt

OWN = ["--as", LIAISON[GENERAL]]
GIVEN = ["--award", "文明单位", "--granted-by", "兵团", "--on", "2025-01-08", "--collective"]


def test_a_bonus_is_applied_for_examined_and_approved(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    assert "没有加分申请" in shell.say("bonus", "list").out
    applied = shell.do("bonus", "apply", GENERAL, "score.bonus.region", *GIVEN, "--document", "兵发1号", *OWN)
    key = applied["subject"]
    assert applied["after"] == "applied"
    shell.clerk("bonus", "examine", key, "--text", "证书已核对")
    shell.group("bonus", "approve", key)
    (listed,) = shell.do("bonus", "list")["bonuses"]
    assert (listed["subject"], listed["state"], listed["counted"]) == (key, "approved", True)
    shown = shell.do("bonus", "show", key)
    assert (shown["opinion"], shown["document"], shown["on"]) == ("证书已核对", "兵发1号", "2025-01-08")
    said = shell.say("bonus", "show", key).out
    for word in (
        "自治区、兵团级表彰",
        "文明单位",
        "已批准",
        "证书已核对",
        f"计入台账：{shown['line'].partition('#')[2]}\n",
    ):
        assert word in said
    assert key in shell.say("bonus", "list", "--lang", "en").out
    (line,) = shell.do("line", "list", GENERAL)["lines"]
    assert line["points"] == "2.00"
    shell.group("bonus", "overturn", key)
    assert shell.do("line", "list", GENERAL)["sum"] == "0.00"


def test_an_achievement_is_refused_by_the_chief_leader_and_another_withdrawn(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    asked = [
        "bonus",
        "apply",
        GENERAL,
        "score.bonus.outstanding",
        "--on",
        "2025-01-08",
        "--text",
        "成绩",
        *OWN,
    ]
    first, second = (shell.do(*asked)["subject"] for _ in range(2))
    shell.group("bonus", "examine", first, "--text", "一般")
    shell.group("bonus", "refuse", first, body="chief")
    shell.do("bonus", "withdraw", second, *OWN)
    assert [one["state"] for one in shell.do("bonus", "list")["bonuses"]] == ["refused", "withdrawn"]
    assert "成绩" in shell.say("bonus", "show", first).out
    bare = shell.ask(*asked[:4], "--on", "2025-01-08", *OWN, code=REFUSED)
    assert bare.unmet == ["text_missing"]
    assert shell.say("bonus", "show", f"finding:2025:{GENERAL}:1").code == 2


def test_an_objection_is_filed_decided_and_says_what_has_to_follow(shell_at: ShellAt) -> None:
    shell, city = shell_at("pending")
    city.whole("propose")
    assert "没有申诉" in shell.say("objection", "list", "--year", "2025").out
    line = shell.do("line", "list", GENERAL, "--year", "2025")["lines"][0]["id"]
    asked = ["objection", "file", GENERAL, "--year", "2025", "--text", "请复核", *OWN]
    keys = [shell.do(*asked, *about)["subject"] for about in ([], ["--about", "points"])]
    keys.append(shell.do(*asked, "--about", line.partition("#")[2])["subject"])
    assert shell.do("objection", "show", keys[2])["about"] == line
    shell.do("objection", "withdraw", keys[0], *OWN)
    shell.group("objection", "dismiss", keys[1])
    assert shell.group("objection", "uphold", keys[2])["after"] == "upheld"
    found = shell.do("objection", "list", "--year", "2025")["objections"]
    assert [one["state"] for one in found] == ["withdrawn", "dismissed", "upheld"]
    shown = shell.say("objection", "show", keys[1]).out
    assert "分值" in shown
    assert "请复核" in shown
    assert keys[0] in shell.say("objection", "list", "--year", "2025").out
    assert shell.say("objection", "show", "objection:2025:nobody:1").code == 2


def test_who_upholds_in_person_is_told_to_withdraw_the_proposal(shell_at: ShellAt) -> None:
    shell, city = shell_at("pending")
    city.whole("propose")
    key = city.object(PERSONNEL)
    member = ["--as", "p-zhao-weidong", "--reason", "属实", "--document", PAPER]
    assert "请撤回公示" in shell.say("objection", "uphold", key, *member).out


def test_receipts_are_listed_acknowledged_and_noted(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    assert "没有待签收的事项" in shell.say("receipt", "list").out
    city.at("2025-02-10")
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-02-20")
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-02-20")
    shell.at("2025-02-13")
    listed = shell.do("receipt", "list", "--department", GENERAL)["receipts"]
    assert [(one["what"], one["late"], one["due"]) for one in listed] == [
        ("send_back", True, "2025-02-12")
    ] * 2
    assert shell.do("receipt", "list", "--department", PERSONNEL)["receipts"] == []
    assert "逾期未签收" in shell.say("receipt", "list").out
    assert "逾期未签收：办公室 2" in shell.say("status").out
    assert "待签收" in shell.say("show", GENERAL).out
    assert [one["number"] for one in shell.do("show", GENERAL)["receipts"]] == [
        one["number"] for one in listed
    ]
    key, (first, second) = listed[0]["subject"], (str(one["number"]) for one in listed)
    shell.do("receipt", "acknowledge", key, first, *OWN)
    shell.do("receipt", "note", key, second, "--as", CLERK, "--reason", "电话告知")
    assert shell.do("receipt", "list")["receipts"] == []
    assert "逾期未签收" not in shell.say("status").out
