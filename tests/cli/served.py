"""`cycle serve` or `cycle worker` as a process of its own: what it says, what it logs, how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import IO, Any

from tests.cli.conftest import Shell

ROOT = Path(__file__).parents[2]
PROGRAM = "from cycle.cli.program import build; build()()"

HOLDING = """
import sys, threading
import cycle.api.health, cycle.worker

go = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), go.set()), daemon=True).start()

def held(name, do):
    def wait(*given, **named):
        print(name, flush=True)
        go.wait()
        return do(*given, **named)
    return wait

cycle.worker.make_pass = held("a pass is at work", cycle.worker.make_pass)
cycle.api.health._ready = held("a request is at work", cycle.api.health._ready)
"""
"""Passes and looks at `/readyz` wait until standard input ends."""


@dataclass
class Served:
    """A process at work. `lines` are those of its log that were read so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, pattern: str) -> str:
        """What it says on standard output that looks like this, waited for."""
        while not (found := next((m for m in (re.search(pattern, s) for s in self.said) if m), None)):
            self.said.append(_next(self.process.stdout))
        return found[0]

    def logged(self, event: str) -> dict[str, Any]:
        """The first such line of its log, waited for."""
        while not (found := [line for line in self.lines if line["event"] == event]):
            self.lines.append(json.loads(_next(self.process.stderr)))
        return found[0]

    def tell(self, number: int = signal.SIGTERM) -> None:
        """Tell it to end."""
        self.process.send_signal(number)

    def let_go(self) -> None:
        """What is held goes on."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.stdin = None

    def end(self) -> int:
        """Wait for its end: the code it left with. Every line it logged is one JSON object."""
        held, self.process.stdin = self.process.stdin, None  # else it is closed, and what is held goes on
        out, err = self.process.communicate()
        self.process.stdin = held
        self.said += out.splitlines(keepends=True)
        self.lines += map(json.loads, err.splitlines())
        return self.process.returncode


def _next(stream: IO[str] | None) -> str:
    line = stream.readline() if stream is not None else ""
    assert line, "it ended without saying so"
    return line


@contextmanager
def served(shell: Shell, *words: str, before: str = "") -> Iterator[Served]:
    """The program with these words, in a process of its own in which `before` was run; gone in the end."""
    environment = {**os.environ, "CYCLE_HOME": str(shell.home), "CYCLE_DATABASE_URL": shell.url}
    process = subprocess.Popen(
        [sys.executable, "-c", before + PROGRAM, *words],
        cwd=ROOT,
        env={**environment, "PYTHONUNBUFFERED": "1", "CYCLE_LANG": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    giving_up = Timer(120, process.kill)
    giving_up.start()
    try:
        yield Served(process)
    finally:
        giving_up.cancel()
        process.kill()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        process.wait()
