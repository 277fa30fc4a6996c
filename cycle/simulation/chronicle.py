"""The history read once, row by row, into what the summary counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
"""A row of history.jsonl."""


@dataclass(slots=True)
class Chronicle:
    """Rows that move a subject, moves of appraisals by action, and when each case was opened."""

    moved: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    opened: dict[str, str] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take in the next row."""
        kind = row["subject"].partition(":")[0]
        self.moved += row["before"] != row["after"]
        if kind == "appraisal":
            self.actions[row["action"]] += 1
        elif kind == "case" and row["action"] == "open":
            self.opened[row["subject"]] = row["at"]


def read(rows: Iterable[Row]) -> Chronicle:
    """The chronicle of a whole history."""
    chronicle = Chronicle()
    for row in rows:
        chronicle.add(row)
    return chronicle
