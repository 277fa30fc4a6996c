"""Consecutive failures by walking back over the recorded years."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.escalation import EXEMPT, Failure, Merger, ancestors, failures_before

FAILED, PASSED = "failed", "passed"


def years(**by_year: str) -> dict[int, dict[str, str]]:
    """A record of department `a` alone: `y2024="failed"`."""
    return {int(year[1:]): {"a": grade} for year, grade in by_year.items()}


@pytest.mark.parametrize(
    ("records", "failed"),
    [
        (years(), []),
        (years(y2024=PASSED), []),
        (years(y2024=FAILED), [2024]),
        (years(y2024=FAILED, y2023=FAILED), [2024, 2023]),
        (years(y2024=FAILED, y2023=PASSED, y2022=FAILED), [2024]),
        (years(y2024=PASSED, y2023=FAILED), []),
        (years(y2023=FAILED), []),  # 2024 is without record
        (years(y2024=FAILED, y2022=FAILED), [2024]),  # 2023 is
        (years(y2024=EXEMPT, y2023=FAILED), [2023]),
        (years(y2024=EXEMPT, y2023=EXEMPT, y2022=FAILED, y2021=EXEMPT, y2020=FAILED), [2022, 2020]),
        (years(y2024=EXEMPT, y2023=PASSED, y2022=FAILED), []),
        (years(y2025=FAILED, y2026=FAILED), []),  # neither the year itself nor later ones count
        ({2024: {"b": FAILED}, 2023: {"a": FAILED}}, []),  # recorded, but not for this department
    ],
)
def test_the_chain_runs_back_to_the_first_year_not_failed_or_without_record(
    records: Mapping[int, Mapping[str, str]], failed: list[int]
) -> None:
    assert [f.year for f in failures_before("a", 2025, records)] == failed


def test_exempt_years_end_the_chain_where_the_rulebook_reads_it_so() -> None:
    records = years(y2024=EXEMPT, y2023=FAILED)
    assert failures_before("a", 2025, records, skip_exempt=False) == ()


def test_a_successor_inherits_the_failure_of_any_predecessor_and_it_says_whose() -> None:
    mergers = [Merger("new", "a", 2025), Merger("new", "b", 2025)]
    records = {2024: {"a": PASSED, "b": FAILED}, 2023: {"a": FAILED, "b": PASSED}}
    assert failures_before("new", 2026, {**records, 2025: {"new": FAILED}}, mergers) == (
        Failure(2025, "new"),
        Failure(2024, "b"),
        Failure(2023, "a"),
    )


def test_in_the_year_of_the_merger_each_has_its_own_record() -> None:
    mergers = [Merger("new", "a", 2025)]
    records = {2025: {"a": FAILED, "new": PASSED}, 2024: {"a": FAILED}}
    assert failures_before("new", 2026, records, mergers) == ()
    assert failures_before("new", 2025, records, mergers) == (Failure(2024, "a"),)


def test_a_successor_exempt_with_its_predecessors_is_skipped_as_one() -> None:
    mergers = [Merger("new", "a", 2025)]
    records = {2025: {"new": EXEMPT, "a": EXEMPT}, 2024: {"a": EXEMPT}, 2023: {"a": FAILED}}
    assert failures_before("new", 2026, records, mergers) == (Failure(2023, "a"),)


def test_one_predecessor_not_exempt_and_not_failed_ends_the_chain() -> None:
    mergers = [Merger("new", "a", 2025), Merger("new", "b", 2025)]
    records = {2024: {"a": EXEMPT, "b": PASSED}, 2023: {"a": FAILED}}
    assert failures_before("new", 2025, records, mergers) == ()


def test_of_several_failed_predecessors_the_first_by_id_stands_for_the_year() -> None:
    mergers = [Merger("new", "b", 2025), Merger("new", "a", 2025)]
    assert failures_before("new", 2025, {2024: {"a": FAILED, "b": FAILED}}, mergers) == (Failure(2024, "a"),)


def test_mergers_are_followed_through_several_generations_each_from_its_year_on() -> None:
    mergers = [Merger("c", "b", 2025), Merger("b", "a", 2023)]
    assert ancestors("c", 2022, mergers) == ("c", "b", "a")
    assert ancestors("c", 2023, mergers) == ("c", "b")
    assert ancestors("c", 2025, mergers) == ("c",)


def test_a_merger_of_a_later_year_does_not_count_for_a_year_ratified_after_it() -> None:
    records = {2024: {"p": FAILED, "s": PASSED}}
    assert failures_before("s", 2025, records, [Merger("s", "p", 2026)]) == ()
    assert failures_before("s", 2025, records, [Merger("s", "p", 2025)]) == (Failure(2024, "p"),)


RECORDS = st.dictionaries(st.integers(2015, 2030), st.sampled_from([FAILED, PASSED, EXEMPT]))


@given(RECORDS)
def test_every_year_of_the_chain_failed_and_between_them_lie_only_exempt_ones(record: dict[int, str]) -> None:
    chain = failures_before("a", 2025, {year: {"a": grade} for year, grade in record.items()})
    named = [f.year for f in chain]
    assert named == sorted(named, reverse=True)
    assert all(record[year] == FAILED for year in named)
    if named:
        between = range(named[-1], 2025)
        assert {record[year] for year in between if year not in named} <= {EXEMPT}


@given(RECORDS)
def test_not_skipping_exempt_years_never_finds_more(record: dict[int, str]) -> None:
    records = {year: {"a": grade} for year, grade in record.items()}
    strict = failures_before("a", 2025, records, skip_exempt=False)
    assert strict == failures_before("a", 2025, records)[: len(strict)]
