"""Objections: within the window of a proposal, decided before it is ratified, gone with it when it is withdrawn."""

from __future__ import annotations

from functools import partial

import pytest

from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    LIAISON,
    PERSONNEL,
    City,
    CityAt,
    codes,
    for_body,
    person,
    refusals,
)
from tests.held import YEAR, key_of


@pytest.fixture
def city(city_at: CityAt) -> City:
    """The grades are proposed; objections until 12 January."""
    city = city_at("pending")
    city.whole("propose")
    return city


def state(city: City, key: str) -> str:
    """Where an objection stands."""
    return city.row(key).state


def test_what_is_objected_to_holds_up_ratification_until_the_group_has_decided(city: City) -> None:
    key = city.object(GENERAL, "points")
    assert key == f"objection:{YEAR}:{GENERAL}:1"
    assert city.open_deadlines(key) == [("group", "2026-01-12", None)]
    city.at("2026-01-20")
    waiting = codes(lambda: city.do("ratify", for_body("group"), year=YEAR))
    assert waiting == ["objection_undecided"]
    own = person(CLERK)
    assert codes(lambda: city.do("objection", own, subject=key, action="dismiss")) == ["role_missing"]
    city.decide(key, "dismiss")
    assert city.last(key)["on_behalf_of"] == "group"
    assert city.open_deadlines(key) == []
    city.whole("ratify")
    assert city.state(GENERAL) == "grading.ratified"


def test_an_objection_is_possible_to_the_last_day_of_the_window_and_no_longer(city: City) -> None:
    city.at("2026-01-12 23:59")
    city.object(GENERAL)
    city.at("2026-01-13 00:00")
    assert codes(lambda: city.object(DISCIPLINE)) == ["objection_window_over"]


def test_nothing_is_objected_to_that_is_not_proposed(city_at: CityAt) -> None:
    city = city_at("pending")
    assert codes(lambda: city.object(GENERAL)) == ["nothing_proposed"]


def test_an_objection_names_the_grade_the_points_or_a_line_that_stands(city: City) -> None:
    (line,) = city.select(
        "SELECT id FROM line WHERE subject = :key AND item = 'survey'", key=key_of(GENERAL)
    )[0]
    for about in ("grade", "points", line):
        city.object(GENERAL, about)
    assert city.row(f"objection:{YEAR}:{GENERAL}:3").record["about"] == line
    (elsewhere,) = city.select(
        "SELECT id FROM line WHERE subject = :key AND item = 'survey'", key=key_of(PERSONNEL)
    )[0]
    for about in (elsewhere, "rank", ""):
        assert codes(partial(city.object, GENERAL, about)) == ["objection_about_unknown"]
    assert codes(lambda: city.object(GENERAL, text=" ")) == ["text_missing"]


def test_an_objection_upheld_changes_no_points_and_what_was_proposed_is_not_ratified(city: City) -> None:
    before = city.select("SELECT count(*), sum(points) FROM line")
    key = city.object(PERSONNEL)
    assert city.decide(key, "uphold")["next"] == "withdraw_proposal"
    assert city.select("SELECT count(*), sum(points) FROM line") == before
    city.at("2026-01-20")
    (unmet,) = refusals(lambda: city.do("ratify", for_body("group"), year=YEAR))
    assert (unmet.code, unmet.data) == ("objection_upheld", {"matters": key})
    city.whole("withdraw_proposal")
    city.whole("propose")
    city.at("2026-02-06")
    city.whole("ratify")


def test_undecided_objections_end_with_the_proposal_they_were_about(city: City) -> None:
    undecided, dismissed = city.object(GENERAL), city.object(DISCIPLINE)
    city.decide(dismissed, "dismiss")
    city.whole("withdraw_proposal")
    assert (state(city, undecided), state(city, dismissed)) == ("withdrawn", "dismissed")
    last = city.last(undecided)
    assert (last["action"], last["actor"], last["reason"]) == ("set_aside", "system", "情况说明")
    assert city.open_deadlines(undecided) == []
    city.whole("propose")
    again = city.object(GENERAL)
    assert again.endswith(":2")
    assert city.row(again).record["proposal"] == 2


def test_the_department_takes_its_objection_back(city: City) -> None:
    key = city.object(GENERAL)
    other = person(LIAISON[DISCIPLINE])
    assert codes(lambda: city.do("objection", other, subject=key, action="withdraw")) == ["relation_missing"]
    city.do("objection", person(LIAISON[GENERAL]), subject=key, action="withdraw")
    assert state(city, key) == "withdrawn"
    for action in ("set_aside", "redate", "fly"):
        asked = {"subject": key, "action": action}
        assert codes(partial(city.do, "objection", person(CLERK), **asked)) == ["action_unknown"]
