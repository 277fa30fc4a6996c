"""`cycle mail test-send`: a way out that does not work is told, with the setting to look at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.cast import CLERK, City
from tests.cli.conftest import BAD_INPUT, DONE, UNEXPECTED, Said, Shell, ShellAt
from tests.cli.mailroom import keys, opened
from tests.notifications.fault_server import (
    CERTIFICATES,
    PASSWORD,
    USER,
    Fault,
    FaultServer,
    certificate,
    password_needed,
    serving,
)

ADDRESS = "zhang@example.gov.cn"


@pytest.fixture
def desk(shell_at: ShellAt) -> tuple[Shell, City]:
    """A city with three letters due."""
    shell, city = shell_at("running")
    opened(shell, city)
    return shell, city


@contextmanager
def at_work(server: FaultServer, **options: Any) -> Iterator[dict[str, str]]:
    """The server in a thread of its own; the settings that reach it."""
    ready, over = Event(), Event()
    port: list[int] = []

    async def run() -> None:
        async with serving(server, **options) as smtp:
            port.append(smtp.port)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        assert ready.wait(30)
        yield {
            "CYCLE_SMTP_HOST": "127.0.0.1",
            "CYCLE_SMTP_PORT": str(port[0]),
            "CYCLE_SMTP_SECURITY": "none",
            "CYCLE_MAIL_FROM": "kaohe@example.gov.cn",
            "CYCLE_SMTP_TIMEOUT": "30",
        }
    finally:
        over.set()
        thread.join(30)


def tried(shell: Shell, server: FaultServer, address: str = ADDRESS, options: Any = None, **env: str) -> Said:
    """What a test letter to a server at work comes to."""
    with at_work(server, **options or {}) as settings:
        return shell.say("mail", "test-send", address, **{**settings, **env})


TLS = {"CYCLE_SMTP_SECURITY": "starttls", "CYCLE_SMTP_CA_FILE": str(CERTIFICATES / "authority.pem")}


def starttls(name: str = "localhost") -> dict[str, Any]:
    return {"tls_context": certificate(name), "require_starttls": True}


def test_a_test_letter_is_a_file_where_no_server_is_set(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    before = keys(city)
    answer = shell.do("mail", "test-send", ADDRESS)
    content = message_from_bytes(Path(answer["file"]).read_bytes(), policy=policy.default)
    assert (content["To"], content["Subject"], content["Message-ID"]) == (
        ADDRESS,
        "〔绩效考评〕邮件设置测试",
        answer["message_id"],
    )
    assert "CYCLE_SMTP_HOST" in shell.say("mail", "test-send", ADDRESS).out
    assert keys(city) == before


def test_a_test_letter_goes_over_tls_with_a_password_at_any_hour_and_while_paused(
    desk: tuple[Shell, City],
) -> None:
    shell, _ = desk
    shell.do("mail", "pause", "--as", CLERK, "--reason", "x")
    shell.at("2025-01-11 23:00")
    server = FaultServer()
    login = {"CYCLE_SMTP_USER": USER, "CYCLE_SMTP_PASSWORD": PASSWORD}
    options = {**starttls(), "authenticator": password_needed, "auth_required": True}
    said = tried(shell, server, options=options, **TLS, **login)
    assert (said.code, said.err) == (DONE, "")
    assert "250 kept" in said.out
    assert "不受限制" in said.out
    assert len(server.kept[ADDRESS]) == 1


def always(fault: Fault) -> FaultServer:
    return FaultServer(lambda _address, _number: fault)


@pytest.mark.parametrize(
    ("fault", "code", "reason", "setting"),
    [
        ("550", BAD_INPUT, "recipient_refused", ADDRESS),
        ("450", UNEXPECTED, "temporary", "450"),
        ("421", UNEXPECTED, "temporary", "421"),
        ("keep and drop", UNEXPECTED, "answer_lost", ADDRESS),
    ],
)
def test_what_the_server_says_of_the_letter_is_told(
    desk: tuple[Shell, City], fault: Fault, code: int, reason: str, setting: str
) -> None:
    shell, _ = desk
    with at_work(always(fault)) as settings:
        said = shell.say("mail", "test-send", ADDRESS, "--json", **settings)
    assert (said.code, said.json["error"]["code"]) == (code, reason)
    assert setting in said.json["error"]["message"]


@pytest.mark.parametrize(
    ("options", "env", "reason", "setting"),
    [
        (
            starttls(),
            {**TLS, "CYCLE_SMTP_CA_FILE": str(CERTIFICATES / "stranger.pem")},
            "不受信任",
            "CA_FILE",
        ),
        (starttls("elsewhere"), TLS, "证书不是127.0.0.1的", "SMTP_HOST"),
        (
            {**starttls(), "authenticator": password_needed, "auth_required": True},
            {**TLS, "CYCLE_SMTP_USER": USER, "CYCLE_SMTP_PASSWORD": "wrong"},
            "不认这个用户名或者密码",
            "SMTP_PASSWORD",
        ),
        ({"enable_SMTPUTF8": False}, {}, "SMTPUTF8", "MAIL_FROM"),
    ],
    ids=["not trusted", "another name", "wrong password", "no SMTPUTF8"],
)
def test_a_setting_that_is_wrong_is_named(
    desk: tuple[Shell, City], options: dict[str, Any], env: dict[str, str], reason: str, setting: str
) -> None:
    shell, _ = desk
    address = "张三@example.gov.cn" if "SMTPUTF8" in reason else ADDRESS
    said = tried(shell, FaultServer(), address, options, **env)
    assert said.code == BAD_INPUT
    assert reason in said.err
    assert setting in said.err
    assert "Traceback" not in said.err


def test_a_server_that_is_away_is_told_by_the_status_and_tried_by_hand_at_once(
    desk: tuple[Shell, City],
) -> None:
    shell, _ = desk
    nowhere = {"CYCLE_SMTP_HOST": "127.0.0.1", "CYCLE_SMTP_PORT": "1", "CYCLE_SMTP_SECURITY": "none"}
    assert shell.do("scheduler", "status")["server_away"] is None
    shell.say("worker", "--once", **nowhere)
    found = shell.do("scheduler", "status")["server_away"]
    assert (found["since"], found["reason"]) == ("2025-01-10T01:00:00.000000Z", "connection_refused")
    assert found["until"] == "2025-01-10T01:01:00.000000Z"
    said = shell.say("scheduler", "status").out
    assert "邮件服务器自" in said
    assert "没有应答" in said
    assert shell.say("mail", "send", **nowhere).code == UNEXPECTED
    with at_work(FaultServer()) as settings:
        sent = shell.say("mail", "send", "--json", **settings)
    assert (sent.code, sent.json["did"]["sent"] >= 3) == (DONE, True)
    assert shell.do("scheduler", "status")["server_away"] is None


class NoSender(FaultServer):
    """Lets nobody send."""

    async def handle_MAIL(self, *_given: Any) -> str:  # noqa: N802 - the library finds it by this name
        return "553 not your address"


def test_a_sender_the_server_does_not_let_send_is_told(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    said = tried(shell, NoSender())
    assert said.code == BAD_INPUT
    assert "553 not your address" in said.err
    assert "CYCLE_MAIL_FROM" in said.err


def test_a_server_without_encryption_is_told_from_one_that_does_not_answer(
    desk: tuple[Shell, City], tmp_path: Path
) -> None:
    shell, _ = desk
    said = tried(shell, FaultServer(), **TLS)
    assert said.code == UNEXPECTED
    assert "CYCLE_SMTP_SECURITY" in said.err
    nothing = shell.say("mail", "test-send", ADDRESS, CYCLE_SMTP_HOST="127.0.0.1", CYCLE_SMTP_PORT="1")
    assert (nothing.code, "没有应答" in nothing.err) == (UNEXPECTED, True)
    unknown = shell.say("mail", "test-send", ADDRESS, CYCLE_SMTP_HOST="mail.invalid")
    assert (unknown.code, "找不到名为mail.invalid的邮件服务器" in unknown.err) == (BAD_INPUT, True)


def test_settings_that_cannot_work_are_named_before_anything_is_tried(
    desk: tuple[Shell, City], tmp_path: Path
) -> None:
    shell, _ = desk
    secret = tmp_path / "secret"
    secret.write_bytes(b"\xff")
    authority = tmp_path / "authority.pem"
    authority.write_text("nothing", encoding="utf-8")
    host = {"CYCLE_SMTP_HOST": "127.0.0.1"}
    for env, named in (
        ({"CYCLE_MAIL_FROM": "not an address"}, "CYCLE_MAIL_FROM"),
        ({"CYCLE_MAIL_NAME": "a\u2028b"}, "CYCLE_MAIL_NAME"),
        (
            {
                **host,
                "CYCLE_SMTP_HOST": "mail.invalid",
                "CYCLE_SMTP_SECURITY": "none",
                "CYCLE_SMTP_PASSWORD": "x",
            },
            "CYCLE_SMTP_SECURITY",
        ),
        ({**host, "CYCLE_SMTP_PASSWORD_FILE": str(secret)}, "CYCLE_SMTP_PASSWORD_FILE"),
        ({**host, "CYCLE_SMTP_CA_FILE": str(authority)}, "CYCLE_SMTP_CA_FILE"),
        ({**host, "CYCLE_SMTP_SECURITY": "ssl"}, "CYCLE_SMTP_SECURITY"),
    ):
        said = shell.say("mail", "test-send", ADDRESS, **env)
        assert said.code == BAD_INPUT, said
        assert named in said.err
    assert shell.say("mail", "test-send", "a@b.cn,c@d.cn").code == BAD_INPUT
