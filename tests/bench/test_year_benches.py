"""Grading, verification, threads and simulation are measured.

How large the ratios are is never asserted: the machine may be busy.
"""

from pathlib import Path

from cycle.bench import grading, simulated, threads, verification
from cycle.bench.beds import Bed, SqliteBed
from tests.bench.conftest import TINY, measured


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
