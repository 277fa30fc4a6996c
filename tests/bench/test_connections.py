"""A connection that its server has ended is replaced before it is used."""

from typing import Any

import psycopg

from cycle.db import Database, Statement

ONE = Statement("SELECT 1")
MINE = Statement("SELECT pg_backend_pid()")


def test_a_pooled_connection_its_server_ended_is_replaced(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.write() as session:
        (pid,) = MINE.run(session).fetchone()
    _end(postgres_url, pid)
    with database.write() as session:
        assert ONE.run(session).fetchone() == (1,)
        assert MINE.run(session).fetchone() != (pid,)
    database.close()


def _end(url: str, pid: Any) -> None:
    plain = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
