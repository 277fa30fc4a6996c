"""The whole history as one file, history.jsonl: one row a line in the order of entry.

The format is described in docs/history-format.md.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cycle.db import Database, Session
from cycle.history_stream import SEALED, Streams
from workflows.ledger import canonical


class RowDamaged(Exception):
    """A stored row is no sealed row any more and cannot be written as a line; `place` counts rows from 1."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def line(body: str, hash_: str, seq: int) -> str:
    """One row as a line, without its end: the sealed text with `hash` and `seq` put in where they sort.

    Of the keys after `data` only texts follow, in which a bare `,"number":` cannot occur: the last one is the
    row's own. Raises ValueError where the text is no sealed row.
    """
    number, subject = body.rindex(',"number":'), body.rindex(',"subject":')
    if not body.startswith('{"action":') or "\n" in body or number > subject:
        raise ValueError(body[:40])
    return f'{body[:number]},"hash":{canonical(hash_)}{body[number:subject]},"seq":{seq}{body[subject:]}'


def lines(session: Session) -> Iterator[str]:
    """Every row in the order of entry, numbered from 1 without gaps. Raises RowDamaged."""
    with Streams(session) as streams:
        for seq, (body, hash_) in enumerate(streams.rows(SEALED), start=1):
            try:
                yield line(body, hash_, seq)
            except (ValueError, AttributeError) as error:
                raise RowDamaged(seq) from error


def export(database: Database, path: Path, *, replace: bool = False) -> int:
    """Write history.jsonl to `path`, whole or not at all; the number of rows.

    Raises FileExistsError unless `replace`, OSError, RowDamaged.
    """
    rows = 0
    with database.read() as session, _appearing(path, replace=replace) as stream:
        for text in lines(session):
            stream.write(text.encode() + b"\n")
            rows += 1
    return rows


@contextmanager
def _appearing(path: Path, *, replace: bool) -> Iterator[IO[bytes]]:
    """A file written beside its place and moved there once complete."""
    target = path.resolve()  # through a symbolic link, not over it
    if target.exists() and not replace:
        raise FileExistsError(target)
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists() and not replace:
            raise FileExistsError(target)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
