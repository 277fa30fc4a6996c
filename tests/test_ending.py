"""How the process ends: told once it ends what it does, told twice or too slow it leaves it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

import pytest

from cycle import ending

WORK = """
import sys
from datetime import datetime, UTC
from threading import Event, Thread
from zoneinfo import ZoneInfo
from cycle.clock import SystemClock
from cycle.ending import until_told
from cycle.logs import lines_to

def stuck():
    Event().wait()

with until_told({patience}) as told, lines_to(
    sys.stderr, SystemClock(), ZoneInfo("UTC"), form="json", level="info"
):
    {before}
    print("at work", flush=True)
    told.wait()
    print("told", flush=True)
    {after}
print("ended", flush=True)
"""
STUCK = "Thread(target=stuck).start()"
"""What the interpreter itself would wait for, for ever."""


@contextmanager
def working(patience: float, before: str = "pass", after: str = "pass") -> Iterator[subprocess.Popen[str]]:
    """A process that is at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORK.format(patience=patience, before=before, after=after)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    giving_up = Timer(120, process.kill)
    giving_up.start()
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        yield process
    finally:
        giving_up.cancel()
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_once_it_ends_well(number: signal.Signals) -> None:
    with working(100) as process:
        process.send_signal(number)
        assert process.communicate() == ("told\nended\n", "")
    assert process.returncode == 0


def test_told_twice_it_leaves_at_once_whatever_is_at_work() -> None:
    with working(10_000, STUCK, "Event().wait()") as process:
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        assert process.stdout.readline() == "told\n"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate()
    assert process.returncode == ending.PRESSED
    assert json.loads(err)["event"] == "left with work undone"


def test_out_of_patience_it_leaves_whatever_is_at_work() -> None:
    with working(0.1, STUCK, "Event().wait()") as process:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate()
    assert process.returncode == ending.OUT_OF_PATIENCE
    assert "ended" not in out
    assert json.loads(err)["code"] == ending.OUT_OF_PATIENCE


def test_what_was_done_at_a_signal_before_is_done_again_after() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with ending.until_told():
        assert signal.getsignal(signal.SIGTERM) not in before
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
