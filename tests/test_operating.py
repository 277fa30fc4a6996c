"""The drill of the guide to operating, followed to the letter: what was copied at night is restored, whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cycle.app import GRACE
from cycle.cli.program import build
from cycle.cli.run import Program
from cycle.clock import VirtualClock
from cycle.ending import PATIENCE
from cycle.settings import Settings
from cycle.web.imports import MOST_SENT
from tests.command_lines import indented
from tests.held import ZONE
from tests.rules.tree import ROOT

GUIDE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
DAY = datetime(2026, 1, 5, 10, tzinfo=ZONE)
NIGHT = datetime(2026, 1, 6, 1, 30, tzinfo=ZONE)
MORNING = datetime(2026, 1, 6, 9, tzinfo=ZONE)
FAILED = 5
"""How a verification leaves that failed."""

OPENING = """
cycle init --sample
cycle rules confirm --all --as p-han-xuefeng --document "JB-1 2026-01-05"
cycle unrecorded 2025 --as p-han-xuefeng --reason "first year"
cycle prepare 2026 --as p-han-xuefeng
cycle approve 2026 --as p-han-xuefeng --on-behalf-of group --document "LDXZ-1 2026-01-05"
cycle confirm ID --as p-duan-wenjing
cycle open 2026 --as p-han-xuefeng --document "LDXZ-1 2026-01-05"
cycle advance caizheng open_plan --as p-han-xuefeng
cycle evidence offer caizheng minutes.pdf --about plan --as p-jiang-nan
"""
"""What happened before: a year, open, with one file of evidence."""


def section(head: str) -> str:
    """One section of the guide."""
    return re.split(r"^## .+$", GUIDE, flags=re.M)[re.findall(r"^## (.+)$", GUIDE, re.M).index(head) + 1]


def ran(line: str, now: datetime, code: int = 0) -> str:
    """A command of ours, given at an instant; what it said."""
    words = shlex.split(line)[1:]
    if "ID" in words:
        words[words.index("ID")] = json.loads(ran("cycle waiting --json", now))["waiting"][0]["id"]
    done = CliRunner().invoke(build(), words, obj=Program(clock=VirtualClock(now)))
    assert done.exit_code == code, f"{line}: {done.output}"
    return done.output


def followed(line: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> str:
    """One line of the guide, done as a shell would; what a command of ours said."""
    word, *rest = shlex.split(line)
    if word == "export":
        monkeypatch.setenv(*rest[0].split("=", 1))
    elif word == "unset":
        monkeypatch.delenv(rest[0], raising=False)
    elif word == "mkdir":
        Path(rest[0]).mkdir()
    elif word == "cp" and rest[0] == "-a":
        shutil.copytree(rest[1], Path(rest[2]) / Path(rest[1]).name)
    elif word == "cp":
        shutil.copy(rest[0], rest[1])
    else:
        assert word == "cycle", line
        return ran(line, now)
    return ""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service with a year open, after its night's work; what it copied then lies on another machine's disk."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CYCLE_HOME", "srv")
    (tmp_path / "minutes.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    for line in OPENING.strip().splitlines():
        ran(line, DAY)
    ran("cycle worker --once", NIGHT)
    for copied in ("backups", "checkpoints", "evidence"):
        shutil.copytree(tmp_path / "srv" / copied, tmp_path / "mnt" / copied)
    return tmp_path


PEOPLE = {"ADMIN": "p-cheng-xinyu", "CLERK": "p-han-xuefeng"}


def named(line: str) -> str:
    """A line of the guide with people of the sample in it."""
    for role, person in PEOPLE.items():
        line = line.replace(role, person)
    return line


def test_the_first_start_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CYCLE_HOME", "srv")
    shutil.copy(ROOT / "cycle" / "sample" / "roster.toml", "roster.toml")
    said = [ran(named(line), DAY) for line in indented(section("First start"))]
    assert len(said) == 4
    assert "https://kaoping.example/" in said[1]
    assert list((tmp_path / "srv" / "mail").glob("*.eml"))


def test_the_unit_waits_longer_than_the_service_takes_to_end() -> None:
    (waits,) = re.findall(r"^TimeoutStopSec=(\d+)$", GUIDE, re.M)
    assert int(waits) > PATIENCE
    assert f"within {GRACE} seconds as a rule, {PATIENCE} at most" in GUIDE


def test_the_proxy_lets_through_whatever_the_service_takes() -> None:
    (bound,) = re.findall(r"^ +client_max_body_size (\d+)m;$", GUIDE, re.M)
    largest = (Settings.model_fields["evidence_max_mb"].default + 1) * 2**20
    assert int(bound) * 2**20 > max(largest, MOST_SENT)


def test_an_upgrade_ends_with_a_history_that_agrees_with_the_checkpoint_taken_before(office: Path) -> None:
    ran("cycle history checkpoint --out checkpoint.json", MORNING)
    lines = [line for line in indented(section("Upgrading")) if line.startswith("cycle ")]
    assert [line.split()[1] for line in lines] == ["init", "history"]
    for line in lines:
        ran(line, MORNING)
    assert (office / "checkpoint.json").exists()


def drill() -> list[str]:
    """The lines of the drill, with the disk and the night of this test."""
    begun = section("Backups, and the drill").partition("**Restore once a quarter")[2]
    lines = indented(begun.partition("On PostgreSQL in place")[0])
    return [line.replace("/mnt/backup/cycle", "mnt").replace("DATE", f"{NIGHT:%Y-%m-%d}") for line in lines]


def test_the_drill_restores_what_was_copied_at_night(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLE_SMTP_HOST", "mail.example")
    lines = drill()
    said = {line: followed(line, MORNING, monkeypatch) for line in lines}
    assert os.environ["CYCLE_HOME"] == "drill"
    assert "CYCLE_SMTP_HOST" not in os.environ
    assert [line.split()[1] for line in lines if line.startswith("cycle ")] == [
        "init",
        "history",
        "evidence",
        "scheduler",
        "status",
    ]
    assert "财政局" in said["cycle status"]
    kept = hashlib.sha256((office / "minutes.pdf").read_bytes()).hexdigest()
    assert [path.name for path in (office / "drill" / "evidence").glob("*/*")] == [kept]


def test_against_a_newer_checkpoint_a_restore_names_what_it_loses(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran("cycle advance jiaoyu open_plan --as p-han-xuefeng", MORNING)
    ran("cycle history checkpoint --out newer.json", MORNING)
    for line in drill():
        followed(line, MORNING, monkeypatch)
    assert "jiaoyu" in ran("cycle history verify --against newer.json --json", MORNING, FAILED)


def test_a_file_of_evidence_that_was_not_copied_is_named(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(office / "mnt" / "evidence")
    (office / "mnt" / "evidence").mkdir()
    for line in drill():
        if " verify" not in line:
            followed(line, MORNING, monkeypatch)
    assert "minutes.pdf" in ran("cycle evidence verify", MORNING, FAILED)


def test_before_the_restored_service_is_started_its_mail_is_paused(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in drill():
        followed(line, MORNING, monkeypatch)
    earnest = section("Backups, and the drill").partition("**In earnest**")[2]
    pause, waiting, *_ = indented(earnest)
    ran(named(pause), MORNING)
    assert json.loads(ran(f"{waiting} --json", MORNING))["paused"]
    resume = re.findall(r"`(cycle mail resume [^`]+)`", earnest)[0]
    ran(named(resume), MORNING)
    assert not json.loads(ran(f"{waiting} --json", MORNING))["paused"]
