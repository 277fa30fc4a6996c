"""Every clause of the regulation is carried by something there is, and shown by a test there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer import Typer
from typer.main import get_command

from cycle.cli import needs, program
from cycle.cli.program import build
from cycle.regulation_pages import BY_ITSELF, Clause, Lang, clauses, command, page
from cycle.regulation_pages import commands as commands_of_moves
from notifications import rendering
from tests.cli.test_catalogue import commands
from tests.rules.tree import ROOT
from workflows import rulebook
from workflows.machines import MACHINES

PAGES: Mapping[Lang, Path] = {
    "zh": ROOT / "docs" / "regulation.zh-CN.md",
    "en": ROOT / "docs" / "regulation.md",
}
CLAUSES = {clause.id: clause for clause in clauses()}

# Typed from the regulation itself, so that a clause cannot be dropped from the page unnoticed.
NUMBERED = {
    "content": "1 1.1 1.2 1.3 1.4 2 2.1 2.2 2.3 2.4 2.5 3 3.1 3.2 3.3 3.4 3.5 4 4.1 4.2 4.3"
    " 5 5.1 5.2 5.3 5.4 6 6.1 6.2 6.3 6.4 6.5",
    "subject": "scope party government congress mass",
    "method": "self central public leader inspection complaint",
    "score": "total base deduct.1 deduct.2 deduct.3 deduct.4 deduct.5.1 deduct.5.2 deduct.5.3 deduct.5.4 deduct.5.5"
    " bonus.national bonus.region bonus.division bonus.outstanding bonus.article bonus.cap",
    "grade": "quota",
    "use": "excellent failed consecutive movement reward accountability record",
    "org": "group office internal interpretation",
}
IDS = {f"{part}.{number}" for part, numbers in NUMBERED.items() for number in numbers.split()}
EVERY = dict(commands(get_command(build())))
COMMANDS = {" ".join(path) for path in EVERY}
FIGURES = {figure.path for figure in rulebook.load().figures}
LETTERS = set(rendering.kinds())


def test_every_clause_of_the_regulation_is_there_once() -> None:
    assert len(IDS) == 72
    assert set(CLAUSES) == IDS


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=lambda clause: clause.id)
def test_a_clause_is_carried_by_what_there_is_or_by_people(clause: Clause) -> None:
    assert clause.zh
    assert clause.en
    assert clause.by or clause.people
    assert [carrier for carrier in clause.by if not _there(carrier)] == []


def _there(carrier: str) -> bool:
    kind, _, name = carrier.partition(" ")
    if kind == "move":
        machine, _, action = name.partition(" ")
        return machine in MACHINES and action in MACHINES[machine].actions
    if kind == "figure":
        return name in FIGURES or any(path.startswith(f"{name}.") for path in FIGURES)
    known = {"command": COMMANDS, "letter": LETTERS}
    return name in known[kind]


@cache
def _tests_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=lambda clause: clause.id)
def test_a_clause_is_shown_by_a_test_there_is(clause: Clause) -> None:
    assert clause.tests or (clause.people and not clause.by)
    for named in clause.tests:
        place, _, name = named.partition("::")
        assert re.fullmatch(r"tests/[\w/]+\.py", place)
        assert name.startswith("test_")
        assert name in _tests_in(ROOT / place), named


@pytest.mark.parametrize("lang", PAGES)
def test_the_page_in_the_docs_is_the_one_the_clauses_make(lang: Lang) -> None:
    hint = f"run: python3 -m cycle.regulation_pages {lang} > docs/{PAGES[lang].name}"
    assert PAGES[lang].read_text(encoding="utf-8") == page(lang), hint


def test_both_pages_have_the_same_rows_and_the_chinese_one_is_chinese() -> None:
    zh, en = (page(lang).partition("|---|---|---|\n")[2].splitlines() for lang in PAGES)
    assert [row.split("**")[1] for row in zh] == [row.split("**")[1] for row in en] == list(CLAUSES)
    code = re.compile(r"`[^`]*`")
    assert [code.findall(row) for row in zh] == [code.findall(row) for row in en]
    left = [re.search("[A-Za-z]{2}", code.sub("", row.split("**")[2]).replace("<br>", "")) for row in zh]
    assert [found for found in left if found] == []


# --- the command of each move ---


MOVES = sorted(
    {carrier.partition(" ")[2] for c in CLAUSES.values() for carrier in c.by if carrier[:5] == "move "}
)
PUT_IN = {"YEAR": "2025", "CASE": "case:2025:caizheng"}
"""What stands for some of what is to be put in, where any word will not do."""


def does_by_help() -> dict[str, str]:
    """The help of each command to the act it says that it asks for (`finding.drop`)."""
    found: dict[str, str] = {}
    asked: list[str] = []
    of, add = needs.of, Typer.command

    def noted(does: str) -> Mapping[str, str]:
        asked[:] = [does]
        return of(does)

    def added(self: Typer, *names: Any, **more: Any) -> Any:
        if asked:
            found[more["help"]] = asked.pop()
        return add(self, *names, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(needs, "of", noted)
        patched.setattr(Typer, "command", added)
        for name in program.COMMANDS:
            import_module(f"cycle.cli.{name}").mount(Typer())
    return found


DOES = does_by_help()


def test_every_move_of_people_has_its_command_and_no_command_is_without_its_move() -> None:
    by_people = {
        move
        for move in MOVES
        if any(
            set(one.who) - BY_ITSELF
            for one in MACHINES[move.split()[0]].moves
            if one.action == move.split()[1]
        )
    }
    assert set(commands_of_moves()) == by_people
    assert len(by_people) > 45
    assert {command(move) for move in set(MOVES) - by_people} == {""}


@pytest.mark.parametrize("move", sorted(commands_of_moves()))
def test_the_command_of_a_move_is_one_there_is_and_asks_for_that_move(move: str) -> None:
    machine, _, action = move.partition(" ")
    words = [PUT_IN.get(word, word) for word in command(move).split()]
    assert words.pop(0) == "cycle"
    path = next(tuple(words[:n]) for n in (2, 1) if tuple(words[:n]) in EVERY)
    found = EVERY[path]
    with found.make_context(" ".join(path), words[len(path) :]) as context:
        given = dict(context.params)
    assert given["acts_as"] == "PERSON"
    shapes = {str(parameter.metavar).partition("...")[0].partition("[|")[0] for parameter in found.params}
    assert [word for word in words if re.fullmatch("[A-Z]+[=:][A-Z]+", word) and word not in shapes] == []
    if path == ("advance",):
        whole = machine == "cycle" or (machine, action) == ("appraisal", "propose")
        assert given["action"] == action
        assert given["subject"] == {"case": PUT_IN["CASE"]}.get(machine, "2025" if whole else "DEPARTMENT")
    else:
        assert DOES[found.help or ""] == f"{machine}.{action}"
