"""Every bench runs and yields ratios. How large they are is never asserted: the machine may be busy."""

from pathlib import Path

import pytest

from cycle.bench import advance, grading, growth, simulated, threads, verification
from cycle.bench.beds import Bed, NotDurable, PostgresBed, SqliteBed
from cycle.bench.moves import drafting, make, on_plan_day, plan
from cycle.bench.recording import Unequal, recording, require_equal
from cycle.bench.rounds import Finding, Spread, alternate, over, spread
from cycle.bench.suite import BENCHES
from cycle.verify import verify
from tests import postgres
from tests.bench.conftest import TINY


def measured(found: Finding, database: str) -> None:
    assert found.database == database
    assert found.ratio is not None
    assert 0 < found.ratio.low <= found.ratio.median <= found.ratio.high
    assert all(value.median > 0 for value in found.absolute.values())


def test_a_move_is_compared_with_the_same_bytes_sent_bare(bed: Bed) -> None:
    found = advance.run(bed, TINY)
    measured(found, bed.name)
    assert found.counts["statements"] >= 4 * TINY.moves


def test_a_long_history_is_compared_with_a_short_one(bed: Bed) -> None:
    measured(growth.run(bed, TINY), bed.name)


def test_grading_writes_what_one_statement_would_write(bed: Bed) -> None:
    results, proposal = grading.run(bed, TINY)
    measured(results, bed.name)
    measured(proposal, bed.name)


def test_verification_is_compared_with_and_without_replay(bed: Bed) -> None:
    found = verification.run(bed, TINY)
    assert [one.code for one in found] == ["chain", "replay"]
    for one in found:
        measured(one, bed.name)


def test_threads_that_share_are_compared_with_threads_that_race(tmp_path: Path) -> None:
    found = threads.run(SqliteBed(tmp_path), TINY)
    measured(found, "sqlite")
    assert found.counts["moves"] >= TINY.writers


def test_simulated_years_are_counted_by_department(tmp_path: Path) -> None:
    found = simulated.run(SqliteBed(tmp_path), TINY)
    assert found.ratio is None
    assert found.absolute["department_years_per_second"].median > 0


def test_copied_departments_verify_to_the_last_row(bed: Bed) -> None:
    office = on_plan_day(drafting(bed, 3))
    make(office, plan(3, 12))
    verdict = verify(office.database)
    office.close()
    assert verdict.ok, verdict.faults
    assert verdict.checked.rows > 12


def test_databases_that_differ_are_no_fair_comparison(bed: Bed) -> None:
    start = drafting(bed, 2)
    other = bed.copy(start)
    require_equal(bed, start, other)
    office = on_plan_day(other)
    make(office, plan(2, 1))
    office.close()
    with pytest.raises(Unequal):
        require_equal(bed, start, other)


def test_recording_ends_with_its_block(tmp_path: Path) -> None:
    office = on_plan_day(drafting(SqliteBed(tmp_path), 1))
    with recording() as sent:
        make(office, plan(1, 1))
    before = len(sent)
    make(office, plan(1, 1, start=1))
    office.close()
    assert len(sent) == before > 0


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
    assert list(BENCHES) == ["advance", "growth", "grading", "verification", "threads", "simulation"]
