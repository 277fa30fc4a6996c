"""What is found in a database after a power cut: whether it is whole, and what it has forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cycle.db import Database, DatabaseUnfit, Session, Statement
from cycle.verify import verify
from tests.powerloss.recording import DATABASE, Told

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """`broken`: what is at odds with itself. `lost`: what had been told and is not there."""

    broken: tuple[str, ...]
    lost: tuple[str, ...] = ()


def history(database: Database) -> list[Row]:
    """Every row of the history, in the order they were written."""
    with database.read() as session:
        return _rows(session, "SELECT subject, number, hash, body FROM history ORDER BY seq")


def examine(
    folder: Path, files: Mapping[str, bytes], told: Sequence[Told], written: Sequence[Row]
) -> Aftermath:
    """Put `files` into `folder` and open the database as the product does.

    `told` is what had been told before the cut; `written` is the whole history that was going to be.
    """
    for name, content in files.items():
        (folder / name).write_bytes(content)
    database = Database(f"sqlite:///{folder / DATABASE}")
    try:
        return _examined(database, told, written)
    except (sqlite3.DatabaseError, DatabaseUnfit) as error:
        return Aftermath((f"{type(error).__name__}: {error}",))
    finally:
        for path in folder.iterdir():
            path.unlink()
        database.close()  # last: without its file it does not carry the log over, which costs real syncs


def _examined(database: Database, told: Sequence[Told], written: Sequence[Row]) -> Aftermath:
    with database.read() as session:
        broken = [text for (text,) in _rows(session, "PRAGMA integrity_check") if text != "ok"]
        broken += [str(row) for row in _rows(session, "PRAGMA foreign_key_check")]
        lost = tuple(_lost(session, told))
    rows = history(database)
    if rows != written[: len(rows)]:
        broken.append("the history is not the beginning of what was written")
    broken += [str(fault) for fault in verify(database).faults]
    return Aftermath(tuple(broken), lost)


def _lost(session: Session, told: Sequence[Told]) -> Iterator[str]:
    rows = set(_rows(session, "SELECT subject, number FROM history"))
    subjects = _by_key(session, "SELECT key, number FROM subject")
    waiting = _by_key(session, "SELECT id, status FROM pending_act")
    letters = _by_key(session, "SELECT key, status, attempts FROM outbox")
    for one in told:
        if "pending" in one:
            yield from () if one["pending"] in waiting else (f"act waiting {one['pending']}",)
        elif "letter" in one:
            yield from _unsent(one, letters)
        else:
            subject, number = one["subject"], one["number"]
            if (subject, number) not in rows:
                yield f"history {subject} {number}"
            if subjects.get(subject, (0,)) < (number,):
                yield f"state {subject} {number}"
            yield from (f"letter {key}" for key in one["letters"] if key not in letters)


def _unsent(one: Told, letters: Mapping[str, Row]) -> Iterator[str]:
    """A letter whose handing over or whose arrival is forgotten: it would be sent again, and not be counted."""
    status, attempts = letters.get(one["letter"], ("gone", 0))
    if attempts < one["attempts"]:
        yield f"attempt {one['letter']} {one['attempts']}"
    if "sent" in one and status != "sent":
        yield f"sending {one['letter']}"


def _by_key(session: Session, sql: str) -> dict[str, Row]:
    return {row[0]: row[1:] for row in _rows(session, sql)}


def _rows(session: Session, sql: str) -> list[Row]:
    return [tuple(row) for row in Statement(sql).run(session).fetchall()]
