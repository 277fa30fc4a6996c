"""However many letters there have been, what is due is found without reading them all."""

from __future__ import annotations

import re

import pytest

from cycle import schema
from cycle.db import Database, Statement
from notifications import outbox

LOCKING = [statements["sqlite"] for statements in (outbox._EXPIRE, outbox._BURY, outbox._CLAIM)]


@pytest.mark.parametrize("statement", [*LOCKING, outbox._OLDEST])
def test_what_is_due_is_found_by_an_index(statement: Statement, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    schema.upgrade(database)
    text = statement.texts["sqlite"]
    asked = {name: 1 if name == "limit" else "2026" for name in re.findall(r":(\w+)", text)}
    with database.read() as session:
        plan = [row[3] for row in session.driver.execute(f"EXPLAIN QUERY PLAN {text}", asked).fetchall()]
    database.close()
    first = next(step for step in plan if "outbox" in step and "key=?" not in step)
    assert "ix_outbox_next_at" in first, plan
