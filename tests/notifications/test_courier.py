"""Whole runs of the courier: whatever happens, each message ends sent or in the dead letters."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Self

import pytest

from cycle.clock import VirtualClock
from cycle.db import Database, Overtaken
from notifications import outbox
from notifications.courier import Delivered, deliver
from notifications.errors import AnswerLost, DeliveryFault, Permanent, Temporary, Unreachable, WrongPassword
from notifications.mailer import MemoryMailer, SmtpMailer
from notifications.outbox import Parcel
from notifications.retry import ATTEMPTS, UNKNOWN, Released
from tests.held import ZONE
from tests.notifications.couriers import always, failing, next_look, run_once
from tests.notifications.fault_server import FAULTS, FaultServer, seeded, serving
from tests.notifications.letters import AT, all_rows, claim, letter, minutes, post, row


def test_everything_due_is_sent_once(database: Database, clock: VirtualClock) -> None:
    post(database, *(letter(f"k{number}") for number in range(20)), letter("later", at=minutes(1)))
    mailer = MemoryMailer()
    assert run_once(database, mailer, clock, batch=3) == Delivered(sent=20)
    assert Counter(parcel.key for parcel in mailer.taken) == Counter(f"k{number}" for number in range(20))
    assert row(database, "k7").answer == "250 kept"
    assert row(database, "later").status == "pending"


def test_nothing_due_is_nothing_done(database: Database, clock: VirtualClock) -> None:
    assert run_once(database, MemoryMailer(), clock) == Delivered()


def test_each_answer_is_recorded_for_what_it_is(database: Database, clock: VirtualClock) -> None:
    post(database, *(letter(key) for key in "abcd"), letter("x", not_after=minutes(-1)))
    faults = {"b": Temporary(450, "later"), "c": Permanent(550, "no"), "d": AnswerLost("gone")}
    done = run_once(database, MemoryMailer(lambda parcel: faults.get(parcel.key)), clock)
    assert done == Delivered(sent=1, retry=1, failed=1, unknown=1, expired=1)
    found = {each.key: (each.status, each.next_at, each.copies) for each in all_rows(database)}
    assert found == {
        "a": ("sent", None, 0),
        "b": ("retry", "2026-02-10T01:01:00.000000Z", 0),
        "c": ("failed", None, 0),
        "d": ("unknown", "2026-02-10T01:15:00.000000Z", 1),
        "x": ("expired", None, 0),
    }


def test_a_message_refused_for_now_is_sent_later_or_given_up(database: Database, clock: VirtualClock) -> None:
    post(database, letter("a"))
    mailer = MemoryMailer(lambda _: Temporary(450, "later"))
    for _ in range(ATTEMPTS):
        run_once(database, mailer, clock)
        clock.at = next_look(database) or clock.at
    found = row(database, "a")
    assert (found.status, found.code, found.attempts) == ("failed", 450, ATTEMPTS)
    assert clock.at == AT + timedelta(minutes=1 + 5 + 15 + 60 + 120 + 4 * 240)


def test_a_lost_answer_is_asked_for_three_times(database: Database, clock: VirtualClock) -> None:
    post(database, letter("a"))
    mailer = MemoryMailer(lambda _: AnswerLost("gone"))
    while next_look(database):
        run_once(database, mailer, clock)
        clock.at += timedelta(minutes=15)
    found = row(database, "a")
    assert (found.status, found.copies, len(mailer.taken)) == ("failed", UNKNOWN, UNKNOWN)


def test_an_unreachable_server_ends_the_run_and_costs_no_attempt(
    database: Database, clock: VirtualClock
) -> None:
    post(database, *(letter(key) for key in "abcdefgh"))
    clock.at = minutes(20)
    asked: list[Parcel] = []

    def script(parcel: Parcel) -> DeliveryFault:
        asked.append(parcel)
        return Unreachable("down")

    assert run_once(database, MemoryMailer(script), clock, batch=5) == Delivered(released=5)
    assert len(asked) == 1, "four wrong passwords at once would lock the account"
    rows = all_rows(database)
    assert max(each.next_at or "" for each in rows) == "2026-02-10T01:20:00.000000Z", (
        "it is the server that waits"
    )
    assert {(each.status, each.attempts, each.owner) for each in rows} == {("pending", 0, None)}


def test_a_server_that_takes_one_connection_only_gets_everything_over_that_one(
    database: Database, clock: VirtualClock
) -> None:
    post(database, *(letter(key) for key in "abcdefgh"))
    taken: list[MemoryMailer] = []

    def way() -> MemoryMailer:
        first = not taken
        mailer = MemoryMailer(lambda _: None if first else Unreachable("too many connections", 421))
        taken.append(mailer)
        return mailer

    async def at_once() -> Delivered:
        return await deliver(database, way, clock, "a", may_send=always, connections=3)

    done = asyncio.run(at_once())
    # Each of the others was turned away with a message in hand.
    assert (done.sent, done.released, done.unreachable) == (8, 2, None)
    assert len(taken[0].taken) == 8


def test_what_a_connection_gives_back_at_the_very_end_goes_over_another(
    database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(database, *(letter(key) for key in "abcd"))
    nothing_due, claims, taken = Event(), outbox.claim, list[MemoryMailer]()

    def noticed(*given: Any, **more: Any) -> list[Parcel]:
        parcels = claims(*given, **more)
        if not parcels:
            nothing_due.set()
        return parcels

    class LateAnswer(MemoryMailer):
        async def send(self, parcel: Parcel) -> str:
            assert await asyncio.to_thread(nothing_due.wait, 60)
            raise Unreachable("too many connections", 421)

    def way() -> MemoryMailer:
        taken.append(LateAnswer() if taken else MemoryMailer())
        return taken[-1]

    monkeypatch.setattr(outbox, "claim", noticed)
    done = asyncio.run(deliver(database, way, clock, "a", may_send=always, connections=2))
    assert (done.sent, done.released) == (4, 1)
    assert len(taken[0].taken) == 4


def test_no_message_is_sent_when_none_may_be(database: Database, clock: VirtualClock) -> None:
    post(database, letter("a"))
    mailer = MemoryMailer()
    assert run_once(database, mailer, clock, may_send=lambda _: False) == Delivered()
    assert (row(database, "a").status, mailer.taken) == ("pending", [])


def test_a_pause_in_the_middle_of_a_run_gives_the_rest_back(database: Database, clock: VirtualClock) -> None:
    post(database, *(letter(key) for key in "abcde"))
    mailer = MemoryMailer()
    done = run_once(database, mailer, clock, may_send=lambda _: len(mailer.taken) < 2, connections=1)
    assert done == Delivered(sent=2, released=3)
    waiting = [each for each in all_rows(database) if each.status == "pending"]
    assert [(each.attempts, each.next_at) for each in waiting] == [(0, "2026-02-10T01:00:00.000000Z")] * 3
    assert run_once(database, mailer, clock) == Delivered(sent=3)


def test_an_answer_is_recorded_although_another_transaction_was_in_the_way(
    database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(database, letter("a"))
    settle, in_the_way = outbox.settle, iter([Overtaken("busy"), Overtaken("busy")])

    def overtaken_twice(*given: Any, **more: Any) -> bool:
        for error in in_the_way:
            raise error
        return settle(*given, **more)

    monkeypatch.setattr(outbox, "settle", overtaken_twice)
    assert run_once(database, MemoryMailer(), clock) == Delivered(sent=1)
    assert row(database, "a").status == "sent"


def test_a_message_that_breaks_its_mailer_is_a_dead_letter_and_the_others_are_sent(
    database: Database, clock: VirtualClock
) -> None:
    post(database, *(letter(key) for key in "abcd"))

    def script(parcel: Parcel) -> None:
        if parcel.key == "a":
            raise KeyError(parcel.key)

    assert run_once(database, MemoryMailer(script), clock) == Delivered(sent=3, failed=1)
    found = row(database, "a")
    assert (found.status, found.answer, found.copies) == ("failed", "KeyError: 'a'", 0)


def untouched(database: Database, *keys: str) -> bool:
    """Whether these messages have lost nothing, also where somebody else takes them up later."""
    with database.write() as session:
        taken = {each.key: each for each in claim(session, minutes(60), "heir")}
    return all((taken[key].attempts, taken[key].copies) == (1, 0) for key in keys)


@pytest.mark.parametrize("step", ["begin", "settle"])
def test_a_database_that_breaks_ends_the_run_and_what_was_not_tried_loses_nothing(
    database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    post(database, *(letter(key) for key in "abcde"))
    whole, mailer = getattr(outbox, step), MemoryMailer()

    def broken(session: Any, key: str, *given: Any, **more: Any) -> Any:
        if key == "b" and not isinstance(given[-1], Released):
            raise OSError("disk full")
        return whole(session, key, *given, **more)

    monkeypatch.setattr(outbox, step, broken)
    with pytest.raises(OSError, match="disk full"):
        run_once(database, mailer, clock, connections=1)
    assert [each.key for each in mailer.taken] == (["a"] if step == "begin" else ["a", "b"])
    assert {each.key for each in all_rows(database) if each.status == "pending"} == set("cde")
    assert untouched(database, *("bcde" if step == "begin" else "cde"))


def test_where_one_connection_breaks_the_others_finish_what_they_have_in_hand(
    database: Database, clock: VirtualClock
) -> None:
    post(database, *(letter(key) for key in "abcd"))
    broke = asyncio.Event()
    opened: list[MemoryMailer] = []

    class Slow(MemoryMailer):
        async def send(self, parcel: Parcel) -> str:
            if len(opened) > 1:
                await broke.wait()
            return await super().send(parcel)

    class Broken(MemoryMailer):
        async def __aenter__(self) -> Self:
            while not opened[0].taken:
                await asyncio.sleep(0)
            broke.set()
            raise RuntimeError("no connection was made")

    def way() -> MemoryMailer:
        opened.append(Broken() if opened else Slow())
        return opened[-1]

    async def whole() -> None:
        await deliver(database, way, clock, "a", may_send=always, connections=2, batch=4)

    with pytest.raises(RuntimeError, match="no connection was made"):
        asyncio.run(whole())
    rows = all_rows(database)
    assert {each.status for each in rows} <= {"sent", "pending"}
    assert {each.key for each in rows if each.status == "sent"} == {each.key for each in opened[0].taken}
    assert {(each.attempts, each.copies) for each in rows if each.status == "pending"} <= {(0, 0)}


def test_a_run_tells_why_it_ended_early(database: Database, clock: VirtualClock) -> None:
    post(database, letter("a"))
    fault = WrongPassword("no", 535)
    assert run_once(database, MemoryMailer(failing(fault)), clock).unreachable is fault
    assert run_once(database, MemoryMailer(), clock).unreachable is None


def test_what_is_past_its_time_is_looked_for_once_a_claim(
    database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(database, *(letter(key) for key in "abc"))
    asked: list[datetime] = []
    expire = outbox.expire

    def counted(session: Any, now: datetime) -> int:
        asked.append(now)
        return expire(session, now)

    monkeypatch.setattr(outbox, "expire", counted)
    assert run_once(database, MemoryMailer(), clock, connections=1, batch=2) == Delivered(sent=3)
    assert len(asked) == 3  # two messages, one, none


@pytest.mark.parametrize("seed", [3, 10])
def test_no_message_is_lost_at_a_server_that_fails_in_every_way(
    database: Database, clock: VirtualClock, seed: int
) -> None:
    letters = [letter(f"k{number}") for number in range(60)]
    post(database, *letters, letter("ill", "ill@example.gov.cn"))
    usual = seeded(seed, share=0.3)
    server = FaultServer(
        lambda address, number: "450" if address.startswith("ill") else usual(address, number)
    )

    async def whole() -> None:
        async with serving(server) as smtp:
            settings = replace(smtp, timeout=0.4)
            while (due := next_look(database)) is not None:
                clock.at = max(clock.at, due)
                await deliver(
                    database, lambda: SmtpMailer(settings, ZONE), clock, f"run {clock.at}", may_send=always
                )

    asyncio.run(asyncio.wait_for(whole(), 120))
    rows = all_rows(database)
    assert {each.status for each in rows} == {"sent", "failed"}
    for each in rows:
        kept = server.kept[each.address]
        assert len(set(kept)) <= 1, "each copy is the same, with the same Message-ID"
        assert all(each.message_id.encode() in content for content in kept)
        assert bool(kept) or each.status == "failed"
        assert len(kept) - (each.status == "sent") <= each.copies
        assert each.attempts <= ATTEMPTS
        assert each.status == "sent" or each.answer
    assert (row(database, "ill").status, row(database, "ill").attempts) == ("failed", ATTEMPTS)
    assert sum(each.status == "sent" for each in rows) > len(rows) / 2
    seen = {usual(address, number) for address, tries in server.tries.items() for number in range(tries)}
    assert seen == {"", *FAULTS}


def test_a_server_without_faults_gets_each_message_once(database: Database, clock: VirtualClock) -> None:
    post(database, *(letter(f"k{number}") for number in range(40)))
    server = FaultServer()

    async def whole() -> Delivered:
        async with serving(server) as smtp:
            return await deliver(database, lambda: SmtpMailer(smtp, ZONE), clock, "one", may_send=always)

    assert asyncio.run(whole()) == Delivered(sent=40)
    assert {len(kept) for kept in server.kept.values()} == {1}
    assert len(server.kept) == 40
    assert server.connections <= 4
