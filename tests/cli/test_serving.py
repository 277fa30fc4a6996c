"""`cycle token` and `cycle serve`: keys for programs, and the process that answers them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from threading import Timer

import httpx2
import pytest

from cycle.operations.tokens import parse
from tests.cast import ADMIN, CLERK, LIAISON, PERSONNEL
from tests.cli.conftest import BAD_INPUT, DONE, REFUSED, Shell, ShellAt
from tests.held import COLLEAGUE

ROOT = Path(__file__).parents[2]
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_keeps_watch_until_it_is_told_to_end(
    shell_at: ShellAt, number: signal.Signals
) -> None:
    shell, _ = shell_at("running")
    shell.do("token", "list")
    made = shell.do("token", "issue", LIAISON[PERSONNEL], *WISH[:-1], "366", "--as", LIAISON[PERSONNEL])
    environment = {**os.environ, "CYCLE_HOME": str(shell.home), "CYCLE_DATABASE_URL": shell.url}
    process = subprocess.Popen(
        [sys.executable, "-c", "from cycle.cli.program import build; build()()", "serve", "--port", "0"],
        cwd=ROOT,
        env={**environment, "PYTHONUNBUFFERED": "1", "CYCLE_LANG": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    giving_up = Timer(120, process.kill)
    giving_up.start()
    try:
        assert process.stdout is not None
        place = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert place is not None
        assert httpx2.get(f"{place[0]}/healthz", timeout=120).json() == {"status": "ok"}
        # The machine's own clock: a key issued in the cast's year is over.
        headers = {"Authorization": f"Bearer {made['token']}"}
        assert httpx2.get(f"{place[0]}/api/v1/tokens", headers=headers, timeout=120).status_code == 401
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
    finally:
        giving_up.cancel()
        process.kill()
    assert (process.returncode, err) == (DONE, "")
    assert re.search("[0-9]{2}停止", out)
