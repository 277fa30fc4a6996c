"""An empty database comes to the newest schema in one line of revisions, on both databases, and stays there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cycle import migrations, schema
from cycle.db import Database, DatabaseUnfit
from cycle.models import TABLES

VERSIONS = sorted((Path(migrations.__path__[0]) / "versions").glob("[0-9]*.py"))


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    return set(sa.inspect(database.engine).get_table_names())


def test_an_empty_database_comes_to_what_the_models_say(empty: Database) -> None:
    assert schema.is_empty(empty)
    schema.upgrade(empty)
    assert schema.differences(empty) == []
    assert tables(empty) == {str(table.__tablename__) for table in TABLES} | {"alembic_version"}
    schema.require_current(empty)


def test_a_second_upgrade_changes_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.write() as session:
        session.driver.execute("INSERT INTO text (sha256, body) VALUES ('a', 'b')")
    schema.upgrade(empty)
    with empty.read() as session:
        assert session.driver.execute("SELECT body FROM text").fetchone() == ("b",)
    assert schema.differences(empty) == []


def test_a_database_that_was_never_migrated_is_refused(empty: Database) -> None:
    with pytest.raises(DatabaseUnfit, match="schema at none"):
        schema.require_current(empty)


def test_a_difference_is_noticed(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.write() as session:
        session.driver.execute("ALTER TABLE text ADD COLUMN more TEXT")
    assert len(schema.differences(empty)) == 1


def test_there_is_one_newest_revision_and_one_line_to_it() -> None:
    found: dict[str, str | None] = {}
    for path in VERSIONS:
        names: dict[str, object] = {}
        exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), names)  # noqa: S102 - our own file
        revision, before = names["revision"], names["down_revision"]
        assert isinstance(revision, str)
        assert before is None or isinstance(before, str)
        found[revision] = before
    assert len(found) == len(VERSIONS) > 0
    heads = set(found) - set(found.values())
    assert heads == {schema.head()}
    assert sorted(found.values(), key=str) == sorted([None, *(set(found) - heads)], key=str)
