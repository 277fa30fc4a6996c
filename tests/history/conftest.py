"""The year of `year.py` in a database of each kind, built once a session, and copies to do anything to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cycle.db import Database, Session
from tests import postgres
from tests.history import year


class Template:
    """The built year of one kind of database; `copy` gives a database of one's own."""

    def __init__(self, folder: Path, server: postgres.Server | None) -> None:
        self.dialect = "postgresql" if server else "sqlite"
        self._folder = folder
        self._server = server
        self._name = server.create() if server else ""
        self._copies = 0
        database = Database(server.url(self._name) if server else f"sqlite:///{folder / 'year.db'}")
        year.build(database)
        database.close()

    def copy(self) -> tuple[Database, Callable[[], None]]:
        """A copy, and what takes it away again."""
        self._copies += 1
        if self._server is None:
            path = self._folder / f"copy{self._copies}.db"
            shutil.copyfile(self._folder / "year.db", path)
            return Database(f"sqlite:///{path}"), path.unlink
        server, name = self._server, self._server.create(self._name)
        return Database(server.url(name)), lambda: server.drop(name)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The year in each kind of database in turn."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    return Template(tmp_path_factory.mktemp("history"), server)


@pytest.fixture
def database(template: Template) -> Iterator[Database]:
    """A copy of the year."""
    copied, remove = template.copy()
    yield copied
    copied.close()
    remove()


class Undone(Database):
    """A PostgreSQL database in which everything happens inside one transaction that is never committed."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._connection = self.engine.raw_connection()

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self._step("RELEASE") as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._step("ROLLBACK TO") as session:
            yield session

    @contextmanager
    def _step(self, end: str) -> Iterator[Session]:
        driver: Any = self._connection.driver_connection
        driver.execute("SAVEPOINT step")
        try:
            yield Session(self.dialect, driver)
        except BaseException:
            driver.execute("ROLLBACK TO step")
            raise
        driver.execute(f"{end} step")

    def close(self) -> None:
        self._connection.rollback()
        self._connection.close()
        super().close()


@pytest.fixture(scope="session")
def lasting(template: Template) -> Iterator[Database]:
    """One copy for all tests that undo what they do."""
    copied, remove = template.copy()
    yield copied
    copied.close()
    remove()


@pytest.fixture
def scratch(request: pytest.FixtureRequest, template: Template) -> Iterator[Database]:
    """The year, to be tampered with: a copied file, or a transaction undone, which is ten times as fast."""
    if template.dialect == "sqlite":
        yield request.getfixturevalue("database")
        return
    undone = Undone(request.getfixturevalue("lasting").url.render_as_string(hide_password=False))
    yield undone
    undone.close()


@pytest.fixture
def another(template: Template) -> Iterator[Database]:
    """A second copy of the year."""
    copied, remove = template.copy()
    yield copied
    copied.close()
    remove()
