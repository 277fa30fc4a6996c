"""The command line as a whole: every operation has a command, every text is there, every help is bilingual."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from cycle import __version__
from cycle.cli.program import build
from cycle.operations.catalogue import OPERATIONS
from tests.cli.conftest import Shell
from workflows import words

FOLDER = Path(__file__).parents[2] / "cycle" / "cli"
OWN = [
    path
    for path in sorted(FOLDER.glob("*.py"))
    if "BadInput" in path.read_text() or ".say(" in path.read_text()
]


def calls() -> Iterator[str]:
    """The code of every phrase that is asked for in so many words."""
    for path in OWN:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in ("say", "BadInput") and isinstance(node.args[0].value, str):
                    yield node.args[0].value


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words it is called by."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name, one in below.items():
        yield from commands(one, (*path, name))


EVERY = dict(commands(get_command(build())))


def test_every_phrase_asked_for_is_there() -> None:
    asked = set(calls())
    assert len(asked) > 60
    sections = ("cli", "history")
    for lang in words.LANGS:
        known = {code for section in sections for code in words.catalogue(lang).get(section, {})}
        assert asked - known == set()


def test_every_operation_has_a_command() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    composed = {
        "confirm_figure": "registry.confirm_figure",
        "import_calendar": "registry.import_calendar",
        "issue_paper": "issuing.issue",
    }
    missing = [name for name in OPERATIONS if composed.get(name, f'"{name}"') not in source]
    assert missing == []


@pytest.mark.parametrize("path", sorted(EVERY), ids=" ".join)
def test_every_command_has_help_and_json(path: tuple[str, ...]) -> None:
    command = EVERY[path]
    assert re.search("[一-鿿]", command.help or "")
    if path == ("demo",):
        return  # it goes on to serve until it is stopped and has no one answer
    options = {option for parameter in command.params for option in parameter.opts}
    assert "--json" in options
    assert "--lang" in options


def test_the_version_is_told(bare: Shell) -> None:
    said = bare.say("--version")
    assert (said.code, said.out) == (0, f"cycle {__version__}\n")


@pytest.mark.parametrize("command", [["--help"], ["line", "--help"], ["advance", "--help"], ["-h"]])
def test_help_is_there_without_a_database(bare: Shell, command: list[str]) -> None:
    said = bare.say(*command)
    assert said.code == 0
    assert re.search("[一-鿿]", said.out)
