"""Central review: each member's marks, wide spreads, what completes a review; the leader's and the public's rating."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.cast import (
    CLERK,
    FOURTH_REVIEWER,
    GENERAL,
    LEADER,
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
from tests.held import key_of

KEY = key_of(GENERAL)
FIRST, SECOND = book().indicators[:2]
ONE, TWO, THREE = REVIEWERS


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("reviewing")


def give(city: City, by: str, given: list[dict[str, Any]], **more: Any) -> None:
    """A member marks in their own name."""
    city.ask(GENERAL, "mark", person(by, reason=""), marks=given, **more)


def less(points: int, item: str = FIRST.id) -> list[dict[str, Any]]:
    """One mark below the maximum, with its reason."""
    return [{"item": item, "points": points, "reason": "记录不全"}]


def points_of(city: City, part: str) -> dict[str, int]:
    """The standing points of a part by item."""
    rows = city.select(
        "SELECT item, points FROM line WHERE subject = :key AND part = :part AND reverses IS NULL"
        " AND reversed_by IS NULL",
        key=KEY,
        part=part,
    )
    return {str(item): int(points) for item, points in rows}


def whose_turn(city: City) -> list[str]:
    """Whose clocks run."""
    return [who for who, _, _ in city.open_deadlines(KEY)]


# --- marks ---


def test_the_mean_of_the_members_marks_is_written_when_the_review_is_completed(city: City) -> None:
    city.give_marks(GENERAL)
    assert points_of(city, "central") == {}
    give(city, ONE, less(FIRST.points - 10))
    give(city, TWO, less(FIRST.points - 15))
    city.ask(GENERAL, "complete", person(ONE, reason=""))
    written = points_of(city, "central")
    assert written[FIRST.id] == FIRST.points - 8  # 25 shared by three, half up
    assert len(written) == len(book().indicators)
    assert city.state(GENERAL) == "inspection.open"
    assert city.open_deadlines(KEY) == [("office", "2026-01-19", None)]  # the 12th working day


def test_who_has_marked_everything_is_chased_no_more_and_the_office_completes(city: City) -> None:
    city.at("2025-12-15")
    give(city, ONE, marks()[1:])
    assert whose_turn(city) == [ONE, TWO, THREE]
    give(city, ONE, marks()[:1])
    assert whose_turn(city) == [TWO, THREE]
    city.move(GENERAL, "chase")
    chased = city.select("SELECT recipient FROM outbox WHERE kind = 'chase' ORDER BY recipient")
    assert chased == [(member,) for member in sorted((TWO, THREE))]
    give(city, TWO, marks())
    give(city, THREE, marks())
    assert city.open_deadlines(KEY) == [("office", "2025-12-22", None)]  # five working days
    assert codes(lambda: city.move(GENERAL, "chase")) == ["chased_already", "nobody_to_chase"]


def test_a_review_lacking_marks_names_each_member_with_what_is_missing(city: City) -> None:
    give(city, ONE, marks()[2:])
    give(city, TWO, marks())
    found = refusals(lambda: city.ask(GENERAL, "complete", person(CLERK, reason="")))
    assert [unmet.code for unmet in found] == ["reason_missing", "indicator_unmarked", "sheet_missing"]
    assert found[1].data == {"member": ONE, "count": 2, "items": f"{FIRST.id},{SECOND.id}"}
    assert found[2].data == {"member": THREE}


def test_marks_ratings_and_answers_of_another_shape_are_refused(city: City) -> None:
    shapes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("mark", {"marks": [{"item": FIRST.id, "points": "2"}]}),
        ("mark", {"marks": [{"item": FIRST.id, "points": True}]}),
        ("mark", {"marks": [{"item": FIRST.id}]}),
        ("mark", {"marks": ["content.1.1"]}),
        ("mark", {"marks": {"content.1.1": 200}}),
        ("rate", {"ratings": [{"item": "team", "level": 3}]}),
        ("record_survey", {"item": "survey", "counts": {"satisfied": -1}}),
        ("record_survey", {"item": "survey", "counts": {"satisfied": 10**12}}),
        ("record_survey", {"item": "survey", "counts": {"satisfied": "3"}}),
        ("record_survey", {"item": "survey", "counts": [3]}),
        ("acknowledge_spread", {"items": [3]}),
    )
    for action, asked in shapes:
        mark = partial(city.ask, GENERAL, action, person(ONE))
        asking = mark if action == "mark" else partial(city.move, GENERAL, action)
        assert codes(partial(asking, **asked)) == ["value_unusable"]
    absent = [{"item": FIRST.id, "points": 1, "reason": "x", "evidence": [f"evidence:2025:{GENERAL}:7"]}]
    assert codes(lambda: give(city, ONE, absent)) == ["evidence_unknown"]


def test_a_mark_given_again_takes_the_place_of_the_one_before(city: City) -> None:
    give(city, ONE, less(FIRST.points - 50))
    give(city, ONE, [{"item": FIRST.id, "points": FIRST.points}])
    assert city.appraisal(GENERAL).record["marks"][ONE] == {FIRST.id: {"points": FIRST.points}}


def test_nobody_marks_for_another_but_the_office_writes_down_a_sheet(city: City) -> None:
    assert codes(lambda: give(city, ONE, marks(), member=TWO)) == ["mark_of_another"]
    assert codes(lambda: give(city, FOURTH_REVIEWER, marks())) == ["relation_missing"]
    assert codes(lambda: city.ask(GENERAL, "mark", person(CLERK), marks=marks())) == ["role_missing"]
    paper = for_body("team")
    assert codes(lambda: city.ask(GENERAL, "mark", paper, marks=marks())) == ["member_missing"]
    other = partial(city.ask, GENERAL, "mark", paper, marks=marks(), member=FOURTH_REVIEWER)
    assert codes(other) == ["member_absent"]
    moved = {"id": TWO, "home": GENERAL}
    sheet = partial(city.do, "move", paper, subject=KEY, action="mark", marks=marks(), member=TWO)
    assert city.confirm(sheet())["action"] == "mark"
    city.both("change_person", person(CLERK), **moved)
    assert codes(sheet) == ["member_recused"]
    assert whose_turn(city) == [ONE, THREE]
    assert city.last(KEY)["data"]["member"] == TWO


def test_a_sheet_on_paper_confirmed_later_does_not_overwrite_newer_marks(city: City) -> None:
    paper = partial(city.ask, GENERAL, "mark", for_body("team"), marks=marks(), member=TWO)
    waits = paper()
    give(city, TWO, less(FIRST.points - 10))
    assert codes(lambda: city.confirm(waits)) == ["marks_changed_since"]
    assert city.appraisal(GENERAL).record["marks"][TWO][FIRST.id]["points"] == FIRST.points - 10
    waits = paper()
    give(city, ONE, marks())
    assert city.confirm(waits)["action"] == "mark"


def test_a_released_members_marks_stay_in_the_record_and_out_of_the_mean(city: City) -> None:
    city.give_marks(GENERAL)
    give(city, ONE, less(FIRST.points - 30))
    city.move(GENERAL, "release", member=ONE)
    assert ONE in city.appraisal(GENERAL).record["marks"]
    assert whose_turn(city) == ["office"]
    city.move(GENERAL, "assign", member=FOURTH_REVIEWER)
    assert whose_turn(city) == [FOURTH_REVIEWER]
    give(city, FOURTH_REVIEWER, marks())
    city.move(GENERAL, "complete")
    assert points_of(city, "central")[FIRST.id] == FIRST.points


def test_who_comes_back_with_a_whole_sheet_has_nothing_left_to_do(city: City) -> None:
    city.give_marks(GENERAL)
    city.move(GENERAL, "release", member=ONE)
    city.move(GENERAL, "assign", member=ONE)
    assert whose_turn(city) == ["office"]
    city.move(GENERAL, "complete")


def test_a_line_of_marks_is_not_reversed_by_itself(city: City) -> None:
    city.mark(GENERAL)
    ((name,),) = city.select("SELECT id FROM line WHERE subject = :key AND item = :i", key=KEY, i=FIRST.id)
    assert codes(lambda: city.move(GENERAL, "reverse_line", line=name)) == ["line_of_marks"]


# --- spreads ---


def test_marks_too_far_apart_are_acknowledged_as_they_stand(city: City) -> None:
    city.give_marks(GENERAL)
    apart = FIRST.points * book().spread_percent // 100
    give(city, ONE, less(FIRST.points - apart))
    complete = partial(city.move, GENERAL, "complete")
    acknowledge = partial(city.move, GENERAL, "acknowledge_spread", items=[FIRST.id])
    assert codes(acknowledge) == ["spread_not_wide"]
    give(city, ONE, less(FIRST.points - apart - 1))
    (unmet,) = refusals(complete)
    assert (unmet.code, unmet.data) == ("spread_open", {"items": FIRST.id, "percent": book().spread_percent})
    assert codes(partial(acknowledge, items=[])) == ["items_missing"]
    bare = partial(city.ask, GENERAL, "acknowledge_spread", person(ONE, reason=""), items=[FIRST.id])
    assert codes(bare) == ["reason_missing"]
    acknowledge()
    give(city, ONE, less(FIRST.points - apart - 2))
    assert codes(complete) == ["spread_open"]
    city.ask(GENERAL, "acknowledge_spread", person(TWO), items=[FIRST.id])
    complete()
    assert city.state(GENERAL) == "inspection.open"


# --- the leader's rating ---


def test_a_leader_rates_by_points_or_by_level_and_nobody_else_does(city: City) -> None:
    ratings = [{"item": "team", "points": 90}, {"item": "conduct", "level": "good"}]
    assert codes(lambda: city.ask(GENERAL, "rate", person(CLERK), ratings=ratings)) == ["role_missing"]
    city.ask(GENERAL, "rate", person(LEADER[GENERAL], reason="", document=""), ratings=ratings)
    assert points_of(city, "leader") == {"team": 90, "conduct": 80}
    assert city.last(KEY)["data"]["levels"] == {"conduct": "good"}
    again = [{"item": "team", "level": "poor"}]
    assert codes(lambda: city.move(GENERAL, "rate", ratings=again)) == ["line_already"]


def test_ratings_come_in_all_year_and_marks_only_while_central_review_runs(city_at: CityAt) -> None:
    city = city_at("running")
    assert codes(lambda: city.ask(GENERAL, "mark", person(ONE), marks=marks())) == ["wrong_state"]
    city.move(GENERAL, "rate", ratings=[{"item": "team", "points": 90}])
    city.survey(GENERAL)


# --- the survey ---


def test_the_answers_of_a_survey_are_reckoned_and_kept(city: City) -> None:
    counts = {"satisfied": 50, "fairly": 30, "neutral": 15, "dissatisfied": 6}
    bare = person(CLERK, document="")
    wish = {"item": "survey", "counts": counts}
    assert codes(lambda: city.ask(GENERAL, "record_survey", bare, **wish)) == ["document_missing"]
    city.move(GENERAL, "record_survey", **wish)
    assert points_of(city, "public") == {"survey": 247}  # 300 x 8300 / 10100, half up
    kept = city.appraisal(GENERAL).record["survey"]["survey"]
    assert kept == {"counts": counts, "document": person(CLERK).document}


def test_a_survey_recorded_wrongly_is_reversed_first(city: City) -> None:
    city.survey(GENERAL)
    wish = {"item": "survey", "counts": {"fairly": 7}}
    assert codes(lambda: city.move(GENERAL, "record_survey", **wish)) == ["line_already"]
    ((name,),) = city.select("SELECT id FROM line WHERE subject = :key AND item = 'survey'", key=KEY)
    city.move(GENERAL, "reverse_line", line=name)
    assert set(city.appraisal(GENERAL).record["survey"]) == {"grassroots_leaders"}
    city.move(GENERAL, "record_survey", **wish)
    assert points_of(city, "public")["survey"] == 240
