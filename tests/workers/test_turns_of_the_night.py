"""Two workers and the work of the night: one does it, and if that one dies the other does, once its lease is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from cycle.jobs.turns import LEASE
from tests.cast import City
from tests.held import instant
from tests.workers.conftest import Towns
from tests.workers.crew import Crew, crew
from tests.workers.sink import WAIT, Sink

NIGHT = "2025-02-28"
TAKEN = [4, 5, 7]  # statements after which the turn is taken and not yet given back


def checkpoints(crew_: Crew) -> list[str]:
    return [file.name for file in (crew_.home / "checkpoints").glob("*")]


def reports(city: City) -> int:
    """Checkpoints of which an auditor was told; to each it is one letter."""
    told = city.select("SELECT count(*) FROM outbox WHERE kind = 'checkpoint' GROUP BY recipient")
    assert len(set(told)) <= 1
    return int(told[0][0]) if told else 0


def test_one_of_two_workers_keeps_the_checkpoint_of_a_night(towns: Towns, sink: Sink, tmp_path: Path) -> None:
    city = towns()
    with crew(city, sink, tmp_path, 2) as both:
        for minute in (0, 10, 20):
            both.put(instant(f"{NIGHT} 01:{minute:02}"))
            both.round("history")
            assert checkpoints(both) == [f"checkpoint-{NIGHT}.json"]
            assert reports(city) == 1
        both.put(instant("2025-03-01 01:00"))
        both.round("history")
        assert len(checkpoints(both)) == reports(city) == 2


@pytest.mark.parametrize("fuse", TAKEN)
def test_a_worker_killed_in_it_leaves_it_to_the_other_after_the_lease(
    towns: Towns, sink: Sink, tmp_path: Path, fuse: int
) -> None:
    city = towns()
    began = instant(f"{NIGHT} 01:00")
    with crew(city, sink, tmp_path, 2) as both:
        first, second = both.hands
        both.put(began)
        first.order("history", fuse=fuse)
        first.process.join(WAIT)
        owner = city.select("SELECT owner, slot FROM job WHERE name = 'history'")
        assert owner == [(first.name, None)]
        both.hands.remove(first)
        first.end()
        for later, told in ((LEASE / 2, reports(city)), (LEASE, 1)):
            both.put(began + later)
            second.order("history")
            assert second.answer() == []
            assert reports(city) == told
        assert checkpoints(both) == [f"checkpoint-{NIGHT}.json"]
