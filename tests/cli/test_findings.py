"""`cycle finding` and `cycle complaint`: every command, what they list and show."""

from __future__ import annotations

from tests.cast import CLERK, GENERAL, HEAD, INSPECTOR, LIAISON
from tests.cli.conftest import BAD_INPUT, REFUSED, Shell, ShellAt

KEY = f"finding:2025:{GENERAL}:1"
COMPLAINT = f"complaint:2025:{GENERAL}:1"


def acts(shell: Shell, kind: str, action: str, who: str, *more: str) -> str:
    """The state an action of a matter leads to."""
    after: str = shell.do(kind, action, *more, "--as", who, "--reason", "核实", "--document", "文件1号")[
        "after"
    ]
    return after


def test_a_finding_goes_its_whole_way_by_commands(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.at("2025-02-10")
    found = ("--source", "暗访", "--severity", "重点", "--on", "2025-02-07", "--text", "窗口无人值守")
    violation = "score.deduct.5.3"
    assert acts(shell, "finding", "record", INSPECTOR, GENERAL, violation, *found) == "recorded"
    assert acts(shell, "finding", "notify", INSPECTOR, KEY) == "notified"
    assert acts(shell, "finding", "answer", LIAISON[GENERAL], KEY, "--text", "当日停电") == "answered"
    assert acts(shell, "finding", "confirm", CLERK, KEY) == "confirmed"
    assert acts(shell, "finding", "publish", CLERK, KEY) == "confirmed"
    shell.group("finding", "veto", KEY, "--person", "某甲:当事人", "--person", "某乙：deputy")
    assert acts(shell, "finding", "rectify", HEAD[GENERAL], KEY, "--text", "已补岗") == "rectified"
    shown = shell.say("finding", "show", KEY).out
    for said in (
        "暗访",
        "重点",
        "窗口无人值守",
        "当日停电",
        "已补岗",
        "某甲（当事人）、某乙（分管副职）",
        "文件1号",
    ):
        assert said in shown
    assert acts(shell, "finding", "return", INSPECTOR, KEY) == "confirmed"
    assert acts(shell, "finding", "rectify", HEAD[GENERAL], KEY, "--text", "已整改") == "rectified"
    assert acts(shell, "finding", "verify", INSPECTOR, KEY) == "verified"
    overturn = ("finding", "overturn", KEY, "--as", CLERK, "--reason", "误记")
    assert shell.ask(*overturn, code=REFUSED).unmet == ["veto_to_lift"]
    shell.group("finding", "lift-veto", KEY)
    assert acts(shell, "finding", "overturn", CLERK, KEY) == "dropped"
    assert acts(shell, "finding", "record", INSPECTOR, GENERAL, "score.deduct.1", *found) == "recorded"
    assert acts(shell, "finding", "drop", INSPECTOR, KEY[:-1] + "2") == "dropped"
    listed = shell.do("finding", "list")["findings"]
    assert [(one["subject"], one["state"]) for one in listed] == [
        (KEY, "dropped"),
        (KEY[:-1] + "2", "dropped"),
    ]
    assert "窗口无人值守" in shell.say("finding", "list").out


def test_a_complaint_goes_its_whole_way_by_commands(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.at("2025-02-10")
    about = ("--on", "2025-02-07", "--source", "来电", "--text", "材料要求三次", "--complainant", "张某某")
    assert acts(shell, "complaint", "receive", INSPECTOR, GENERAL, *about) == "received"
    assert acts(shell, "complaint", "investigate", INSPECTOR, COMPLAINT) == "investigating"
    assert acts(shell, "complaint", "hear", LIAISON[GENERAL], COMPLAINT, "--text", "已告知") == "heard"
    assert acts(shell, "complaint", "substantiate", CLERK, COMPLAINT) == "substantiated"
    held = ("hold-accountable", INSPECTOR, COMPLAINT, "--text", "批评教育")
    assert acts(shell, "complaint", *held) == "substantiated"
    assert acts(shell, "complaint", "close", CLERK, COMPLAINT) == "closed"
    shown = shell.say("complaint", "show", COMPLAINT).out
    for said in ("来电", "材料要求三次", "张某某", "已告知", "批评教育"):
        assert said in shown
    assert acts(shell, "complaint", "overturn", CLERK, COMPLAINT) == "unsubstantiated"
    assert acts(shell, "complaint", "receive", CLERK, GENERAL, *about) == "received"
    second = COMPLAINT[:-1] + "2"
    assert acts(shell, "complaint", "investigate", CLERK, second) == "investigating"
    assert acts(shell, "complaint", "dismiss", CLERK, second) == "unsubstantiated"
    assert [one["subject"] for one in shell.do("complaint", "list")["complaints"]] == [COMPLAINT, second]
    assert "材料要求三次" in shell.say("complaint", "list").out


def test_what_is_typed_wrong_is_named_and_nothing_asked(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    record = ("finding", "record", GENERAL, "score.deduct.1", "--on", "2025-01-09", "--as", CLERK)
    assert "--source" in shell.say(*record, "--source", "传闻").err
    assert shell.say(*record, "--source", "暗访", "--severity", "严重").code == BAD_INPUT
    received = ("complaint", "receive", GENERAL, "--on", "2025-01-09", "--text", "x", "--as", CLERK)
    assert "--source" in shell.say(*received, "--source", "张三来电").err
    for person in ("某甲", ":head", "某甲:副局长"):
        assert shell.say("finding", "veto", KEY, "--person", person, "--as", CLERK).code == BAD_INPUT
    assert shell.say("finding", "show", KEY).code != 0
    assert "没有问题" in shell.say("finding", "list").out
    assert "没有投诉" in shell.say("complaint", "list").out
    assert city.rows() == before
