"""At the newest schema nobody changes, removes or replaces a row of the history, whatever the statement."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from cycle import schema
from cycle.db import Database

REFUSALS = (sqlite3.IntegrityError, psycopg.errors.RaiseException, psycopg.errors.UniqueViolation)
COLUMNS = "(seq, subject, number, at, action, body, hash)"
ROW = f"INTO history {COLUMNS} VALUES (1, 'a', 1, 't', 'x', '{{}}', 'h')"
SAME_SEQ = f"INTO history {COLUMNS} VALUES (1, 'b', 9, 't', 'forged', '{{}}', 'h')"
SAME_PLACE = f"INTO history {COLUMNS} VALUES (7, 'a', 1, 't', 'forged', '{{}}', 'h')"
SET = "DO UPDATE SET action = 'forged'"

ON_BOTH = (
    "UPDATE history SET action = 'forged'",
    "UPDATE history SET seq = seq + 1",
    "UPDATE history SET action = action",
    "DELETE FROM history",
    "DELETE FROM history WHERE number = 1",
    f"INSERT {SAME_SEQ}",
    f"INSERT {SAME_PLACE}",
    f"INSERT {SAME_SEQ} ON CONFLICT (seq) {SET}",
    f"INSERT {SAME_PLACE} ON CONFLICT (subject, number) {SET}",
)
ON_SQLITE = (
    f"REPLACE {SAME_SEQ}",
    f"REPLACE {SAME_PLACE}",
    f"INSERT OR REPLACE {SAME_SEQ}",
    f"INSERT OR REPLACE {SAME_PLACE}",
    f"INSERT OR IGNORE {SAME_PLACE}",
    "UPDATE OR REPLACE history SET action = 'forged'",
)
ON_POSTGRESQL = (
    "TRUNCATE history",
    "TRUNCATE history CASCADE",
    "TRUNCATE history RESTART IDENTITY",
    *(f"SET session_replication_role = replica; {statement}" for statement in ON_BOTH[:5]),
    "SET session_replication_role = replica; TRUNCATE history",
)


@pytest.fixture(scope="module")
def sqlite_at_head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('append') / 'test.db'}")
    yield _with_a_row(database)
    database.close()


@pytest.fixture(scope="module")
def postgresql_at_head(postgres_server: object) -> Iterator[Database]:
    from tests.postgres import Server

    assert isinstance(postgres_server, Server)
    name = postgres_server.create()
    database = Database(postgres_server.url(name))
    yield _with_a_row(database)
    database.close()
    postgres_server.drop(name)


def _with_a_row(database: Database) -> Database:
    schema.upgrade(database)
    with database.write() as session:
        session.driver.execute(f"INSERT {ROW}")
    return database


def refused(database: Database, statement: str) -> None:
    """The statement fails and the row is as it was."""
    with pytest.raises(REFUSALS), database.write() as session:
        session.driver.execute(statement)
    with database.read() as session:
        rows = session.driver.execute("SELECT seq, subject, number, action FROM history").fetchall()
    assert rows == [(1, "a", 1, "x")]


@pytest.mark.parametrize("statement", ON_BOTH + ON_SQLITE)
def test_sqlite_refuses(sqlite_at_head: Database, statement: str) -> None:
    refused(sqlite_at_head, statement)


@pytest.mark.parametrize("statement", [s for s in ON_BOTH + ON_SQLITE if "REPLACE" in s])
def test_sqlite_refuses_replacing_also_where_the_pragma_is_off(
    sqlite_at_head: Database, statement: str
) -> None:
    with closing(sqlite3.connect(str(sqlite_at_head.url.database), isolation_level=None)) as other:
        assert other.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement)
    refused(sqlite_at_head, statement)


@pytest.mark.parametrize("statement", ON_BOTH + ON_POSTGRESQL)
def test_postgresql_refuses(postgresql_at_head: Database, statement: str) -> None:
    refused(postgresql_at_head, statement)


def test_a_new_row_is_taken(database_url: str) -> None:
    database = Database(database_url)
    _with_a_row(database)
    with database.write() as session:
        session.driver.execute(f"INSERT {ROW.replace('1, ', '2, ')}")
    with database.read() as session:
        rows = session.driver.execute("SELECT count(*) FROM history").fetchone()
    assert rows == (2,)
    database.close()


LOGS = {
    "read_log": ("(seq, at, person, path) VALUES ({}, 't', 'p', '/')", "path"),
    "sign_in_log": ("(seq, at, name_given, address, outcome) VALUES ({}, 't', 'p', 'a', 'in')", "outcome"),
}
"""Logs beside the history: how a row is put in, and a column of it."""


@pytest.mark.parametrize("log", LOGS)
def test_no_row_of_a_log_is_changed_removed_or_replaced(database_url: str, log: str) -> None:
    values, column = LOGS[log]
    database = Database(database_url)
    schema.upgrade(database)
    with database.write() as session:
        session.driver.execute(f"INSERT INTO {log} {values.format(1)}")
    taken = f"INTO {log} {values.format(1)}"
    forging = [f"UPDATE {log} SET {column} = 'forged'", f"DELETE FROM {log}", f"INSERT {taken}"]
    forging += [f"INSERT {taken} ON CONFLICT (seq) DO UPDATE SET {column} = 'forged'"]
    if database.dialect == "sqlite":
        forging += [f"REPLACE {taken}", f"INSERT OR REPLACE {taken}"]
    else:
        forging += [f"TRUNCATE {log}", f"SET session_replication_role = replica; DELETE FROM {log}"]
    for statement in forging:
        with pytest.raises(REFUSALS), database.write() as session:
            session.driver.execute(statement)
    with database.write() as session:
        session.driver.execute(f"INSERT INTO {log} {values.format(2)}")
    with database.read() as session:
        rows = session.driver.execute(f"SELECT seq, {column} FROM {log} ORDER BY seq").fetchall()
    database.close()
    assert [row[0] for row in rows] == [1, 2]
    assert "forged" not in {row[1] for row in rows}
