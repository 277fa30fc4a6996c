"""What the tables should hold by the history, compared with what they do hold, one subject at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Table

from cycle import models
from cycle.history_stream import Shelf, Streams, Values
from cycle.keys import split_key
from workflows.errors import NotFound
from workflows.ledger import Fault, Folded, canonical, digest

SUBJECT = ("key", "kind", "year", "department", "state", "number", "hash", "record", "wake")


def _columns(model: Any, *, first: str) -> tuple[str, ...]:
    """The columns of a table, `first` in front: whatever is stored is compared, new columns too."""
    table: Table = model.__table__
    return (first, *(column.name for column in table.columns if column.name != first))


DEADLINE = _columns(models.DeadlineRow, first="subject")
LINE = _columns(models.LineRow, first="subject")
RESULT = _columns(models.ResultRow, first="subject")

RESULT_KEY = ("year", "status", "version", "department")

Expected = Mapping[Any, Mapping[str, Any]]


class Part:
    """A table whose rows belong to subjects: what stands in it, and what should by the history."""

    def __init__(
        self,
        name: str,
        columns: Sequence[str],
        streams: Streams,
        expected: Callable[[Folded], Expected],
        key: Sequence[str],
    ) -> None:
        self.name = name
        self.columns = columns
        self.expected = expected
        self.key = itemgetter(*(columns.index(column) for column in key))
        self.shelf = Shelf(streams.rows(f"SELECT {', '.join(columns)} FROM {name} ORDER BY subject"))


class Texts:
    """Every kept text, read once: whether its bytes give its digest, and whether any history row names it.

    The one thing that grows with the database: some 200 bytes a text.
    """

    def __init__(self, streams: Streams) -> None:
        self._whole: dict[str, bool] = {}
        self._named: set[str] = set()
        for sha256, body in streams.rows("SELECT sha256, body FROM text ORDER BY sha256"):
            self._whole[sha256] = isinstance(body, str) and digest(body) == sha256

    def __len__(self) -> int:
        return len(self._whole)

    def faults(self, folded: Folded) -> Iterator[Fault]:
        """The texts one subject names that are gone or changed."""
        for text, number in folded.texts.items():
            self._named.add(text)
            if not self._whole.get(text, False):
                code = "text_differs" if text in self._whole else "text_missing"
                yield Fault(code, folded.subject, number, text)

    def unnamed(self) -> Iterator[Fault]:
        """The texts that no subject taken in so far names."""
        for text in self._whole:
            if text not in self._named:
                yield Fault("text_unknown", "", 0, text)


class Tables:
    """The tables beside the history, walked in step with it; counts what it compared."""

    def __init__(self, streams: Streams) -> None:
        self.texts = Texts(streams)
        self.subjects = Shelf(streams.rows(f"SELECT {', '.join(SUBJECT)} FROM subject ORDER BY key"))
        self._parts = (
            Part("deadline", DEADLINE, streams, lambda folded: folded.deadlines, ("id",)),
            Part("line", LINE, streams, lambda folded: folded.lines, ("id",)),
            Part("result", RESULT, streams, lambda folded: folded.results, RESULT_KEY),
        )
        self.counts = {part.name: 0 for part in self._parts}

    def orphans(self, subject: str | None) -> Iterator[Fault]:
        """Rows of subjects that come before `subject` and have no history; all that are left for None."""
        for row in self.subjects.before(subject):
            yield Fault("history_missing", row[0], 1, "")
        for part in self._parts:
            for row in part.shelf.before(subject):
                yield Fault(f"{part.name}_unknown", row[0], 0, _told(part.key(row)))

    def faults(self, folded: Folded) -> list[Fault]:
        """Where the tables differ from what one subject's history adds up to, in a fixed order."""
        found = list(_of_subject(folded, self.subjects.take(folded.subject)))
        for part in self._parts:
            found += self._compared(part, folded)
        found += self.texts.faults(folded)
        return found

    def _compared(self, part: Part, folded: Folded) -> Iterator[Fault]:
        subject, columns = folded.subject, part.columns
        rows = {part.key(row): row for row in part.shelf.take(subject)}
        self.counts[part.name] += len(rows)
        for key, value in part.expected(folded).items():
            row = rows.pop(key, None)
            if row is None:
                yield Fault(f"{part.name}_missing", subject, value["number"], _told(key))
                continue
            should = (subject, *[value.get(column) for column in columns[1:]])
            if row != should:
                column = next(c for c, a, b in zip(columns, row, should, strict=True) if a != b)
                yield Fault(f"{part.name}_differs", subject, value["number"], f"{_told(key)} {column}")
        for key in rows:
            yield Fault(f"{part.name}_unknown", subject, 0, _told(key))


def _of_subject(folded: Folded, rows: Sequence[Values]) -> Iterator[Fault]:
    """The subject's own row: one, and what its history adds up to."""
    if len(rows) != 1:
        yield Fault("subject_missing", folded.subject, folded.number, f"{len(rows)}")
        return
    found = dict(zip(SUBJECT, rows[0], strict=True))
    number = found["number"]
    if number != folded.number:
        longer = isinstance(number, int) and number > folded.number
        code = "tail_missing" if longer else "tail_unknown"
        first = min(number, folded.number) + 1 if isinstance(number, int) else folded.number
        yield Fault(code, folded.subject, first, f"state {number}, history {folded.number}")
        return
    for column, value in _standing(folded).items():
        if found[column] != value:
            code = "head_differs" if column == "hash" else f"{column}_differs"
            yield Fault(code, folded.subject, folded.number, _told(found[column]))


def _standing(folded: Folded) -> dict[str, Any]:
    try:
        kind, year, department = split_key(folded.subject)
    except NotFound:
        kind, year, department = "", 0, ""
    return {
        "kind": kind,
        "year": year,
        "department": department,
        "state": folded.state,
        "hash": folded.hash,
        "record": canonical(folded.record),
        "wake": folded.record.get("wake"),
    }


def _told(value: Any) -> str:
    """A key or a value, short enough for one line."""
    text = " ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)
    return text if len(text) <= 120 else f"{text[:119]}…"
