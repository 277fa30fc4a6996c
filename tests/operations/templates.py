"""Databases filled once and then copied for every test: a file on SQLite, rows on PostgreSQL.

Copying a PostgreSQL database as a whole takes a third of a second; emptying one and filling it again from
memory takes a hundredth. So a few databases go from test to test.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cycle.models import TABLES
from tests import postgres

NAMES = tuple(str(table.__tablename__) for table in TABLES)
APPEND_ONLY = ("history", "read_log")
TRIGGERS = ("no_change", "no_truncate")

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
    _lent: dict[str, str] = field(default_factory=dict)

    def copy(self, stage: str, target: Path) -> str:
        """The URL of a database of its own that stands at `stage`; on SQLite it is the file `target`."""
        if self.server is not None:
            return self._lend(self.server, stage)
        if stage:
            shutil.copyfile(self._file(stage), target)
        return f"sqlite:///{target}"

    def give_back(self, url: str) -> None:
        """Take a copy back, whoever is still connected to it."""
        if self.server is not None:
            name = self._lent.pop(url)
            with self.server.connect() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
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
            self._rows[stage] = _dump(server, self._lent[made])
            self.give_back(made)
        name = self._free.pop() if stage and self._free else server.create()
        url = server.url(name)
        self._lent[url] = name
        if stage:
            if not self._has_tables(server, name):
                self.build(url, "")
            _fill(server, name, self._rows[stage])
        return url

    def _has_tables(self, server: postgres.Server, name: str) -> bool:
        with server.connect(name) as connection:
            return connection.execute("SELECT to_regclass('subject') IS NOT NULL").fetchone() == (True,)


def _dump(server: postgres.Server, name: str) -> dict[str, bytes]:
    found = {}
    with server.connect(name) as connection:
        for table in NAMES:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
                found[table] = b"".join(bytes(block) for block in copy)
    return found


def _fill(server: postgres.Server, name: str, rows: Mapping[str, bytes]) -> None:
    with server.connect(name) as connection, connection.transaction():
        for table in APPEND_ONLY:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table in NAMES:
            connection.execute(f'DELETE FROM "{table}"')
        for table in APPEND_ONLY:
            for trigger in TRIGGERS:
                connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{trigger}")
        for table in NAMES:
            with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(rows[table])
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('history', 'seq'), (SELECT max(seq) FROM history))"
        )
