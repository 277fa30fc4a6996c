"""The regulation, clause by clause: what carries each in the service and the test that shows it, as a page.

`python3 -m cycle.regulation_pages > docs/regulation.md` writes it anew. What it says stands in
`workflows/clauses.toml`: `by` names what carries a clause (`move MACHINE ACTION`, `letter KIND`,
`command WORDS`, `figure PATH`), `tests` the tests that show it; `people` says why people carry what no program can.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import workflows

SOURCE = Path(workflows.__file__).with_name("clauses.toml")

_HEADER = """\
# The regulation, clause by clause

What carries each clause in the service, and the test that shows it; or why people carry it. A move is one line of
[the processes](machines.md), a command one of `cycle --help`, a letter one of `cycle mail preview`, a figure one of
`cycle rules show --figures`.

"""
_COLUMNS = ("Clause", "Carried by", "Shown by")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: `by` what carries it, `tests` as `file::name`, `people` why people do."""

    id: str
    zh: str
    en: str
    by: tuple[str, ...]
    tests: tuple[str, ...]
    people: str


def clauses() -> tuple[Clause, ...]:
    """Every clause in the order of the regulation."""
    found = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return tuple(
        Clause(
            name,
            row["zh"],
            row["en"],
            tuple(row.get("by", ())),
            tuple(row.get("tests", ())),
            row.get("people", ""),
        )
        for name, row in found.items()
    )


def page() -> str:
    """The whole page as Markdown."""
    return _HEADER + "\n".join(_rows(clauses())) + "\n"


def _rows(every: Sequence[Clause]) -> Iterator[str]:
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{'---|' * len(_COLUMNS)}"
    for clause in every:
        carried = [_link(one) for one in clause.by]
        if clause.people:
            carried.append(f"people: {clause.people}")
        shown = [f"`{test}`" for test in clause.tests]
        title = f"**{clause.id}** {clause.zh}<br>{clause.en}"
        yield f"| {title} | {'<br>'.join(carried)} | {'<br>'.join(shown)} |"


def _link(carrier: str) -> str:
    kind, _, name = carrier.partition(" ")
    return f"{kind} `{name}`"


if __name__ == "__main__":
    sys.stdout.write(page())
