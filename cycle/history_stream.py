"""The history and the tables that repeat it, streamed in order of subject: however long, memory stays flat.

On PostgreSQL a server-side cursor a table, all in the one transaction of the session; SQLite's cursors stream
by themselves.

`seq` is drawn when a row is entered. SQLite has one writer at a time, so that is the order of commit too. On
PostgreSQL transactions that ran at the same time may have committed in another order, and a row may come to
be seen after rows entered later. Within a subject the order is always its own: whoever is second waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import Any

from cycle.db import Session, Statement

BATCH = 2000
"""Rows fetched at a time."""

ROWS = "SELECT subject, number, at, action, body, hash, seq FROM history ORDER BY subject, number"
LINKS = "SELECT subject, number, body, hash FROM history ORDER BY subject, number"
SEALED = "SELECT body, hash FROM history ORDER BY seq"
LAST = "SELECT at FROM history ORDER BY seq DESC LIMIT 1"
"""The row entered last of those that can be seen."""

Values = tuple[Any, ...]


class Unreadable(Exception):
    """A table does not hand out its rows as texts in order; the message says what was found."""


class Streams:
    """Streams of one reading transaction, closed together: `with Streams(session) as streams`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._open = ExitStack()
        self._names = 0

    def __enter__(self) -> Streams:
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def rows(self, statement: str) -> Iterator[Any]:
        """The rows of `statement` as plain tuples, fetched as they are asked for."""
        raw = self._session.driver
        if self._session.dialect == "sqlite":
            cursor: Any = raw.cursor()
        else:
            self._names += 1
            cursor = raw.cursor(f"cycle_stream_{self._names}")
        self._open.callback(cursor.close)
        cursor.execute(statement)
        return chain.from_iterable(iter(lambda: cursor.fetchmany(BATCH), []))


class Shelf:
    """The rows of one table, ordered by the subject in their first column, handed out a subject at a time."""

    def __init__(self, rows: Iterator[Values]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def take(self, subject: str) -> list[Values]:
        """The rows of `subject`; those before it must have been taken."""
        found = []
        while self._next is not None and self._next[0] == subject:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found

    def before(self, subject: str | None) -> Iterator[Values]:
        """The rows that come before `subject` and so belong to nobody; all that are left where it is None."""
        until = None if subject is None else text_of(subject)
        while self._next is not None and (until is None or text_of(self._next[0]) < until):
            yield self._next
            self._next = next(self._rows, None)


def text_of(value: Any) -> str:
    """A subject as it was read. Raises Unreadable: SQLite stores whatever it is given."""
    if not isinstance(value, str):
        raise Unreadable(f"{value!r} in place of a subject")
    return value


_OF_SUBJECT = Statement("SELECT body, hash FROM history WHERE subject = :subject ORDER BY number")


def rows_of(session: Session, subject: str) -> list[tuple[str, str]]:
    """The sealed bodies and hashes of one subject, in order; empty where there is none."""
    return [(body, hash_) for body, hash_ in _OF_SUBJECT.run(session, subject=subject).fetchall()]
