"""How many statements a move sends: the part of its cost that a busy machine cannot blur."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from cycle.db import Statement
from tests.cast import DEPARTMENTS, GENERAL, LIAISON, City, CityAt, codes, person


def short(sql: str) -> str:
    """The verb and the table of a statement."""
    words = sql.replace("(", " ").split()
    verb = words[0].upper()
    after = {"SELECT": "FROM", "INSERT": "INTO", "UPDATE": "UPDATE", "DELETE": "FROM"}.get(verb)
    return f"{verb} {words[words.index(after) + 1]}" if after else verb


@contextmanager
def sent(city: City) -> Iterator[list[str]]:
    """What is sent to the database meanwhile: on SQLite by its own trace, on PostgreSQL at the one door."""
    found: list[str] = []
    if city.service.database.dialect == "sqlite":
        with city.service.database.write() as session:
            driver = session.driver  # the one connection that writes
        driver.set_trace_callback(lambda sql: found.append(short(sql)))
        yield found
        driver.set_trace_callback(None)
        found.remove("INSERT history")  # its trigger is traced as the statement that fired it, once more
        found.remove("BEGIN")  # the other driver sends it with the first statement
        return
    commit = psycopg.Connection.commit

    def committed(driver: psycopg.Connection[Any]) -> None:
        commit(driver)
        found.append("COMMIT")

    with sent_at_the_door() as found, pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Connection, "commit", committed)
        yield found


@contextmanager
def sent_at_the_door() -> Iterator[list[str]]:
    """Every statement of ours, a batch counted once."""
    found: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Statement, "run", _told(Statement.run, found))
        patch.setattr(Statement, "run_many", _told(Statement.run_many, found))
        yield found


def _told(original: Callable[..., Any], found: list[str]) -> Callable[..., Any]:
    def run(statement: Statement, *given: Any, **named: Any) -> Any:
        found.append(short(statement.texts["postgresql"]))
        return original(statement, *given, **named)

    return run


FOUND_OUT = ["SELECT subject", "SELECT subject"]
"""The subject, locked; then, in one statement, the cycle, the department, the people and the calendars."""
VOIDED = "WITH"  # the messages, locked by key, then changed
DRAFTS = "DELETE form_draft"  # what anybody was still typing is older than what stands now
STOPPED = ["SELECT alarm", "DELETE alarm", VOIDED]
"""Did a rung come due unnoticed? The alarm goes, and so do reminders not sent yet."""
ARMED = ["UPDATE deadline", "INSERT deadline", DRAFTS, *STOPPED, "INSERT alarm"]
"""One clock is stopped and another started, where a form is filed."""
LETTER = [*["SELECT subject"] * 5, "INSERT outbox"]
"""The department, its liaison and head, the letterhead, whom to call; one statement for all letters."""
WRITTEN = ["UPDATE subject", "INSERT history"]
"""The state by compare-and-set, and what happened. Nothing less moves a department."""


def test_an_acceptance_sends_no_more_than_it_has_to_and_one_commit(city_at: CityAt) -> None:
    city = city_at("running")
    city.sweep()
    city.file(GENERAL)
    with sent(city) as found:
        city.move(GENERAL, "accept")
    # the office's clock is stopped and liaison and head are told
    assert found == [*FOUND_OUT, *WRITTEN, "UPDATE deadline", DRAFTS, *STOPPED, *LETTER, "COMMIT"]


def test_a_submission_sends_no_more_than_it_has_to_and_one_commit(city_at: CityAt) -> None:
    city = ready_to_submit(city_at)
    with sent(city) as found:
        city.move(GENERAL, "submit")
    # the department's clock is stopped and the office's started
    assert found == [*FOUND_OUT, *WRITTEN, *ARMED, "COMMIT"]


def test_a_key_costs_two_statements_more_in_the_same_commit(city_at: CityAt) -> None:
    city = ready_to_submit(city_at)
    with sent(city) as found:
        city.ask(GENERAL, "submit", person(LIAISON[GENERAL], key="k1"))
    assert found == ["INSERT once", *FOUND_OUT, *WRITTEN, *ARMED, "UPDATE once", "COMMIT"]


def test_a_refusal_writes_nothing(city_at: CityAt) -> None:
    city = city_at("running")
    with sent_at_the_door() as found:
        assert codes(lambda: city.move(GENERAL, "submit")) == ["form_empty"]
    assert found == FOUND_OUT


def test_a_whole_year_is_proposed_in_one_batch_with_one_compare_and_set_for_each_appraisal(
    city_at: CityAt,
) -> None:
    city = city_at("pending")
    with sent_at_the_door() as found:
        city.whole("propose")
    assert found.count("UPDATE subject") == 1 + len(DEPARTMENTS)
    others = [name for name in found if name.startswith(("INSERT", "UPDATE")) and name != "UPDATE subject"]
    assert others == [
        "INSERT history",
        "UPDATE deadline",
        "INSERT deadline",
        "INSERT result",
        "INSERT alarm",
        "INSERT outbox",
    ]


def ready_to_submit(city_at: CityAt) -> City:
    city = city_at("running")
    city.sweep()
    city.save(GENERAL)
    city.move(GENERAL, "sign_off")
    return city
