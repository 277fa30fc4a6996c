"""`cycle account`: links given out once, accounts listed, suspended and resumed, who tried to sign in."""

from __future__ import annotations

from cycle.operations.accounts import parse
from cycle.operations.passwords import set_by_link
from cycle.operations.sign_in import sign_in
from tests.cast import ADMIN, CLERK, MEMBER, person
from tests.cli.conftest import BAD_INPUT, REFUSED, ShellAt
from tests.doors import PASSWORD, account, door

AS = ("--as", ADMIN)


def test_a_link_is_shown_once_and_lets_its_owner_set_a_password(shell_at: ShellAt) -> None:
    shell, city = shell_at("installed")
    made = shell.do("account", "invite", CLERK, "--base", "https://kaoping.example/", *AS)
    place, _, text = made["link"].partition("/welcome/")
    assert place == "https://kaoping.example"
    assert (parse(text) or ("",))[0] == CLERK
    assert (made["subject"], made["after"], made["expires"]) == (
        f"account:{CLERK}",
        "invited",
        "2025-01-05T02:00:00.000000Z",
    )
    for command in (["account", "list"], ["history", "show", f"account:{CLERK}"]):
        assert text.partition(".")[2] not in shell.say(*command).out
    set_by_link(door(city), text, PASSWORD)
    assert city.row(f"account:{CLERK}").state == "active"


def test_for_people_the_link_stands_on_a_line_of_its_own_below_whose_it_is(shell_at: ShellAt) -> None:
    shell, city = shell_at("installed")
    said = shell.say("account", "invite", CLERK, "--hours", "2", *AS).out.splitlines()
    assert said[0] == "韩雪峰设密码的链接，2025-01-02 12:00前有效，只能用一次，只显示这一次："
    assert said[1].startswith(f"/welcome/{CLERK}.")
    head = {"office": "考评办", "contact": "周敏", "domain": "kaoping.example"}
    city.do("set_letterhead", person(CLERK), link="https://kaoping.example/desk/", **head)
    made = shell.do("account", "invite", CLERK, *AS)
    assert made["link"].startswith(f"https://kaoping.example/desk/welcome/{CLERK}.")


def test_only_an_administrator_invites_also_themselves_since_they_are_at_the_machine(
    shell_at: ShellAt,
) -> None:
    shell, _ = shell_at("installed")
    assert shell.ask("account", "invite", CLERK, "--as", CLERK, code=REFUSED).unmet == ["role_missing"]
    assert shell.do("account", "invite", ADMIN, *AS)["after"] == "invited"
    late = shell.ask("account", "invite", CLERK, "--hours", "721", *AS, code=REFUSED)
    assert late.unmet == ["link_hours_unfit"]
    assert shell.ask("account", "suspend", CLERK, "--reason", "x", *AS, code=BAD_INPUT).json["error"]


def test_the_setting_says_how_long_a_link_holds(shell_at: ShellAt) -> None:
    shell, city = shell_at("installed")
    shell.say("account", "invite", CLERK, *AS, CYCLE_LINK_HOURS="1")
    assert city.row(f"account:{CLERK}").record["link_expires"] == "2025-01-02T03:00:00.000000Z"


def test_accounts_are_listed_suspended_and_resumed(shell_at: ShellAt) -> None:
    shell, city = shell_at("installed")
    account(city, CLERK)
    shell.do("account", "invite", MEMBER, *AS)
    for _ in range(5):
        sign_in(door(city), CLERK, "wrong", address="192.0.2.7")
    clerk, member = shell.do("account", "list")["accounts"]
    assert clerk == {
        "person": CLERK,
        "state": "active",
        "link_expires": None,
        "password_set_at": "2025-01-02T02:00:00.000000Z",
        "locked_until": "2025-01-02T02:15:00.000000Z",
        "sessions": 0,
    }
    assert (member["state"], member["password_set_at"], member["locked_until"]) == ("invited", None, None)
    listed = shell.say("account", "list").out
    for said in ("韩雪峰", CLERK, "可用", "已邀请", "2025-01-02 10:15", "2025-01-05 10:00"):
        assert said in listed
    city.at("2025-01-02 10:15")
    sign_in(door(city), CLERK, PASSWORD)
    (clerk, _) = shell.do("account", "list")["accounts"]
    assert (clerk["locked_until"], clerk["sessions"]) == (None, 1)
    shell.do("token", "issue", CLERK, "--purpose", "x", "--scope", "read", "--days", "3", "--as", CLERK)
    said = shell.say("account", "suspend", CLERK, "--reason", "丢了电脑", *AS).out
    assert "已停用" in said
    assert "同时吊销密钥1把" in said
    assert shell.do("account", "list")["accounts"][0]["sessions"] == 0
    assert shell.do("account", "resume", CLERK, "--reason", "找到了", *AS)["after"] == "active"
    assert shell.do("account", "suspend", CLERK, "--reason", "又丢了", *AS)["revoked"] == []


def test_whose_account_it_is_may_be_said_by_name(shell_at: ShellAt) -> None:
    shell, city = shell_at("installed")
    name, why = str(city.row(f"person:{CLERK}").record["name"]), ("--reason", "x")
    made = shell.do("account", "invite", name, *AS)
    assert made["subject"] == f"account:{CLERK}"
    assert (parse(made["link"].rpartition("/")[2]) or ("",))[0] == CLERK
    assert shell.do("account", "suspend", name, *why, *AS)["subject"] == f"account:{CLERK}"
    assert shell.do("account", "resume", name, *why, *AS)["subject"] == f"account:{CLERK}"
    account(city, MEMBER)
    for who in (CLERK, MEMBER):
        sign_in(door(city), who, "wrong", address="192.0.2.7")
    (attempt,) = shell.do("account", "log", "--person", name)["attempts"]
    assert attempt["person"] == CLERK
    assert shell.say("account", "invite", "无名氏", *AS).code == BAD_INPUT


def test_the_log_tells_who_tried_from_where_and_how_it_ended(shell_at: ShellAt) -> None:
    shell, city = shell_at("installed")
    account(city, CLERK)
    for name, said in ((CLERK, "wrong"), (PASSWORD, "x"), (CLERK, PASSWORD)):
        sign_in(door(city), name, said, address="192.0.2.7")
    found = shell.do("account", "log")["attempts"]
    assert [one["outcome"] for one in found] == ["in", "unknown", "wrong"]
    assert [one["outcome"] for one in shell.do("account", "log", "--person", CLERK)["attempts"]] == [
        "in",
        "wrong",
    ]
    assert len(shell.do("account", "log", "--limit", "1")["attempts"]) == 1
    shown = shell.say("account", "log").out
    assert PASSWORD not in shown
    for said in ("192.0.2.7", "韩雪峰", "已登录", "密码不对", "没有这个人"):
        assert said in shown
