"""What the READMEs say is run: commands in their order, settings and paths, the two languages equal."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cycle.cli.program import build
from cycle.cli.run import Program
from cycle.clock import VirtualClock
from cycle.settings import Settings

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
NEW_YEAR = datetime(2026, 1, 5, 2, tzinfo=UTC)
"""A working day on which the walk through the README can happen."""


def commands(name: str) -> list[str]:
    """The indented lines of a README, each one command."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.startswith("    ")]


def settings_named(name: str) -> set[str]:
    return set(re.findall(r"\bCYCLE_[A-Z_]+\b", (ROOT / name).read_text(encoding="utf-8")))


def test_both_readmes_give_the_same_commands_in_the_same_order() -> None:
    assert commands(READMES[0]) == commands(READMES[1])


@pytest.mark.parametrize("name", READMES)
def test_every_path_a_readme_links_or_names_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#]+)\)", text)
    named = {*linked, *re.findall(r"`((?:workflows|cycle)/[\w./-]+)`", text)}
    assert len(named) > 5
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_every_setting_a_readme_names_is_one_and_none_is_left_out(name: str) -> None:
    ours = {f"CYCLE_{field.upper()}" for field in Settings.model_fields}
    assert settings_named(name) == ours | {"CYCLE_LANG", "CYCLE_WHEELHOUSE"}


def test_the_readme_opens_with_the_two_commands() -> None:
    assert commands(READMES[0])[:2] == ["python3 -m cycle demo", "python3 -m cycle test"]


def test_a_stranger_can_walk_through_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    walked = 0
    for line in commands(READMES[0]):
        words = shlex.split(line)
        if words[0] == "export":
            variable, _, value = words[1].partition("=")
            monkeypatch.setenv(variable, value)
        if words[0] != "cycle" or words[1] in ("grade", "simulate"):
            continue
        if "ID" in words:
            waiting = _run(["waiting", "--json"])
            words[words.index("ID")] = json.loads(waiting)["waiting"][0]["id"]
        _run(words[1:])
        walked += 1
    assert walked == 35
    assert (tmp_path / "checkpoint.json").exists()


def _run(words: list[str]) -> str:
    done = CliRunner().invoke(build(), words, obj=Program(clock=VirtualClock(NEW_YEAR)))
    assert done.exit_code == 0, f"{words}: {done.output}"
    return done.stdout
