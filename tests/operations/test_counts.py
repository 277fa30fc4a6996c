"""How many statements a move sends: the part of its cost that a busy machine cannot blur."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from cycle.db import Statement
from tests.cast import DEPARTMENTS, GENERAL, LIAISON, City, CityAt, person

SUBJECT, MATTERS = "SELECT subject", "SELECT subject"


def short(sql: str) -> str:
    """The verb and the table of a statement."""
    words = sql.replace("(", " ").split()
    verb = words[0].upper()
    after = {"SELECT": "FROM", "INSERT": "INTO", "UPDATE": "UPDATE"}.get(verb)
    return f"{verb} {words[words.index(after) + 1]}" if after else verb


@contextmanager
def sent(city: City) -> Iterator[list[str]]:
    """What is sent to the database meanwhile: on SQLite by its own trace, on PostgreSQL at the one door."""
    found: list[str] = []
    database = city.service.database
    if database.dialect == "sqlite":
        with database.read() as session:
            driver: Any = session.connection().connection.driver_connection
        driver.set_trace_callback(lambda sql: found.append(short(sql)))
        yield found
        driver.set_trace_callback(None)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Statement, "run", _told(Statement.run, found))
        patch.setattr(Statement, "run_many", _told(Statement.run_many, found))
        for name in ("begin", "commit", "rollback"):
            sa.event.listen(database.engine, name, lambda *_, name=name: found.append(name.upper()))
        yield found


def _told(original: Callable[..., Any], found: list[str]) -> Callable[..., Any]:
    def run(statement: Statement, *given: Any, **named: Any) -> Any:
        found.append(short(statement.postgresql))
        return original(statement, *given, **named)

    return run


def test_an_acceptance_sends_eight(city_at: CityAt) -> None:
    city = city_at("running")
    city.file(GENERAL)
    with sent(city) as found:
        city.move(GENERAL, "accept")
    assert found == []


def test_a_submission_sends(city_at: CityAt) -> None:
    city = city_at("running")
    city.move(GENERAL, "save_form", text="正文")
    city.move(GENERAL, "sign_off")
    with sent(city) as found:
        city.move(GENERAL, "submit")
    assert found == []


def test_key(city_at: CityAt) -> None:
    city = city_at("running")
    city.move(GENERAL, "save_form", text="正文")
    city.move(GENERAL, "sign_off")
    with sent(city) as found:
        city.ask(GENERAL, "submit", person(LIAISON[GENERAL], key="k"))
    assert found == []


def test_whole(city_at: CityAt) -> None:
    city = city_at("pending")
    with sent(city) as found:
        city.whole("propose")
    assert found == []
