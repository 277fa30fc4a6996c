"""`cycle mail`: what a clerk sees of the letters, and what switches and retries do to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications.rendering import kinds
from tests.cast import ADMIN, CLERK, DEPARTMENTS, LIAISON, City, _build, open_city, person
from tests.cli.conftest import BAD_INPUT, DONE, REFUSED, UNEXPECTED, Shell, ShellAt
from tests.cli.mailroom import change, dead, keys, letters, opened
from tests.held import COLLEAGUE


@pytest.fixture
def desk(shell_at: ShellAt) -> tuple[Shell, City]:
    """A city with three letters due."""
    shell, city = shell_at("running")
    opened(shell, city)
    return shell, city


# --- looking ---


def test_the_most_urgent_letters_come_first_with_all_a_clerk_asks(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    first, second, third = keys(city)
    change(city, first, status="sent", next_at=None, sent_at="2025-01-10T01:05:00.000000Z", attempts=1)
    dead(city, third, answer="no such user")
    found = shell.do("mail", "list")
    assert [(one["key"], one["status"]) for one in found["letters"]] == [
        (third, "failed"),
        (second, "pending"),
        (first, "sent"),
    ]
    assert found["counts"] == {"failed": 1, "pending": 1, "sent": 1}
    assert found["oldest_waiting"] == "2025-01-10T01:00:00.000000Z"
    assert found["letters"][0]["to"]["person"] in LIAISON.values()
    said = shell.say("mail", "list").out
    assert "信件：投递失败1、待发1、已发出1" in said
    assert "550 no such user" in said
    assert "投递失败" in said
    assert found["letters"][0]["id"] in said


def test_a_list_may_be_of_one_status_in_either_language_one_kind_and_short(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    dead(city, keys(city)[0])
    assert [one["status"] for one in letters(shell, "--status", "投递失败")] == ["failed"]
    assert len(letters(shell, "--status", "pending")) == 2
    assert len(letters(shell, "--kind", "window_opened", "--limit", "2")) == 2
    assert letters(shell, "--kind", "reminder") == []
    for wrong in (("--status", "lost"), ("--kind", "lost")):
        said = shell.say("mail", "list", *wrong)
        assert said.code == BAD_INPUT
        assert "lost" in said.err
        assert "failed" in said.err or "reminder" in said.err


def test_one_letter_is_shown_in_full_by_its_number_or_its_key(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    key = keys(city)[0]
    dead(city, key, answer="no such user", copies=1)
    (row,) = [one for one in letters(shell) if one["key"] == key]
    assert shell.do("mail", "show", row["id"]) == shell.do("mail", "show", key)
    said = shell.say("mail", "show", row["id"]).out
    body = shell.do("mail", "show", key)["body"]
    for part in (
        row["title"],
        row["to"]["address"],
        row["message_id"],
        "550 no such user",
        "deadline.ics",
        body,
    ):
        assert part in said
    assert "已发次数：10" in said
    assert "不止一封" in said
    assert shell.say("mail", "show", "0123456789").code == BAD_INPUT


# --- pausing ---


def test_while_paused_nothing_leaves_and_what_would_is_shown(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    change(city, keys(city)[0], next_at="2025-01-10T05:00:00.000000Z")
    said = shell.say("mail", "pause", "--as", CLERK, "--reason", "核对地址")
    assert (said.code, said.err) == (DONE, "")
    assert "待发3封" in said.out
    waiting = shell.do("mail", "waiting")
    assert [one["key"] for one in waiting["letters"]] == keys(city)[1:]
    assert (waiting["paused"]["by"], waiting["paused"]["reason"]) == (CLERK, "核对地址")
    assert "韩雪峰于2025-01-10 09:00暂停了发信，理由：核对地址" in shell.say("mail", "list").out
    sent = shell.do("mail", "send")
    assert sum(sent["did"].values()) == 0
    assert "发信已暂停" in shell.say("mail", "send").out
    shell.do("mail", "resume", "--as", ADMIN)
    assert shell.do("mail", "list")["paused"] is None
    assert shell.do("mail", "send")["did"]["sent"] == 2


def test_pausing_needs_a_reason_and_the_right(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    assert shell.ask("mail", "pause", "--as", CLERK, code=REFUSED).unmet == ["reason_missing"]
    who = LIAISON[DEPARTMENTS[0]]
    assert shell.ask("mail", "pause", "--as", who, "--reason", "x", code=REFUSED).unmet == ["role_missing"]


def test_digests_are_held_and_released_and_the_list_says_so(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    shell.do("mail", "hold", "--as", CLERK)
    assert shell.do("mail", "list")["digests_held"]["by"] == CLERK
    assert "汇总信由韩雪峰于2025-01-10 09:00暂存" in shell.say("mail", "list").out
    shell.do("mail", "release", "--as", CLERK)
    assert shell.do("mail", "list")["digests_held"] is None
    assert shell.ask("mail", "release", "--as", CLERK, code=REFUSED).unmet == ["digests_not_held"]


def test_the_letterhead_changes_only_where_something_is_said(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    head = ("mail", "letterhead", "--as", CLERK)
    shell.do(*head, "--office", "市绩效办", "--link", "https://kaohe.example.gov.cn")
    found = shell.do(*head, "--contact", "韩雪峰 8888")["letterhead"]
    assert found == {
        "office": "市绩效办",
        "contact": "韩雪峰 8888",
        "link": "https://kaohe.example.gov.cn",
        "domain": "cycle.invalid",
    }
    assert shell.say(*head).code == BAD_INPUT
    assert shell.ask(*head, "--link", "ftp://x", code=REFUSED).unmet == ["letterhead_unfit"]


# --- sending ---


def test_sending_now_writes_files_where_no_server_is_set_and_the_log_has_it(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    assert "发出3封" in shell.say("mail", "send").out
    assert len(list((shell.home / "mail").glob("*.eml"))) == 3
    assert "没有到时的信" in shell.say("mail", "send").out
    (run,) = shell.do("scheduler", "log", "--job", "deliver")["runs"]
    assert run["did"] == {"sent": 3}


def test_out_of_hours_nothing_leaves_and_it_says_from_when_letters_do(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    shell.at("2025-01-10 18:00")
    assert shell.do("mail", "send")["did"]["sent"] == 0
    assert "2025-01-13 08:00起发信" in shell.say("mail", "send").out


def test_a_server_that_cannot_be_reached_is_named_and_the_letters_wait(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    said = shell.say("mail", "send", CYCLE_SMTP_HOST="127.0.0.1", CYCLE_SMTP_PORT="1")
    assert said.code == UNEXPECTED
    assert "CYCLE_SMTP_PORT" in said.out
    assert "待发3" in said.out
    assert "ConnectionRejected" in shell.do("scheduler", "log", "--job", "deliver")["runs"][0]["failed"][0]


# --- dead letters ---


def test_a_dead_letter_is_sent_again_by_number_and_the_history_says_by_whom(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    key = keys(city)[0]
    dead(city, key)
    (row,) = letters(shell, "--status", "failed")
    assert shell.do("mail", "retry", row["id"], "--as", CLERK)["again"] == [{"id": row["id"], "key": key}]
    assert letters(shell, "--status", "failed") == []
    assert shell.do("mail", "show", key)["attempts"] == 0
    last = city.last("mail:office")
    assert (last["action"], last["actor"], list(last["data"]["letters"])) == ("retry_letters", CLERK, [key])


def test_all_dead_letters_are_sent_again_but_those_that_cannot_be(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    first, second, third = keys(city)
    dead(city, first)
    dead(city, second, not_after="2025-01-09T00:00:00.000000Z")
    dead(city, third, address="", recipient="nobody")
    answer = shell.do("mail", "retry", "--all-failed", "--as", ADMIN)
    assert ([one["key"] for one in answer["again"]], answer["left"]) == ([first], 2)
    again = [
        shell.ask("mail", "retry", key, "--as", CLERK, code=REFUSED).unmet for key in (first, second, third)
    ]
    assert again == [["letter_not_failed"], ["letter_past"], ["letter_address_unusable"]]


def test_of_several_letters_all_are_sent_again_or_none(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    first, second, _ = keys(city)
    dead(city, first)
    assert shell.ask("mail", "retry", first, second, "--as", CLERK, code=REFUSED).unmet == [
        "letter_not_failed"
    ]
    assert shell.do("mail", "show", first)["status"] == "failed"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nosuch", "--as", CLERK), BAD_INPUT),
        (("--as", CLERK), BAD_INPUT),
        (("nosuch", "--all-failed", "--as", CLERK), BAD_INPUT),
        (("--all-failed", "--as", LIAISON[DEPARTMENTS[0]]), REFUSED),
        (("--all-failed", "--as", "nobody"), REFUSED),
    ],
)
def test_a_retry_of_nothing_or_by_a_stranger_changes_nothing(
    desk: tuple[Shell, City], words: tuple[str, ...], code: int
) -> None:
    shell, city = desk
    dead(city, keys(city)[0])
    shell.ask("mail", "retry", *words, code=code)
    assert len(letters(shell, "--status", "failed")) == 1


# --- samples ---


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_of_letter_is_written_into_an_empty_folder(bare: Shell, tmp_path: Path, lang: str) -> None:
    out = tmp_path / "letters"
    written = bare.do("mail", "preview", "--out", str(out), "--lang", lang)["letters"]
    assert {one["kind"] for one in written} == set(kinds())
    names = {f"{one['name']}.{ending}" for one in written for ending in ("html", "txt")}
    assert {file.name for file in out.iterdir()} == {*names, "index.html"}
    index = (out / "index.html").read_text(encoding="utf-8")
    assert [one["name"] for one in written if f'href="{one["name"]}.html"' not in index] == []
    assert f'lang="{lang}"' in index
    assert ("测试" in (out / "test.txt").read_text(encoding="utf-8")) == (lang == "zh")
    bare.ask("mail", "preview", "--out", str(out), code=BAD_INPUT)


def test_a_folder_that_is_a_file_is_refused(bare: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    bare.ask("mail", "preview", "--out", str(tmp_path / "file"), code=BAD_INPUT)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"


# --- both databases ---


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[tuple[Shell, City]]:
    """A city with three letters due, in a database of each kind."""
    for stage in ("", "registered", "installed", "running"):
        _build(database_url, stage)
    city = open_city(database_url, "running")
    shell = Shell(database_url, city.clock, tmp_path / "home")
    opened(shell, city)
    yield shell, city
    city.service.database.close()


def test_letters_are_found_paused_sent_again_and_sent_on_both_databases(either: tuple[Shell, City]) -> None:
    shell, city = either
    dead(city, keys(city)[0])
    (row,) = letters(shell, "--status", "failed")
    assert shell.do("mail", "show", row["id"][:6])["key"] == row["key"]
    shell.do("mail", "hold", "--as", CLERK)
    shell.do("mail", "pause", "--as", CLERK, "--reason", "x")
    assert shell.do("mail", "waiting")["digests_held"]["people"] == 0
    shell.do("mail", "retry", row["id"], "--as", CLERK)
    shell.do("mail", "resume", "--as", CLERK)
    assert shell.do("mail", "send")["did"]["sent"] == 3
    shell.at("2025-03-06 08:59")
    looked = shell.do("sweep", "--dry-run", "--at", "2025-03-07T09:00")
    passed = shell.do("sweep")
    assert {one["rung"] for one in looked["rungs"] if not one["dropped"]} == {"+5"}
    assert {one["rung"] for one in passed["reminded"] if one["outcome"] == "told"} == {"+3"}
    status = shell.do("scheduler", "status")
    assert (status["late"], len(status["outages"]), status["mail"]["sent"]) == (False, 2, 3)


def test_a_dead_letter_goes_to_the_address_its_reader_has_today(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    key = keys(city)[0]
    dead(city, key)
    who = key.rpartition(":")[2]
    city.both("change_person", person(CLERK), by=COLLEAGUE, id=who, email="new@mended.example")
    shell.do("mail", "retry", "--all-failed", "--as", CLERK)
    assert shell.do("mail", "show", key)["address"] == "new@mended.example"
    assert city.last("mail:office")["data"]["letters"] == {key: "new@mended.example"}
