"""Central review: the team, the lines of the ledger, what completes it and what keeps it from being settled."""

from __future__ import annotations

from typing import Any

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
    key_of,
    person,
)

KEY = key_of(GENERAL)
CENTRAL = [{"part": "central", "item": i.id, "points": i.points} for i in book().indicators]
DEDUCTION = {"part": "deduction", "item": "score.deduct.1"}


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


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([], ["lines_of_one_part"]),
        ([DEDUCTION, {"part": "bonus", "item": "score.bonus.national"}], ["lines_of_one_part"]),
        ([{"part": "deduction", "item": "score.deduct.99"}], ["item_unknown"]),
        ([{**DEDUCTION, "points": 99}], ["points_fixed"]),
        ([{"part": "public", "item": "survey"}], ["points_missing"]),
        ([{"part": "public", "item": "survey", "points": 301}], ["points_out_of_range"]),
        ([{"part": "public", "item": "survey", "points": -1}], ["points_out_of_range"]),
        ([{"part": "public", "item": "survey", "points": 1}] * 2, ["line_already"]),
        ([{"part": "cap", "item": "score.bonus.cap", "points": 1}], ["not_here"]),
        ([{"part": "gift", "item": "x", "points": 1}], ["not_here"]),
    ],
)
def test_a_line_that_does_not_fit_is_refused(
    city: City, lines: list[dict[str, Any]], refusal: list[str]
) -> None:
    assert codes(lambda: city.ask(GENERAL, "record_line", person(CLERK), lines=lines)) == refusal


def test_an_item_marked_twice_must_be_reversed_first(city: City) -> None:
    survey = {"part": "public", "item": "survey", "points": 300}
    city.move(GENERAL, "record_line", lines=[survey])
    assert codes(lambda: city.move(GENERAL, "record_line", lines=[survey])) == ["line_already"]
    city.move(GENERAL, "reverse_line", line=line(city, "public", "survey")[0])
    city.move(GENERAL, "record_line", lines=[{**survey, "points": 250}])
    assert line(city, "public", "survey")[1] == 250


def test_a_deduction_takes_the_rulebooks_points_and_may_come_again(city: City) -> None:
    city.move(GENERAL, "record_line", lines=[DEDUCTION])
    city.move(GENERAL, "record_line", lines=[DEDUCTION, DEDUCTION])
    assert city.select("SELECT points FROM line WHERE subject = :key", key=KEY) == [(-100,)] * 3
    assert city.select(
        "SELECT kind, recipient FROM outbox WHERE kind = 'deduction_written' AND number ="
        " (SELECT max(number) FROM outbox WHERE subject = :key) ORDER BY recipient",
        key=KEY,
    ) == [("deduction_written", who) for who in sorted({HEAD[GENERAL], LIAISON[GENERAL]})]


def test_a_line_needs_its_document_and_a_reversal_its_reason(city: City) -> None:
    bare = person(CLERK, reason="", document="")
    assert codes(lambda: city.ask(GENERAL, "record_line", bare, lines=[DEDUCTION])) == ["document_missing"]
    city.move(GENERAL, "record_line", lines=[DEDUCTION])
    name, _ = line(city, "deduction", "score.deduct.1")
    assert codes(lambda: city.ask(GENERAL, "reverse_line", bare, line=name)) == ["reason_missing"]


def test_a_reversed_line_stays_and_both_add_up_to_nothing(city: City) -> None:
    city.move(GENERAL, "record_line", lines=[DEDUCTION])
    name, _ = line(city, "deduction", "score.deduct.1")
    city.move(GENERAL, "reverse_line", line=name)
    assert city.select("SELECT points FROM line WHERE subject = :key ORDER BY number", key=KEY) == [
        (-100,),
        (100,),
    ]
    assert codes(lambda: city.move(GENERAL, "reverse_line", line=name)) == ["line_unknown"]
    assert codes(lambda: city.move(GENERAL, "reverse_line", line="x")) == ["line_unknown"]


def test_a_member_of_the_team_marks_and_completes(city: City) -> None:
    member = person(REVIEWERS[1], reason="")
    city.ask(GENERAL, "record_line", member, lines=CENTRAL)
    city.ask(GENERAL, "complete", member)
    assert city.state(GENERAL) == "inspection.open"
    assert city.open_deadlines(KEY) == [("office", "2026-01-19", None)]  # the 12th working day


def test_central_review_is_complete_only_with_every_indicator_and_a_reason_of_the_office(city: City) -> None:
    city.move(GENERAL, "record_line", lines=CENTRAL[1:])
    assert codes(lambda: city.ask(GENERAL, "complete", person(CLERK, reason=""))) == [
        "reason_missing",
        "indicator_unmarked",
    ]
    city.move(GENERAL, "record_line", lines=CENTRAL[:1])
    city.move(GENERAL, "complete")


def test_a_review_nobody_was_assigned_to_is_not_completed(city_at: CityAt) -> None:
    city = city_at("reviewing")
    posts = {"liaison": "p-xue-jun", "head": "p-li-kun", "leader": LEADER[GENERAL]}
    new = {"id": "xinju", "name": "新局", "category": "government", "posts": posts}
    city.do("register_department", person(CLERK), **new)
    city.do("move", person(CLERK), subject=key_of("xinju"), action="enrol")
    assert codes(lambda: city.ask("xinju", "complete", person(CLERK))) == ["team_empty", "indicator_unmarked"]


def test_a_leader_rates_and_nobody_else_does(city: City) -> None:
    lines = [{"part": "leader", "item": "team", "points": 90}]
    assert codes(lambda: city.ask(GENERAL, "record_line", person(CLERK), lines=lines)) == ["role_missing"]
    city.ask(GENERAL, "record_line", person(LEADER[GENERAL]), lines=lines)
    assert line(city, "leader", "team")[1] == 90


def test_marks_are_written_only_while_central_review_runs_and_ratings_all_year(city_at: CityAt) -> None:
    city = city_at("running")
    assert codes(lambda: city.move(GENERAL, "record_line", lines=CENTRAL)) == ["not_here"]
    city.move(GENERAL, "record_line", lines=[{"part": "leader", "item": "team", "points": 90}])
    city.move(GENERAL, "record_line", lines=[DEDUCTION])


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
        "new_year_not_later",
    ]


def test_the_leaders_clock_runs_in_the_pending_state_only_while_a_rating_is_missing(city: City) -> None:
    city.at("2025-12-20")
    city.move(GENERAL, "record_line", lines=CENTRAL)
    city.move(GENERAL, "complete")
    city.at("2026-01-05")
    city.move(GENERAL, "settle")
    assert [who for who, _, _ in city.open_deadlines(KEY)] == ["office", "leader"]
    city.mark(PERSONNEL)
    city.move(PERSONNEL, "settle")
    assert [who for who, _, _ in city.open_deadlines(key_of(PERSONNEL))] == ["office"]


def test_the_group_rules_on_a_missing_part_and_only_on_a_missing_one(city: City) -> None:
    city.at("2025-12-20")
    city.move(GENERAL, "record_line", lines=CENTRAL)
    city.move(GENERAL, "complete")
    city.at("2026-01-05")
    city.move(GENERAL, "settle")
    ruled = [{"part": "leader", "item": item, "points": 80} for item in book().parts["leader"]]
    bare = for_body("group", reason="")
    assert codes(lambda: city.ask(GENERAL, "rule_missing", bare, lines=ruled)) == ["reason_missing"]
    city.move(GENERAL, "rule_missing", lines=ruled)
    assert codes(lambda: city.move(GENERAL, "rule_missing", lines=ruled[:1])) == [
        "line_already",
        "part_not_missing",
    ]
    assert codes(lambda: city.move(GENERAL, "rule_missing", lines=CENTRAL[:1])) == ["not_here"]
    assert line(city, "leader", "team")[1] == 80
