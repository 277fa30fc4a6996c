"""A shell in which commands are typed: the cast's city as it stands at a stage, and its clock in hand."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from typer.main import get_command

from cycle.cli.program import build
from cycle.cli.run import Program
from cycle.clock import VirtualClock
from tests.cast import CLERK, City, city_at, shelf
from tests.held import COLLEAGUE, instant
from tests.operations.templates import Templates

__all__ = ["city_at", "templates"]

DONE, UNEXPECTED, BAD_INPUT, REFUSED, CONFLICT = range(5)


@cache
def _program() -> Any:
    """The program with all its commands, put together once."""
    return get_command(build())


def _stream() -> io.TextIOWrapper:
    """A stream that takes text and bytes, as standard output does."""
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)

    @property
    def unmet(self) -> list[str]:
        """The codes of every unmet condition."""
        assert self.code == REFUSED, self
        return [entry["code"] for entry in self.json["refused"]]


@dataclass(slots=True)
class Shell:
    """Types commands at one database at the instant of its clock."""

    url: str
    clock: VirtualClock
    home: Path

    def at(self, text: str) -> None:
        """Put the clock."""
        self.clock.at = instant(text)

    def say(self, *words: str, **env: str) -> Said:
        """Type a command and take whatever it answers."""
        environment = {"CYCLE_HOME": str(self.home), "CYCLE_DATABASE_URL": self.url, "CYCLE_LANG": "", **env}
        out, err = _stream(), _stream()
        with patch.dict(os.environ, environment), redirect_stdout(out), redirect_stderr(err):
            code = _program().main(list(words), obj=Program(clock=self.clock), standalone_mode=False)
        return Said(code or DONE, _text(out), _text(err))

    def ask(self, *words: str, code: int = DONE) -> Said:
        """Type a command with --json; it leaves with `code`."""
        said = self.say(*words, "--json")
        assert said.code == code, said
        assert said.err == ""
        return said

    def do(self, *words: str) -> Any:
        """Type a command with --json and have its document."""
        return self.ask(*words).json

    def clerk(self, *words: str) -> Any:
        """What the clerk does, with reason and document."""
        return self.do(*words, "--as", CLERK, "--reason", "说明", "--document", "绩效办〔2025〕1号")

    def both(self, *words: str) -> Any:
        """What the clerk does and the colleague confirms."""
        return self.do("confirm", self.clerk(*words)["pending"], "--as", COLLEAGUE)

    def group(self, *words: str, body: str = "group") -> Any:
        """What the clerk records for a body, confirmed by the colleague."""
        return self.do("confirm", self.clerk(*words, "--on-behalf-of", body)["pending"], "--as", COLLEAGUE)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Templates of SQLite alone: the whole year by commands runs on both databases."""
    return shelf("sqlite", None, tmp_path_factory)


ShellAt = Callable[[str], tuple[Shell, City]]


@pytest.fixture
def shell_at(city_at: Callable[[str], City], tmp_path: Path) -> ShellAt:
    """Makes a shell at a city that stands at a stage."""

    def make(stage: str) -> tuple[Shell, City]:
        city = city_at(stage)
        url = city.service.database.url.render_as_string(hide_password=False)
        return Shell(url, city.clock, tmp_path / "home"), city

    return make


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    """A shell without any database yet."""
    return Shell(f"sqlite:///{tmp_path / 'new.db'}", VirtualClock(instant("2025-01-02")), tmp_path / "home")
