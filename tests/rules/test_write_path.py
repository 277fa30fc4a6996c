"""Only the write path touches a subject's row or the history: no other SQL, no other assignment."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.conftest import Plant
from tests.rules.tree import ROOT, Source, dotted, sources, strings

WRITE_PATH = ("cycle/operations/advance.py", "cycle/operations/storing.py")
RIVAL = "cycle/bench/plain_api.py"
"""What the service is measured against: a bare endpoint, on a copy made for it."""

ROWS = {"Subject", "History"}
VERBS = {"insert", "update", "delete", "upsert", "bulk_insert", "copy_from"}
SQL = re.compile(
    r"\b(?:insert\s+(?:or\s+\w+\s+)?into|replace\s+into|update(?:\s+only)?|delete\s+from|truncate(?:\s+table)?"
    r"|copy)\s+[\"`\[]?(?:\w+\.)?[\"`\[]?(?:subject|history)\b",
    re.IGNORECASE,
)


def other_writers(root: Path) -> Iterator[str]:
    """Yield each place in the service, the write path left out, that writes a subject or the history."""
    for source in sources(root, "cycle"):
        if source.path not in (*WRITE_PATH, RIVAL):
            for line, what in sorted({*_statements(source), *_calls(source), *_assignments(source)}):
                yield f"{source.path}:{line} {what}"


def _statements(source: Source) -> Iterator[tuple[int, str]]:
    for text, line in strings(source):
        if found := SQL.search(text):
            yield line, " ".join(found[0].split())


def _calls(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = dotted(node.func, {}).split(".")
            first = dotted(node.args[0], {}).split(".") if node.args else []
            if name[-1] in ROWS:
                yield node.lineno, f"makes a {name[-1]}"
            elif name[-1] in VERBS and ROWS & {*first, *name[:-1]}:
                yield node.lineno, f"calls {name[-1]}"


def _assignments(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "state":
                yield target.lineno, "assigns state"


def test_only_the_write_path_writes_subjects_and_history() -> None:
    assert list(other_writers(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    [
        'x = Statement("UPDATE subject SET state = :state")',
        'x = text("insert or replace into history (id) values (1)")',
        'x = f"DELETE FROM \\"history\\" WHERE id = {1}"',
        "x = sa.update(Subject).values(state='closed')",
        "x = insert(models.History)",
        "x = models.Subject.__table__.update()",
        "session.add(History(number=1))",
        "row.state = 'closed'",
    ],
)
def test_a_second_writer_is_noticed(plant: Plant, line: str) -> None:
    assert len(list(other_writers(plant("cycle/web/page.py", line + "\n")))) == 1


@pytest.mark.parametrize(
    "line",
    [
        'x = "SELECT state FROM subject"',
        'x = "CREATE TRIGGER t BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 1); END"',
        "x = Statement(\"UPDATE outbox SET status = 'sent'\")",
        "app.state.settings = 1",
        "x = select(Subject)",
    ],
)
def test_reading_and_other_tables_are_free(plant: Plant, line: str) -> None:
    assert list(other_writers(plant("cycle/web/page.py", line + "\n"))) == []
