"""The tree the rules are about: which files there are, and what a Python file imports."""

import ast
import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cycle", "workflows", "notifications")
NOT_OURS = {
    *(".git", ".venv", "__pycache__", "cycle-data", "dist", "node_modules"),
    *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"),
}


parse = functools.cache(ast.parse)  # every rule reads the same files


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `module` is as far as the statement says, `line` counts from 1."""

    module: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """A Python file: its path below the root with forward slashes, its text and its tree."""

    path: str
    text: str
    tree: ast.Module


def sources(root: Path, *folders: str) -> Iterator[Source]:
    """Yield the Python files of some folders of a tree, in order of path."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            yield Source(path.relative_to(root).as_posix(), text, parse(text))


def files(root: Path) -> Iterator[Path]:
    """Yield every file of a tree that is neither generated nor version control's."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS)
        for name in sorted(names):
            yield Path(folder) / name


def imports(source: Source) -> Iterator[Import]:
    """Yield what a file imports, inside functions too; ``from a import b`` is ``a.b``."""
    package = source.path.removesuffix(".py").removesuffix("/__init__").split("/")
    parent = package if source.path.endswith("__init__.py") else package[:-1]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = parent[: len(parent) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (Import(f"{module}.{alias.name}", node.lineno) for alias in node.names)


def aliases(source: Source) -> dict[str, str]:
    """Return what each imported name stands for: ``dt`` for ``datetime.datetime`` after an ``as``."""
    names: dict[str, str] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                shown = alias.asname or alias.name.split(".")[0]
                names[shown] = alias.name if alias.asname else shown
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def dotted(node: ast.expr, names: dict[str, str]) -> str:
    """Return the full dotted name an expression reads, empty if it is not a plain chain of names."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = dotted(node.value, names)
        return f"{before}.{node.attr}" if before else ""
    return ""


def strings(source: Source) -> Iterator[tuple[str, int]]:
    """Yield every text constant with its line, docstrings and the like left out."""
    loose = {
        id(node.value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in loose:
            yield node.value, node.lineno
