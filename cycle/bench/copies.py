"""Fills a scratch database by copying one subject under other ids, its chain sealed anew.

Leading each department through a year by hand would take hours; a copy differs from what that would have
written in nothing but ids, hashes and the points asked for, and the verifier finds it whole. Its deadlines
have their alarms, and its letters, where they are wanted, Message-IDs of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from cycle.db import Session, Statement
from cycle.models import METADATA
from notifications.outbox import message_id
from workflows import ledger

Row = dict[str, Any]
Vary = Callable[[int, str], str]
"""Given the copy's index and a row's text, the text the copy is to have."""

BATCH = 500  # copies at a time, so that memory stays flat
_BESIDE = {
    "deadline": "subject = :key",
    "alarm": "subject = :key",
    "fired_rung": "subject = :key",
    "reminder": "deadline IN (SELECT id FROM deadline WHERE subject = :key)",
    "result": "subject = :key",
}
"""Tables whose rows differ in nothing but ids and names, and which of theirs belong to a subject."""


def as_it_is(_index: int, text: str) -> str:
    """Nothing but the ids differs."""
    return text


def copy(
    session: Session,
    key: str,
    pattern: str,
    names: Iterable[str],
    vary: Vary = as_it_is,
    *,
    letters: bool = True,
) -> int:
    """Copy the subject `key` once for each name, which takes the place of `pattern`; how many rows of history.

    Letters are most of the bytes; whoever reads none may leave them out.
    """
    subject = _rows(session, "subject", "key = :key", key)[0]
    history = _rows(session, "history", "subject = :key ORDER BY number", key)
    beside = {table: _rows(session, table, of_subject, key) for table, of_subject in _BESIDE.items()}
    posted = _rows(session, "outbox", "subject = :key", key) if letters else []
    batch: dict[str, list[Row]] = {table: [] for table in ("subject", "history", *_BESIDE, "line", "outbox")}
    written = 0
    for index, name in enumerate(names, start=1):
        chain = list(_chain(history, pattern, name, index, vary))
        batch["subject"].append({**_renamed(subject, pattern, name), "hash": chain[-1]["hash"]})
        batch["history"] += chain
        for table, rows in beside.items():
            batch[table] += [_renamed(row, pattern, name) for row in rows]
        batch["line"] += _lines(chain)
        batch["outbox"] += [_letter(row, pattern, name) for row in posted]
        written += len(chain)
        if index % BATCH == 0:
            _store(session, batch)
    _store(session, batch)
    return written


def _rows(session: Session, table: str, condition: str, key: str) -> list[Row]:
    names = [c.name for c in METADATA.tables[table].columns if c.name != "seq"]
    text = f"SELECT {', '.join(names)} FROM {table} WHERE {condition}"
    found = Statement(text).run(session, key=key).fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]


def _letter(row: Row, pattern: str, name: str) -> Row:
    renamed = _renamed(row, pattern, name)
    domain = row["message_id"].rpartition("@")[2].rstrip(">")
    return {**renamed, "message_id": message_id(renamed["key"], domain)}


def _renamed(row: Row, pattern: str, name: str) -> Row:
    return {
        column: value.replace(pattern, name) if isinstance(value, str) else value
        for column, value in row.items()
    }


def _chain(history: Sequence[Row], pattern: str, name: str, index: int, vary: Vary) -> Iterator[Row]:
    subject, before, previous = history[0]["subject"].replace(pattern, name), "", ""
    for row in history:
        body = vary(index, row["body"].replace(pattern, name))
        if before:
            body = body.replace(before, previous, 1)
        before, previous = row["hash"], ledger.digest(body)
        yield {**row, "subject": subject, "body": body, "hash": previous}


def _lines(chain: Sequence[Row]) -> Iterator[Row]:
    for row in chain:
        if '"lines":[' in row["body"]:
            for line in json.loads(row["body"])["data"]["lines"]:
                yield {**line, "subject": row["subject"], "number": row["number"], "reversed_by": None}


def _store(session: Session, batch: Mapping[str, list[Row]]) -> None:
    cursor = session.driver.cursor()
    for table, rows in batch.items():
        if not rows:
            continue
        columns = list(rows[0])
        into = f"{table} ({', '.join(columns)})"
        values = ([row[column] for column in columns] for row in rows)
        if session.dialect == "sqlite":
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join('?' * len(columns))})", values)
        else:
            with cursor.copy(f"COPY {into} FROM STDIN") as stream:
                for row in values:
                    stream.write_row(row)
        rows.clear()
