"""Takes what is due out of the outbox, hands it to the mail server, and records each answer as it comes."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from cycle.clock import Clock
from cycle.db import Database, Overtaken, Session
from notifications import outbox
from notifications.errors import DeliveryFault, Unreachable
from notifications.mailer import Mailer
from notifications.outbox import Parcel
from notifications.retry import Failed, Outcome, Released, Retry, Sent, Unknown, after, pause

LEASE = timedelta(minutes=10)

_TRIES = 5  # when another transaction was in the way
_NAMES: dict[type[Outcome], str] = {
    Sent: "sent",
    Retry: "retry",
    Failed: "failed",
    Unknown: "unknown",
    Released: "released",
}
_LOST = "lost_lease"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run did: attempts by their outcome, messages past their time, leases lost to another sender."""

    sent: int = 0
    retry: int = 0
    failed: int = 0
    unknown: int = 0
    released: int = 0
    expired: int = 0
    lost_lease: int = 0


async def deliver(
    database: Database,
    mailers: Callable[[], Mailer],
    clock: Clock,
    owner: str,
    *,
    may_send: Callable[[datetime], bool],
    connections: int = 4,
    batch: int = 8,
    lease: timedelta = LEASE,
) -> Delivered:
    """Send until nothing is due, on so many connections at once, each held for the whole run.

    `owner` names the run. `may_send` is asked before each claim and each message, in threads; where it says
    no, and where the server cannot be reached, what is in hand is given back and the run ends. The lease has
    to be more than twice what one message may take. A run that is cancelled leaves leases that end.
    """
    run = _Run(database, clock, owner, may_send, batch, lease)
    async with asyncio.TaskGroup() as group:
        for number in range(connections):
            group.create_task(run.work(mailers, first=number == 0))
    run.done["released"] += await asyncio.to_thread(run.give_back)
    return Delivered(**run.done)


@dataclass(slots=True)
class _Run:
    """What the connections of one run share. Methods that end in a transaction are called in threads."""

    database: Database
    clock: Clock
    owner: str
    may_send: Callable[[datetime], bool]
    batch: int
    lease: timedelta
    waiting: deque[tuple[Parcel, datetime]] = field(default_factory=deque)  # each with its lease's end
    over: bool = False
    unreachable: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    done: Counter[str] = field(default_factory=Counter)

    async def work(self, mailers: Callable[[], Mailer], *, first: bool) -> None:
        """One connection: message after message until the run is over.

        The first finds out whether the server can be reached: four wrong passwords at once would lock the account.
        Where it is and a later connection is turned away, the server wants no more of them: the run goes on without.
        """
        try:
            if not first:
                await self.reached.wait()
            async with mailers() as mailer:
                while (taken := await self._next()) is not None:
                    outcome, away = await self._deliver(mailer, *taken)
                    self.done[outcome] += 1
                    self.reached.set()
                    if away and first:
                        self.over = self.unreachable = True
                    elif away:
                        return
        finally:
            self.reached.set()

    async def _next(self) -> tuple[Parcel, datetime] | None:
        async with self.turn:
            if not self.over and not self.waiting:
                expired, parcels, until = await asyncio.to_thread(self._claim)
                self.done["expired"] += expired
                self.waiting.extend((parcel, until) for parcel in parcels)
                if not parcels:
                    self.over = True
            return None if self.over else self.waiting.popleft()

    async def _deliver(self, mailer: Mailer, parcel: Parcel, until: datetime) -> tuple[str, bool]:
        """What became of it, by the name in `Delivered`, and whether the server could not be reached for it."""
        refused = await asyncio.to_thread(self._hold, parcel, until)
        if refused is not None:
            return refused, False
        try:
            answer: str | DeliveryFault = await mailer.send(parcel)
        except DeliveryFault as fault:
            answer = fault
        return await asyncio.to_thread(self._settle, parcel, answer), isinstance(answer, Unreachable)

    def _claim(self) -> tuple[int, list[Parcel], datetime]:
        def claim(session: Session) -> tuple[int, list[Parcel], datetime]:
            now = self.clock.now()
            expired = outbox.expire(session, now)
            parcels = outbox.claim(session, now, self.owner, self.batch, self.lease)
            return expired, parcels, now + self.lease

        now = self.clock.now()
        return self._write(claim) if self.may_send(now) else (0, [], now)

    def _hold(self, parcel: Parcel, until: datetime) -> str | None:
        """Make sure that it may be sent and stays ours meanwhile; otherwise what became of it instead."""
        now = self.clock.now()
        if not self.may_send(now):
            self.over = True
            return self._record(parcel, lambda _: Released(now))
        if until - now >= self.lease / 2:
            return None
        later = now + self.lease
        held = self._write(
            lambda session: outbox.renew(session, parcel.key, self.owner, parcel.attempts, later)
        )
        return None if held else _LOST

    def _settle(self, parcel: Parcel, answer: str | DeliveryFault) -> str:
        return self._record(
            parcel,
            lambda now: after(
                answer, attempts=parcel.attempts, copies=parcel.copies, written=parcel.at, now=now
            ),
        )

    def give_back(self) -> int:
        """Release what was claimed and not tried; how many."""
        names = [self._record(parcel, partial(self._back, parcel)) for parcel, _ in self.waiting]
        return names.count(_NAMES[Released])

    def _back(self, parcel: Parcel, now: datetime) -> Released:
        return Released(now + pause(parcel.at, now) if self.unreachable else now)

    def _record(self, parcel: Parcel, outcome_at: Callable[[datetime], Outcome]) -> str:
        def settle(session: Session) -> str:
            now = self.clock.now()
            outcome = outcome_at(now)
            ours = outbox.settle(session, parcel.key, self.owner, parcel.attempts, outcome, now=now)
            return _NAMES[type(outcome)] if ours else _LOST

        return self._write(settle)

    def _write(self, act: Callable[[Session], _T]) -> _T:
        """One transaction of its own, tried again when another was in the way."""
        for _ in range(_TRIES - 1):
            try:
                with self.database.write() as session:
                    return act(session)
            except Overtaken:
                continue
        with self.database.write() as session:
            return act(session)
