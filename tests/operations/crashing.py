"""A process that dies at a chosen statement, before it is sent or after it was carried out."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any, Literal

import psycopg
import pytest

from cycle.clock import VirtualClock
from cycle.db import Database, Statement
from cycle.service import Service
from tests.cast import City
from tests.held import ZONE
from tests.operations.racing import START, Wish

Side = Literal["before", "after"]
PATCH = pytest.MonkeyPatch()  # in a process that is thrown away
WAIT = 60  # seconds until a process that neither dies nor answers fails the test
START.set_forkserver_preload(["tests.operations.crashing"])


@dataclass(frozen=True, slots=True)
class Point:
    """Where to die: at which statement, counted from 0, on which side of it, and by whose hand.

    The commit counts as the statement after the last. `server` has PostgreSQL end the session instead.
    """

    index: int
    side: Side
    server: bool = False


@dataclass(slots=True)
class Fuse:
    """Counts statements and goes off at its point."""

    point: Point | None
    seen: int = 0

    def around(self, driver: Any, send: Callable[[], Any]) -> Any:
        """Send one statement; not to return from it is the purpose."""
        self.before(driver)
        found = send()
        if self._is_at(self.seen - 1, "after"):
            self._off(driver)
        return found

    def before(self, driver: Any) -> None:
        """Another statement is about to be sent."""
        self.seen += 1
        if self._is_at(self.seen - 1, "before"):
            self._off(driver)

    def _is_at(self, index: int, side: Side) -> bool:
        return self.point is not None and (self.point.index, self.point.side) == (index, side)

    def _off(self, driver: Any) -> None:
        if self.point is None or not self.point.server:
            os.kill(os.getpid(), signal.SIGKILL)
        with psycopg.connect(driver.info.dsn, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [driver.info.backend_pid])


def lay(fuse: Fuse) -> None:
    """Put the fuse at the one door for statements and at the commit, for the rest of this process."""
    run, run_many = Statement.run, Statement.run_many

    def once(statement: Statement, session: Any, **parameters: Any) -> Any:
        return fuse.around(session.driver, lambda: run(statement, session, **parameters))

    def many(statement: Statement, session: Any, parameters: Any) -> Any:
        return fuse.around(session.driver, lambda: run_many(statement, session, parameters))

    PATCH.setattr(Statement, "run", once)
    PATCH.setattr(Statement, "run_many", many)


def lay_at_commit(fuse: Fuse, database: Database) -> None:
    """Put it at the commit too; SQLite's driver cannot be wrapped, but it tells what it is about to send."""
    if database.dialect == "sqlite":
        with database.write() as session:
            driver = session.driver
        driver.set_trace_callback(lambda sql: fuse.before(driver) if sql == "COMMIT" else None)
        return
    commit = psycopg.Connection.commit
    PATCH.setattr(psycopg.Connection, "commit", lambda driver: fuse.around(driver, lambda: commit(driver)))


def perish(url: str, now: datetime, wish: Wish, point: Point | None, pipe: Connection) -> None:
    """Ask for one thing and die at the point, if there is one; else tell how many statements it took."""
    city = City(Service(Database(url), VirtualClock(now), ZONE))
    fuse = Fuse(point)
    lay_at_commit(fuse, city.service.database)
    lay(fuse)
    try:
        city.do(wish.operation, wish.act, **wish.arguments)
    except psycopg.OperationalError as ended:
        pipe.send(type(ended).__name__)
    else:
        if point is not None and point.side == "after":
            os.kill(os.getpid(), signal.SIGKILL)  # committed, and nobody was told
        pipe.send(fuse.seen)


def ask_and_die(city: City, wish: Wish, point: Point | None = None) -> int | str | None:
    """Let a fresh process ask: the number of its statements, the error it met, or None if it died."""
    url = city.service.database.url.render_as_string(hide_password=False)
    ours, theirs = START.Pipe(duplex=False)
    process = START.Process(target=perish, args=(url, city.clock.at, wish, point, theirs))
    process.start()
    theirs.close()
    process.join(WAIT)
    code = process.exitcode
    process.kill()
    told: int | str | None = ours.recv() if ours.poll() and code == 0 else None
    assert code in (0, -signal.SIGKILL), code
    process.join()
    process.close()
    ours.close()
    return told
