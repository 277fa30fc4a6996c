"""The night's work: the history is verified, its ends are fixed in a checkpoint, SQLite is copied."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cycle.checkpoint import Checkpoint, CheckpointDamaged, encoded, load
from cycle.correspondence.addressees import AUDITOR, OFFICE
from cycle.correspondence.writer import Writer, recipient
from cycle.db import Database
from cycle.grading_files.save import save
from cycle.jobs import run_log
from cycle.jobs.breakdowns import PROMISES
from cycle.jobs.turns import in_turn
from cycle.operations.evidence_files import damages, tidy
from cycle.operations.perform import writing
from cycle.operations.promises import unkept
from cycle.service import Service
from cycle.verify import Verdict, verify
from workflows import words
from workflows.ledger import Fault
from workflows.wake import stamp
from workflows.workdays import local_day

FROM_HOUR: Final = 1
"""Local hour from which the night's work is done: after the windows of the day have opened."""
EVIDENCE: Final = "evidence"
KEPT: Final = 14
"""Copies kept: two weeks of nights, and of every month the first."""


class BackupUnfit(Exception):
    """A copy that does not hold what the database holds; it was removed."""


class CheckpointUnfit(Exception):
    """The newest checkpoint cannot be read; it is left for people to look at, nothing is written over it."""


def slot(service: Service, now: datetime) -> str:
    """The night `now` belongs to: the local date, from one in the morning on."""
    return local_day(now - timedelta(hours=FROM_HOUR), service.zone).isoformat()


def check_history(service: Service, folder: Path, worker: str) -> list[Verdict]:
    """Verify the whole history, also against the checkpoint before, and keep a new one in `folder`, once a night.

    The auditors are mailed its digest; where the history does not verify there is no checkpoint and the office
    is told too. Empty where the night's check is done or another worker is at it. Raises CheckpointUnfit.

    Whether the reminders were kept up is looked at as well, in a turn of its own: what was not is noted in the
    run log, from which the office is told.
    """
    found: list[Verdict] = []

    def work(now: datetime) -> None:
        before = _newest_checkpoint(folder)
        heads: dict[str, tuple[int, str]] = {}
        verdict = verify(service.database, before, heads=heads)
        file = ""
        if verdict.digest is not None:
            file = f"checkpoint-{slot(service, now)}.json"
            taken = Checkpoint(stamp(now), verdict.newest_at, verdict.checked.rows, heads, verdict.digest)
            folder.mkdir(parents=True, exist_ok=True)
            save(folder / file, encoded(taken), replace=True)
        _tell(service, verdict, file, now)
        found.append(verdict)

    night = slot(service, service.clock.now())
    try:
        in_turn(service, "history", night, worker, work)
    finally:
        in_turn(service, PROMISES, night, worker, lambda now: _check_promises(service, worker, now))
    return found


def _check_promises(service: Service, worker: str, now: datetime) -> None:
    failed = [str(each) for each in unkept(service, now)]
    run_log.add(service, PROMISES, now, worker, did={}, failed=failed)


def check_evidence(service: Service, worker: str) -> int:
    """Look after the evidence files, once a night: what is gone or changed is noted in the run log.

    From there the office is told. Files of acts that broke off are taken away; how many.
    """
    gone: list[int] = []

    def work(now: datetime) -> None:
        night = local_day(now, service.zone)
        found = damages(service, night)
        said = [f"{each.code} {each.kept.subject} {each.kept.version} {each.kept.name}" for each in found]
        gone.append(tidy(service))
        run_log.add(service, EVIDENCE, now, worker, did={}, failed=said)

    in_turn(service, EVIDENCE, slot(service, service.clock.now()), worker, work)
    return sum(gone)


def _newest_checkpoint(folder: Path) -> Checkpoint | None:
    """The night's before: what it held has to be there still. Raises CheckpointUnfit."""
    files = sorted(folder.glob("checkpoint-????-??-??.json"))
    try:
        return load(files[-1]) if files else None
    except CheckpointDamaged as damaged:
        raise CheckpointUnfit(f"{files[-1].name}: {damaged.code}: {damaged.detail}") from damaged


def _tell(service: Service, verdict: Verdict, file: str, now: datetime) -> None:
    with writing(service) as session:
        writer = Writer(session, now, service.zone)
        fields = {
            "made_at": now.astimezone(service.zone).strftime("%Y-%m-%d %H:%M"),
            "rows": verdict.checked.rows,
            "subjects": verdict.checked.subjects,
            "digest": verdict.digest,
            "file": file,
            "ok": verdict.ok,
        }
        for role in (AUDITOR,) if verdict.ok else (AUDITOR, OFFICE):
            for one in writer.addressees.of(role):
                key = f"checkpoint:{slot(service, now)}"
                said = {**fields, "faults": [_said(fault, one.lang) for fault in verdict.faults]}
                writer.write("checkpoint", recipient(one), key, said, colour="" if verdict.ok else "red")
        writer.post()


def _said(fault: Fault, lang: str) -> str:
    """Where something is wrong and what, in the reader's words."""
    place = f"{fault.subject}#{fault.number}" if fault.number else fault.subject
    parts = (place, words.word("history.fault", fault.code, lang), fault.detail)
    return " · ".join(part for part in parts if part)


def back_up(service: Service, folder: Path, worker: str) -> list[Path]:
    """Copy a SQLite database into `folder` once a night, check the copy, drop old ones; the file made.

    PostgreSQL has tools of its own for that and is left alone. Raises BackupUnfit, OSError, sqlite3.Error.
    """
    made: list[Path] = []
    if service.database.dialect != "sqlite":
        return made
    night = slot(service, service.clock.now())

    def work(_now: datetime) -> None:
        made.append(copy(service.database, folder / f"cycle-{night}.db"))
        rotate(folder)

    in_turn(service, "backup", night, worker, work)
    return made


def copy(database: Database, target: Path) -> Path:
    """A whole copy of a SQLite database as `target`, made beside it and put in place once it was checked."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with database.read() as session:
        newest = _newest(session.driver)
    try:
        database.copy_to(unfinished)
        _check(unfinished, newest)
        _sync(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _check(file: Path, newest: int) -> None:
    """The copy is sound and has every row of the history there was when it was begun."""
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
        copied = _newest(connection)
    except sqlite3.DatabaseError as broken:
        raise BackupUnfit(f"{file.name}: {broken}") from broken
    finally:
        connection.close()
    if sound != "ok":
        raise BackupUnfit(f"{file.name}: {sound}")
    if copied < newest:
        raise BackupUnfit(f"{file.name}: ends with row {copied}, the database had {newest}")


def _newest(connection: sqlite3.Connection) -> int:
    (newest,) = connection.execute("SELECT coalesce(max(seq), 0) FROM history").fetchone()
    return int(newest)


def _sync(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def rotate(folder: Path) -> list[Path]:
    """Drop copies older than the newest ones, the first of each month apart; what was dropped."""
    copies = sorted(folder.glob("cycle-????-??-??.db"))
    first_of_month = {file.name[:13]: file for file in reversed(copies)}
    old = [file for file in copies[:-KEPT] if file not in first_of_month.values()]
    for file in old:
        file.unlink()
    return old
