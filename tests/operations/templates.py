"""Databases filled once and then copied for every test: a file on SQLite, rows on PostgreSQL.

Copying a PostgreSQL database as a whole takes a third of a second; emptying one and filling it again from
memory takes a hundredth. So a few databases go from test to test, and connections to them stay open: a new one
costs more than most tests ask of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from cycle.db import Database
from cycle.models import TABLES
from tests import postgres

NAMES = tuple(str(table.__tablename__) for table in TABLES)
APPEND_ONLY = ("history", "read_log", "sign_in_log")
TRIGGERS = ("no_change", "no_truncate")
DOOR = "door"
"""The name by which the server knows the connections that stay."""

Build = Callable[[str, str], None]
"""Brings the database at a URL from the stage before to a stage, by its name."""


@dataclass(slots=True)
class Templates:
    """One filled database for each stage, made on first use. `before` names the stage each follows."""

    folder: Path
    before: Mapping[str, str]
    build: Build
    server: postgres.Server | None = None
    _files: dict[str, Path] = field(default_factory=dict)
    _rows: dict[str, dict[str, bytes]] = field(default_factory=dict)
    _free: list[str] = field(default_factory=list)
    _filled: set[str] = field(default_factory=set)
    _lent: dict[str, str] = field(default_factory=dict)
    _doors: dict[str, Database] = field(default_factory=dict)

    def copy(self, stage: str, target: Path) -> str:
        """The URL of a database of its own that stands at `stage`; on SQLite it is the file `target`."""
        if self.server is not None:
            return self._lend(self.server, stage)
        if stage:
            shutil.copyfile(self._file(stage), target)
        return f"sqlite:///{target}"

    def door(self, url: str) -> Database:
        """The way into a copy. On PostgreSQL whoever has the copy next comes in by the same."""
        if url not in self._doors:
            door = self._doors[url] = Database(url, durable=False)
            if self.server is not None:
                sa.event.listen(door.engine, "connect", _name)
                self.server.kept.callback(door.close)
        return self._doors[url]

    def give_back(self, url: str) -> None:
        """Take a copy back, whoever is still connected to it.

        On PostgreSQL its door stays open where nobody stands in it.
        """
        door = self._doors.get(url)
        if self.server is None:
            if door is not None:
                door.close()
            return
        name = self._lent.pop(url)
        stays = door is not None and _is_empty(door)
        if door is not None and not stays:
            door.close()
        self.server.desk(name).execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name <> %s",
            [DOOR if stays else ""],
        )
        self._free.append(name)

    def _file(self, stage: str) -> Path:
        if stage not in self._files:
            file = self.folder / f"{stage}.db"
            self.build(self.copy(self.before[stage], file), stage)
            self._files[stage] = file
        return self._files[stage]

    def _lend(self, server: postgres.Server, stage: str) -> str:
        if stage and stage not in self._rows:
            made = self._lend(server, self.before[stage])
            self.build(made, stage)
            self._filled.add(self._lent[made])
            self._rows[stage] = _dump(server.desk(self._lent[made]))
            self.give_back(made)
        name = self._free.pop() if stage and self._free else server.create()
        url = server.url(name)
        self._lent[url] = name
        if stage:
            if name not in self._filled:
                self.build(url, "")
                self._filled.add(name)
            _fill(server.desk(name), self._rows[stage])
        return url


def _is_empty(door: Database) -> bool:
    pool = door.engine.pool
    return isinstance(pool, sa.QueuePool) and pool.checkedout() == 0


def _name(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.execute(f"SET application_name = {DOOR}")
    connection.commit()


def _dump(connection: psycopg.Connection[Any]) -> dict[str, bytes]:
    found = {}
    for table in NAMES:
        with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
            found[table] = b"".join(bytes(block) for block in copy)
    return found


def _fill(connection: psycopg.Connection[Any], rows: Mapping[str, bytes]) -> None:
    opened = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in APPEND_ONLY]
    emptied = [f'DELETE FROM "{table}"' for table in NAMES]
    closed = [
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{trigger}"
        for table in APPEND_ONLY
        for trigger in TRIGGERS
    ]
    with connection.transaction():
        connection.execute("; ".join([*opened, *emptied, *closed]))
        for table in filter(rows.get, NAMES):
            with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(rows[table])
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('history', 'seq'), (SELECT max(seq) FROM history))"
        )
