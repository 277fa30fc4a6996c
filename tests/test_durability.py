"""A commit is forced to the disk unless what is written can be made again."""

from __future__ import annotations

import pytest

from cycle.db import Database

FULL, OFF = 2, 0


@pytest.mark.parametrize(("durable", "synchronous"), [(True, FULL), (False, OFF)])
def test_every_connection_forces_its_commits_unless_told_otherwise(
    sqlite_url: str, durable: bool, synchronous: int
) -> None:
    database = Database(sqlite_url, durable=durable)
    with database.write() as writing, database.read() as reading:
        found = [one.driver.execute("PRAGMA synchronous").fetchone() for one in (writing, reading)]
    database.close()
    assert found == [(synchronous,), (synchronous,)]


def test_a_database_forces_its_commits_by_itself(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.read() as session:
        assert session.driver.execute("PRAGMA synchronous").fetchone() == (FULL,)
    database.close()
