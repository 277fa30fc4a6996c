"""People who leave, categories, departments that end, and acts taken back before anybody confirmed them."""

from __future__ import annotations

import pytest

from tests.cast import AUDITOR, CLERK, DISCIPLINE, FOURTH_REVIEWER, GENERAL, HEAD, LIAISON, THIRD
from tests.cli.conftest import BAD_INPUT, CONFLICT, DONE, REFUSED, Shell, ShellAt
from tests.held import COLLEAGUE

WHY, PAPER = ["--reason", "说明"], ["--document", "文件1号"]


def department(shell: Shell, wanted: str) -> dict[str, object]:
    """A department as it is listed, dissolved ones too."""
    every = shell.do("department", "list", "--all")["departments"]
    found: dict[str, object] = next(one for one in every if one["department"] == wanted)
    return found


def person(shell: Shell, wanted: str) -> dict[str, object]:
    """A person as listed."""
    found: dict[str, object] = next(
        one for one in shell.do("person", "list")["people"] if one["person"] == wanted
    )
    return found


# --- people ---


def test_a_person_leaves_on_a_day(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    leave = ["person", "leave", FOURTH_REVIEWER, "--on", "2025-01-10", "--as", CLERK]
    said = shell.say(*leave, *WHY)
    assert (said.code, said.err) == (DONE, "")
    assert "离任，由“在任”转入“已离任”" in said.out
    listed = person(shell, FOURTH_REVIEWER)
    assert (listed["state"], listed["left_on"]) == ("closed", "2025-01-10")
    assert city.last(f"person:{FOURTH_REVIEWER}")["reason"] == "说明"
    assert shell.ask(*leave, *WHY, code=REFUSED).unmet == ["wrong_state"]


def test_nobody_leaves_a_post_without_a_successor(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    leave = ["person", "leave", LIAISON[GENERAL], "--on", "2025-01-10"]
    said = shell.say(*leave, *WHY, "--as", CLERK)
    assert (said.code, said.out) == (REFUSED, "")
    assert "这个人仍是办公室的填报员，请先明确接任的人" in said.err
    assert shell.ask(*leave, *WHY, "--as", CLERK, code=REFUSED).unmet == ["post_held"]
    assert city.rows() == before
    shell.clerk("post", "appoint", GENERAL, "liaison", HEAD[GENERAL], "--on", "2025-01-10")
    assert shell.clerk(*leave)["after"] == "closed"


@pytest.mark.parametrize(
    ("more", "code", "unmet"),
    [
        (["--on", "2025-01-10"], REFUSED, ["reason_missing"]),
        (["--on", "today", *WHY], BAD_INPUT, []),
        (WHY, BAD_INPUT, []),
    ],
)
def test_leaving_asks_for_a_day_and_a_reason(
    shell_at: ShellAt, more: list[str], code: int, unmet: list[str]
) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    said = shell.ask("person", "leave", FOURTH_REVIEWER, *more, "--as", CLERK, code=code)
    assert [entry["code"] for entry in said.json.get("refused", ())] == unmet
    assert city.rows() == before


def change(shell: Shell, who: str, *words: str, by: str) -> None:
    """One person changes another's entry, and a third confirms it."""
    asked = shell.do("person", "change", who, *words, "--as", by, *WHY)
    shell.do("confirm", asked["pending"], "--as", THIRD)


def test_nobody_changes_or_confirms_their_own_entry(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    home = ["person", "change", CLERK, "--home", "elsewhere", *WHY]
    assert shell.ask(*home, "--as", CLERK, code=REFUSED).unmet == ["own_record"]
    assert "不能登记或者更改自己的资料" in shell.say(*home, "--as", CLERK).err
    asked = shell.do(*home, "--as", COLLEAGUE)
    assert (asked["subject"], asked["kind"]) == (f"person:{CLERK}", "person")
    assert shell.ask("confirm", asked["pending"], "--as", CLERK, code=REFUSED).unmet == ["own_record"]
    assert city.row(f"person:{CLERK}").record["home"] == "danggongwei"
    shell.do("confirm", asked["pending"], "--as", THIRD)
    assert city.row(f"person:{CLERK}").record["home"] == "elsewhere"
    last = city.last(f"person:{CLERK}")
    assert (last["actor"], last["confirmed_by"]) == (COLLEAGUE, THIRD)


def test_what_a_second_person_confirms_of_an_entry_is_shown(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    new = ["--name", "新来", "--email", "new@office.example", "--home", GENERAL, "--role", "office"]
    asked = shell.clerk("person", "add", "p-new", *new)
    assert [one["arguments"]["roles"] for one in shell.do("waiting")["waiting"]] == [["office"]]
    said = shell.say("waiting").out
    assert "：新来（p-new），登记，经办韩雪峰，" in said
    assert "邮箱：new@office.example；所在单位：办公室；角色：绩效办\n" in said
    shell.do("confirm", asked["pending"], "--as", COLLEAGUE)
    assert person(shell, "p-new")["roles"] == ["office"]
    shell.clerk(
        "person", "change", "p-new", "--home", GENERAL, "--email", "newer@office.example", "--office-head"
    )
    said = shell.say("waiting").out
    assert "：新来，变更，经办韩雪峰，" in said
    assert "    邮箱：new@office.example→newer@office.example；绩效办主任：否→是\n" in said


@pytest.mark.parametrize("name", ["group", "team", "system", "import"])
def test_nobody_is_registered_as_a_body_or_the_system(shell_at: ShellAt, name: str) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    new = ["--name", "某某", "--email", "x@office.example", "--home", GENERAL, "--role", "leader"]
    said = shell.ask("person", "add", name, *new, "--as", CLERK, code=REFUSED)
    assert said.unmet == ["id_reserved"]
    assert city.rows() == before


def test_the_head_of_the_office_is_named_and_taken_off(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    assert person(shell, CLERK)["office_head"] is True
    change(shell, CLERK, "--no-office-head", by=COLLEAGUE)
    change(shell, COLLEAGUE, "--office-head", by=CLERK)
    assert not person(shell, CLERK)["office_head"]
    assert person(shell, COLLEAGUE)["office_head"] is True
    change(shell, COLLEAGUE, "--email", "c@office.example", by=CLERK)
    assert person(shell, COLLEAGUE)["office_head"] is True


def test_another_head_of_the_office_is_named_with_a_reason(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    said = shell.ask("person", "change", COLLEAGUE, "--office-head", "--as", CLERK, code=REFUSED)
    assert said.unmet == ["reason_missing"]


# --- departments ---


def test_a_department_is_put_in_another_category(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    done = shell.clerk("department", "recategorise", "办公室", "--category", "government")
    assert (done["department"], done["action"]) == (GENERAL, "recategorise")
    assert department(shell, GENERAL)["category"] == "government"
    said = shell.say(*("department", "recategorise", GENERAL, "--category", "party", "--as", CLERK), *PAPER)
    assert said.out == "办公室：调整类别，仍在“在册”\n"


def test_a_category_the_rulebook_does_not_know_is_refused(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    words = ["department", "recategorise", GENERAL, "--category", "sports", "--as", CLERK]
    assert shell.ask(*words, *PAPER, code=REFUSED).unmet == ["category_unknown"]
    assert shell.ask(*words, code=REFUSED).unmet == ["document_missing", "category_unknown"]
    assert "sports" in shell.say(*words, *PAPER).err
    assert city.rows() == before


def test_a_department_is_dissolved_without_a_successor(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    dissolve = ["department", "dissolve", DISCIPLINE, "--on", "2025-01-10", "--as", CLERK]
    before = city.rows()
    assert shell.ask(*dissolve, code=REFUSED).unmet == ["reason_missing", "document_missing"]
    assert city.rows() == before
    done = shell.do(*dissolve, *WHY, *PAPER)
    assert (done["after"], done["name"]) == ("closed", "纪委")
    assert department(shell, DISCIPLINE)["state"] == "closed"
    assert city.row(f"department:{DISCIPLINE}").record["dissolved_on"] == "2025-01-10"
    again = shell.ask(*dissolve, *WHY, *PAPER, code=REFUSED)
    assert again.unmet == ["wrong_state"]


@pytest.mark.parametrize(
    "verb", [["recategorise", "--category", "party"], ["dissolve", "--on", "2025-01-10"]]
)
def test_a_department_nobody_knows_is_named(shell_at: ShellAt, verb: list[str]) -> None:
    shell, _ = shell_at("running")
    said = shell.ask("department", verb[0], "龙王庙", *verb[1:], "--as", CLERK, code=BAD_INPUT)
    assert "龙王庙" in said.json["error"]["message"]


# --- names and posts, one after the other ---


@pytest.mark.parametrize(
    "words",
    [
        ["department", "rename", GENERAL, "--name", "综合办"],
        ["post", "appoint", GENERAL, "head", HEAD[DISCIPLINE]],
    ],
)
def test_what_holds_from_a_day_comes_after_what_held_before(shell_at: ShellAt, words: list[str]) -> None:
    shell, _ = shell_at("running")
    shell.clerk(*words, "--on", "2025-01-08")
    back = [*words[:3], *[w.replace("综合办", "总办") for w in words[3:]], "--as", CLERK, *WHY, *PAPER]
    assert shell.ask(*back, "--on", "2025-01-08", code=REFUSED).unmet == ["day_not_after"]
    assert "日期应晚于2025年1月8日" in shell.say(*back, "--on", "2025-01-07").err
    shell.do(*back, "--on", "2025-01-09")


def test_a_post_asks_for_its_role(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    words = ["post", "appoint", GENERAL, "liaison", AUDITOR, "--on", "2025-01-10", "--as", CLERK]
    assert shell.ask(*words, code=REFUSED).unmet == ["post_role_missing"]
    assert "没有担任填报员所需的角色" in shell.say(*words).err
    assert city.rows() == before


# --- acts taken back ---


def exemption(shell: Shell) -> str:
    """An act of the group that waits, entered by the clerk."""
    pending: str = shell.clerk("advance", GENERAL, "exempt", "--on-behalf-of", "group")["pending"]
    return pending


def test_who_entered_an_act_takes_it_back_before_it_is_confirmed(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    pending = exemption(shell)
    assert shell.do("drop", pending, "--as", CLERK) == {"dropped": pending, "operation": "move"}
    assert shell.do("waiting")["waiting"] == []
    assert city.rows() == before
    confirmed = shell.ask("confirm", pending, "--as", COLLEAGUE, code=CONFLICT)
    assert confirmed.json["error"]["code"] == "conflict"
    shell.ask("drop", pending, "--as", CLERK, code=CONFLICT)
    assert city.rows() == before


def test_what_was_taken_back_is_said_in_a_sentence(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    pending = exemption(shell)
    assert shell.say("drop", pending, "--as", CLERK).out == f"已收回待确认的事项{pending}，什么也没有改变\n"
    shell.at("2025-01-13")
    pending = exemption(shell)
    english = shell.say("drop", pending, "--as", CLERK, "--lang", "en").out
    assert english == f"The waiting act {pending} was taken back; nothing has changed\n"


def test_nobody_takes_back_what_another_entered(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    pending = exemption(shell)
    assert shell.ask("drop", pending, "--as", COLLEAGUE, code=REFUSED).unmet == ["not_own_act"]
    said = shell.say("drop", pending, "--as", COLLEAGUE)
    assert "这个待确认的事项由韩雪峰登记，只有本人可以收回" in said.err
    assert [one["id"] for one in shell.do("waiting")["waiting"]] == [pending]
    shell.do("confirm", pending, "--as", COLLEAGUE)


def test_an_act_already_confirmed_is_not_taken_back(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    pending = exemption(shell)
    shell.do("confirm", pending, "--as", COLLEAGUE)
    shell.ask("drop", pending, "--as", CLERK, code=CONFLICT)
    assert city.state(GENERAL) == "exempted"


def test_an_act_that_is_not_there_is_named(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    said = shell.ask("drop", "nothing", "--as", CLERK, code=BAD_INPUT)
    assert "nothing" in said.json["error"]["message"]
    assert shell.ask("drop", "nothing", code=BAD_INPUT).json["error"]["code"] == "usage"
