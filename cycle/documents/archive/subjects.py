"""Which subjects belong to a year, their history as lines, and the checkpoint of their chains."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from cycle import queries
from cycle.checkpoint import Checkpoint
from cycle.db import Session, Statement
from cycle.documents.papers.issuing import Issued
from cycle.export import RowDamaged, line
from cycle.history_stream import Streams
from cycle.queries import SubjectRow
from workflows import ledger
from workflows.matters import MATTERS

_OF_YEAR: Final = ("cycle", "appraisal", "case", "calendar")
_ROWS: Final = "SELECT subject, body, hash FROM history ORDER BY seq"
_NEWEST: Final = Statement("SELECT max(at) FROM history WHERE subject = :subject")


def of_year(session: Session, year: int, issued: Sequence[Issued]) -> list[SubjectRow]:
    """The year itself, every department's, its matters (carried into it too), its cases and working days, by key.

    With them the registers of the papers issued about it.
    """
    found = [row for kind in _OF_YEAR for row in queries.of_year(session, kind, year)]
    for kind in MATTERS:
        found += queries.of_year(session, kind, year)
        before = queries.of_year(session, kind, year - 1)
        found += [row for row in before if queries.counting_year(row) == year]
    for issued_in in sorted({one.issued_in for one in issued}):
        found += queries.of_year(session, "dispatch", issued_in)
    return sorted(found, key=lambda row: row.key)


def history(session: Session, keys: Collection[str]) -> Iterator[bytes]:
    """Their rows as lines of history.jsonl, in the order of entry. Raises RowDamaged."""
    seq = 0
    with Streams(session) as streams:
        for subject, body, hash_ in streams.rows(_ROWS):
            if subject not in keys:
                continue
            seq += 1
            try:
                yield line(body, hash_, seq).encode() + b"\n"
            except (ValueError, AttributeError) as error:
                raise RowDamaged(seq) from error


def checkpoint(session: Session, rows: Sequence[SubjectRow]) -> Checkpoint:
    """Where their chains end. It is dated by the newest row, so that one archive made twice is the same."""
    heads = {row.key: (row.number, row.hash) for row in rows}
    newest = max(str(_NEWEST.run(session, subject=row.key).fetchone()[0]) for row in rows)
    return Checkpoint(
        made_at=newest,
        newest_at=newest,
        rows=sum(row.number for row in rows),
        heads=heads,
        digest=ledger.heads_digest(heads),
    )
