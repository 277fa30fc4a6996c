"""A worker stands still in the middle of a pass and goes on days later: nobody lapses by that."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from cycle.db import Statement
from cycle.jobs.passes import make_pass
from cycle.operations import sweep
from cycle.service import Service
from tests.cast import DEPARTMENTS, City, CityAt
from tests.held import ZONE, instant
from tests.operations.racing import START
from tests.workers.conftest import Towns
from tests.workers.crew import crew
from tests.workers.sink import WAIT, Sink
from tests.workers.town import watch_on
from workflows.deadlines import OUTAGE
from workflows.wake import stamp

BEFORE = "2025-03-07 23:59:58.5"  # two readings of a ticking clock later grace is over
DAYS = timedelta(days=2)
LAST = 10**6  # a statement no pass comes to
LAPSES = "SELECT at FROM history WHERE action = 'lapse' ORDER BY at"


def stand_still(here: Event, on: Event) -> None:
    """Wait, in the process it is called in, between the noting of a pass and its look at what is due."""
    look = sweep._look

    def later(*about: Any) -> Any:
        if not here.is_set():
            here.set()
            on.wait(WAIT)
        return look(*about)

    pytest.MonkeyPatch().setattr(sweep, "_look", later)


def test_a_worker_frozen_for_two_days_lapses_nobody_on_thawing(
    towns: Towns, sink: Sink, tmp_path: Path
) -> None:
    city = towns()
    here, on = START.Event(), START.Event()
    watch_on(city, BEFORE)
    with crew(city, sink, tmp_path, 1, partial(stand_still, here, on)) as one:
        (hand,) = one.hands
        hand.order("sweep")
        assert here.wait(WAIT)
        pid = hand.process.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        one.put(one.city.clock.at + DAYS)
        os.kill(pid, signal.SIGCONT)
        on.set()
        assert hand.answer() == []
        assert city.select(LAPSES) == []
        one.round("sweep")
    assert city.select(LAPSES) == []
    ends = city.select("SELECT DISTINCT grace_until FROM deadline WHERE status = 'open'")
    assert ends == [("2025-03-10",)]


@dataclass(slots=True)
class Ticking:
    """A clock that goes on by a second whenever it is read."""

    at: datetime

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def frozen_at(city: City, number: int, patch: pytest.MonkeyPatch) -> None:
    """A pass that begins before the end of grace and stands still for two days before this statement."""
    watch_on(city, BEFORE)
    clock = Ticking(instant(BEFORE))
    statements: Iterator[int] = iter(range(10**6))
    run = Statement.run

    def later(statement: Statement, session: Any, **parameters: Any) -> Any:
        if next(statements) == number:
            clock.at += DAYS
        return run(statement, session, **parameters)

    patch.setattr(Statement, "run", later)
    make_pass(Service(city.service.database, clock, ZONE), "frozen")


@pytest.mark.parametrize("number", [*range(13), LAST])
def test_wherever_a_pass_stands_still_no_lapse_is_later_than_an_hour_after_the_watch(
    city_at: CityAt, number: int
) -> None:
    """From statement to statement through the first department's lapse; after the last one all have lapsed."""
    city = city_at("running")
    with pytest.MonkeyPatch.context() as patch:
        frozen_at(city, number, patch)
    lapses = [at for (at,) in city.select(LAPSES)]
    assert all(at <= stamp(instant(BEFORE) + OUTAGE) for at in lapses)
    assert len(lapses) == (len(DEPARTMENTS) if number == LAST else 0)
