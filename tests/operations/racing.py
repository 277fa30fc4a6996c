"""Processes that ask for the same thing at the same moment."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.permissions import Act
from cycle.service import Service
from tests.cast import City
from tests.held import ZONE
from workflows.errors import Conflict, Refused

DONE, REFUSED, CONFLICT = "done", "refused", "conflict"
WAIT = 60  # seconds until a process that does not answer fails the test
START = multiprocessing.get_context("forkserver")  # the program is read once, not by each process anew
START.set_forkserver_preload(["tests.operations.racing"])


@dataclass(frozen=True, slots=True)
class Wish:
    """What a process is to ask for: an operation, `confirm` of what waits, or `sweep`."""

    operation: str
    act: Act
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What it was told: done with the answer, refused with the codes, or a conflict."""

    how: str
    answer: Any = None


def serve(url: str, now: datetime, pipe: Connection) -> None:
    """Ask for what comes through the pipe, one after the other, until None; tell each outcome."""
    city = City(Service(Database(url), VirtualClock(now), ZONE))
    pipe.send(Told(DONE))
    for wish in iter(pipe.recv, None):
        pipe.send(ask(city, wish))
    city.service.database.close()


def ask(city: City, wish: Wish) -> Told:
    try:
        if wish.operation == "sweep":
            swept = city.sweep()
            return Told(DONE, (swept.moved, swept.overtaken))
        if wish.operation == "confirm":
            return Told(DONE, city.confirm(wish.arguments, wish.act.actor))
        return Told(DONE, city.do(wish.operation, wish.act, **wish.arguments))
    except Refused as refused:
        return Told(REFUSED, [unmet.code for unmet in refused.unmet])
    except Conflict:
        return Told(CONFLICT)


@dataclass(slots=True)
class Racers:
    """Some processes at the same database."""

    pipes: Sequence[Connection]

    def race(self, *wishes: Wish) -> list[Told]:
        """One wish for each process (a single one is for all), let go together; what each was told."""
        each = wishes * len(self.pipes) if len(wishes) == 1 else wishes
        for pipe, wish in zip(self.pipes, each, strict=True):
            pipe.send(wish)
        return [self._answer(pipe) for pipe in self.pipes]

    def _answer(self, pipe: Connection) -> Told:
        assert pipe.poll(WAIT), "a process does not answer"
        told: Told = pipe.recv()
        return told


@contextmanager
def racers(city: City, number: int = 2) -> Iterator[Racers]:
    """`number` fresh processes that work on the city's database at its instant."""
    url = city.service.database.url.render_as_string(hide_password=False)
    pairs = [START.Pipe() for _ in range(number)]
    processes = [START.Process(target=serve, args=(url, city.clock.at, theirs)) for _, theirs in pairs]
    for process, (_, theirs) in zip(processes, pairs, strict=True):
        process.start()
        theirs.close()
    pipes = [ours for ours, _ in pairs]
    try:
        for pipe in pipes:
            assert pipe.poll(WAIT), "a process does not start"
            pipe.recv()
        yield Racers(pipes)
    finally:
        for pipe in pipes:
            with suppress(OSError):
                pipe.send(None)
        for process, pipe in zip(processes, pipes, strict=True):
            process.join(WAIT)
            process.kill()
            process.join()
            process.close()
            pipe.close()
