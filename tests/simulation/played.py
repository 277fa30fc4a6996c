"""A run of `cycle simulate` as tests look at it: its exit code, what it said, the files it left."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cycle.cli.program import build


@dataclass(frozen=True)
class Played:
    """One run. `folder` holds its files where the exit code is 0."""

    code: int
    out: str
    err: str
    folder: Path

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The history, row by row."""
        with (self.folder / "history.jsonl").open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    @cached_property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        return found

    def table(self, name: str) -> list[dict[str, str]]:
        """A CSV file by its header."""
        text = (self.folder / name).read_text(encoding="utf-8-sig")
        return list(csv.DictReader(text.splitlines()))

    def files(self) -> dict[str, bytes]:
        """Every file of the contract with its bytes, letters by `mail/` and their name; the database is not one."""
        files = [p for p in sorted(self.folder.rglob("*")) if p.is_file() and "cycle.db" not in p.name]
        return {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in files}

    def appraisals(self, action: str) -> Iterator[dict[str, Any]]:
        """The rows of appraisals with this action."""
        return (r for r in self.rows if r["subject"].startswith("appraisal:") and r["action"] == action)


def play(folder: Path, *arguments: str) -> Played:
    """Run the command as it is typed."""
    done = CliRunner().invoke(build(), ["simulate", "--out", str(folder), *arguments])
    return Played(done.exit_code, done.stdout, done.stderr, folder)


def grade(*arguments: str) -> int:
    """Run `cycle grade`; its exit code."""
    return CliRunner().invoke(build(), ["grade", *arguments]).exit_code
