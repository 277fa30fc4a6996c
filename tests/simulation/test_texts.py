"""What the people of the invented city write about matters: full sentences, never the same twice in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycle.simulation import texts
from cycle.simulation.draws import Draws
from cycle.simulation.incidents import UNFOUNDED, UNTRUE, WRONG
from cycle.simulation.requests import IN_VAIN
from tests.simulation.played import Played
from tests.simulation.test_planning import planned
from workflows import rulebook

BOOK = rulebook.load()
SPECIAL = (WRONG, UNFOUNDED, UNTRUE, IN_VAIN)
TOLD = {
    ("finding", "record"): "text",
    ("finding", "answer"): "answer",
    ("finding", "rectify"): "rectification",
    ("complaint", "receive"): "text",
    ("complaint", "hear"): "statement",
    ("complaint", "hold_accountable"): "accountability",
    ("bonus", "apply"): "award",
}
"""Kind and action to the field of the record that says what it is about."""


def every() -> Iterator[str]:
    """Every text there is."""

    def within(value: Any) -> Iterator[str]:
        for below in value.values() if isinstance(value, dict) else value:
            yield from [below] if isinstance(below, str) else within(below)

    return within(dict(texts.table()))


def test_every_item_and_every_special_case_has_texts_of_its_own() -> None:
    for item in (*(one.id for one in BOOK.deductions), *(one.id for one in BOOK.bonuses)):
        assert len(texts.table()["incident"][item]) >= 3
    for special in SPECIAL:
        assert texts.table()["special"][special]


def test_no_text_stands_in_two_places_and_all_are_punctuated_in_full_width() -> None:
    found = list(every())
    assert len(set(found)) == len(found) > 60
    assert [text for text in found if re.search(r"[,;:!?()\s\"']", re.sub(r"\{\w+\}", "", text))] == []


@given(st.integers(min_value=0, max_value=2**64), st.sampled_from(BOOK.deductions), st.integers(1, 2))
def test_two_of_one_department_never_say_the_same(seed: int, item: Any, number: int) -> None:
    def said(which: int) -> str:
        return texts.incident(Draws(seed), "appraisal:2025:caizheng", item.id, number=which)

    assert said(number) != said(number + 1)
    assert said(number) == said(number)


@given(st.integers(min_value=0, max_value=2**64))
def test_the_incidents_of_a_year_are_numbered(seed: int) -> None:
    for sheet in planned(seed, 40, 2025).sheets.values():
        assert [one.number for one in sheet.incidents] == list(range(1, len(sheet.incidents) + 1))


@pytest.mark.parametrize("special", SPECIAL)
def test_a_special_case_is_known_again_by_its_text(special: str) -> None:
    for key in ("appraisal:2025:a", "appraisal:2026:b", "appraisal:2027:c"):
        assert texts.tells(texts.special(Draws(7), key, special), special)
    others = [text for text in every() if text not in texts.table()["special"][special]]
    assert not any(texts.tells(text, special) for text in others)


def test_an_item_nobody_wrote_texts_for_has_one_all_the_same() -> None:
    assert len(texts.incident(Draws(7), "appraisal:2025:a", "score.deduct.99", number=1)) >= 10


def test_every_matter_of_a_run_is_told_in_full(small: Played) -> None:
    told: dict[tuple[str, str], list[str]] = {}
    for row in small.rows:
        key = (row["subject"].partition(":")[0], row["action"])
        if key in TOLD:
            told.setdefault(key, []).append(row["data"]["record"][TOLD[key]])
    assert set(told) == set(TOLD)
    least = {("bonus", "apply"): 6}
    short = {key: text for key, found in told.items() for text in found if len(text) < least.get(key, 12)}
    assert short == {}
    recorded = told["finding", "record"]
    assert len(set(recorded)) > len(recorded) // 2
