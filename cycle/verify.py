"""Verification of the whole database: every chain, every row replayed, everything that stands compared.

One reading transaction, streamed in order of subject. Each subject stops at its first fault, others go on.
Not covered, for no history tells of it: acts that wait for a second person (`pending_act`), keys against
repetition (`once`), the delivery of mail (`outbox`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from cycle.checkpoint import Checkpoint
from cycle.db import Database
from cycle.history_stream import LAST, LINKS, ROWS, Streams, Unreadable, text_of
from cycle.verify_state import Tables
from workflows import ledger
from workflows.ledger import NO_HEADS, Fault, Head

MOST_FAULTS: Final = 100
"""How many faulty subjects a verdict names; all are counted."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was looked at. Rows are those found whole and in their place."""

    subjects: int = 0
    rows: int = 0
    deadlines: int = 0
    lines: int = 0
    results: int = 0
    texts: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found.

    `faults` are the first bad entry of each subject, in order of subject, at most MOST_FAULTS of `faulty`.
    `digest` is that of the heads, None unless all is well: it may be printed and compared years later.
    `replayed` False means that only the chains were followed; `against` is the checkpoint compared with.
    """

    faults: tuple[Fault, ...]
    faulty: int
    checked: Checked
    replayed: bool
    against: Checkpoint | None
    digest: str | None
    newest_at: str | None = None

    @property
    def ok(self) -> bool:
        return not self.faulty


@dataclass(slots=True)
class _Walk:
    """A verification under way.

    `left` are the checkpoint's heads not met yet, `behind` counts subjects shorter than it or gone. `odd` is
    set by what a restored backup cannot show: a subject beyond the checkpoint, tables that differ.
    """

    streams: Streams
    against: Checkpoint | None
    heads: dict[str, tuple[int, str]] | None
    left: dict[str, tuple[int, str]] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)
    faults: list[Fault] = field(default_factory=list)
    faulty: int = 0
    subjects: int = 0
    rows: int = 0
    behind: int = 0
    odd: bool = False

    def fault(self, fault: Fault) -> None:
        self.faulty += 1
        if fault.code in ("tail_cut", "subject_vanished"):
            self.behind += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)

    def end_of(self, subject: str, number: int, head: str, fault: Fault | None) -> None:
        """One subject is done."""
        text_of(subject)
        self.subjects += 1
        self.rows += number
        self.digest.update(ledger.head_line(subject, number, head))
        if self.heads is not None:
            self.heads[subject] = (number, head)
        if self.against is not None:
            promised = self.left.pop(subject, None)
            self.odd = self.odd or promised is None or number > promised[0]
        if fault is not None:
            self.fault(fault)


def verify(
    database: Database,
    against: Checkpoint | None = None,
    replay: bool = True,  # noqa: FBT001, FBT002 - the one way to ask for less
    *,
    heads: dict[str, tuple[int, str]] | None = None,
) -> Verdict:
    """Check the database against its own history, and that against a checkpoint where one is given.

    Without `replay` only the chains are followed. `heads` is filled with the last number and hash of each
    subject. What cannot be read at all is a fault (`unreadable`), not an error.
    """
    with database.read() as session, Streams(session) as streams:
        walk = _Walk(streams, against, heads, dict(against.heads) if against else {})
        counts: dict[str, int] = {}
        newest = None
        try:
            newest = next((row[0] for row in streams.rows(LAST)), None)
            counts = _replay(walk) if replay else _chains(walk)
        except (Unreadable, database.engine.dialect.loaded_dbapi.Error, UnicodeDecodeError) as error:
            walk.fault(Fault("unreadable", "", 0, str(error).partition("\n")[0]))
            walk.left.clear()
        _vanished(walk)
        return _verdict(walk, counts, newest, replayed=replay)


def _replay(walk: _Walk) -> dict[str, int]:
    tables = Tables(walk.streams)
    broken = False
    heads = walk.against.heads if walk.against else NO_HEADS
    for folded, fault in ledger.fold(walk.streams.rows(ROWS), heads):
        for orphan in tables.orphans(folded.subject):
            walk.fault(orphan)
        standing = tables.faults(folded)
        broken = broken or fault is not None
        walk.odd = walk.odd or bool(standing)
        first = fault or (standing[0] if standing else None)
        walk.end_of(folded.subject, folded.number, folded.hash, first)
    for orphan in tables.orphans(None):
        walk.fault(orphan)
    if not broken:  # a broken chain names its later texts in vain
        for unnamed in tables.texts.unnamed():
            walk.fault(unnamed)
    return {**{f"{name}s": count for name, count in tables.counts.items()}, "texts": len(tables.texts)}


def _chains(walk: _Walk) -> dict[str, int]:
    links: Iterator[tuple[str, int, str, str]] = walk.streams.rows(LINKS)
    heads = walk.against.heads if walk.against else NO_HEADS
    for head in ledger.chain(links, heads):
        _end_of_chain(walk, head)
    return {}


def _end_of_chain(walk: _Walk, head: Head) -> None:
    walk.end_of(head.subject, head.number, head.hash, head.fault)


def _vanished(walk: _Walk) -> None:
    for subject, (number, _hash) in sorted(walk.left.items()):
        walk.fault(Fault("subject_vanished", subject, 1, f"the checkpoint has {number}"))


def _verdict(walk: _Walk, counts: dict[str, int], newest: str | None, *, replayed: bool) -> Verdict:
    if _older(walk, newest):
        promised = walk.against.newest_at if walk.against else None
        walk.faults.insert(0, Fault("database_older", "", 0, f"{newest} / {promised}"))
        walk.faulty += 1
    return Verdict(
        faults=tuple(walk.faults[:MOST_FAULTS]),
        faulty=walk.faulty,
        checked=Checked(subjects=walk.subjects, rows=walk.rows, **counts),
        replayed=replayed,
        against=walk.against,
        digest=None if walk.faulty else walk.digest.hexdigest(),
        newest_at=newest,
    )


def _older(walk: _Walk, newest: str | None) -> bool:
    """Whether all that is wrong is what a restored backup looks like: nowhere ahead, the end missing."""
    if walk.against is None or walk.odd or not walk.behind or walk.behind != walk.faulty:
        return False
    return (newest or "") < (walk.against.newest_at or "")


def take_checkpoint(database: Database, made_at: str) -> tuple[Verdict, Checkpoint | None]:
    """A checkpoint of the history as it stands, made at the instant `made_at`; None unless all is well."""
    heads: dict[str, tuple[int, str]] = {}
    verdict = verify(database, heads=heads)
    if verdict.digest is None:
        return verdict, None
    return verdict, Checkpoint(made_at, verdict.newest_at, verdict.checked.rows, heads, verdict.digest)
