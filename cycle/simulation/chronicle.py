"""The history read once, row by row, into what the outputs are derived from: deadlines, posts, counts."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from workflows.deadlines import Deadline
from workflows.ledger import merge
from workflows.workdays import Calendar, thaw

Row = Mapping[str, Any]
"""A row of history.jsonl."""


@dataclass(slots=True)
class Armed:
    """A deadline with what became of it. `first` says that the row that armed it entered the state first."""

    subject: str
    deadline: Deadline
    armed_at: datetime
    first: bool
    voided_at: datetime | None = None
    lapsed: bool = False


@dataclass(slots=True)
class Standing:
    """What a subject was after each of its rows, oldest first."""

    at: list[datetime] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    records: list[Mapping[str, Any]] = field(default_factory=list)

    def on(self, instant: datetime) -> tuple[str, Mapping[str, Any]] | None:
        """State and record at an instant; None before its first row."""
        place = bisect_right(self.at, instant)
        return (self.states[place - 1], self.records[place - 1]) if place else None


@dataclass(slots=True)
class Chronicle:
    """What the rows say, in order of entry."""

    armed: dict[str, Armed] = field(default_factory=dict)
    registers: dict[str, Standing] = field(default_factory=dict)
    actions: Counter[str] = field(default_factory=Counter)
    moved: int = 0
    opened: dict[str, str] = field(default_factory=dict)
    last: datetime | None = None

    def add(self, row: Row) -> None:
        """Take in the next row."""
        at = datetime.fromisoformat(row["at"])
        data = row["data"] or {}
        kind = row["subject"].partition(":")[0]
        self.last = at
        self.moved += row["before"] != row["after"]
        if kind == "appraisal":
            self.actions[row["action"]] += 1
        elif kind == "case" and row["action"] == "open":
            self.opened[row["subject"]] = row["at"]
        elif kind in ("department", "person", "calendar"):
            self._register(row, at, data)
        self._deadlines(row, at, data)

    def calendar(self) -> Calendar:
        """The working days by the tables imported."""
        tables = {
            key.partition(":")[2]: s for key, s in self.registers.items() if key.startswith("calendar:")
        }
        return thaw({year: standing.records[-1]["days"] for year, standing in tables.items()})

    def _register(self, row: Row, at: datetime, data: Mapping[str, Any]) -> None:
        standing = self.registers.setdefault(row["subject"], Standing())
        before = standing.records[-1] if standing.records else {}
        standing.at.append(at)
        standing.states.append(row["after"])
        standing.records.append(merge(before, data.get("record", {})))

    def _deadlines(self, row: Row, at: datetime, data: Mapping[str, Any]) -> None:
        for name in data.get("voids", ()):
            gone = self.armed[name]
            gone.voided_at = at
            gone.lapsed = row["action"] == "lapse"
        for given in data.get("deadlines", ()):
            grace = given["grace_until"]
            deadline = Deadline(
                id=given["id"],
                state=given["state"],
                visit=given["visit"],
                who=given["who"],
                due=date.fromisoformat(given["due"]),
                grace_until=date.fromisoformat(grace) if grace else None,
                provisional=given["provisional"],
            )
            entered = row["before"] != row["after"]
            first = entered and deadline.visit == 1
            self.armed[deadline.id] = Armed(row["subject"], deadline, at, first)


def read(rows: Iterable[Row]) -> Chronicle:
    """The chronicle of a whole history. Raises KeyError where a row voids what was never armed."""
    chronicle = Chronicle()
    for row in rows:
        chronicle.add(row)
    return chronicle


def by_key(registers: Mapping[str, Standing], kind: str) -> list[tuple[str, Standing]]:
    """The subjects of a kind by id, in order of the id."""
    found = ((key.partition(":")[2], s) for key, s in registers.items() if key.startswith(f"{kind}:"))
    return sorted(found, key=itemgetter(0))
