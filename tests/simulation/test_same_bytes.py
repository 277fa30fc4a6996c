"""The same arguments give the same bytes: again, on the other database, on other Pythons, with another hash seed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cycle.simulation.faults import KINDS
from tests.rules.tree import ROOT
from tests.simulation.conftest import SMALL
from tests.simulation.played import Played, play

NAMES = {
    *("history.jsonl", "results-2025.csv", "results-2026.csv", "escalations.csv", "reminders.csv"),
    *("deliveries.csv", "summary.json", "simulation.toml"),
}


def digests(run: Played) -> set[str]:
    """Of every file the history speaks of as evidence."""
    records = (r["data"]["record"] for r in run.rows if r["subject"].startswith("evidence:"))
    return {kept["sha256"] for record in records for kept in record.get("versions", {}).values()}


def test_a_run_leaves_the_files_of_the_contract(small: Played) -> None:
    assert small.code == 0, small.err
    letters = {name for name in small.files() if name.startswith("mail/")}
    evidence = {name for name in small.files() if name.startswith("evidence/")}
    assert set(small.files()) - letters - evidence == NAMES
    assert evidence == {"evidence/.lock"} | {f"evidence/{sha256[:2]}/{sha256}" for sha256 in digests(small)}
    assert len(letters) == sum(row["status"] == "sent" for row in small.table("deliveries.csv")) > 1000
    assert (small.folder / "cycle.db").exists()


def test_a_second_run_under_another_hash_seed_gives_the_same_bytes(small: Played, tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "cycle", "simulate", "--out", str(tmp_path / "out"), *SMALL]
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "TZ": "America/New_York", "LC_ALL": "C"}
    done = subprocess.run(arguments, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert Played(0, "", "", tmp_path / "out").files() == small.files()


def test_postgresql_gives_the_same_bytes_as_sqlite(small: Played, tmp_path: Path, postgres_url: str) -> None:
    run = play(tmp_path, *SMALL, "--database", postgres_url)
    assert run.code == 0, run.err
    assert run.files() == small.files()
    assert not (tmp_path / "cycle.db").exists()


def test_with_faults_too_the_same_arguments_give_the_same_bytes(tmp_path: Path, postgres_url: str) -> None:
    faulty = ("--years", "2025-2025", "--seed", "3", "--departments", "6", "--faults", ",".join(KINDS))
    first = play(tmp_path / "first", *faulty)
    second = play(tmp_path / "second", *faulty, "--database", postgres_url)
    assert first.code == second.code == 0, first.err
    assert all(first.summary["faults"].values())
    assert second.files() == first.files()


def test_another_seed_gives_another_history(small: Played, tmp_path: Path) -> None:
    run = play(tmp_path, "--years", "2025-2025", "--seed", "8", "--departments", "12")
    assert run.rows[0]["hash"] == small.rows[0]["hash"]
    assert [r["hash"] for r in run.rows] != [r["hash"] for r in small.rows[: len(run.rows)]]


@pytest.mark.long
@pytest.mark.parametrize("version", ["3.12", "3.13", "3.14"])
def test_other_pythons_give_the_same_bytes(version: str, small: Played, tmp_path: Path) -> None:
    python = shutil.which(f"python{version}")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    # Past the first start, which would hand over to the environment of this Python.
    program = "import sys; from cycle.cli.program import build; build()(sys.argv[1:])"
    if python is None or _lacks_packages(python):
        pytest.skip(f"no Python {version} with what a run needs")
    arguments = [python, "-c", program, "simulate", "--out", str(tmp_path / "out"), *SMALL]
    subprocess.run(arguments, env=environment, check=True, capture_output=True)
    assert Played(0, "", "", tmp_path / "out").files() == small.files()


def _lacks_packages(python: str) -> bool:
    names = "sqlmodel alembic transitions typer chinese_calendar psycopg pydantic_settings jinja2 icalendar aiosmtplib"
    needed = f"import {', '.join(names.split())}"
    return bool(subprocess.run([python, "-c", needed], capture_output=True, check=False).returncode)
