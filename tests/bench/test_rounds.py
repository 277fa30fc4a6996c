"""How rounds are taken, and on which servers."""

import pytest

from cycle.bench.beds import NotDurable, PostgresBed
from cycle.bench.rounds import Spread, alternate, over, spread
from cycle.bench.suite import BENCHES
from tests import postgres


def test_a_server_that_may_lose_what_it_acknowledged_is_refused(postgres_server: postgres.Server) -> None:
    with pytest.raises(NotDurable, match="fsync off"):
        PostgresBed(postgres_server.url("postgres"))


def test_rounds_alternate_and_the_first_does_not_count() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return float(len(order))

    ours, other = alternate(2, lambda index: side(f"a{index}"), lambda index: side(f"b{index}"))
    assert order == ["a0", "b0", "b1", "a1", "a2", "b2"]
    assert (ours, other) == ([4.0, 5.0], [3.0, 6.0])


def test_a_ratio_is_taken_round_by_round() -> None:
    assert over([2.0, 9.0, 1.0], [1.0, 3.0, 1.0]) == Spread(2.0, 1.0, 3.0)
    assert spread([4.0]) == Spread(4.0, 4.0, 4.0)


def test_each_bench_has_a_name() -> None:
    assert list(BENCHES) == [
        *("advance", "growth", "grading", "verification", "threads", "simulation"),
        *("claim", "due_row", "letters", "building", "memory", "imports", "publishing"),
    ]
