"""Brings a database to the newest schema, and tells whether it is there. The only importer of Alembic's commands."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from cycle.db import Database, DatabaseUnfit, Statement
from cycle.models import METADATA

_NOTHING = Statement("UPDATE alembic_version SET version_num = version_num WHERE 1 = 0")


def _config() -> Config:
    config = Config()
    config.set_main_option(
        "script_location", (Path(__file__).parent / "migrations").as_posix().replace("%", "%%")
    )
    return config


def upgrade(database: Database) -> None:
    """Migrate to the newest revision; harmless when already there. All or nothing on both databases."""
    config = _config()
    with database.engine.execution_options(cycle_write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revision(connection: sa.Connection) -> str | None:
    """The revision a database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str | None:
    """The newest revision this version knows; its migrations are read once a process."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def require_current(database: Database) -> None:
    """Raises DatabaseUnfit unless the database is at the newest revision."""
    with database.engine.connect() as connection:
        found = revision(connection)
    if found != head():
        raise DatabaseUnfit(f"schema at {found or 'none'}, needed {head()}: run `cycle init`")


def require_writable(database: Database) -> None:
    """Raises DatabaseUnfit where nothing can be written: a file that is read only, a server that only follows."""
    try:
        with database.write() as session:
            _NOTHING.run(session)
    except (sqlite3.Error, psycopg.Error) as error:
        raise DatabaseUnfit(f"it cannot be written: {str(error).strip()}") from error


def differences(database: Database) -> list[object]:
    """How the migrated schema differs from the models; empty when it does not."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))


def is_empty(database: Database) -> bool:
    """Whether there is no table at all."""
    return not sa.inspect(database.engine).get_table_names()
