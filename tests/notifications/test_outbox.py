"""Every way a message can go through the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cycle import schema
from cycle.db import Database, Statement
from notifications import outbox
from notifications.notices import Event
from notifications.retry import ATTEMPTS, Failed, Outcome, Released, Retry, Sent, Unknown
from tests.notifications.attempts import attempt, nothing_due
from tests.notifications.letters import AT, DOMAIN, LEASE, begin, claim, letter, minutes, post, row


def test_the_message_id_depends_on_the_key_alone() -> None:
    assert outbox.message_id("a", DOMAIN) == "<ca978112ca1bbdcafac231b39a23dc4d@kaohe.example.gov.cn>"


def test_the_same_letter_is_posted_once(database: Database) -> None:
    assert post(database, letter("a"), letter("b"), letter("a")) == 2
    assert post(database, letter("b", name="改名"), letter("c")) == 1
    assert row(database, "b").name == "韩雪峰"


def test_more_letters_than_one_statement_holds_are_all_posted(database: Database) -> None:
    assert post(database, *(letter(f"k{number}") for number in range(120))) == 120
    with database.read() as session:
        assert outbox.counts(session) == {"pending": 120}


def test_a_posted_letter_has_its_words_and_is_due_at_once(database: Database) -> None:
    post(database, letter("a", subject="appraisal:2026:x", number=7, deadline="d", not_after=minutes(60)))
    found = row(database, "a")
    assert found.title
    assert found.body
    assert found.html
    assert (found.subject, found.number, found.deadline) == ("appraisal:2026:x", 7, "d")
    assert (found.status, found.next_at, found.at) == ("pending", found.at, "2026-02-10T01:00:00.000000Z")
    assert found.not_after == "2026-02-10T02:00:00.000000Z"


def test_a_letter_that_cannot_be_put_into_words_is_a_dead_letter_and_holds_nobody_up(
    database: Database,
) -> None:
    assert post(database, letter("a"), letter("b", fields={})) == 2
    with database.read() as session:
        assert outbox.counts(session) == {"failed": 1, "pending": 1}
        found = outbox.find(session, "b")
    assert found is not None
    assert (found.body, found.attempts) == ("", 0)
    assert found.answer is not None
    assert found.answer.startswith("template: zh/")


@pytest.mark.parametrize(
    "address",
    [
        *("", "nobody", "@example.gov.cn", "han@", "a@b.cn, evil@c.cn", "a@b.cn,evil@c.cn", "a@b.cn;c@d.cn"),
        *("a@b.cn\nBcc: evil@c.cn", "a@b.cn\r", "a\0@b.cn", "a@b.cn\u2028", "a b@c.cn", "韩 <a@b.cn>"),
        *("<a@b.cn>", '"a,b"@c.cn', "a@b.cn(x)", "group:a@b.cn", "a@b.cn\x85", "a\udce4@b.cn"),
    ],
)
def test_an_address_that_is_not_exactly_one_makes_a_dead_letter(database: Database, address: str) -> None:
    assert post(database, letter("a", address)) == 1
    found = row(database, "a")
    assert (found.status, found.answer, found.next_at) == ("failed", "address", None)
    assert nothing_due(database, 60)


@pytest.mark.parametrize(
    "address", ["han@example.gov.cn", "han.x+y@b.cn", "韩雪峰@example.gov.cn", "a@考核.cn"]
)
def test_one_address_of_any_script_is_sent_to(address: str) -> None:
    assert outbox.usable(address)


def test_what_a_text_cannot_hold_is_left_out(database: Database) -> None:
    post(database, letter("a", name="韩\0雪\udce4峰"))
    assert row(database, "a").name == "韩雪?峰"


def test_a_claimed_message_carries_all_that_is_sent(database: Database) -> None:
    event = Event("d@x", 2, date(2026, 2, 28), "年度计划到期", cancelled=True)
    post(database, letter("a", event=event))
    with database.write() as session:
        (parcel,) = claim(session)
    found = row(database, "a")
    assert (parcel.message_id, parcel.title, parcel.body) == (found.message_id, found.title, found.body)
    assert (parcel.event, parcel.at, parcel.attempts, parcel.copies) == (event, AT, 1, 0)
    assert (found.status, found.owner, found.next_at) == ("sending", "one", "2026-02-10T01:10:00.000000Z")


def test_the_oldest_are_claimed_first(database: Database) -> None:
    keys = ("c", "a", "b")
    post(
        database,
        *(replace(letter(key), at=minutes(5 - place)) for place, key in enumerate(keys)),
        letter("z"),
    )
    with database.write() as session:
        assert [parcel.key for parcel in claim(session, minutes(9), limit=3)] == ["z", "b", "a"]
        assert [parcel.key for parcel in claim(session, minutes(9), limit=3)] == ["c"]


def test_what_is_not_due_is_not_claimed(database: Database) -> None:
    post(database, letter("a"))
    assert nothing_due(database, -1)
    attempt(database, 0, Retry(450, "later", minutes(5)))
    assert nothing_due(database, 4)
    assert not nothing_due(database, 5)


def test_a_message_that_was_sent_is_settled(database: Database) -> None:
    post(database, letter("a"))
    attempt(database, 3, Sent("250 ok"))
    found = row(database, "a")
    assert (found.status, found.answer, found.next_at, found.owner) == ("sent", "250 ok", None, None)
    assert found.sent_at == "2026-02-10T01:03:00.000000Z"
    assert nothing_due(database, 6000)


def test_a_refused_message_comes_again_with_its_reason_kept(database: Database) -> None:
    post(database, letter("a"))
    attempt(database, 0, Retry(450, "greylisted", minutes(1)))
    found = row(database, "a")
    assert (found.status, found.code, found.answer, found.attempts) == ("retry", 450, "greylisted", 1)
    assert attempt(database, 1, Sent("250 ok")).attempts == 2
    assert row(database, "a").code is None


def test_a_failed_message_is_a_dead_letter(database: Database) -> None:
    post(database, letter("a"))
    attempt(database, 0, Failed(550, "no such user"))
    found = row(database, "a")
    assert (found.status, found.code, found.answer, found.next_at) == ("failed", 550, "no such user", None)
    assert found.copies == 0


def test_a_lost_answer_counts_as_a_copy(database: Database) -> None:
    post(database, letter("a"))
    attempt(database, 0, Unknown("timeout", minutes(15)))
    assert (row(database, "a").status, row(database, "a").copies) == ("unknown", 1)
    assert attempt(database, 15, Failed(None, "timeout", taken=True)).copies == 1
    assert row(database, "a").copies == 2


def test_a_released_message_has_lost_no_attempt(database: Database) -> None:
    post(database, letter("a"))
    attempt(database, 0, Released(minutes(1)))
    assert (row(database, "a").status, row(database, "a").attempts) == ("pending", 0)
    attempt(database, 1, Retry(450, "later", minutes(2)))
    attempt(database, 2, Released(minutes(3)))
    found = row(database, "a")
    assert (found.status, found.attempts, found.code, found.owner) == ("retry", 1, 450, None)


def test_an_answer_no_database_could_keep_is_kept_without_its_worst(database: Database) -> None:
    post(database, letter("a"))
    attempt(database, 0, Failed(550, "\0gone \udcff" + "x" * 9000))
    answer = row(database, "a").answer
    assert answer is not None
    assert answer.startswith("gone ?")
    assert len(answer) == 500


def test_a_lease_that_ended_is_taken_over_and_counted(database: Database) -> None:
    post(database, letter("a"))
    with database.write() as session:
        (parcel,) = claim(session, minutes(0), "dead")
        assert begin(session, parcel, minutes(0), "dead") == "sending"
    assert nothing_due(database, 9.9)
    parcel = attempt(database, 10, Sent("250 ok"), "heir")
    assert (parcel.attempts, parcel.copies) == (2, 1)


def test_a_lease_that_ended_before_sending_began_costs_neither_attempt_nor_copy(database: Database) -> None:
    post(database, letter("a"))
    with database.write() as session:
        for number in range(ATTEMPTS + 1):
            (parcel,) = claim(session, minutes(10 * number), f"dead {number}")
            assert (parcel.attempts, parcel.copies) == (1, 0)
        outbox.settle(session, "a", f"dead {ATTEMPTS}", 1, Released(minutes(200)), now=minutes(110))
    assert (row(database, "a").status, row(database, "a").attempts) == ("pending", 0)


def test_one_attempt_begins_once_and_only_in_the_hands_of_whoever_claimed_it(database: Database) -> None:
    post(database, letter("a"))
    with database.write() as session:
        (late,) = claim(session, minutes(0), "one 1")
        (heir,) = claim(session, minutes(10), "one 2")
        assert begin(session, late, minutes(11), "one 1") == ""
        assert begin(session, heir, minutes(11), "one 2") == "sending"
        assert begin(session, heir, minutes(11), "one 2") == ""


@pytest.mark.parametrize(
    "outcome", [Retry(450, "later", minutes(1)), Unknown("gone", minutes(1)), Released(minutes(1))]
)
def test_an_attempt_that_has_ended_is_no_longer_under_way(database: Database, outcome: Outcome) -> None:
    post(database, letter("a"))
    with database.write() as session:
        (parcel,) = claim(session)
        begin(session, parcel)
        outbox.settle(session, "a", "one", 1, outcome, now=AT)
        copies = claim(session, minutes(1), "two")[0].copies
        assert claim(session, minutes(11), "three")[0].copies == copies


def test_a_message_that_is_past_its_time_when_its_turn_comes_is_not_sent(database: Database) -> None:
    post(database, letter("a", not_after=minutes(5)), letter("b", deadline="d"))
    with database.write() as session:
        first, second = claim(session)
        outbox.void(session, ["d"])
        assert begin(session, second, minutes(1)) == "expired"
        assert begin(session, first, minutes(6)) == "expired"
    for key in "ab":
        found = row(database, key)
        assert (found.status, found.next_at, found.owner, found.copies) == ("expired", None, None, 0)


def test_a_late_sender_cannot_overwrite_what_its_heir_found(database: Database) -> None:
    post(database, letter("a"))
    with database.write() as session:
        (late,) = claim(session, minutes(0), "same")
        begin(session, late, minutes(0), "same")
        (heir,) = claim(session, minutes(10), "same")
        assert not outbox.settle(session, "a", "same", late.attempts, Failed(550, "late"), now=minutes(11))
        assert not outbox.settle(session, "a", "other", heir.attempts, Failed(550, "x"), now=minutes(11))
        assert not outbox.settle(session, "a", "same", late.attempts, Released(AT), now=minutes(11))
        assert begin(session, late, minutes(11), "same") == ""
        assert outbox.settle(session, "a", "same", heir.attempts, Sent("250 ok"), now=minutes(11))
        assert not outbox.settle(session, "a", "same", heir.attempts, Failed(550, "x"), now=minutes(12))
    assert row(database, "a").status == "sent"


def test_a_late_sender_nobody_has_replaced_still_settles(database: Database) -> None:
    post(database, letter("a"))
    with database.write() as session:
        (late,) = claim(session)
        assert outbox.settle(session, "a", "one", late.attempts, Sent("250 ok"), now=minutes(11))


def test_the_lease_begins_anew_when_sending_does(database: Database) -> None:
    post(database, letter("a"))
    with database.write() as session:
        (parcel,) = claim(session)
        begin(session, parcel, minutes(9))
    assert nothing_due(database, 18)
    assert not nothing_due(database, 19)


def test_a_message_that_kills_its_senders_becomes_a_dead_letter(database: Database) -> None:
    post(database, letter("a"))
    for number in range(ATTEMPTS):
        with database.write() as session:
            (parcel,) = claim(session, minutes(number * 10))
            begin(session, parcel, minutes(number * 10))
    assert nothing_due(database, ATTEMPTS * 10)
    found = row(database, "a")
    assert (found.status, found.answer, found.copies) == ("failed", "sender", ATTEMPTS)


def test_what_is_past_its_time_is_not_sent(database: Database) -> None:
    post(database, letter("a", not_after=minutes(5)), letter("b", not_after=minutes(6)))
    with database.write() as session:
        (parcel,) = claim(session, minutes(5.5))
    assert parcel.key == "b"
    assert (row(database, "a").status, row(database, "a").next_at) == ("expired", None)


def test_a_message_waiting_to_be_tried_again_expires_in_time(database: Database) -> None:
    post(database, letter("a", not_after=minutes(5)))
    attempt(database, 0, Retry(450, "later", minutes(60)))
    with database.write() as session:
        assert outbox.expire(session, minutes(5)) == 0
        assert outbox.expire(session, minutes(6)) == 1
        assert outbox.expire(session, minutes(7)) == 0


def test_a_message_being_sent_expires_only_after_its_lease(database: Database) -> None:
    post(database, letter("a", not_after=minutes(5)))
    post(database, letter("b", not_after=minutes(5)))
    with database.write() as session:
        first, _ = claim(session)
        begin(session, first)
        assert outbox.expire(session, minutes(9)) == 0
        assert outbox.expire(session, minutes(10)) == 2
    assert [(row(database, key).status, row(database, key).copies) for key in "ab"] == [
        ("expired", 1),
        ("expired", 0),
    ]


def test_a_dead_letter_is_sent_again_by_hand_with_its_attempts_counted_anew(database: Database) -> None:
    post(database, letter("a"))
    attempt(database, 0, Failed(None, "timeout", taken=True))
    with database.write() as session:
        assert outbox.again(session, "a", minutes(30))
        assert not outbox.again(session, "a", minutes(30))
        assert not outbox.again(session, "unknown", minutes(30))
    assert nothing_due(database, 29)
    parcel = attempt(database, 30, Sent("250 ok"))
    assert (parcel.attempts, parcel.copies) == (1, 1)
    with database.write() as session:
        assert not outbox.again(session, "a", minutes(40))


def test_a_dead_letter_past_its_time_is_not_sent_again(database: Database) -> None:
    post(database, letter("a", not_after=minutes(10)))
    attempt(database, 0, Failed(550, "full"))
    with database.write() as session:
        assert not outbox.again(session, "a", minutes(11))
        assert outbox.again(session, "a", minutes(10))


def test_the_lists_tell_what_waits_and_what_is_dead(database: Database) -> None:
    post(database, letter("a", at=minutes(-5)), letter("b", ""), letter("c", at=minutes(5)))
    with database.read() as session:
        assert [found.key for found in outbox.search(session)] == ["c", "b", "a"]
        assert [found.key for found in outbox.search(session, limit=1)] == ["c"]
        assert [found.key for found in outbox.search(session, status="failed", kind="test")] == ["b"]
        assert outbox.search(session, kind="reminder") == []
        assert outbox.find(session, "none") is None
        assert outbox.counts(session) == {"failed": 1, "pending": 2}
        assert outbox.oldest_waiting(session) == minutes(-5)


def test_an_empty_outbox_has_no_oldest(database: Database) -> None:
    with database.read() as session:
        assert outbox.oldest_waiting(session) is None


def test_a_lease_is_as_long_as_asked(database: Database) -> None:
    post(database, letter("a"))
    with database.write() as session:
        outbox.claim(session, AT, "one", 1, LEASE - timedelta(minutes=9))
    assert not nothing_due(database, 1)


def test_two_claims_at_once_take_different_messages(postgres_url: str) -> None:
    """SQLite has one writer: there are no two at once."""
    database = Database(postgres_url)
    schema.upgrade(database)
    post(database, letter("a"), letter("b"), letter("c", at=minutes(-9), not_after=minutes(-1)))
    with database.write() as first:
        assert [parcel.key for parcel in claim(first, limit=1)] == ["a"]
        with database.write() as second:
            Statement("SET LOCAL lock_timeout = 5000").run(second)  # instead of waiting for ever
            assert [parcel.key for parcel in claim(second)] == ["b"]
    assert row(database, "c").status == "expired"
    database.close()
