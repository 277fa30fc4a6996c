"""The drawings and lists of docs/architecture.md, made from what they speak of.

`python -m tests.architecture` writes them anew between their marks; what stands around them is written by people.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from cycle.acts.table import ROWS
from cycle.machine_pages import mermaid
from cycle.models import TABLES
from cycle.operations.catalogue import OPERATIONS
from tests.rules.tree import ROOT
from workflows import words
from workflows.machines import MACHINES

PAGE: Final = ROOT / "docs" / "architecture.md"
BLOCK: Final = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def layers() -> list[list[str]]:
    """What stands in each layer, the top one first, by the import contracts of pyproject.toml."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = next(one for one in contracts["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return [re.findall(r"[\w.]+", line) for line in found["layers"]]


def said(module: str) -> str:
    """The first sentence of what a module says of itself; empty where it says nothing."""
    path = ROOT / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) if module and file.exists() else ""
    return re.split(r"(?<=\.)\s|\n\n", " ".join((text or "").split()))[0]


def drawn_layers() -> str:
    """The layers as a drawing: what stands higher imports what stands lower, never the other way."""
    lines = ["```mermaid", "flowchart TB"]
    for number, layer in enumerate(layers()):
        lines.append(
            f'    l{number}["{"<br>".join(" · ".join(layer[at : at + 3]) for at in range(0, len(layer), 3))}"]'
        )
    lines.append("    " + " --> ".join(f"l{number}" for number in range(len(layers()))))
    return "\n".join([*lines, "```", ""])


def listed_layers() -> str:
    """Each module of the layers in its own words."""
    return _table(
        ("module", "what it is"),
        [(f"`{one}`", said(one)) for layer in layers() for one in layer if said(one)],
    )


def listed_machines() -> str:
    """Each kind of subject that has a process."""
    rows = [
        (
            f"[`{name}`](machines.md#{_anchor(name)})",
            words.word("kind", name, "zh"),
            str(len(machine.states)),
            str(len({move.action for move in machine.moves})),
            said(_module(name)),
        )
        for name, machine in MACHINES.items()
    ]
    return _table(("kind", "Chinese", "states", "actions", "what it is"), rows)


def _anchor(name: str) -> str:
    """The address of a process's heading in docs/machines.md."""
    named = (words.word("kind", name, lang).replace(" ", "-") for lang in ("en", "zh"))
    return "-".join((name, *named))


def _module(name: str) -> str:
    """The module that is about one machine alone; the registers share theirs, which speaks of none of them."""
    for path in sorted((ROOT / "workflows" / "machines").glob("*.py")):
        machines = re.findall(r'Machine\(\s*(?:name=)?"(\w+)"', path.read_text(encoding="utf-8"))
        if machines == [name]:
            return f"workflows.machines.{path.stem}"
    return ""


def drawn_cycle() -> str:
    """The year's own process; that of a department, and all others, stand in docs/machines.md."""
    return f"```mermaid\n{mermaid(MACHINES['cycle'], 'en')}```\n"


def listed_tables() -> str:
    """The tables, in the order in which they are declared."""
    rows = []
    for table in TABLES:
        first, *_ = " ".join((table.__doc__ or "").split()).split(". ")
        rows.append((f"`{table.__tablename__}`", first.rstrip(".") + "."))
    return _table(("table", "what a row is"), rows)


def counted() -> str:
    """How many ways in there are to the same operations."""
    return (
        f"{len(OPERATIONS)} operations stand in `cycle/operations/catalogue.py`; {len(ROWS)} acts of pages and "
        "programs in `cycle/acts/table.py` lead to them, and every operation has a command.\n"
    )


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


MADE: Final[Mapping[str, Callable[[], str]]] = {
    "layers": drawn_layers,
    "modules": listed_layers,
    "machines": listed_machines,
    "cycle": drawn_cycle,
    "tables": listed_tables,
    "counts": counted,
}
"""Mark to what stands between it and the next one."""


def page(text: str) -> str:
    """The page with everything made put in anew."""
    return BLOCK.sub(lambda found: f"{found[1]}{MADE[found[2]]()}{found[3]}", text)


def marks(text: str) -> Iterator[str]:
    """The marks of a page, in order."""
    return (found[2] for found in BLOCK.finditer(text))


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
