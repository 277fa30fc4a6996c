"""An honest history verifies, on both databases, before and after further moves: no false alarm."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from cycle import schema
from cycle.db import Database, Statement
from cycle.export import export
from cycle.history_stream import BATCH, ROWS, Streams
from cycle.verify import MOST_FAULTS, Verdict, take_checkpoint, verify
from tests.history import year
from tests.history.attacker import Attacker
from tests.history.attacks import TARGET
from workflows import ledger

NOW = "2026-01-31T00:00:00.000000Z"


def count(database: Database, table: str) -> int:
    with database.read() as session:
        return int(Statement(f"SELECT count(*) FROM {table}").run(session).fetchone()[0])


def test_an_honest_year_verifies_and_says_how_much_was_looked_at(scratch: Database) -> None:
    verdict = verify(scratch)
    assert verdict.ok
    assert verdict.faults == ()
    assert verdict.replayed
    checked = verdict.checked
    tables = {"subject": checked.subjects, "history": checked.rows, "deadline": checked.deadlines}
    tables |= {"line": checked.lines, "result": checked.results, "text": checked.texts}
    assert {table: count(scratch, table) for table in tables} == tables
    assert min(tables.values()) > 30


def test_further_honest_moves_verify_against_an_earlier_checkpoint(database: Database) -> None:
    before, checkpoint = take_checkpoint(database, NOW)
    year.go_on(database)
    after = verify(database, checkpoint)
    assert after.ok
    assert after.against == checkpoint
    assert after.checked.rows > before.checked.rows
    assert after.digest != before.digest


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
def test_both_databases_hold_the_same_history_to_the_byte(scratch: Database, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    year.build(other)
    export(other, tmp_path / "sqlite.jsonl")
    export(scratch, tmp_path / "postgresql.jsonl")
    assert (tmp_path / "sqlite.jsonl").read_bytes() == (tmp_path / "postgresql.jsonl").read_bytes()
    assert verify(other).digest == verify(scratch).digest
    other.close()


def test_the_chains_alone_give_the_same_digest_as_the_replay(scratch: Database) -> None:
    chains = verify(scratch, replay=False)
    assert chains.ok
    assert not chains.replayed
    assert chains.digest == verify(scratch).digest
    assert chains.checked.deadlines == 0


def test_the_digest_is_that_of_the_heads(scratch: Database) -> None:
    heads: dict[str, tuple[int, str]] = {}
    verdict = verify(scratch, heads=heads)
    assert verdict.digest == ledger.heads_digest(heads)


def test_the_kept_record_lists_exactly_the_open_deadlines(scratch: Database) -> None:
    with scratch.read() as session, Streams(session) as streams:
        for folded, _ in ledger.fold(streams.rows(ROWS)):
            still = {name for name, deadline in folded.deadlines.items() if deadline["status"] == "open"}
            assert set(folded.record.get("deadlines", {})) == still


def test_rows_are_fetched_in_batches(scratch: Database) -> None:
    with scratch.read() as session, Streams(session) as streams:
        rows = streams.rows("SELECT a.seq FROM history a, history b, history c")
        assert len(list(islice(rows, BATCH + 1))) == BATCH + 1


def test_a_verdict_names_a_limited_number_of_subjects_and_counts_all(scratch: Database) -> None:
    attacker = Attacker(scratch)
    for number in range(MOST_FAULTS + 7):
        attacker.run("INSERT INTO text (sha256, body) VALUES (:n, '改')", n=f"{number:064d}")
    verdict = verify(scratch)
    assert (len(verdict.faults), verdict.faulty) == (MOST_FAULTS, MOST_FAULTS + 7)


def test_each_subject_is_named_once_and_in_order(scratch: Database) -> None:
    attacker = Attacker(scratch)
    attacker.run("UPDATE history SET action = 'x' WHERE number IN (2, 4)")
    subjects = [fault.subject for fault in verify(scratch).faults]
    assert subjects == sorted(set(subjects))
    assert len(subjects) > 10


def test_no_checkpoint_is_taken_of_a_history_that_does_not_verify(scratch: Database) -> None:
    Attacker(scratch).change("UPDATE subject SET state = 'x' WHERE key = :s", s=TARGET)
    verdict, checkpoint = take_checkpoint(scratch, NOW)
    assert not verdict.ok
    assert checkpoint is None


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    schema.upgrade(database)
    yield database
    database.close()


def test_an_empty_database_verifies_and_can_be_fixed_in_a_checkpoint(empty: Database) -> None:
    verdict, checkpoint = take_checkpoint(empty, NOW)
    assert verdict == Verdict((), 0, verdict.checked, True, None, ledger.heads_digest({}), None)
    assert checkpoint is not None
    assert verify(empty, checkpoint).ok


# SQLite stores whatever it is given, of any type, and its file can be damaged; PostgreSQL refuses by itself.
ONLY_SQLITE = pytest.mark.parametrize("template", ["sqlite"], indirect=True)


@ONLY_SQLITE
@pytest.mark.parametrize("replay", [True, False])
@pytest.mark.parametrize("column", ["subject", "body", "hash"])
def test_bytes_in_place_of_a_text_are_a_fault_and_no_error(
    scratch: Database, column: str, replay: bool
) -> None:
    attacker = Attacker(scratch)
    attacker.run(f"UPDATE history SET {column} = CAST({column} AS BLOB) WHERE subject = :s", s=TARGET)
    verdict = verify(scratch, replay=replay)
    assert {fault.subject for fault in verdict.faults} <= {TARGET, ""}
    assert not verdict.ok


@ONLY_SQLITE
@pytest.mark.parametrize("table", ["subject", "deadline", "line", "result"])
def test_bytes_in_place_of_a_subject_are_a_fault_in_every_table(scratch: Database, table: str) -> None:
    column = "key" if table == "subject" else "subject"
    attacker = Attacker(scratch)
    attacker.run(f"UPDATE {table} SET {column} = CAST({column} AS BLOB) WHERE {column} = :s", s=TARGET)
    assert not verify(scratch).ok


@ONLY_SQLITE
def test_a_torn_file_is_a_fault_and_no_error(scratch: Database) -> None:
    scratch.close()
    path = Path(str(scratch.url.database))
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[:half] + bytes(len(content) - half))
    verdict = verify(scratch)
    assert [fault.code for fault in verdict.faults][-1] == "unreadable"
