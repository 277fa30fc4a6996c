"""`cycle token` and `cycle serve`: keys for programs, and the process that answers them."""

from __future__ import annotations

import errno
import os
import signal
import socket
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest

from cycle import ending, schema
from cycle.app import listen
from cycle.db import Database, DatabaseUnfit
from cycle.operations.tokens import parse
from cycle.operations.vigil import last_pass
from tests.cast import ADMIN, CLERK, LIAISON, PERSONNEL
from tests.cli.conftest import BAD_INPUT, DONE, REFUSED, Shell, ShellAt
from tests.cli.served import HOLDING, Served, served
from tests.held import COLLEAGUE

WISH = ["--purpose", "报表", "--scope", "act", "--days", "30"]


def test_a_key_is_issued_listed_and_revoked(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    made = shell.do("token", "issue", CLERK, *WISH, "--as", CLERK)
    name, _ = parse(made["token"]) or ("", "")
    assert (made["subject"], made["kind"], made["after"]) == (f"token:{name}", "token", "issued")
    said = shell.say("token", "issue", CLERK, *WISH, "--as", CLERK)
    assert said.code == DONE
    lines = said.out.splitlines()
    assert "韩雪峰的密钥，2025-02-09 10:00前有效，只显示这一次：" in lines[0]
    assert parse(lines[1])
    listed = shell.do("token", "list")["tokens"]
    assert {(one["person"], one["scope"], one["state"]) for one in listed} == {(CLERK, "act", "issued")}
    assert made["token"] not in shell.say("token", "list").out
    assert shell.do("token", "revoke", name, "--reason", "换新的", "--as", ADMIN)["after"] == "revoked"
    assert "已吊销" in shell.say("token", "list").out
    assert city.row(f"token:{name}").state == "revoked"


def test_a_key_for_somebody_else_is_refused(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    said = shell.ask("token", "issue", CLERK, *WISH, "--as", COLLEAGUE, code=REFUSED)
    assert said.unmet == ["role_missing"]
    assert "本人" in shell.say("token", "issue", CLERK, *WISH, "--as", COLLEAGUE).err
    assert shell.ask("token", "issue", CLERK, *WISH, "--as", ADMIN, code=REFUSED).unmet == ["role_missing"]


def test_other_machines_are_let_in_only_where_that_is_said(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    for host in ("0.0.0.0", "::", "10.0.0.7", "kaoping.example"):  # noqa: S104 - what is refused
        said = shell.ask("serve", "--host", host, "--port", "0", code=BAD_INPUT)
        assert "--open" in said.json["error"]["message"]


def test_a_port_that_is_taken_is_bad_input(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = shell.ask("serve", "--port", port, code=BAD_INPUT)
    assert port in said.json["error"]["message"]


def test_serving_needs_a_database_that_is_there(bare: Shell) -> None:
    assert bare.say("serve", "--port", "0").code == BAD_INPUT


def test_proxies_are_addresses_or_none_is_believed(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    for given in ("*", "proxy.example", "127.0.0.1,", "10.0.0.4/8"):
        said = shell.ask("serve", "--port", "0", "--proxies", given, code=BAD_INPUT)
        assert "--proxies" in said.json["error"]["message"]


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker"], ["worker", "--once"]])
def test_a_folder_that_cannot_be_written_is_said_before_anything_starts(
    shell_at: ShellAt, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    shell, _ = shell_at("running")
    shell.home.write_text("a file is in the way", encoding="utf-8")
    said = shell.ask(*command, code=BAD_INPUT)
    assert str(shell.home) in said.json["error"]["message"]
    shell.home.unlink()

    def full(**_: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("cycle.cli.worker.TemporaryFile", full)
    said = shell.ask(*command, code=BAD_INPUT)
    assert os.strerror(errno.ENOSPC) in said.json["error"]["message"]


@pytest.mark.parametrize("command", [["init"], ["serve", "--port", "0"]])
def test_a_folder_that_cannot_be_looked_into_is_said_in_a_sentence(
    bare: Shell, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    def closed(*_given: object, **_named: object) -> Any:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "mkdir" if command == ["init"] else "exists", closed)
    said = bare.ask(*command, code=BAD_INPUT)
    assert str(bare.home) in said.json["error"]["message"]
    assert os.strerror(errno.EACCES) in said.json["error"]["message"]


def test_a_database_that_cannot_be_written_is_said_before_anything_starts(
    shell_at: ShellAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, _ = shell_at("running")

    def read_only(_database: Database) -> None:
        raise DatabaseUnfit("read only")

    monkeypatch.setattr(schema, "require_writable", read_only)
    for command in (["serve", "--port", "0"], ["worker"], ["worker", "--once"]):
        assert "read only" in shell.ask(*command, code=BAD_INPUT).json["error"]["message"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_keeps_watch_until_it_is_told_to_end(
    shell_at: ShellAt, number: signal.Signals
) -> None:
    shell, _ = shell_at("running")
    shell.do("token", "list")
    made = shell.do("token", "issue", LIAISON[PERSONNEL], *WISH, "--as", LIAISON[PERSONNEL])
    name, _ = parse(made["token"]) or ("", "")
    shell.do("token", "revoke", name, "--reason", "换新的", "--as", ADMIN)
    with served(shell, "serve", "--port", "0") as service:
        place = service.hear(r"http://127\.0\.0\.1:\d+")
        assert httpx2.get(f"{place}/healthz", timeout=120).json() == {"status": "ok"}
        # It goes by the machine's own clock, on which the key may still hold: it was revoked.
        headers = {"Authorization": f"Bearer {made['token']}"}
        assert httpx2.get(f"{place}/api/v1/tokens", headers=headers, timeout=120).status_code == 401
        service.tell(number)
        assert service.end() == DONE
    service.hear("[0-9]{2}停止")
    events = [line["event"] for line in service.lines]
    assert (events[0], events[-1]) == ("service began", "service ended")
    assert service.logged("listening")["place"] == place
    requests = [(line["route"], line["status"]) for line in service.lines if line["event"] == "request"]
    assert requests == [("/healthz", 200), ("/api/v1/tokens", 401)]
    assert {line["level"] for line in service.lines} == {"info"}
    assert made["token"] not in str(service.lines)
    assert not (shell.home / "errors.log").exists()


def test_what_is_accepted_sends_at_once() -> None:
    """Without it each answer in two parts waits for the word about its first, 40 ms on a kept connection."""
    with listen("127.0.0.1", 0) as listening:
        with socket.create_connection(listening.getsockname()[:2]):
            accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def held(service: Served, answers: list[int]) -> Thread:
    """A request and a pass are at work, and it is told to end; the answer comes to `answers`, 0 for none."""
    service.hear("a pass is at work")
    place = service.hear(r"http://127\.0\.0\.1:\d+")

    def ask() -> None:
        try:
            answers.append(httpx2.get(f"{place}/readyz", timeout=120).status_code)
        except httpx2.TransportError:
            answers.append(0)

    asking = Thread(target=ask)
    asking.start()
    service.hear("a request is at work")
    service.tell()
    return asking


def test_told_to_end_it_ends_the_request_and_the_pass_at_work(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    answers: list[int] = []
    with served(shell, "serve", "--port", "0", before=HOLDING) as service:
        asking = held(service, answers)
        service.logged("told to end")
        service.let_go()
        assert service.end() == DONE
    asking.join()
    assert answers == [200]
    events = [line["event"] for line in service.lines]
    assert events.index("told to end") < events.index("request") < events.index("service ended")
    with city.service.database.read() as session:
        assert last_pass(session) is not None


@pytest.mark.parametrize(
    ("patience", "code"), [(10_000.0, ending.PRESSED), (0.1, ending.OUT_OF_PATIENCE)], ids=["pressed", "late"]
)
def test_what_does_not_end_is_left_when_it_is_told_again_or_takes_too_long(
    shell_at: ShellAt, patience: float, code: int
) -> None:
    shell, _ = shell_at("running")
    answers: list[int] = []
    sooner = f"import cycle.ending; cycle.ending.until_told.__wrapped__.__defaults__ = ({patience},)\n"
    with served(shell, "serve", "--port", "0", before=HOLDING + sooner) as service:
        asking = held(service, answers)
        if code == ending.PRESSED:
            service.logged("told to end")
            service.tell()
        assert service.end() == code
    asking.join()
    assert answers == [0]
    events = [line["event"] for line in service.lines]
    assert events.count("left with work undone") == 1
    assert "service ended" not in events


ABROAD = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize("proxies", ["127.0.0.1,::1", "192.0.2.8"])
def test_only_a_proxy_that_is_named_may_say_whom_it_asks_for_and_that_it_was_encrypted(
    shell_at: ShellAt, proxies: str
) -> None:
    """Where none is but those of this machine, and others are let in, that is worth a warning."""
    shell, _ = shell_at("running")
    open_ = ["--host", "0.0.0.0", "--open"]  # noqa: S104 - what is warned of
    with served(shell, "serve", "--port", "0", *open_, "--proxies", proxies) as service:
        port = service.hear(r"http://0\.0\.0\.0:\d+").rpartition(":")[2]
        answer = httpx2.get(f"http://127.0.0.1:{port}/sign-in", headers=ABROAD, timeout=120)
        service.tell()
        assert service.end() == DONE
    believed = proxies != "192.0.2.8"
    request = service.logged("request")
    assert request["client"] == ("203.0.113.9" if believed else "127.0.0.1")
    assert answer.headers["set-cookie"].startswith("__Host-") == believed
    assert ("strict-transport-security" in answer.headers) == believed
    warned = [line["event"] for line in service.lines if line["level"] == "warning"]
    assert warned == (["other machines are let in unencrypted"] if believed else [])
