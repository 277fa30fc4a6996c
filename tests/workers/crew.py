"""Some workers at one city's database, and the hand that moves their clock, waits for them and kills them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawValue
from pathlib import Path
from typing import Final

from cycle.operations import reminding, sweep
from tests.cast import City
from tests.held import instant
from tests.operations.racing import START
from tests.workers.serving import ROUND, Post, SharedClock, serve
from tests.workers.sink import WAIT, Sink
from tests.workers.town import watch_on
from workflows.wake import stamp

START.set_forkserver_preload(["tests.operations.crashing", "tests.workers.warmed"])
HOURS: Final = ("00:00", "09:00", "09:30", "10:00")
TRIES: Final = 200  # clean rounds until the database has let go of what a killed worker held


@dataclass(slots=True)
class Hand:
    """One worker's process."""

    name: str
    process: BaseProcess
    pipe: Connection
    busy: bool = False

    def order(self, *names: str, fuse: int | None = None) -> None:
        """Have it do jobs; what broke is told by `answer`. With a fuse it dies at the statement of that number."""
        self.pipe.send((names or ROUND, fuse))
        self.busy = True

    def answer(self) -> list[str]:
        """The jobs that broke, once it is done."""
        assert self.pipe.poll(WAIT), f"{self.name} does not answer"
        found: list[str] = self.pipe.recv()
        self.busy = False
        return found

    def end(self) -> None:
        """Let it go, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self.pipe.close()


@dataclass(slots=True)
class Crew:
    """The workers of one city. The city's own clock goes with theirs."""

    city: City
    sink: Sink
    home: Path
    clock: SharedClock
    hands: list[Hand] = field(default_factory=list)
    hired: int = 0

    def put(self, at: datetime) -> None:
        """Put everybody's clock."""
        self.city.clock.at = at
        self.clock.put(at)

    def hire(self, tamper: Callable[[], None] | None = None) -> Hand:
        """Another worker, who answers when ready for orders."""
        self.hired += 1
        url = self.city.service.database.url.render_as_string(hide_password=False)
        post = Post(f"worker-{self.hired}", url, self.sink.port, self.home, tamper)
        ours, theirs = START.Pipe()
        process = START.Process(target=serve, args=(post, self.clock.microseconds, theirs))
        process.start()
        theirs.close()
        hand = Hand(post.name, process, ours, busy=True)
        self.hands.append(hand)
        return hand

    def replace(self, hand: Hand) -> None:
        """Kill a worker and hire another one in its place, who answers when ready."""
        hand.end()
        self.hands.remove(hand)
        self.hire()

    def round(self, *names: str) -> None:
        """All at once do the jobs named, or a whole round."""
        for hand in self.hands:
            hand.order(*names)
        broken = [(hand.name, name) for hand in self.hands for name in hand.answer()]
        assert broken == [], self.city.select("SELECT job, worker, failed FROM job_run WHERE failed <> '[]'")

    def finish(self, *names: str) -> None:
        """Jobs, or whole rounds, of one after the other until nothing that is due is left undecided."""
        for _ in range(TRIES):
            for hand in self.hands:
                hand.order(*names)
                assert hand.answer() == [], hand.name
            if self.decided():
                return
        raise AssertionError("something due stays undecided")

    def decided(self) -> bool:
        """Whether neither a move nor a rung is due."""
        now = self.city.clock.at
        with self.city.service.database.read() as session:
            left = reminding.waiting(session, stamp(now))
        return not left and not sweep.due(self.city.service, now)

    def days(self, days: Sequence[str], act: Callable[[str], None] = lambda _day: None) -> None:
        """Rounds over these days at their hours; `act` is what people do on the morning of each."""
        for day in days:
            for hour in HOURS:
                self.go_to(f"{day} {hour}")
                self.round()
            act(day)

    def go_to(self, text: str) -> None:
        """Put the clock, the watch having gone on until then: what nobody looked at lies in between."""
        watch_on(self.city, text)
        self.put(instant(text))


@contextmanager
def crew(
    city: City, sink: Sink, home: Path, number: int, tamper: Callable[[], None] | None = None
) -> Iterator[Crew]:
    """`number` workers, ready; all gone in the end."""
    found = Crew(city, sink, home, SharedClock(RawValue("q", 0)))
    found.clock.put(city.clock.at)
    try:
        for _ in range(number):
            found.hire(tamper)
        for hand in found.hands:
            hand.answer()
        yield found
        for hand in found.hands:
            with suppress(OSError):
                hand.pipe.send(None)
            hand.process.join(WAIT)
    finally:
        for hand in found.hands:
            hand.end()
