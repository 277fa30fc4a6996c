"""Writes down the statements the product sends, to send the very same ones without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from cycle.bench.beds import Bed
from cycle.db import Session, Statement
from cycle.models import METADATA


class Sent(NamedTuple):
    """One statement as the driver got it: its text and its parameters, a list of them where sent for many."""

    text: str
    parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    many: bool


@contextmanager
def recording() -> Iterator[list[Sent]]:
    """Everything sent through `Statement` meanwhile, in order. Not for threads."""
    sent: list[Sent] = []
    run, run_many = Statement.run, Statement.run_many

    def recorded(self: Statement, session: Session, **parameters: Any) -> Any:
        sent.append(Sent(self.texts[session.dialect], parameters, many=False))
        return run(self, session, **parameters)

    def recorded_many(self: Statement, session: Session, parameters: Sequence[Mapping[str, Any]]) -> None:
        sent.append(Sent(self.texts[session.dialect], list(parameters), many=True))
        run_many(self, session, parameters)

    Statement.run, Statement.run_many = recorded, recorded_many  # type: ignore[method-assign]  # put back below
    try:
        yield sent
    finally:
        Statement.run, Statement.run_many = run, run_many  # type: ignore[method-assign]  # as it was


def play(connection: Any, begin: str, transactions: Sequence[Sequence[Sent]]) -> None:
    """Send recorded transactions over a bare driver connection, fetching what they read.

    `begin` is empty where the driver begins by itself.
    """
    cursor = connection.cursor()
    for transaction in transactions:
        if begin:
            cursor.execute(begin)
        for text, parameters, many in transaction:
            if many:
                cursor.executemany(text, parameters)
                continue
            cursor.execute(text, parameters)
            if cursor.description is not None:
                cursor.fetchall()
        connection.commit()


class Unequal(Exception):
    """Two databases that were to hold the same bytes do not: the comparison would be unfair."""


def require_equal(bed: Bed, one: str, other: str) -> None:
    """Raises Unequal unless every table of both databases holds the same rows, sequence numbers too."""
    with closing(bed.connect(one)) as first, closing(bed.connect(other)) as second:
        for table in METADATA.tables.values():
            keys = ", ".join(column.name for column in table.primary_key)
            text = f"SELECT * FROM {table.name} ORDER BY {keys}"
            if first.cursor().execute(text).fetchall() != second.cursor().execute(text).fetchall():
                raise Unequal(table.name)
