"""Every refusal the source can make, read from the source itself."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.rules.tree import ROOT, sources


@dataclass(frozen=True, slots=True)
class Made:
    """One place that makes a refusal; None for a code, or for data, that is not written out there."""

    place: str
    code: str | None
    given: frozenset[str] | None


def refusals(root: Path = ROOT) -> Iterator[Made]:
    """Yield every call of `Unmet` in the rules and in the service."""
    for source in sources(root, "workflows", "cycle"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Unmet":
                yield Made(f"{source.path}:{node.lineno}", _code(node), _given(node))


def _code(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _given(call: ast.Call) -> frozenset[str] | None:
    data = next((k.value for k in call.keywords if k.arg == "data"), None)
    if len(call.args) > 1:
        data = call.args[1]
    if data is None:
        return frozenset()
    if not isinstance(data, ast.Dict):
        return None
    names = [key.value for key in data.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    return frozenset(names) if len(names) == len(data.keys) else None
