"""What is no run: wrong words, a folder or a database with something in it, a roster that cannot open a year."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cycle.roster import _SHIPPED
from tests.simulation.played import play

YEARS = ("--years", "2025-2025", "--seed", "1", "--departments", "1")


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    run = play(tmp_path, *YEARS)
    assert run.code == 2
    assert str(tmp_path) in run.err
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert play(tmp_path / "file", *YEARS).code == 2


def test_a_database_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    assert play(tmp_path / "one", *YEARS).code == 0
    url = f"sqlite:///{tmp_path / 'one' / 'cycle.db'}"
    before = (tmp_path / "one" / "cycle.db").read_bytes()
    run = play(tmp_path / "two", *YEARS, "--database", url, "--json")
    assert run.code == 2
    assert json.loads(run.out)["error"]["code"] == "bad_input"
    assert (tmp_path / "one" / "cycle.db").read_bytes() == before


@pytest.mark.parametrize("years", ["2025", "2026-2025", "1999-2001", "2025-20266", "a-b", "２０２５-2026"])
def test_years_that_are_none_are_refused(years: str, tmp_path: Path) -> None:
    run = play(tmp_path / "out", "--years", years, "--seed", "1", "--lang", "en")
    assert run.code == 2
    assert "2025-2027" in run.err
    assert not (tmp_path / "out").exists()


def test_a_fault_that_there_is_not_is_refused_by_name(tmp_path: Path) -> None:
    run = play(tmp_path / "out", *YEARS, "--faults", "crash,fire", "--lang", "en")
    assert run.code == 2
    assert "fire" in run.err
    assert "clock-jump" in run.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "nothing", "sqlite:////proc/none/x.db"])
def test_a_database_that_cannot_be_used_is_refused(url: str, tmp_path: Path) -> None:
    assert play(tmp_path / "out", *YEARS, "--database", url).code == 2


def test_a_roster_that_is_none_is_refused_with_its_faults(tmp_path: Path) -> None:
    (tmp_path / "roster.toml").write_text("departments = []\n", encoding="utf-8")
    run = play(tmp_path / "out", *YEARS, "--roster", str(tmp_path / "roster.toml"))
    assert run.code == 2
    assert "departments" in run.err


def test_a_roster_whose_office_has_one_home_cannot_open_a_year(tmp_path: Path) -> None:
    text = _SHIPPED.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if '["office"]' not in line or "p-gong-ping" in line]
    (tmp_path / "roster.toml").write_text("\n".join(lines), encoding="utf-8")
    run = play(tmp_path / "out", *YEARS, "--roster", str(tmp_path / "roster.toml"))
    assert run.code == 3
    assert "绩效办" in run.err


@pytest.mark.parametrize("departments", [1, 8, 11])
def test_nobody_fails_where_the_quota_gives_no_seat(departments: int, tmp_path: Path) -> None:
    run = play(tmp_path, "--years", "2025-2025", "--seed", "5", "--departments", str(departments))
    assert run.code == 0
    assert [r["grade"] for r in run.table("results-2025.csv")].count("failed") == 0
    assert len(run.table("results-2025.csv")) == departments == run.summary["departments"]
    assert run.summary["escalations"] == 0
