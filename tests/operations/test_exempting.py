"""Leaving and joining a running year: exempt, reinstate, enrol."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.cast import (
    BY_GROUP,
    CLERK,
    DISCIPLINE,
    GENERAL,
    LEADER,
    PAPER,
    PERSONNEL,
    WHY,
    City,
    CityAt,
    codes,
    for_body,
    person,
)
from tests.held import COLLEAGUE, YEAR, key_of
from tests.operations.test_reopening import reach
from workflows.machines.appraisal import BEFORE_PROPOSAL

KEY = key_of(GENERAL)


@pytest.mark.parametrize("state", [s for s in BEFORE_PROPOSAL if s != "plan.drafting"])
def test_whatever_state_is_left_is_come_back_to(city_at: CityAt, state: str) -> None:
    city = reach(city_at, state)
    city.move(GENERAL, "exempt")
    assert city.state(GENERAL) == "exempted"
    assert city.appraisal(GENERAL).record["left"] == state
    assert city.open_deadlines(KEY) == []
    assert city.appraisal(GENERAL).wake is None
    city.move(GENERAL, "reinstate", **({"due": "2026-02-13"} if state.endswith(".drafting") else {}))
    assert city.state(GENERAL) == state
    assert "left" not in city.appraisal(GENERAL).record


def test_into_a_drafting_state_a_reinstated_department_has_five_working_days(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-20")
    city.move(GENERAL, "exempt")
    assert codes(lambda: city.move(GENERAL, "reinstate")) == ["due_missing"]
    assert codes(lambda: city.move(GENERAL, "reinstate", due="2025-02-26")) == ["due_too_near"]
    city.move(GENERAL, "reinstate", due="2025-02-27")
    assert city.open_deadlines(KEY) == [("liaison", "2025-02-27", "2025-03-06")]


@pytest.mark.parametrize("action", sorted(BY_GROUP - {"rule_missing"}))
def test_only_the_group_decides_it_with_reason_document_and_a_second_person(
    city_at: CityAt, action: str
) -> None:
    city = city_at("running")
    if action == "reinstate":
        city.move(GENERAL, "exempt")
    due = {"due": "2025-02-27"}
    assert codes(lambda: city.ask(GENERAL, action, person(CLERK), **due)) == ["role_missing"]
    assert codes(lambda: city.ask(GENERAL, action, for_body("group", reason=""), **due)) == ["reason_missing"]
    assert codes(lambda: city.ask(GENERAL, action, for_body("group", document=""), **due)) == [
        "document_missing"
    ]
    waits = city.ask(GENERAL, action, for_body("group"), **due)
    assert waits["subject"] == KEY
    city.confirm(waits)
    row = city.last(KEY)
    assert (row["on_behalf_of"], row["actor"], row["confirmed_by"]) == ("group", CLERK, COLLEAGUE)
    assert (row["reason"], row["document"]) == (WHY, PAPER)


def test_an_early_exemption_shows_no_seats(city_at: CityAt) -> None:
    city = city_at("running")
    city.move(GENERAL, "exempt")
    assert "seats_before" not in city.last(KEY)["data"]


def test_a_late_exemption_shows_the_seats_before_and_after(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.move(GENERAL, "exempt")
    data = city.last(KEY)["data"]
    assert data["seats_before"] == {"excellent": 1, "good": 1, "passed": 0, "failed": 1}
    assert data["seats_after"] == {"excellent": 1, "good": 1, "passed": 0, "failed": 0}
    assert "grades_changed" not in data  # the totals are not complete yet


def test_where_all_totals_are_complete_it_shows_the_grades_that_change(city_at: CityAt) -> None:
    city = city_at("pending")
    city.move(GENERAL, "exempt")
    assert city.last(KEY)["data"]["grades_changed"] == [
        {"department": DISCIPLINE, "before": "good", "after": "excellent"},
        {"department": PERSONNEL, "before": "failed", "after": "good"},
    ]


def test_a_proposal_is_made_without_the_exempt(city_at: CityAt) -> None:
    city = city_at("pending")
    city.move(GENERAL, "exempt")
    answer = city.whole("propose")
    assert answer["seats"] == {"excellent": 1, "good": 1, "passed": 0, "failed": 0}
    assert city.state(GENERAL) == "exempted"
    assert city.select("SELECT department FROM result ORDER BY rank") == [(DISCIPLINE,), (PERSONNEL,)]


def test_nobody_is_exempted_or_reinstated_once_the_grades_are_proposed(city_at: CityAt) -> None:
    city = city_at("pending")
    city.move(GENERAL, "exempt")
    city.whole("propose")
    assert codes(lambda: city.move(DISCIPLINE, "exempt")) == ["wrong_state"]
    assert codes(lambda: city.move(GENERAL, "reinstate")) == ["cycle_not_running"]


def found(city: City, name: str = "xinju") -> None:
    """Register a department founded in mid-year, with posts of its own."""
    posts = {"liaison": "p-fan-wentao", "head": "p-luo-jianshe", "leader": LEADER[GENERAL]}
    for who in ("p-fan-wentao", "p-luo-jianshe"):
        staff: dict[str, Any] = {
            "id": who,
            "name": who,
            "email": f"{who}@new.example",
            "home": name,
            "roles": ["department"],
        }
        city.both("register_person", person(CLERK), **staff)
    city.do("register_department", person(CLERK), id=name, name="新局", category="government", posts=posts)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2025-03-03", "plan.drafting"),
        ("2025-07-01", "midyear.drafting"),
        ("2025-11-10", "yearend.drafting"),
    ],
)
def test_a_department_founded_in_mid_year_starts_at_the_stage_now_open_with_its_own_dates(
    city_at: CityAt, day: str, state: str
) -> None:
    city = city_at("running")
    city.at(day)
    found(city)
    key = key_of("xinju")
    enrol = {"subject": key, "action": "enrol"}
    assert codes(lambda: city.do("move", person(CLERK, reason=""), **enrol)) == [
        "reason_missing",
        "due_missing",
    ]
    near = {"subject": key, "action": "enrol", "due": day}
    assert codes(lambda: city.do("move", person(CLERK), **near)) == ["due_too_near"]
    city.do("move", person(CLERK), **enrol, due=f"{YEAR}-12-12")
    assert city.state("xinju") == state
    assert city.open_deadlines(key) == [("liaison", "2025-12-12", "2025-12-19")]


def test_a_department_joins_at_no_other_stage(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-07-01")
    found(city)
    enrol = {"subject": key_of("xinju"), "action": "enrol", "due": "2025-08-01"}
    for stage in ("plan", "yearend", "central_review"):
        assert codes(lambda stage=stage: city.do("move", person(CLERK), **enrol, stage=stage)) == [  # type: ignore[misc]
            "stage_not_open"
        ]
    city.do("move", person(CLERK), **enrol, stage="midyear")


def test_once_central_review_is_open_an_enrolled_department_goes_straight_there(city_at: CityAt) -> None:
    city = city_at("reviewing")
    found(city)
    city.do("move", person(CLERK), subject=key_of("xinju"), action="enrol")
    assert city.state("xinju") == "central_review.marking"


def test_enrolment_needs_a_running_cycle_a_known_department_and_no_appraisal_yet(city_at: CityAt) -> None:
    city = city_at("running")
    enrol = {"action": "enrol", "due": "2025-06-12"}
    assert codes(lambda: city.do("move", person(CLERK), subject=key_of("nobody"), **enrol)) == [
        "department_unknown"
    ]
    assert codes(lambda: city.do("move", person(CLERK), subject=KEY, **enrol)) == ["wrong_state"]
    found(city)
    city.whole("declare_unrecorded", 2023)
    assert codes(lambda: city.do("move", person(CLERK), subject=key_of("xinju", 2023), **enrol)) == [
        "cycle_not_running"
    ]


def test_once_central_review_has_opened_the_seats_are_shown_whatever_the_departments_own_state(
    city_at: CityAt,
) -> None:
    city = reach(city_at, "yearend.submitted")
    city.at("2025-12-20")
    city.move(GENERAL, "exempt")
    assert city.last(KEY)["data"]["seats_after"] == {"excellent": 1, "good": 1, "passed": 0, "failed": 0}


def test_of_two_exemptions_at_once_the_second_counts_what_the_first_left(city_at: CityAt) -> None:
    city = city_at("pending")
    waits = [
        city.do("move", for_body("group"), subject=key_of(d), action="exempt") for d in (GENERAL, PERSONNEL)
    ]
    if city.service.database.dialect == "postgresql":
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(city.confirm, waits))
    else:
        for answer in waits:
            city.confirm(answer)
    seen = [city.last(key_of(d))["data"] for d in (GENERAL, PERSONNEL)]
    counts = sorted((sum(s["seats_before"].values()), sum(s["seats_after"].values())) for s in seen)
    assert counts == [(2, 1), (3, 2)]


def test_a_department_dissolved_meanwhile_does_not_come_back(city_at: CityAt) -> None:
    city = city_at("running")
    city.move(GENERAL, "exempt")
    city.do("dissolve", person(CLERK), department=GENERAL, on="2025-01-10")
    due = {"due": "2025-02-28"}
    assert codes(lambda: city.move(GENERAL, "reinstate", **due)) == ["department_unknown"]
