"""What the database gives up for another transaction is a conflict, whatever the driver calls it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier

import psycopg
import pytest

from cycle import db, queries
from cycle.db import Database, Overtaken, Statement, overtaken
from cycle.operations.perform import drop
from tests.cast import CLERK, GENERAL, LIAISON, City, CityAt, for_body, person
from tests.held import YEAR, key_of
from workflows.errors import Conflict

KEY = key_of(GENERAL)
LOCK = Statement("SELECT pg_advisory_xact_lock(:number)")
QUICKLY = Statement("SET LOCAL deadlock_timeout = '10ms'")


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


@pytest.fixture
def impatient(city: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    """The same city through a database that waits for nobody longer than the twentieth of a second."""
    monkeypatch.setitem(db.PRAGMAS, "busy_timeout", 50)
    url = city.service.database.url.render_as_string(hide_password=False)
    database = Database(url, durable=False, patience=0.05)
    yield City(replace(city.service, database=database))
    database.close()


@contextmanager
def held(city: City) -> Iterator[None]:
    """Somebody else is at the subject, and at whatever waits."""
    with city.service.database.write() as session:
        queries.lock(session, KEY)
        Statement("UPDATE pending_act SET status = status").run(session)
        yield


@pytest.mark.parametrize(
    "ask",
    [
        lambda city, waits: city.ask(GENERAL, "save_form", person(LIAISON[GENERAL]), text="正文"),
        lambda city, waits: city.confirm({"pending": waits}),
        lambda city, waits: drop(city.service, waits, CLERK),
    ],
    ids=["perform", "confirm", "drop"],
)
def test_whoever_waited_too_long_is_told_of_a_conflict_and_may_ask_again(
    city: City, impatient: City, ask: Callable[[City, str], object]
) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))["pending"]
    before = city.rows()
    with held(city), pytest.raises(Conflict):
        ask(impatient, waits)
    assert city.rows() == before
    ask(impatient, waits)


def test_a_pass_of_the_clock_leaves_what_is_held_to_the_next(city: City, impatient: City) -> None:
    city.at("2025-03-08 00:00")
    with held(city):
        swept = impatient.sweep()
    assert KEY in swept.overtaken
    assert swept.failed == []
    assert (KEY, "lapse") in impatient.sweep().moved


def test_a_veto_is_decided_with_the_whole_year_held_so_that_nobody_archives_it(
    city: City, impatient: City
) -> None:
    city.at("2025-02-10")
    key = city.deduct(GENERAL, "score.deduct.5.3")
    persons = [{"name": "某甲", "post": "person"}]
    waits = city.do("finding", for_body("group"), action="veto", subject=key, persons=persons)
    with city.service.database.write() as session:
        queries.lock(session, f"cycle:{YEAR}")
        with pytest.raises(Conflict):
            impatient.confirm(waits)
    impatient.confirm(waits)
    assert city.row(key).record["veto"]["persons"] == persons


def test_of_two_transactions_that_wait_for_each_other_one_is_overtaken(postgres_url: str) -> None:
    database = Database(postgres_url)
    both = Barrier(2)

    def lock(first: int, second: int) -> bool:
        try:
            with database.write() as session:
                QUICKLY.run(session)
                LOCK.run(session, number=first)
                both.wait(10)
                LOCK.run(session, number=second)
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = [one.result() for one in [pool.submit(lock, 1, 2), pool.submit(lock, 2, 1)]]
    assert sorted(done) == [False, True]
    database.close()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (psycopg.errors.DeadlockDetected(), True),
        (psycopg.errors.SerializationFailure(), True),
        (psycopg.errors.LockNotAvailable(), True),
        (psycopg.errors.AdminShutdown(), False),
        (psycopg.errors.UniqueViolation(), False),
        (sqlite3.OperationalError("of the driver itself"), False),
        (sqlite3.IntegrityError(), False),
        (ValueError(), False),
    ],
)
def test_only_what_another_transaction_caused_counts(error: Exception, expected: bool) -> None:
    assert overtaken(error) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True),
        (sqlite3.SQLITE_LOCKED, True),
        (sqlite3.SQLITE_FULL, False),
        (sqlite3.SQLITE_IOERR, False),
    ],
)
def test_sqlite_tells_by_its_code(code: int, expected: bool) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    assert overtaken(error) is expected


def test_another_fault_of_the_database_stays_what_it_is(database_url: str) -> None:
    database = Database(database_url)
    with (
        pytest.raises((sqlite3.OperationalError, psycopg.errors.UndefinedTable)),
        database.write() as session,
    ):
        Statement("SELECT 1 FROM nowhere").run(session)
    database.close()
