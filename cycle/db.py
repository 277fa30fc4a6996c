"""The database: one door to SQLite and PostgreSQL, its settings checked, its transactions whole.

Writing transactions on SQLite begin IMMEDIATE behind one lock a process: with eight threads racing for the
file's own lock the slowest waits for all the others. Hot statements are driver text (`Statement`): the ORM's
unit of work costs more than the commit.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlmodel import Session

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "busy_timeout": 20000,
}
"""SQLite as this product needs it; synchronous 2 is FULL: an acknowledged commit survives a power cut."""


class DatabaseUnfit(Exception):
    """The database cannot keep the promises this product makes; the message says which setting differs."""


class Statement:
    """A statement sent as driver text, compiled once. Parameters are written `:name` in both dialects."""

    def __init__(self, text: str) -> None:
        self.sqlite = text
        self.postgresql = re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", text)

    def run(self, session: Session, **parameters: Any) -> Any:
        """Execute once; the driver's cursor, for `rowcount` or fetching."""
        connection = session.connection()
        cursor = connection.connection.cursor()
        cursor.execute(self._text(connection), parameters)
        return cursor

    def run_many(self, session: Session, parameters: Sequence[Mapping[str, Any]]) -> None:
        """Execute for each set of parameters; nothing for none."""
        if parameters:
            connection = session.connection()
            connection.connection.cursor().executemany(self._text(connection), parameters)

    def _text(self, connection: sa.Connection) -> str:
        return self.sqlite if connection.dialect.name == "sqlite" else self.postgresql


class Database:
    """An engine with the two ways to use it: `write()` and `read()`."""

    def __init__(self, url: str) -> None:
        self.url = _driver_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect not in ("sqlite", "postgresql"):
            raise DatabaseUnfit(f"{self.dialect}: only sqlite and postgresql are supported")
        self._turn = threading.Lock() if self.dialect == "sqlite" else None
        self.engine = self._sqlite() if self._turn else sa.create_engine(self.url, pool_pre_ping=True)

    def _sqlite(self) -> sa.Engine:
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(self.url, pool_use_lifo=True)
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        return engine

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One writing transaction: committed whole at the end, rolled back whole on any error."""
        if self._turn is None:
            with Session(self.engine) as session, session.begin():
                yield session
            return
        with self._turn, Session(self.engine.execution_options(cycle_write=True)) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One reading transaction that sees a single moment and changes nothing."""
        options = {} if self._turn else {"isolation_level": "REPEATABLE READ"}
        with Session(self.engine.execution_options(**options)) as session:
            yield session
            session.rollback()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _driver_url(url: str) -> sa.URL:
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _prepare(connection: Any, _record: object) -> None:
    """Set the pragmas of a new connection and refuse one on which they do not hold."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name} = {value}")
        (found,) = cursor.execute(f"PRAGMA {name}").fetchone()
        if str(found).lower() != str(value):
            raise DatabaseUnfit(f"SQLite: PRAGMA {name} is {found}, needed {value}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("cycle_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
