"""What one courier has in hand no other touches, until its lease ends."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from cycle.clock import VirtualClock
from cycle.db import Database
from notifications import courier, outbox
from notifications.courier import Delivered
from notifications.errors import DeliveryFault, Permanent
from notifications.mailer import MemoryMailer
from notifications.outbox import Parcel
from notifications.retry import Sent
from tests.notifications.couriers import run, run_once
from tests.notifications.letters import AT, LEASE, all_rows, claim, letter, minutes, post, row


def test_four_couriers_at_once_deliver_each_message_once(database: Database, clock: VirtualClock) -> None:
    post(database, *(letter(f"k{number}") for number in range(60)))
    mailer = MemoryMailer()
    start = threading.Barrier(4)
    done: list[Delivered] = []

    def one() -> None:
        own = Database(database.url.render_as_string(hide_password=False))
        start.wait()
        done.append(run_once(own, mailer, clock, batch=4))
        own.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(parcel.key for parcel in mailer.taken) == Counter(f"k{number}" for number in range(60))
    assert (len(done), sum(each.sent for each in done)) == (4, 60)
    assert {each.copies for each in all_rows(database)} == {0}


class Stuck(MemoryMailer):
    """Takes a message and never answers."""

    async def send(self, parcel: Parcel) -> str:
        self.taken.append(parcel)
        return await asyncio.Event().wait() and ""


def test_what_a_cancelled_run_had_in_hand_comes_back_when_its_lease_ends(
    database: Database, clock: VirtualClock
) -> None:
    post(database, letter("a"))
    stuck, mailer = Stuck(), MemoryMailer()

    async def cancelled() -> None:
        task = asyncio.create_task(run(database, stuck, clock))
        while not stuck.taken:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert run_once(database, mailer, clock) == Delivered()
    clock.at += LEASE
    assert run_once(database, mailer, clock) == Delivered(sent=1)
    assert (row(database, "a").attempts, row(database, "a").copies) == (2, 1)


def test_a_late_answer_does_not_overwrite_what_another_found(database: Database, clock: VirtualClock) -> None:
    post(database, letter("a"))

    def script(parcel: Parcel) -> DeliveryFault:
        clock.at += LEASE
        with database.write() as session:
            (taken,) = claim(session, clock.at, "other")
            assert outbox.settle(session, "a", "other", taken.attempts, Sent("250 other"), now=clock.at)
        return Permanent(550, "late")

    assert run_once(database, MemoryMailer(script), clock) == Delivered(lost_lease=1)
    assert (row(database, "a").status, row(database, "a").answer) == ("sent", "250 other")


@pytest.mark.parametrize(("passed", "until"), [(0, 10), (4, 14), (9, 19)])
def test_the_lease_begins_anew_with_each_message(
    database: Database, clock: VirtualClock, passed: int, until: int
) -> None:
    post(database, letter("a"), letter("b"))
    held: list[str | None] = []

    def script(parcel: Parcel) -> None:
        if parcel.key == "a":
            clock.at += timedelta(minutes=passed)
        else:
            held.append(row(database, "b").next_at)

    assert run_once(database, MemoryMailer(script), clock, connections=1) == Delivered(sent=2)
    assert held == [minutes(until).strftime("%Y-%m-%dT%H:%M:%S.%fZ")]


def test_a_message_another_has_taken_over_is_not_sent(database: Database, clock: VirtualClock) -> None:
    post(database, letter("a"), letter("b"))

    def script(parcel: Parcel) -> None:
        clock.at += LEASE
        with database.write() as session:
            assert len(claim(session, clock.at, "other")) == 2

    mailer = MemoryMailer(script)
    assert run_once(database, mailer, clock, connections=1) == Delivered(lost_lease=2)
    assert [parcel.key for parcel in mailer.taken] == ["a"]


def test_what_a_cancelled_run_had_not_tried_is_given_back(database: Database, clock: VirtualClock) -> None:
    post(database, *(letter(key) for key in "abc"))
    stuck = Stuck()

    async def cancelled() -> None:
        task = asyncio.create_task(run(database, stuck, clock, connections=1))
        while not stuck.taken:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert [(each.key, each.attempts) for each in all_rows(database) if each.status == "pending"] == [
        ("b", 0),
        ("c", 0),
    ]


def test_what_a_run_lost_and_claimed_anew_is_not_given_back_by_the_connection_that_lost_it(
    database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One connection is held up with "a" until the lease is over and the other is sending it."""
    post(database, letter("first", at=minutes(-1)), letter("a"))
    claim_, hold = outbox.claim, courier._Run._hold
    sending, given_back = threading.Event(), threading.Event()
    late: list[str | None] = []

    def claimed(*given: Any) -> list[Parcel]:
        found = claim_(*given)
        if not clock.at > AT and [each.key for each in found] == ["a"]:
            clock.at += LEASE
        return found

    def held(self: Any, hand: Any) -> str | None:
        if hand.parcel.key == "a" and hand.owner == "courier 2":
            assert sending.wait(60)
            monkeypatch.setattr(self, "may_send", lambda _: False)
            late.append(hold(self, hand))
            given_back.set()
            return late[0]
        return hold(self, hand)

    class Waiting(MemoryMailer):
        async def send(self, parcel: Parcel) -> str:
            if parcel.key == "a":
                sending.set()
                assert await asyncio.to_thread(given_back.wait, 60)
            return await super().send(parcel)

    monkeypatch.setattr(outbox, "claim", claimed)
    monkeypatch.setattr(courier._Run, "_hold", held)
    assert run_once(database, Waiting(), clock, connections=2, batch=1) == Delivered(sent=2, lost_lease=1)
    assert late == ["lost_lease"]
    assert row(database, "a").status == "sent"
