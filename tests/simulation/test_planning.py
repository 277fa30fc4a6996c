"""The plan of a year: what holds under every seed, checked without playing it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycle import roster as rosters
from cycle.simulation import behaviour
from cycle.simulation.draws import Draws, draw
from cycle.simulation.plan import Plan
from cycle.simulation.sheets import sheet_of
from cycle.simulation.year_plan import FORMS, Planner, YearPlan
from workflows import rulebook
from workflows.grading import Grading, grade_all

BOOK = rulebook.load()
seeds = st.integers(min_value=0, max_value=2**64)


ROSTER = rosters.read()


def names(n: int) -> tuple[str, ...]:
    return tuple(d.id for d in rosters.first(ROSTER, n).departments)


def planned(seed: int, n: int, year: int) -> YearPlan:
    plan = Plan(2025, 2033, seed, behaviour.shipped())
    return Planner(plan).of(year, BOOK, names(n), frozenset(names(n)))


def graded(year: YearPlan) -> Grading:
    sheets = [sheet_of(BOOK, d, s) for d, s in year.sheets.items()]
    return grade_all(sheets, quota=BOOK.quota, cap=BOOK.bonus_cap, award_rates=BOOK.award_rates)


@given(seeds, st.integers(min_value=12, max_value=70), st.integers(min_value=2025, max_value=2030))
def test_a_tie_lies_across_a_cut_in_every_year(seed: int, n: int, year: int) -> None:
    assert graded(planned(seed, n, year)).ties_at_cut


@given(seeds, st.integers(min_value=40, max_value=70))
def test_whoever_struggles_fails_three_years_running(seed: int, n: int) -> None:
    failed = [
        {r.department for r in graded(planned(seed, n, year)).results if r.grade == "failed"}
        for year in (2025, 2026, 2027)
    ]
    assert set.intersection(*failed)


@given(seeds, st.integers(min_value=40, max_value=70))
def test_every_form_has_its_absent_late_careless_and_those_who_ask_for_time(seed: int, n: int) -> None:
    year = planned(seed, n, 2025)
    for form in FORMS:
        dealt = Counter(year.cards[form].values())
        assert set(dealt) == set(behaviour.shipped().filing)


@given(seeds, st.integers(min_value=12, max_value=70))
def test_with_every_form_comes_evidence_that_is_wanting_and_some_that_is_not(seed: int, n: int) -> None:
    year = planned(seed, n, 2025)
    for form in FORMS:
        assert set(year.evidence[form].values()) == {"complete", "wanting"}


@given(seeds)
def test_three_years_have_an_exemption_that_lasts(seed: int) -> None:
    kinds = [event.kind for year in (2025, 2026, 2027) for event in planned(seed, 40, year).events]
    assert kinds.count("exemption") == 2
    assert kinds.count("pause") == 1
    assert {"founding", "renaming"} < set(kinds)
    assert {"merger", "union"} & set(kinds)


@given(seeds, st.integers(min_value=1, max_value=11))
def test_a_few_departments_are_planned_for_without_events(seed: int, n: int) -> None:
    year = planned(seed, n, 2026)
    assert year.events == ()
    assert len(graded(year).results) == n


@given(seeds, st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_leaving_somebody_out_keeps_the_order_of_the_others(seed: int, people: list[str]) -> None:
    order = Draws(seed).order(people, "x")
    assert sorted(order) == sorted(people)
    for gone in people:
        assert Draws(seed).order([p for p in people if p != gone], "x") == [p for p in order if p != gone]


def test_a_draw_depends_on_its_keys_alone() -> None:
    assert draw(1, "a", 2) == 1876767644146270359
    assert len({draw(s, *keys) for s in (1, 2) for keys in (("a", 2), ("a2",), ("a", "b"))}) == 6


def test_the_shipped_behaviour_can_be_read_and_a_slip_in_it_is_noticed() -> None:
    text = behaviour.SHIPPED.read_text(encoding="utf-8")
    assert behaviour.parse(text) == behaviour.shipped()
    with pytest.raises(TypeError):
        behaviour.parse(text.replace("grave = 4", "grave = 4\ngraev = 4"))
    with pytest.raises(ValueError, match="grave"):
        behaviour.parse(text.replace("grave = 4", 'grave = "4"'))
    with pytest.raises(KeyError):
        behaviour.parse(text.replace("[office]", "[offices]"))
