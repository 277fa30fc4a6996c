"""Where benches lie: scratch databases of one kind, copied as often as needed, at durable settings."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa
from psycopg import sql

from cycle.db import PRAGMAS


class NotDurable(Exception):
    """The server may lose what it has acknowledged, so its figures say nothing; the text says which setting."""


class Bed(Protocol):
    """One kind of database. `begin` is what a bare connection has to send first, empty where the driver does."""

    name: str
    begin: str

    def __hash__(self) -> int:
        """A bed is the same as itself alone."""
        ...

    def fresh(self) -> str:
        """URL of an empty database."""
        ...

    def copy(self, url: str) -> str:
        """URL of a copy of a database that nobody is connected to."""
        ...

    def connect(self, url: str) -> Any:
        """A bare driver connection with the product's settings."""
        ...


class SqliteBed:
    """Files in a folder, WAL and synchronous FULL as the product has them."""

    name = "sqlite"
    begin = "BEGIN IMMEDIATE"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    def fresh(self) -> str:
        """URL of a file that is not there yet."""
        return f"sqlite:///{(self.folder / f'{next(self._numbers)}.db').as_posix()}"

    def copy(self, url: str) -> str:
        """A copy of the file; closing the last connection has emptied its log."""
        target = self.fresh()
        shutil.copyfile(_file(url), _file(target))
        return target

    def connect(self, url: str) -> sqlite3.Connection:
        """A sqlite3 connection that begins and ends transactions only when told."""
        connection = sqlite3.connect(_file(url), isolation_level=None)
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
        return connection


def _file(url: str) -> str:
    return str(sa.make_url(url).database)


DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class PostgresBed:
    """Databases on a server on which we may create them; they are dropped at the end."""

    name = "postgresql"
    begin = ""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url).set(drivername="postgresql+psycopg")
        self._made: list[str] = []
        with self._server() as server:
            for setting, needed in DURABLE.items():
                found = server.execute(sql.SQL("SHOW {}").format(sql.Identifier(setting))).fetchone()
                if found != (needed,):
                    raise NotDurable(f"{setting} {found[0] if found else ''}")

    def fresh(self) -> str:
        """URL of a new database."""
        return self._create("template1")

    def copy(self, url: str) -> str:
        """A copy of a database, made by the server."""
        return self._create(str(sa.make_url(url).database))

    def connect(self, url: str) -> psycopg.Connection[tuple[Any, ...]]:
        """A psycopg connection with the driver's own settings."""
        return _connect(sa.make_url(url))

    def clear(self) -> None:
        """Drop every database made here."""
        with self._server() as server:
            for name in self._made:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        self._made.clear()

    def _create(self, template: str) -> str:
        name = f"cycle_bench_{secrets.token_hex(6)}"
        with self._server() as server:
            text = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            server.execute(text.format(sql.Identifier(name), sql.Identifier(template)))
        self._made.append(name)
        return self.url.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def _server(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        with _connect(self.url) as connection:
            connection.autocommit = True
            yield connection


def _connect(url: sa.URL) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
