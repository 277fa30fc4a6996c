"""When a deduction may still be written, and what a list of grounds leaves to whom."""

import pytest

from tests.workflows.worlds import BOOK, FOUND, depart, extra, record, world
from workflows.finding_guards import COMPLAINT, SOURCES
from workflows.machines.appraisal import BEFORE_PROPOSAL, STATES
from workflows.matters import CLOCKS, UNDECIDED


@pytest.mark.parametrize("standing", STATES)
def test_a_finding_can_be_recorded_exactly_while_its_ledger_takes_a_line(standing: str) -> None:
    codes = depart(world("finding", "none", "record"), extra(standing=standing)).codes("record")
    assert codes == (set() if standing in BEFORE_PROPOSAL else {"deduction_too_late"})


@pytest.mark.parametrize("item", [deduction.id for deduction in BOOK.deductions])
def test_every_ground_but_the_complaints_one_is_found(item: str) -> None:
    codes = depart(world("finding", "none", "record"), extra(record={**FOUND, "item": item})).codes("record")
    assert codes == ({"item_of_complaints"} if item == COMPLAINT else set())


@pytest.mark.parametrize("source", SOURCES)
def test_a_finding_comes_from_any_of_the_sources_there_are(source: str) -> None:
    there = depart(world("finding", "none", "record"), extra(record={**FOUND, "source": source}))
    assert there.step("record").after == "recorded"


@pytest.mark.parametrize("item", [deduction.id for deduction in BOOK.deductions])
def test_a_veto_is_possible_on_exactly_the_grounds_the_regulation_says(item: str) -> None:
    codes = depart(world("finding", "confirmed", "veto"), record(item=item)).codes("veto")
    assert codes == (set() if item in ("score.deduct.5.3", "score.deduct.5.5") else {"veto_impossible"})


def test_whatever_is_undecided_has_a_clock_but_what_only_its_writer_knows_of() -> None:
    waiting = {(kind, state) for kind in ("finding", "complaint") for state in UNDECIDED[kind]}
    assert waiting - set(CLOCKS) == {("finding", "recorded")}
