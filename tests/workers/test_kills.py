"""Workers killed at whatever they are doing, and others in their place: nothing is lost, nothing decided twice.

The mail server keeps some answers back until the worker that waits for one is killed: the letter is out and
nobody wrote it down. When and whom to kill follows from a seed, which a failure names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from random import Random, SystemRandom
from typing import Final

import pytest

from cycle.jobs.delivery import may_send
from cycle.verify import verify
from notifications import courier
from notifications.retry import ATTEMPTS
from tests.cast import DISCIPLINE, GENERAL, City
from tests.workers.conftest import Towns
from tests.workers.crew import HOURS, Crew, Hand, crew
from tests.workers.sink import WAIT, Sink, sinking
from tests.workers.town import Account, account
from workflows.wake import stamp

DAYS: Final = (
    "2025-01-10",
    "2025-02-10",
    "2025-02-25",
    "2025-02-27",
    "2025-02-28",
    "2025-03-03",
    "2025-03-05",
    "2025-03-07",
    "2025-03-08",
    "2025-03-10",
    "2025-07-01",
    "2025-07-21",
)
MOST: Final = (
    ATTEMPTS - 2
)  # times a day that senders are killed: a letter whose senders never come back is given up


@dataclass(frozen=True, slots=True)
class Way:
    """How those at work are killed: at a statement by its number, or within so many seconds, whatever comes first.

    In a share `held` of the cases, and until it has come to that once, first of all whoever waits for an answer that
    the mail server keeps back.
    """

    statements: int
    seconds: float
    held: float = 0
    order: tuple[str, ...] = ()


LOOKING: Final = Way(40, 0.05, order=("sweep",))
SENDING: Final = Way(100, 0.1, held=0.3)
IDLE: Final = Way(5, 0.1)
FUSED: Final = 0.8  # the share of those killed at a statement, wherever that is on the clock


def people(city: City) -> Callable[[str], None]:
    """What people do in the mornings: two departments file."""
    filing = {"2025-02-28": GENERAL, "2025-03-03": DISCIPLINE}
    return lambda day: city.file(filing[day]) if day in filing else None


@dataclass(slots=True)
class Killer:
    """Kills workers while they are at work."""

    crew: Crew
    chance: Random
    kills: int = 0
    held: int = 0

    def strike(self, way: Way) -> None:
        """Have all work and kill them; one who is done before goes on living."""
        crew, chance = self.crew, self.chance
        at_work = chance.sample(crew.hands, len(crew.hands))
        held = way.held > 0 and (not self.held or chance.random() < way.held)
        for hand in at_work:
            fused = not held and chance.random() < FUSED
            hand.order(*way.order, fuse=chance.randrange(way.statements) if fused else None)
        if held:
            self._kill_held(at_work)
        for hand in at_work:
            if hand.busy and not self._done(hand, chance.uniform(0, way.seconds)):
                self._kill(hand)
        crew.sink.go()
        for hand in crew.hands:
            if hand.busy:
                assert hand.answer() == [], hand.name

    def _done(self, hand: Hand, seconds: float) -> bool:
        """Whether it answers within that time; False too where its fuse went off."""
        try:
            return hand.pipe.poll(seconds) and hand.answer() == []
        except EOFError:
            return False

    def _kill_held(self, at_work: list[Hand]) -> None:
        pipe = self.crew.sink.pipe
        self.crew.sink.hold()
        while busy := [hand for hand in at_work if hand.busy]:
            ready = wait([pipe, *(hand.pipe for hand in busy)], WAIT)
            assert ready, "nobody gets on"
            if pipe in ready:
                name = pipe.recv()
                self._kill(next(hand for hand in busy if hand.name == name))
                self.held += 1
                return
            for hand in busy:
                if hand.pipe in ready:
                    assert hand.answer() == [], hand.name

    def _kill(self, hand: Hand) -> None:
        hand.busy = False
        self.crew.replace(hand)
        self.kills += 1


def killed(crew_: Crew, chance: Random, kills: int) -> Killer:
    """The days, with so many kills spread over them: while workers decide, then while they send what there is.

    Whatever comes due is decided before the digests of the day are written, so that these are the same ones.
    """
    killer = Killer(crew_, chance)
    act = people(crew_.city)
    for place, day in enumerate(DAYS, start=1):
        for hour in HOURS[:2]:
            crew_.go_to(f"{day} {hour}")
            while killer.kills * len(DAYS) < kills * (place - 0.5) and not crew_.decided():
                killer.strike(LOOKING)
            crew_.finish("sweep")
        crew_.go_to(f"{day} {HOURS[2]}")
        for _ in range(MOST):
            if killer.kills * len(DAYS) < kills * place and to_send(crew_):
                killer.strike(SENDING)
                release(crew_)
        crew_.finish()
        while release(crew_):
            crew_.finish()
        act(day)
    while killer.kills < kills:
        killer.strike(IDLE)
    return killer


def to_send(crew_: Crew) -> bool:
    """Whether a letter is due that nobody has in hand, and may leave."""
    city = crew_.city
    waiting = city.select("SELECT 1 FROM outbox WHERE next_at <= :now", now=stamp(city.clock.at))
    return bool(waiting) and may_send(city.service, city.clock.at)


def release(crew_: Crew) -> bool:
    """Let the leases of those who were killed end; False where there is none."""
    held = crew_.city.select("SELECT 1 FROM outbox WHERE status = 'sending'")
    if held:
        crew_.put(crew_.city.clock.at + courier.LEASE)
    return bool(held)


def undisturbed(city: City, home: Path) -> Account:
    """What one worker makes of the same days."""
    with sinking(home / "sink alone") as sink, crew(city, sink, home, 1) as alone:
        killed(alone, Random(), 0)  # noqa: S311 - no chance where there is no kill
    return account(city)


def check(city: City, sink: Sink, expected: Account) -> None:
    """Whatever came due was decided once and told, and every further copy of a letter is accounted for."""
    found = account(city)
    assert sorted(found.letters.items() ^ expected.letters.items()) == []
    assert found == expected
    taken = sink.taken()
    letters = city.select("SELECT message_id, status, copies, attempts FROM outbox")
    assert set(taken) == {name for name, status, *_ in letters if status == "sent"}
    for name, status, copies, attempts in letters:
        assert attempts <= ATTEMPTS
        if status == "sent":
            assert 0 <= len(taken[name]) - 1 <= copies, name
            assert len(set(taken[name])) == 1, name
    assert verify(city.service.database).ok


def kill_many(city: City, other: City, sink: Sink, home: Path, kills: int) -> None:
    """So many kills leave the city as one undisturbed worker leaves the other."""
    seed = SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown where the test fails
    expected = undisturbed(other, home)
    with crew(city, sink, home, 2) as both:
        killer = killed(both, Random(seed), kills)  # noqa: S311 - chance that can be repeated
    assert killer.kills >= kills
    assert killer.held > 0
    check(city, sink, expected)


def test_kills_lose_nothing_and_double_nothing(towns: Towns, sink: Sink, tmp_path: Path) -> None:
    city = towns()
    kills = 100 if city.service.database.dialect == "sqlite" else 40
    kill_many(city, towns(), sink, tmp_path, kills)


@pytest.mark.long
@pytest.mark.parametrize("part", range(3))
def test_three_hundred_kills_lose_nothing_and_double_nothing(
    towns: Towns, sink: Sink, tmp_path: Path, part: int
) -> None:
    kill_many(towns(), towns(), sink, tmp_path, 100)
