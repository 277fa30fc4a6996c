"""Whoever has only the exported file, the checkpoint and the description of the format can verify both."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cycle.checkpoint import decoded, encoded
from cycle.db import Database
from cycle.export import export
from cycle.history_stream import ROWS, Streams
from cycle.verify import take_checkpoint
from tests.history import stranger
from workflows import ledger

HERE = Path(__file__).parent
FORMAT = HERE.parents[1] / "docs" / "history-format.md"
NOW = "2026-01-31T00:00:00.000000Z"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the year's history.jsonl and checkpoint.json."""
    database, remove = template.copy()
    made = tmp_path_factory.mktemp("stranger")
    export(database, made / "history.jsonl")
    _, checkpoint = take_checkpoint(database, NOW)
    assert checkpoint is not None
    (made / "checkpoint.json").write_bytes(encoded(checkpoint))
    database.close()
    remove()
    return made


ONLY_SQLITE = pytest.mark.parametrize("template", ["sqlite"], indirect=True, scope="session")


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The verifier as its reader runs it: by itself, isolated from everything installed."""
    command = [sys.executable, "-I", str(HERE / "stranger.py"), "history.jsonl", *more]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")


def test_it_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse((HERE / "stranger.py").read_text(encoding="utf-8"))
    found = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    found |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in found} <= set(sys.stdlib_module_names)


def test_an_honest_export_and_its_checkpoint_verify(folder: Path) -> None:
    done = run(folder, "--checkpoint", "checkpoint.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(", 0 faults\n")


def test_a_stranger_adds_the_rows_up_to_what_stands(scratch: Database, tmp_path: Path) -> None:
    export(scratch, tmp_path / "history.jsonl")
    subjects, faults = stranger.read(
        (tmp_path / "history.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    )
    assert faults == []
    with scratch.read() as session, Streams(session) as streams:
        assert {
            row[0]: row[1:] for row in streams.rows("SELECT key, state, number, hash, record FROM subject")
        } == {key: (s.state, s.number, s.hash, stranger.canonical(s.record)) for key, s in subjects.items()}
        assert dict(streams.rows("SELECT id, status FROM deadline")) == {
            name: d["status"] for s in subjects.values() for name, d in s.deadlines.items()
        }
        assert dict(streams.rows("SELECT id, reversed_by FROM line")) == {
            name: x["reversed_by"] for s in subjects.values() for name, x in s.lines.items()
        }
        totals = "SELECT subject, total FROM result WHERE status = 'ratified' AND version = 2"
        assert {
            key: s.total() for key, s in subjects.items() if s.results and key.startswith("appraisal")
        } == dict(streams.rows(totals))
        ours = {folded.subject: folded for folded, _ in ledger.fold(streams.rows(ROWS))}
    assert {key: set(f.texts) for key, f in ours.items()} == {key: s.texts for key, s in subjects.items()}
    assert {key: set(f.results) for key, f in ours.items()} == {
        key: set(s.results) for key, s in subjects.items()
    }


def renumbered(rows: Rows) -> Rows:
    return [row | {"seq": seq} for seq, row in enumerate(rows, start=1)]


def place(rows: Rows, number: int) -> int:
    """Where the row of that number of the chosen subject stands."""
    subject = min(row["subject"] for row in rows if row["subject"].startswith("appraisal"))
    return next(i for i, row in enumerate(rows) if (row["subject"], row["number"]) == (subject, number))


def change(number: int, /, **changes: Any) -> Callable[[Rows], Rows]:
    def damage(rows: Rows) -> Rows:
        at = place(rows, number)
        return [*rows[:at], rows[at] | changes, *rows[at + 1 :]]

    return damage


def without(number: int) -> Callable[[Rows], Rows]:
    def damage(rows: Rows) -> Rows:
        at = place(rows, number)
        return renumbered(rows[:at] + rows[at + 1 :])

    return damage


def swapped(rows: Rows) -> Rows:
    one, two = place(rows, 5), place(rows, 6)
    rows[one], rows[two] = rows[two], rows[one]
    return renumbered(rows)


def doubled(rows: Rows) -> Rows:
    at = place(rows, 5)
    return renumbered(rows[: at + 1] + rows[at:])


def resealed(first: int, last: int = 10**6) -> Callable[[Rows], Rows]:
    """Rows changed in one place and sealed anew, up to the end or up to `last`."""

    def damage(rows: Rows) -> Rows:
        subject = rows[place(rows, first)]["subject"]
        head = None
        for row in (r for r in rows if r["subject"] == subject):
            if first <= row["number"] <= last:
                row.update({"previous": head}, **({"reason": "另"} if row["number"] == first else {}))
                body = {key: row[key] for key in ledger.BODY_KEYS}
                row["hash"] = ledger.digest(ledger.canonical(body))
            head = row["hash"]
        return rows

    return damage


DAMAGES: dict[str, tuple[Callable[[Rows], Rows], int, str]] = {
    "a digit": (change(5, number=55), 55, "number"),
    "a name": (change(5, actor="p-nobody"), 5, "content"),
    "a hash": (change(5, hash="0" * 64), 5, "content"),
    "a key more": (change(5, more=1), 5, "keys"),
    "a place": (change(5, seq=10**6), 5, "seq"),
    "a row gone": (without(5), 6, "number"),
    "the first row gone": (without(1), 2, "number"),
    "two rows swapped": (swapped, 6, "number"),
    "a row doubled": (doubled, 5, "number"),
    "a row sealed anew": (resealed(5, 5), 6, "follow"),
}


@ONLY_SQLITE
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_export_is_named(template: Any, folder: Path, tmp_path: Path, damage: str) -> None:
    rows = [json.loads(text) for text in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    harm, number, what = DAMAGES[damage]
    damaged = harm(rows)
    text = "".join(ledger.canonical(row) + "\n" for row in damaged)
    (tmp_path / "history.jsonl").write_text(text, encoding="utf-8", newline="\n")
    done = run(tmp_path)
    assert done.returncode == 5
    first = done.stdout.splitlines()[0]
    assert f" row {number}: " in first
    assert what in first


def cut(rows: Rows) -> Rows:
    subject = min(row["subject"] for row in rows if row["subject"].startswith("appraisal"))
    last = max(row["number"] for row in rows if row["subject"] == subject)
    return without(last)(rows)


def vanished(rows: Rows) -> Rows:
    return renumbered([row for row in rows if row["subject"] != "cycle:2025"])


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("damage", "what"),
    [(cut, "cut"), (vanished, "vanished"), (resealed(5), "rewritten"), (resealed(1), "rewritten")],
)
def test_what_the_chain_does_not_show_the_checkpoint_does(
    template: Any, folder: Path, tmp_path: Path, damage: Callable[[Rows], Rows], what: str
) -> None:
    rows = [json.loads(text) for text in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    text = "".join(ledger.canonical(row) + "\n" for row in damage(rows))
    (tmp_path / "history.jsonl").write_text(text, encoding="utf-8", newline="\n")
    assert run(tmp_path).returncode == 0
    done = run(tmp_path, "--checkpoint", str(folder / "checkpoint.json"))
    assert done.returncode == 5
    assert what in done.stdout
    assert len(done.stdout.splitlines()) == 2


@ONLY_SQLITE
def test_a_damaged_checkpoint_is_no_verdict(template: Any, folder: Path, tmp_path: Path) -> None:
    text = (folder / "checkpoint.json").read_text(encoding="utf-8")
    (tmp_path / "damaged.json").write_text(text.replace('"number": 1', '"number": 2', 1), encoding="utf-8")
    assert run(folder, "--checkpoint", str(tmp_path / "damaged.json")).returncode == 2


def test_the_example_in_the_description_holds(tmp_path: Path) -> None:
    rows, record, checkpoint = re.findall(
        r"```jsonl?\n(.*?)```", FORMAT.read_text(encoding="utf-8"), re.DOTALL
    )
    (tmp_path / "history.jsonl").write_text(rows, encoding="utf-8", newline="\n")
    (tmp_path / "checkpoint.json").write_text(checkpoint, encoding="utf-8")
    done = run(tmp_path, "--checkpoint", "checkpoint.json", "--state", "person:p-example")
    assert done.returncode == 0
    assert json.loads(done.stdout.splitlines()[0])["record"] == json.loads(record)
    assert encoded(decoded(checkpoint.encode())).decode() == checkpoint
    for text in rows.splitlines():
        body = {key: value for key, value in json.loads(text).items() if key not in ("hash", "seq")}
        assert ledger.seal(body)[1] == json.loads(text)["hash"]


def test_the_description_names_every_key_of_a_row_and_of_a_checkpoint(folder: Path) -> None:
    text = FORMAT.read_text(encoding="utf-8")
    keys = {
        *ledger.BODY_KEYS,
        "hash",
        "seq",
        *json.loads((folder / "checkpoint.json").read_text(encoding="utf-8")),
    }
    assert {key for key in keys if f"`{key}`" not in text} == set()
