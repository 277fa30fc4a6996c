"""Files and functions stay small enough to be read at one sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.rules.conftest import Plant
from tests.rules.tree import PACKAGES, ROOT, sources

FILE, FUNCTION = 400, 60  # lines
LISTS = "cycle/migrations/versions/"  # one statement after the other, written once


def too_long(root: Path) -> Iterator[str]:
    """Yield each file that is over its length, those of the tests too, and each function of the packages that is."""
    for source in sources(root, *PACKAGES, "tests"):
        lines = len(source.text.splitlines())
        if lines > FILE:
            yield f"{source.path} has {lines} lines"
        if source.path.startswith("tests/"):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION and not source.path.startswith(LISTS):
                    yield f"{source.path}:{node.lineno} {node.name} has {lines} lines"


def test_no_file_and_no_function_is_too_long() -> None:
    assert list(too_long(ROOT)) == []


def test_a_long_file_is_noticed(plant: Plant) -> None:
    assert list(too_long(plant("cycle/web/page.py", "x = 1\n" * 401))) == ["cycle/web/page.py has 401 lines"]


def test_a_long_file_of_tests_is_noticed(plant: Plant) -> None:
    assert list(too_long(plant("tests/test_page.py", "x = 1\n" * 401))) == [
        "tests/test_page.py has 401 lines"
    ]


def test_a_long_function_is_noticed(plant: Plant) -> None:
    root = plant("cycle/web/page.py", "def f():\n" + "    x = 1\n" * 60)
    assert list(too_long(root)) == ["cycle/web/page.py:1 f has 61 lines"]
