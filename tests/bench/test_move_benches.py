"""Moves are compared with the same bytes sent bare.

How large the ratios are is never asserted: the machine may be busy.
"""

from pathlib import Path

import pytest

from cycle.bench import advance, growth
from cycle.bench.beds import Bed, SqliteBed
from cycle.bench.moves import drafting, make, on_plan_day, plan
from cycle.bench.recording import Unequal, recording, require_equal
from cycle.verify import verify
from tests.bench.conftest import TINY, measured


def test_a_move_is_compared_with_the_same_bytes_sent_bare(bed: Bed) -> None:
    found = advance.run(bed, TINY)
    measured(found, bed.name)
    assert found.counts["statements"] >= 4 * TINY.moves


def test_a_long_history_is_compared_with_a_short_one(bed: Bed) -> None:
    measured(growth.run(bed, TINY), bed.name)


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
