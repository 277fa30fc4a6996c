"""Every clause of the regulation is carried by something there is, and shown by a test there is."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

from cycle.cli.program import build
from cycle.regulation_pages import Clause, clauses, page
from notifications import rendering
from tests.cli.test_catalogue import commands
from tests.rules.tree import ROOT
from workflows import rulebook
from workflows.machines import MACHINES

PAGE = ROOT / "docs" / "regulation.md"
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
COMMANDS = {" ".join(path) for path, _ in commands(get_command(build()))}
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


def test_the_page_in_the_docs_is_the_one_the_clauses_make() -> None:
    hint = "run: python3 -m cycle.regulation_pages > docs/regulation.md"
    assert PAGE.read_text(encoding="utf-8") == page(), hint
