"""What stands on one line of a letter, a list or a ledger is one line, and reads as it is written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.cast import CLERK, GENERAL, LEADER, LIAISON, PAPER, CityAt, codes, for_body, person, refusals
from tests.held import YEAR
from workflows.one_line import on_one_line

HONOUR: dict[str, Any] = {
    "department": GENERAL,
    "year": YEAR,
    "item": "score.bonus.national",
    "on": "2025-01-08",
}
NAMED: dict[str, Any] = {"award": "先进集体", "granted_by": "国务院", "collective": True}
COMPLAINT: dict[str, Any] = {
    "department": GENERAL,
    "year": YEAR,
    "on": "2025-01-08",
    "text": "态度差",
    "source": "call",
}


BREAKING = "\n \r \t \x00 \x1b \x7f \x85 \u2028 \u2029 \u202e \u2066 \u200b \ufeff \xad"


@pytest.mark.parametrize("mark", BREAKING.split(" "))
def test_a_sign_that_breaks_or_turns_a_line_does_not_stand_on_it(mark: str) -> None:
    assert not on_one_line(f"先进{mark}集体")


def test_blanks_and_full_width_signs_do() -> None:
    assert on_one_line("先进 集体（2025年）\u3000“甲”—1")


def test_every_short_text_that_is_shown_on_a_line_is_asked_for_on_one(city_at: CityAt) -> None:
    city, bad = city_at("running"), "先进\u202e集体\n（国家级）"
    apply = partial(city.do, "apply_bonus", person(LIAISON[GENERAL]), **HONOUR)
    finding = city.deduct(GENERAL, "score.deduct.5.1")
    vetoed: dict[str, Any] = {
        "action": "veto",
        "subject": finding,
        "persons": [{"name": bad, "post": "head"}],
    }
    received = {**COMPLAINT, "action": "receive", "complainant": bad}
    registered = {"id": "new", "name": "新局", "category": "party", "aliases": [bad]}
    asked: dict[str, Callable[[], object]] = {
        "award": partial(apply, **{**NAMED, "award": bad}),
        "granted_by": partial(apply, **{**NAMED, "granted_by": bad}),
        "complainant": partial(city.do, "complaint", person(CLERK), **received),
        "persons.name": partial(city.do, "finding", for_body("group"), **vetoed),
        "aliases": partial(city.do, "register_department", person(CLERK), **registered),
        "document": lambda: city.ask(GENERAL, "exempt", for_body("group", document=bad)),
    }
    for field, ask in asked.items():
        [unmet] = refusals(ask)
        assert (unmet.code, unmet.data) == ("not_one_line", {"field": field})


def test_the_note_of_a_rating_is_one_line(city_at: CityAt) -> None:
    ratings = [{"item": "x", "level": "good", "note": "好\n评"}]
    act = person(LEADER[GENERAL], document=PAPER)
    assert codes(lambda: city_at("reviewing").ask(GENERAL, "rate", act, ratings=ratings)) == ["not_one_line"]


def test_the_ledger_line_of_a_bonus_repeats_a_long_name_shortened(city_at: CityAt) -> None:
    city = city_at("running")
    city.honour(GENERAL, "score.bonus.national", award="全国" + "先进" * 40)
    [(note,)] = city.select("SELECT note FROM line WHERE part = 'bonus'")
    assert (len(note), note[-1]) == (60, "…")
