"""Central review: the team, the lines of the ledger, what completes it and what keeps it from being settled."""

from __future__ import annotations

import pytest

from tests.cast import (
    CLERK,
    FOURTH_REVIEWER,
    GENERAL,
    HEAD,
    LEADER,
    LIAISON,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    City,
    CityAt,
    book,
    codes,
    for_body,
    person,
)
from tests.held import key_of

KEY = key_of(GENERAL)


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("reviewing")


def line(city: City, part: str, item: str) -> tuple[str, int]:
    """The standing line of an item: its id and its points."""
    ((name, points),) = city.select(
        "SELECT id, points FROM line WHERE subject = :key AND part = :part AND item = :item"
        " AND reverses IS NULL AND reversed_by IS NULL",
        key=KEY,
        part=part,
        item=item,
    )
    return str(name), int(points)


def test_every_member_has_a_clock_and_an_added_one_too(city: City) -> None:
    due = "2025-12-29"  # the 28th is a Sunday
    assert city.open_deadlines(KEY) == [(member, due, None) for member in REVIEWERS]
    city.move(GENERAL, "assign", member=FOURTH_REVIEWER)
    assert (FOURTH_REVIEWER, due, None) in city.open_deadlines(KEY)
    city.move(GENERAL, "release", member=FOURTH_REVIEWER)
    assert (FOURTH_REVIEWER, due, None) not in city.open_deadlines(KEY)


def test_a_member_fits_only_once_as_a_reviewer_from_elsewhere(city: City) -> None:
    assert codes(lambda: city.move(GENERAL, "assign", member=REVIEWERS[0])) == ["member_already"]
    assert codes(lambda: city.move(GENERAL, "assign", member=CLERK)) == ["member_not_reviewer"]
    own = OFFICE_AT_HOME[GENERAL]
    assert codes(lambda: city.move(GENERAL, "assign", member=own)) == [
        "member_not_reviewer",
        "member_recused",
    ]
    assert codes(lambda: city.move(GENERAL, "assign", member="p-nobody")) == ["person_unknown"]


def test_a_member_is_released_with_a_reason_but_never_the_last(city: City) -> None:
    assert codes(lambda: city.ask(GENERAL, "release", person(CLERK, reason=""), member=REVIEWERS[0])) == [
        "reason_missing"
    ]
    assert codes(lambda: city.move(GENERAL, "release", member=FOURTH_REVIEWER)) == ["member_absent"]
    for member in REVIEWERS[:2]:
        city.move(GENERAL, "release", member=member)
    assert codes(lambda: city.move(GENERAL, "release", member=REVIEWERS[2])) == ["member_last"]


def test_central_review_opens_only_with_a_full_team(city_at: CityAt) -> None:
    city = city_at("running")
    for day in ("2025-02-10", "2025-07-05", "2025-11-15"):
        city.at(day)
        city.sweep()
        city.file(GENERAL, text=day)
        city.move(GENERAL, "accept")
    for member in REVIEWERS[:2]:
        city.move(GENERAL, "assign", member=member)
    city.at("2025-12-24 00:00")
    assert codes(lambda: city.move(GENERAL, "open_central_review")) == ["team_short"]
    assert (KEY, "open_central_review", ("team_short",)) in city.sweep().refused
    city.move(GENERAL, "assign", member=REVIEWERS[2])
    assert (KEY, "open_central_review") in city.sweep().moved
    # opened late: five working days instead of the 28th
    assert city.open_deadlines(KEY) == [(member, "2025-12-31", None) for member in REVIEWERS]


def test_a_deduction_takes_the_rulebooks_points_and_may_come_again(city: City) -> None:
    for _ in range(2):
        city.deduct(GENERAL)
    assert city.select("SELECT points FROM line WHERE subject = :key", key=KEY) == [(-100,)] * 2
    told = city.select("SELECT recipient FROM outbox WHERE kind = 'deduction_written' ORDER BY recipient")
    assert told == [(who,) for who in sorted([HEAD[GENERAL], LIAISON[GENERAL]] * 2)]


@pytest.mark.parametrize("part", ["central", "public", "leader", "deduction", "bonus"])
def test_nobody_writes_a_line_by_hand(city: City, part: str) -> None:
    lines = [{"part": part, "item": "score.deduct.1"}]
    assert codes(lambda: city.ask(GENERAL, "record_line", person(CLERK), lines=lines)) == ["role_missing"]


def test_a_reversal_needs_its_reason(city: City) -> None:
    city.survey(GENERAL)
    name, _ = line(city, "public", "survey")
    bare = person(CLERK, reason="", document="")
    assert codes(lambda: city.ask(GENERAL, "reverse_line", bare, line=name)) == ["reason_missing"]


def test_a_reversed_line_stays_and_both_add_up_to_nothing(city: City) -> None:
    city.survey(GENERAL)
    name, _ = line(city, "public", "survey")
    city.move(GENERAL, "reverse_line", line=name)
    found = "SELECT points FROM line WHERE subject = :key AND item = 'survey' ORDER BY number"
    assert city.select(found, key=KEY) == [(300,), (-300,)]
    assert codes(lambda: city.move(GENERAL, "reverse_line", line=name)) == ["line_unknown"]
    assert codes(lambda: city.move(GENERAL, "reverse_line", line="x")) == ["line_unknown"]


def test_a_review_nobody_was_assigned_to_is_not_completed(city_at: CityAt) -> None:
    city = city_at("reviewing")
    posts = {"liaison": "p-xue-jun", "head": "p-li-kun", "leader": LEADER[GENERAL]}
    new = {"id": "xinju", "name": "新局", "category": "government", "posts": posts}
    city.do("register_department", person(CLERK), **new)
    city.do("move", person(CLERK), subject=key_of("xinju"), action="enrol")
    assert codes(lambda: city.ask("xinju", "complete", person(CLERK))) == ["team_empty"]


def test_inspection_is_settled_after_the_cut_off_only(city: City) -> None:
    city.at("2025-12-20")
    city.mark(GENERAL)
    city.at("2025-12-31 23:59:59.999999")
    assert codes(lambda: city.move(GENERAL, "settle")) == ["cutoff_not_passed"]
    city.at("2026-01-01 00:00")
    city.move(GENERAL, "settle")
    assert city.state(GENERAL) == "grading.pending"


def test_a_matter_is_carried_over_only_if_it_is_open_and_to_a_later_year(city: City) -> None:
    city.at("2025-12-20")
    city.mark(GENERAL)
    bare = person(CLERK, reason="")
    assert codes(lambda: city.ask(GENERAL, "carry_over", bare, matter="finding:2025:1", new_year=2025)) == [
        "reason_missing",
        "cutoff_not_passed",
        "matter_not_open",
        "new_year_not_next",
    ]


def test_the_leaders_clock_runs_in_the_pending_state_only_while_a_rating_is_missing(city: City) -> None:
    city.at("2025-12-20")
    city.give_marks(GENERAL)
    city.move(GENERAL, "complete")
    city.at("2026-01-05")
    city.move(GENERAL, "settle")
    assert [who for who, _, _ in city.open_deadlines(KEY)] == ["office", "leader"]
    city.mark(PERSONNEL)
    city.move(PERSONNEL, "settle")
    assert [who for who, _, _ in city.open_deadlines(key_of(PERSONNEL))] == ["office"]


def test_the_group_rules_on_missing_parts_in_one_decision_and_only_on_missing_ones(city: City) -> None:
    city.at("2025-12-20")
    city.give_marks(GENERAL)
    city.move(GENERAL, "complete")
    city.at("2026-01-05")
    city.move(GENERAL, "settle")
    ruled = [{"part": "leader", "item": item, "points": 80} for item in book().parts["leader"]]
    ruled.append({"part": "public", "item": "survey", "points": 250})
    bare = for_body("group", reason="")
    assert codes(lambda: city.ask(GENERAL, "rule_missing", bare, lines=ruled)) == ["reason_missing"]
    city.move(GENERAL, "rule_missing", lines=ruled)
    assert codes(lambda: city.move(GENERAL, "rule_missing", lines=ruled[:1])) == [
        "line_already",
        "part_not_missing",
    ]
    central = {"part": "central", "item": book().indicators[0].id, "points": 1}
    assert codes(lambda: city.move(GENERAL, "rule_missing", lines=[central])) == ["not_here"]
    assert codes(lambda: city.move(GENERAL, "rule_missing", lines=[])) == ["lines_missing"]
    assert line(city, "leader", "team")[1] == 80
    assert line(city, "public", "survey")[1] == 250
