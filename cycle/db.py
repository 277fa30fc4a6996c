"""The database: one door to SQLite and PostgreSQL, its settings checked, its transactions whole.

Writing transactions on SQLite begin IMMEDIATE behind one lock a process: with eight threads racing for the
file's own lock the slowest waits for all the others. Hot statements are driver text (`Statement`): the ORM's
unit of work costs more than the commit.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import make_url

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "busy_timeout": 20000,
}
"""SQLite as this product needs it; synchronous 2 is FULL: an acknowledged commit survives a power cut."""

PATIENCE = 20.0
"""Seconds that a transaction waits for another one of its process (SQLite) or for a lock (PostgreSQL)."""


class DatabaseUnfit(Exception):
    """The database cannot keep the promises this product makes; the message says which setting differs."""


class Overtaken(Exception):
    """Another transaction was in the way and this one was given up whole; asked again it may succeed."""


_GIVEN_UP = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

UNREACHABLE = (
    sqlite3.OperationalError,
    psycopg.OperationalError,
    sa.exc.OperationalError,
    sa.exc.TimeoutError,
)
"""What the drivers and the pool raise where the database cannot be reached or has no connection to spare."""


def overtaken(error: Exception) -> bool:
    """Whether a driver's error says no more than that another transaction was in the way."""
    if isinstance(error, sqlite3.OperationalError):
        # The low byte is the kind of error; the driver's own errors have no code.
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY
    return isinstance(error, _GIVEN_UP)


class Session:
    """One transaction on one driver connection: what statements are sent through."""

    __slots__ = ("dialect", "driver")

    def __init__(self, dialect: str, driver: Any) -> None:
        self.dialect = dialect
        self.driver = driver


class Statement:
    """A statement sent as driver text. Parameters are written `:name` in both dialects."""

    def __init__(self, text: str) -> None:
        self.texts = {"sqlite": text, "postgresql": re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", text)}

    def run(self, session: Session, **parameters: Any) -> Any:
        """Execute once; the driver's cursor, for `rowcount` or fetching."""
        return session.driver.execute(self.texts[session.dialect], parameters)

    def run_many(self, session: Session, parameters: Sequence[Mapping[str, Any]]) -> None:
        """Execute for each set of parameters; nothing for none. One is sent by itself, not as a batch of one."""
        if len(parameters) == 1:
            session.driver.execute(self.texts[session.dialect], parameters[0])
        elif parameters:
            session.driver.cursor().executemany(self.texts[session.dialect], parameters)


class Database:
    """An engine with the two ways to use it: `write()` and `read()`.

    `durable` False is for what can be made again: SQLite then forces nothing to the disk, and a power cut may
    cost the whole file.
    """

    def __init__(self, url: str, *, durable: bool = True, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.url = _driver_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect not in ("sqlite", "postgresql"):
            raise DatabaseUnfit(f"{self.dialect}: only sqlite and postgresql are supported")
        self._durable = durable
        self._turn = threading.Lock()
        self._writer: sa.PoolProxiedConnection | None = None
        self.engine = self._sqlite() if self.dialect == "sqlite" else self._postgresql()

    def _sqlite(self) -> sa.Engine:
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(self.url, pool_use_lifo=True)
        sa.event.listen(engine, "connect", _prepare)
        if not self._durable:
            sa.event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous = OFF"))
        sa.event.listen(engine, "begin", _begin)
        return engine

    def _postgresql(self) -> sa.Engine:
        engine = sa.create_engine(self.url)
        sa.event.listen(engine, "connect", self._wait_no_longer)
        sa.event.listen(engine, "checkout", _require_alive)
        return engine

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One writing transaction: committed whole at the end, rolled back whole on any error.

        Raises Overtaken where the database gave it up for another one, or waited too long for that.
        """
        try:
            if self.dialect == "sqlite":
                # The driver's own `with` commits at the end and rolls back on an error.
                with self._at_turn(), self._sqlite_writer() as driver:
                    driver.execute("BEGIN IMMEDIATE")
                    yield Session(self.dialect, driver)
                return
            with self._pooled() as driver:
                driver.isolation_level = None
                yield Session(self.dialect, driver)
                driver.commit()
        except (sqlite3.OperationalError, psycopg.OperationalError) as error:
            if overtaken(error):
                raise Overtaken(str(error).partition("\n")[0]) from error
            raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One reading transaction that sees a single moment and changes nothing."""
        with self._pooled() as driver:
            if self.dialect == "sqlite":
                driver.execute("BEGIN")
            else:
                driver.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield Session(self.dialect, driver)

    def copy_to(self, file: Path) -> None:
        """A whole copy of a SQLite database in a new file, while others go on reading and writing."""
        with self._pooled() as driver:
            driver.execute("VACUUM INTO ?", (str(file),))

    @contextmanager
    def _at_turn(self) -> Iterator[None]:
        """One writer of this process at a time. Raises Overtaken once out of patience."""
        if not self._turn.acquire(timeout=self.patience):
            raise Overtaken(f"another transaction took longer than {self.patience} s")
        try:
            yield
        finally:
            self._turn.release()

    def _wait_no_longer(self, connection: psycopg.Connection[Any], _record: object) -> None:
        """Have the server of a new connection give up a statement that waits too long for a lock."""
        connection.execute(f"SET lock_timeout = {int(self.patience * 1000)}")
        connection.commit()

    def _sqlite_writer(self) -> Any:
        """The one connection that writes: going through the pool each time costs a fifth of a move."""
        if self._writer is None:
            self._writer = self.engine.raw_connection()
        return self._writer.driver_connection

    @contextmanager
    def _pooled(self) -> Iterator[Any]:
        """A driver connection; the pool rolls back what was not committed."""
        connection = self.engine.raw_connection()
        try:
            yield connection.driver_connection
        finally:
            connection.close()

    def close(self) -> None:
        """Give back every connection."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
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
        try:
            cursor.execute(f"PRAGMA {name} = {value}")
            (found,) = cursor.execute(f"PRAGMA {name}").fetchone()
        except sqlite3.OperationalError:
            raise  # somebody else is in the way, or the file cannot be reached
        except sqlite3.DatabaseError as error:
            raise DatabaseUnfit(f"SQLite: {error}") from error
        if str(found).lower() != str(value):
            raise DatabaseUnfit(f"SQLite: PRAGMA {name} is {found}, needed {value}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("cycle_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _require_alive(connection: psycopg.Connection[Any], _record: object, _proxy: object) -> None:
    """Have the pool replace a connection that its server has ended, without asking the server.

    The first look reads what the server said last, the second finds that it said nothing more.
    """
    try:
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()
    except psycopg.OperationalError as ended:
        raise sa.exc.DisconnectionError from ended
