"""An empty outbox on each kind of database, and the cast's cities."""

from collections.abc import Iterator

import pytest

from cycle import schema
from cycle.clock import VirtualClock
from cycle.db import Database, Statement
from tests.cast import city_at, templates
from tests.notifications.letters import AT

__all__ = ["city_at", "templates"]


@pytest.fixture(params=["sqlite", "postgresql"], scope="session")
def migrated_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of each kind in turn, migrated once and emptied for each test."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('outbox') / 'test.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        name = server.create()
        url = server.url(name)
    database = Database(url)
    schema.upgrade(database)
    database.close()
    yield url
    if request.param == "postgresql":
        server.drop(name)


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """A database at the newest schema with nothing in its outbox."""
    database = Database(migrated_url)
    with database.write() as session:
        Statement("DELETE FROM outbox").run(session)
    yield database
    database.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(AT)
