"""Commands that documents name, looked at without running them: is there such a command, does it know its options?"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from typer.main import get_command

from cycle.bootstrap.arguments import OPTION
from cycle.cli.program import build

_OURS = re.compile(r"^(?:sudo -u \S+ )?(?:\S*python3 -m )?cycle(?= |$)")


def indented(text: str) -> list[str]:
    """The indented lines of a document, each one command; those of a list stand further in."""
    return [line.strip() for line in text.splitlines() if line.startswith("    ")]


def named(text: str) -> Iterator[str]:
    """Every command of ours: in indented lines, in marks within sentences, in what a unit starts."""
    for line in (
        *indented(text),
        *re.findall(r"`([^`\n]+)`", text),
        *re.findall(r"^ExecStart=(.+)$", text, re.M),
    ):
        if found := _OURS.match(line):
            yield line[found.end() :].strip()


@cache
def _program() -> Any:
    return get_command(build())


def fault(line: str) -> str:
    """What is wrong with a command line of ours; empty where it could be given."""
    words, at = _without_bootstrap(shlex.split(line)), _program()
    while words and getattr(at, "commands", None) and not words[0].startswith("-"):
        if words[0] not in at.commands:
            return f"no command {words[0]!r}"
        at = at.commands[words.pop(0)]
    known = {option for parameter in at.params for option in (*parameter.opts, *parameter.secondary_opts)}
    asked = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    return "".join(
        f"no option {one}; " for one in asked if one not in known | {"--help", "--lang", "--version"}
    )


def _without_bootstrap(words: Sequence[str]) -> list[str]:
    """The program's own words: the option of the first start goes to another program."""
    left = list(words)
    if OPTION in left:
        at = left.index(OPTION)
        del left[at : at + 2]
    return left


def settings(text: str) -> set[str]:
    """The settings a document names."""
    return set(re.findall(r"\bCYCLE_[A-Z_]*[A-Z]\b", text))


def unlinked(page: Path) -> list[str]:
    """What a document links that is not there."""
    linked = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return sorted(one for one in set(linked) if not (page.parent / one).exists())
