"""A deadline that is done takes along what reminds of it, whoever is sending it."""

from __future__ import annotations

from threading import Thread

import pytest

from cycle import schema
from cycle.db import Database, Statement
from notifications import outbox
from notifications.retry import Failed, Outcome, Released, Retry, Sent, Unknown
from tests.notifications.attempts import attempt, nothing_due
from tests.notifications.letters import AT, claim, letter, minutes, post, row

_WAITING = Statement(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def test_a_voided_deadline_takes_its_waiting_messages_along(database: Database) -> None:
    post(database, *(letter(key, deadline="d") for key in "abcs"), letter("z", deadline="e"))
    with database.write() as session:
        outcomes: dict[str, Outcome] = {"a": Retry(450, "x", minutes(9)), "b": Unknown("x", minutes(9))}
        for key, outcome in outcomes.items():
            (parcel,) = claim(session, limit=1)
            assert parcel.key == key
            outbox.settle(session, key, "one", 1, outcome, now=AT)
        outbox.settle(session, claim(session, limit=1)[0].key, "one", 1, Sent("250"), now=AT)
        outbox.void(session, ["d", "none"])
    found = {key: row(database, key).status for key in "abcsz"}
    assert found == {"a": "void", "b": "void", "c": "sent", "s": "void", "z": "pending"}
    assert row(database, "a").next_at is None


def test_a_dead_letter_of_a_voided_deadline_is_not_sent_again(database: Database) -> None:
    post(database, letter("a", deadline="d"))
    attempt(database, 0, Failed(550, "full"))
    with database.write() as session:
        outbox.void(session, ["d"])
        assert not outbox.again(session, "a", minutes(1))
    assert (row(database, "a").status, row(database, "a").answer) == ("void", "full")


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Retry(451, "later", minutes(1)), "void"),
        (Unknown("gone", minutes(15)), "void"),
        (Failed(550, "full"), "void"),
        (Released(AT), "void"),
        (Sent("250 ok"), "sent"),
    ],
)
def test_a_message_whose_answer_comes_while_its_deadline_is_voided_is_not_tried_again(
    postgres_url: str, outcome: Outcome, status: str
) -> None:
    """SQLite has one writer: there are no two at once."""
    database = Database(postgres_url)
    schema.upgrade(database)
    post(database, letter("a", deadline="d"))
    with database.write() as session:
        claim(session)

    def voided() -> None:
        with database.write() as session:
            outbox.void(session, ["d"])

    thread = Thread(target=voided)
    with database.write() as session:
        outbox.settle(session, "a", "one", 1, outcome, now=AT)
        thread.start()
        until_waiting(database, thread)
    thread.join()
    assert (row(database, "a").status, row(database, "a").next_at) == (status, None)
    database.close()


def until_waiting(database: Database, thread: Thread) -> None:
    """Until another transaction waits for a lock."""
    waiting = 0
    while not waiting:
        assert thread.is_alive()
        with database.read() as session:
            (waiting,) = _WAITING.run(session).fetchone()


def test_two_who_void_the_same_deadlines_in_another_order_do_not_wait_in_a_ring(postgres_url: str) -> None:
    database = Database(postgres_url)
    schema.upgrade(database)
    post(database, letter("b", deadline="d"), letter("a", deadline="e"), letter("c", deadline="d"))

    def voided() -> None:
        with database.write() as session:
            Statement("SET LOCAL lock_timeout = 60000").run(session)
            outbox.void(session, ["d", "e"])

    thread = Thread(target=voided)
    with database.write() as session:
        outbox.void(session, ["e"])
        thread.start()
        until_waiting(database, thread)
        Statement("SET LOCAL lock_timeout = 5000").run(session)  # instead of the other's being given up
        outbox.void(session, ["d"])
    thread.join()
    assert [row(database, key).status for key in "abc"] == ["void", "void", "void"]
    database.close()


def test_a_message_voided_while_it_is_sent_is_not_tried_again(database: Database) -> None:
    post(database, letter("a", deadline="d"), letter("b", deadline="d"))
    with database.write() as session:
        claim(session)
        outbox.void(session, ["d"])
        assert outbox.settle(session, "a", "one", 1, Sent("250 ok"), now=AT)
        assert outbox.settle(session, "b", "one", 1, Retry(450, "later", minutes(1)), now=AT)
    assert nothing_due(database, 1)
    assert [row(database, key).status for key in "ab"] == ["sent", "expired"]
