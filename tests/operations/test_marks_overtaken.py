"""Marks and ratings that wait for a second person: not confirmed over what was given since and nobody compared."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.cast import (
    GENERAL,
    LEADER,
    PERSONNEL,
    REVIEWERS,
    City,
    CityAt,
    book,
    codes,
    for_body,
    marks,
    person,
    refusals,
)
from tests.held import YEAR, key_of

ONE, TWO, THREE = REVIEWERS
FIRST, SECOND, *_ = book().indicators
WHY = "材料不全"


@pytest.fixture
def city(city_at: CityAt) -> City:
    city = city_at("reviewing")
    city.at(f"{YEAR}-12-20")
    return city


def give(city: City, member: str, *items: str, department: str = GENERAL) -> None:
    """A member marks some indicators in their own name."""
    given = [{"item": item, "points": 10, "reason": WHY} for item in items]
    city.ask(department, "mark", person(member), marks=given)


def file_of(city: City, *rows: tuple[str, str, str]) -> dict[str, Any]:
    """Rows on paper (department, member, item) handed in by the office for the team."""
    told = [
        {"row": n, "department": department, "member": member, "item": item, "points": 20, "reason": WHY}
        for n, (department, member, item) in enumerate(rows, 2)
    ]
    asked = {"kind": "marks", "file": "a.csv", "rows": told, "year": YEAR, "on": "", "accept_good": False}
    answer: dict[str, Any] = city.do("import_rows", for_body("team"), **asked)
    assert "pending" in answer
    return answer


def test_a_file_on_paper_confirmed_later_does_not_overwrite_newer_marks(city: City) -> None:
    rows = ((GENERAL, ONE, FIRST.id), (GENERAL, TWO, FIRST.id), (PERSONNEL, TWO, FIRST.id))
    waits = file_of(city, *rows)
    give(city, TWO, FIRST.id, department=PERSONNEL)
    found = refusals(lambda: city.confirm(waits))
    assert [(one.code, one.about, dict(one.data)) for one in found] == [
        ("marks_changed_since", key_of(PERSONNEL), {"member": TWO})
    ]
    assert city.appraisal(PERSONNEL).record["marks"][TWO][FIRST.id]["points"] == 10
    assert "marks" not in city.appraisal(GENERAL).record
    assert city.confirm(file_of(city, *rows))["taken"] == 3


def test_marks_that_the_file_does_not_touch_may_be_given_meanwhile(city: City) -> None:
    waits = file_of(city, (GENERAL, ONE, FIRST.id))
    give(city, ONE, SECOND.id)
    give(city, TWO, FIRST.id)
    assert city.confirm(waits)["taken"] == 1


def test_a_team_confirms_the_marks_that_stood_when_it_was_written_down(city: City) -> None:
    city.give_marks(GENERAL)
    city.move(GENERAL, "complete")
    city.move(GENERAL, "reopen")
    paper = partial(city.ask, GENERAL, "confirm_marks", for_body("team"))
    waits = paper()
    give(city, THREE, FIRST.id)
    found = refusals(lambda: city.confirm(waits))
    assert [(one.code, dict(one.data)) for one in found] == [("marks_changed_since", {"member": THREE})]
    assert city.confirm(paper())["action"] == "confirm_marks"


def test_one_members_confirmation_is_of_that_members_marks(city: City) -> None:
    city.give_marks(GENERAL)
    city.move(GENERAL, "complete")
    city.move(GENERAL, "reopen")
    paper = partial(city.ask, GENERAL, "confirm_marks", for_body("team"), member=ONE)
    waits = paper()
    give(city, THREE, FIRST.id)
    city.confirm(waits)
    city.at(f"{YEAR}-12-21")
    waits = paper()
    city.ask(GENERAL, "mark", person(ONE), marks=marks(50))
    assert codes(lambda: city.confirm(waits)) == ["marks_changed_since"]


# --- a leader's rating on paper ---


RESPECT, OTHER_RESPECT = tuple(book().parts["leader"])[:2]


def rated_on_paper(city: City, points: int) -> dict[str, Any]:
    """What the office enters of a leader's paper about one respect."""
    ratings = [{"item": RESPECT, "points": points}]
    answer: dict[str, Any] = city.ask(GENERAL, "rate", for_body(LEADER[GENERAL]), ratings=ratings)
    return answer


def rated(city: City, item: str, points: int) -> str:
    """The leader rates one respect in person; the id of its ledger line."""
    city.ask(GENERAL, "rate", person(LEADER[GENERAL]), ratings=[{"item": item, "points": points}])
    ((line,),) = city.select(
        "SELECT id FROM line WHERE item = :item AND reverses IS NULL AND reversed_by IS NULL", item=item
    )
    return str(line)


def test_a_rating_on_paper_does_not_take_the_place_of_one_given_and_taken_back_meanwhile(city: City) -> None:
    waits = rated_on_paper(city, 90)
    city.move(GENERAL, "reverse_line", line=rated(city, RESPECT, 50))
    found = refusals(lambda: city.confirm(waits))
    assert [(one.code, one.about, dict(one.data)) for one in found] == [
        ("rating_changed_since", key_of(GENERAL), {"item": RESPECT})
    ]
    city.confirm(rated_on_paper(city, 80))
    assert city.select(
        "SELECT points FROM line WHERE item = :item AND reverses IS NULL AND reversed_by IS NULL",
        item=RESPECT,
    ) == [(80,)]


def test_of_two_papers_about_one_respect_only_the_first_confirmed_counts(city: City) -> None:
    first = rated_on_paper(city, 90)
    city.at(f"{YEAR}-12-21")
    second = rated_on_paper(city, 60)
    city.confirm(second)
    assert codes(lambda: city.confirm(first)) == ["rating_changed_since"]


def test_a_respect_the_paper_does_not_rate_may_be_rated_meanwhile(city: City) -> None:
    waits = rated_on_paper(city, 90)
    rated(city, OTHER_RESPECT, 70)
    assert city.confirm(waits)["action"] == "rate"
