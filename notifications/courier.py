"""Takes what is due out of the outbox, hands it to the mail server, and records each answer as it comes."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import TypeVar

from cycle.clock import Clock
from cycle.db import Database, Overtaken, Session
from notifications import outbox
from notifications.errors import DeliveryFault, Permanent, Unreachable
from notifications.mailer import Mailer
from notifications.outbox import Parcel
from notifications.retry import Failed, Outcome, Released, Retry, Sent, Unknown, after

LOG = logging.getLogger("notifications.courier")

LEASE = timedelta(minutes=10)

_TRIES = 5  # when another transaction was in the way
_NAMES: dict[type[Outcome], str] = {
    Sent: "sent",
    Retry: "retry",
    Failed: "failed",
    Unknown: "unknown",
    Released: "released",
}
_EXPIRED, _LOST = "expired", "lost_lease"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run did: attempts by their outcome, messages past their time, leases lost to another sender.

    `unreachable` is why the run ended before everything due was tried.
    """

    sent: int = 0
    retry: int = 0
    failed: int = 0
    unknown: int = 0
    released: int = 0
    expired: int = 0
    lost_lease: int = 0
    unreachable: Unreachable | None = field(default=None, compare=False)  # an exception equals only itself

    def counts(self) -> dict[str, int]:
        """The numbers by their names."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "unreachable"}

    @property
    def answered(self) -> bool:
        """Whether the server said anything of a message."""
        return bool(self.sent or self.retry or self.failed or self.unknown)


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
    no, and where the server cannot be reached, what is in hand is given back and the run ends. The lease,
    which begins anew with each message, has to be more than twice what one may take. What goes wrong with one
    message is that message's; what the database or a connection's opening raises ends the run, once the other
    connections are done with what they have in hand, and is raised. What a cancelled run has handed over
    without an answer waits for its lease to end.
    """
    run = _Run(database, clock, owner, may_send, batch, lease)
    try:
        async with asyncio.TaskGroup() as group:
            for number in range(connections):
                group.create_task(run.work(mailers, first=number == 0))
    finally:
        await asyncio.to_thread(run.give_back)
    if run.broken:
        raise run.broken[0] if len(run.broken) == 1 else ExceptionGroup("delivery broke", run.broken)
    return Delivered(**run.done, unreachable=run.unreachable)


@dataclass(frozen=True, slots=True)
class _Hand:
    """A message in hand, and what the claim it came by is called."""

    parcel: Parcel
    owner: str


@dataclass(slots=True)
class _Run:
    """What the connections of one run share. Methods that end in a transaction are called in threads."""

    database: Database
    clock: Clock
    owner: str
    may_send: Callable[[datetime], bool]
    batch: int
    lease: timedelta
    waiting: deque[_Hand] = field(default_factory=deque)
    claims: int = 0
    over: bool = False
    unreachable: Unreachable | None = None
    broken: list[Exception] = field(default_factory=list)
    in_hand: int = 0
    none_in_hand: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.none_in_hand.set()

    async def work(self, mailers: Callable[[], Mailer], *, first: bool) -> None:
        """One connection: message after message until the run is over.

        The first finds out whether the server can be reached: four wrong passwords at once would lock the account.
        Where it is and a later connection is turned away, the server wants no more of them: the run goes on without.
        """
        try:
            if not first:
                await self.reached.wait()
            async with mailers() as mailer:
                while (hand := await self._next()) is not None:
                    try:
                        away = await self._deliver(mailer, hand)
                    finally:
                        self._laid_down()
                    if away is not None and first:
                        self.over, self.unreachable = True, away
                    elif away is not None:
                        return
        except Exception as error:  # noqa: BLE001 - raised by `deliver`, when the others have finished
            self.over = True
            self.broken.append(error)
        finally:
            self.reached.set()

    async def _next(self) -> _Hand | None:
        async with self.turn:
            while not self.over and not self.waiting:
                given_back = self.done[_NAMES[Released]]
                expired, hands = await asyncio.to_thread(self._claim)
                self.done[_EXPIRED] += expired
                self.waiting.extend(hands)
                if not hands:
                    # What another connection still has in hand may come back, and is due then.
                    await self.none_in_hand.wait()
                    self.over |= self.done[_NAMES[Released]] == given_back
            return None if self.over else self._picked_up()

    def _picked_up(self) -> _Hand:
        self.in_hand += 1
        self.none_in_hand.clear()
        return self.waiting.popleft()

    def _laid_down(self) -> None:
        self.in_hand -= 1
        if not self.in_hand:
            self.none_in_hand.set()

    async def _deliver(self, mailer: Mailer, hand: _Hand) -> Unreachable | None:
        """Send one message and count what became of it; why the server could not be reached for it."""
        refused = await asyncio.to_thread(self._hold, hand)
        if refused is not None:
            self.done[refused] += 1
            return None
        try:
            answer: str | DeliveryFault = await mailer.send(hand.parcel)
        except DeliveryFault as fault:
            answer = fault
        except Exception as unforeseen:  # the others can be sent all the same
            LOG.exception("message broke", extra={"fields": {"message": hand.parcel.message_id}})
            answer = Permanent(None, f"{type(unforeseen).__name__}: {unforeseen}")
        away = answer if isinstance(answer, Unreachable) else None
        if away is None:
            self.reached.set()
        became = await asyncio.to_thread(self._settle, hand, answer)
        _tell(hand.parcel, answer, became)
        self.done[became] += 1
        return away

    def _claim(self) -> tuple[int, list[_Hand]]:
        # Each claim has a name of its own: what this run lost and claimed anew is in one connection's hand only.
        self.claims += 1
        owner = f"{self.owner} {self.claims}"

        def claim(session: Session) -> tuple[int, list[_Hand]]:
            now = self.clock.now()
            expired = outbox.expire(session, now)
            parcels = outbox.claim(session, now, owner, self.batch, self.lease)
            return expired, [_Hand(parcel, owner) for parcel in parcels]

        return self._write(claim) if self.may_send(self.clock.now()) else (0, [])

    def _hold(self, hand: _Hand) -> str | None:
        """Make sure that it may be sent and stays ours meanwhile; otherwise what became of it instead."""
        now, parcel = self.clock.now(), hand.parcel
        if not self.may_send(now):
            self.over = True
            return self._record(hand, Released)
        until = now + self.lease
        became = self._write(
            lambda session: outbox.begin(
                session, parcel.key, hand.owner, parcel.attempts, now=now, until=until
            )
        )
        return None if became == "sending" else became or _LOST

    def _settle(self, hand: _Hand, answer: str | DeliveryFault) -> str:
        attempts, copies = hand.parcel.attempts, hand.parcel.copies
        return self._record(hand, lambda now: after(answer, attempts=attempts, copies=copies, now=now))

    def give_back(self) -> None:
        """Release what was claimed and not tried."""
        try:
            for hand in self.waiting:
                self.done[self._record(hand, Released)] += 1
        except Exception as error:  # noqa: BLE001 - raised by `deliver`, with what broke before
            self.broken.append(error)

    def _record(self, hand: _Hand, outcome_at: Callable[[datetime], Outcome]) -> str:
        def settle(session: Session) -> str:
            now, parcel = self.clock.now(), hand.parcel
            outcome = outcome_at(now)
            ours = outbox.settle(session, parcel.key, hand.owner, parcel.attempts, outcome, now=now)
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


def _tell(parcel: Parcel, answer: str | DeliveryFault, became: str) -> None:
    """One attempt, without to whom or what: a server's refusal may name either."""
    fault = answer if isinstance(answer, DeliveryFault) else None
    said = {"fault": type(fault).__name__, "code": fault.code} if fault else {}
    about = {"message": parcel.message_id, "attempt": parcel.attempts, "became": became}
    LOG.log(logging.WARNING if fault else logging.INFO, "attempt", extra={"fields": {**about, **said}})
