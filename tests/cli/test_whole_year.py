"""A year of three departments, from an empty database to its ratified results, by commands alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from cycle.clock import VirtualClock
from tests.cast import (
    CLERK,
    COLLEAGUE,
    DEPARTMENTS,
    HEAD,
    LEADER,
    LIAISON,
    REVIEWERS,
    ROSTER,
    book,
    instant,
)
from tests.cli.conftest import REFUSED, Shell


def roster_file(folder: Path) -> Path:
    """The cast's roster as a file."""

    def quoted(values: tuple[str, ...]) -> str:
        return "[" + ", ".join(f'"{value}"' for value in values) + "]"

    lines = ["[homes]", *(f'{home} = "{name}"' for home, name in ROSTER.homes.items())]
    for d in ROSTER.departments:
        lines += ["[[departments]]", f'id = "{d.id}"', f'name = "{d.name}"', f'category = "{d.category}"']
        lines += [f"aliases = {quoted(d.aliases)}", *(f'{post} = "{who}"' for post, who in d.posts.items())]
    for p in ROSTER.people:
        lines += ["[[people]]", f'id = "{p.id}"', f'name = "{p.name}"', f'email = "{p.email}"']
        lines += [f'home = "{p.home}"', f"roles = {quoted(p.roles)}"]
        lines += ["office_head = true"] if p.office_head else []
    file = folder / "roster.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def points_file(folder: Path, part: str, items: dict[str, int]) -> str:
    """A file of lines of one part, points in hundredths as decimals."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["分项", "条款", "分值", "说明"])
    rows.writerows([part, item, f"{points / 100:.2f}", ""] for item, points in items.items())
    file = folder / "points.csv"
    file.write_text(out.getvalue(), encoding="utf-8")
    return str(file)


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    """A shell at an empty database of either kind."""
    return Shell(database_url, VirtualClock(instant("2025-01-02")), tmp_path / "home")


def prepare(shell: Shell, folder: Path) -> None:
    installed = shell.do("init", "--roster", str(roster_file(folder)))
    assert (installed["departments"], installed["already_filled"]) == (3, False)
    shell.clerk("unrecorded", "2024")
    shell.clerk("prepare", "2025")
    missing = shell.ask("ready", "2025", code=REFUSED).json["obstacles"]
    assert [one["code"] for one in missing] == ["rulebook_not_approved", "figures_unconfirmed"]
    shell.clerk("rules", "confirm", "--all")
    shell.group("approve", "2025")
    assert shell.do("ready", "2025")["ready"]
    shell.clerk("open", "2025")


def file_and_accept(shell: Shell, department: str, text: str) -> None:
    shell.do("advance", department, "save_form", "--text", text, "--as", LIAISON[department])
    shell.do("advance", department, "sign_off", "--as", HEAD[department])
    shell.do("advance", department, "submit", "--as", LIAISON[department])
    shell.clerk("advance", department, "accept")


def mark(shell: Shell, folder: Path, department: str, lost: int) -> None:
    central = {i.id: i.points - (lost if n == 0 else 0) for n, i in enumerate(book().indicators)}
    shell.group("line", "import", department, points_file(folder, "集中考评", central), body="team")
    rated = dict(book().parts["leader"])
    shell.group("line", "import", department, points_file(folder, "leader", rated), body=LEADER[department])
    shell.clerk("line", "import", department, points_file(folder, "群众评议", dict(book().parts["public"])))
    shell.clerk("advance", department, "complete")


def test_a_year_runs_from_an_empty_database_to_its_results(shell: Shell, tmp_path: Path) -> None:
    prepare(shell, tmp_path)
    for stage, day in (("plan", "01-12"), ("midyear", "07-05"), ("yearend", "11-15")):
        shell.at(f"2025-{day}")
        for department in DEPARTMENTS:
            shell.clerk("advance", department, f"open_{stage}")
            file_and_accept(shell, department, stage)
    for department in DEPARTMENTS:
        for member in REVIEWERS:
            shell.clerk("team", "assign", department, member)
    shell.at("2025-12-12")
    for number, department in enumerate(DEPARTMENTS):
        shell.clerk("advance", department, "open_central_review")
        mark(shell, tmp_path, department, lost=50 * number)
    shell.at("2026-01-05")
    for department in DEPARTMENTS:
        shell.clerk("advance", department, "settle")
    proposed = shell.clerk("advance", "2025", "propose")
    assert proposed["after"] == "proposed"
    assert shell.do("results", "show")["status"] == "proposed"
    shell.at("2026-01-20")
    ratified = shell.group("advance", "2025", "ratify")
    assert (ratified["version"], ratified["year"]) == (1, 2025)
    results = shell.do("results", "show", "2025")["results"]
    assert [(r["department"], r["total"]) for r in results] == [
        ("bangongshi", "100.00"),
        ("jiwei", "99.50"),
        ("zuzhi", "99.00"),
    ]
    board = shell.do("status", "--year", "2025")
    assert {row["stages"]["grading"] for row in board["departments"]} == {"ratified"}
    assert shell.do("history", "verify")


def test_who_acted_and_by_which_way_stands_in_the_history(shell: Shell, tmp_path: Path) -> None:
    prepare(shell, tmp_path)
    rows = shell.do("history", "show", "cycle:2025")
    text = str(rows)
    assert "command" in text
    assert CLERK in text
    assert COLLEAGUE in text
