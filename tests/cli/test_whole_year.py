"""A year of three departments, from an empty database to its ratified results, by commands alone."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cycle.clock import VirtualClock
from tests.cast import CLERK, DEPARTMENTS, HEAD, LEADER, LIAISON, REVIEWERS, ROSTER, book
from tests.cli.conftest import REFUSED, Shell
from tests.filled_forms import whole
from tests.held import COLLEAGUE, instant


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


def sheet_file(folder: Path, lost: int) -> str:
    """A member's sheet, `lost` hundredths taken off the first indicator."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["条款", "分值", "理由"])
    for number, indicator in enumerate(book().indicators):
        less = lost if number == 0 else 0
        rows.writerow([indicator.id, f"{(indicator.points - less) / 100:.2f}", "记录不全" if less else ""])
    file = folder / "sheet.csv"
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


def form_file(folder: Path, form: str) -> str:
    """A file with everything a form asks for, points as decimals."""
    content = whole(form, 2025, book())
    for mark in content.get("marks", {}).values():
        mark["points"] = f"{mark['points'] / 100:.2f}"
    file = folder / "form.json"
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return str(file)


def file_and_accept(shell: Shell, folder: Path, department: str, form: str) -> None:
    file = form_file(folder, form)
    shell.do("form", "save", department, "--file", file, "--as", LIAISON[department])
    shell.do("advance", department, "sign_off", "--as", HEAD[department])
    shell.do("advance", department, "submit", "--as", LIAISON[department])
    shell.clerk("advance", department, "accept")


def mark(shell: Shell, folder: Path, department: str, lost: int) -> None:
    file = sheet_file(folder, lost)
    for member in REVIEWERS[:2]:
        shell.do("mark", "give", department, "--file", file, "--as", member)
    shell.group("mark", "give", department, "--file", file, "--member", REVIEWERS[2], body="team")
    rated = [f"{item}=好" for item in book().parts["leader"]]
    shell.group("rating", "leader", department, *rated, body=LEADER[department])
    for item in book().parts["public"]:
        shell.clerk("rating", "survey", department, item, "满意=200")
    shell.clerk("advance", department, "complete")


def test_a_year_runs_from_an_empty_database_to_its_results(shell: Shell, tmp_path: Path) -> None:
    prepare(shell, tmp_path)
    for stage, day in (("plan", "01-12"), ("midyear", "07-05"), ("yearend", "11-15")):
        shell.at(f"2025-{day}")
        for department in DEPARTMENTS:
            shell.clerk("advance", department, f"open_{stage}")
            file_and_accept(shell, tmp_path, department, stage)
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
