"""Finding what is due and deciding on it are measured on tables that look like an office's.

How large the ratios are is never asserted: the machine may be busy.
"""

from cycle.bench import claim, crowd, due_row
from cycle.bench.beds import Bed
from cycle.bench.crowd import with_open_deadlines
from cycle.bench.letters import in_the_morning, subjects
from cycle.bench.moves import drafting
from cycle.bench.office import Office
from cycle.db import Database, Statement
from cycle.operations.decisions import every
from cycle.operations.reminding import waiting
from cycle.verify import verify
from tests.bench.conftest import TINY, measured

OUTCOMES = Statement("SELECT count(*), min(outcome), max(outcome) FROM fired_rung")


def found_due(url: str, now: str) -> list[str]:
    database = Database(url)
    with database.read() as session:
        found = waiting(session, now)
    database.close()
    return found


def test_finding_what_is_due_is_compared_at_both_sizes_with_some_due_and_with_none(bed: Bed) -> None:
    found = claim.run(bed, TINY)
    for one in found:
        measured(one, bed.name)
    assert [(one.code, one.counts["deadlines"], one.counts.get("due")) for one in found] == [
        ("claim", 200, 2),
        ("claim_none", 200, 0),
        ("claim", 400, 4),
        ("claim_none", 400, 0),
        ("idle", 400, None),
    ]


def test_one_open_deadline_in_a_hundred_is_due_and_none_the_day_before(bed: Bed) -> None:
    url = with_open_deadlines(bed, 300)
    assert len(found_due(url, crowd.DUE)) == 3
    assert found_due(url, crowd.NONE_DUE) == []
    office = Office(url)
    with office.database.read() as session:
        watched = every(session)
    office.close()
    assert len({one.subject for one in watched}) == 300


def test_a_due_rung_is_compared_with_a_move(bed: Bed) -> None:
    found = due_row.run(bed, TINY)
    measured(found, bed.name)
    climbing = TINY.moves // due_row.RUNGS
    # One mail on each of four rungs, two on each of the five from the day before on.
    assert (found.counts["rungs"], found.counts["letters_written"]) == (climbing * 9, climbing * 14)


def test_the_rungs_of_copied_departments_are_decided_once_each(bed: Bed) -> None:
    url = drafting(bed, 3)
    assert found_due(url, "2025-01-14T02:00:00.000000Z") == ["appraisal:2025:d00000", *subjects(3)]
    with in_the_morning(url) as office:
        due_row.decide(office, subjects(3))
        with office.database.read() as session:
            assert OUTCOMES.run(session).fetchone() == (3, "told", "told")
        assert verify(office.database).ok
