"""Proposing, withdrawing, ruling on ties and ratifying a whole year."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import (
    CLERK,
    DEPARTMENTS,
    DISCIPLINE,
    GENERAL,
    MEMBER,
    OTHER_MEMBER,
    PERSONNEL,
    THIRD,
    City,
    CityAt,
    codes,
    for_body,
    person,
)
from tests.held import COLLEAGUE, YEAR, key_of
from workflows.errors import Refused

CYCLE = f"cycle:{YEAR}"
NATIONAL = {"part": "bonus", "item": "score.bonus.national"}


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("pending")


def tied(city_at: CityAt) -> City:
    """Proposed, with two departments equal across the cut between good and failed."""
    city = city_at("reviewing")
    city.to_pending(lost=(0, 50, 50))
    city.whole("propose")
    return city


def test_a_refused_proposal_lists_each_department_in_the_way_with_its_conditions(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-20")
    city.mark(GENERAL)
    city.mark(DISCIPLINE)
    city.at("2026-01-05")
    city.move(GENERAL, "settle")
    city.move(DISCIPLINE, "settle")
    survey = city.select(
        "SELECT id FROM line WHERE subject = :key AND part = 'public'", key=key_of(DISCIPLINE)
    )
    for (line,) in survey:
        city.move(DISCIPLINE, "reverse_line", line=line)
    with pytest.raises(Refused) as refused:
        city.whole("propose")
    assert [(u.about, u.code) for u in refused.value.unmet] == [
        (key_of(DISCIPLINE), "part_missing"),
        (key_of(PERSONNEL), "wrong_state"),
    ]
    assert refused.value.unmet[0].data == {"part": "public", "items": "survey,grassroots_leaders"}
    assert city.row(CYCLE).state == "running"


def test_a_department_whose_plan_never_opened_is_in_the_way(city_at: CityAt) -> None:
    city = city_at("running")
    (opened,) = city.select("SELECT count(*) FROM subject WHERE kind = 'appraisal'")
    assert opened == (3,)
    city.whole("prepare", 2026)
    city.whole("approve_rulebook", 2026, digest=city.row("cycle:2026").record["rulebook_digest"])
    city.whole("open", 2026)
    with pytest.raises(Refused) as refused:
        city.whole("propose", 2026)
    assert [(u.about, u.code) for u in refused.value.unmet] == [
        *((key_of(d, 2026), "appraisal_not_opened") for d in DEPARTMENTS),
        ("", "nobody_to_grade"),
    ]


def test_the_objection_window_lasts_five_working_days_and_the_group_has_ten_more(city: City) -> None:
    city.whole("propose")
    assert city.row(CYCLE).record["objections_until"] == "2026-01-12"
    assert city.open_deadlines(CYCLE) == [("group", "2026-01-26", None)]
    city.at("2026-01-12 23:59:59.999999")
    assert codes(lambda: city.whole("ratify")) == ["objection_window_open"]
    city.at("2026-01-13 00:00")
    city.whole("ratify")
    assert city.open_deadlines(CYCLE) == []


def test_at_the_proposal_the_ledger_is_frozen(city: City) -> None:
    city.whole("propose")
    alone = person("scheduler", kind="scheduler")
    assert codes(lambda: city.ask(GENERAL, "record_line", alone, lines=[NATIONAL])) == ["wrong_state"]
    assert codes(lambda: city.move(GENERAL, "reverse_line", line="x")) == ["wrong_state"]


def test_a_withdrawn_proposal_opens_the_ledger_and_the_next_starts_a_full_window(city: City) -> None:
    city.whole("propose")
    city.at("2026-01-09")
    assert codes(lambda: city.do("withdraw_proposal", person(CLERK, reason=""), year=YEAR)) == [
        "reason_missing"
    ]
    city.whole("withdraw_proposal")
    assert {city.state(d) for d in DEPARTMENTS} == {"grading.pending"}
    assert city.row(CYCLE).state == "running"
    assert "result" not in city.appraisal(GENERAL).record
    city.deduct(GENERAL)
    city.whole("propose")
    assert city.row(CYCLE).record["objections_until"] == "2026-01-16"
    assert city.open_deadlines(CYCLE) == [("group", "2026-01-30", None)]
    assert city.select(
        "SELECT version, grade FROM result WHERE department = :d ORDER BY version", d=GENERAL
    ) == [(1, "excellent"), (2, "good")]


def test_the_group_too_may_withdraw_a_proposal(city: City) -> None:
    city.whole("propose")
    city.do("withdraw_proposal", person(MEMBER), year=YEAR)
    assert city.row(CYCLE).state == "running"


def test_bonuses_over_the_cap_are_taken_off_by_one_line_that_a_withdrawal_reverses(city: City) -> None:
    for _ in range(2):  # six points; five count
        city.honour(GENERAL)
    city.whole("propose")
    cap = "SELECT item, points FROM line WHERE subject = :key AND part = 'cap' ORDER BY number"
    assert city.select(cap, key=key_of(GENERAL)) == [("score.bonus.cap", -100)]
    (shown,) = city.select("SELECT bonus, total FROM result WHERE department = :d", d=GENERAL)
    assert shown == (500, 10500)
    ((total,),) = city.select("SELECT sum(points) FROM line WHERE subject = :key", key=key_of(GENERAL))
    assert total == 10500
    city.whole("withdraw_proposal")
    assert city.select(cap, key=key_of(GENERAL)) == [("score.bonus.cap", -100), ("score.bonus.cap", 100)]
    city.whole("propose")
    assert [points for _, points in city.select(cap, key=key_of(GENERAL))] == [-100, 100, -100]


def test_bonuses_at_the_cap_lose_nothing(city: City) -> None:
    city.honour(GENERAL)
    city.honour(GENERAL, "score.bonus.region")
    city.whole("propose")
    assert city.select("SELECT 1 FROM line WHERE part = 'cap'") == []


def test_a_tie_at_a_cut_keeps_the_year_from_being_ratified_until_it_is_ruled(city_at: CityAt) -> None:
    city = tied(city_at)
    ties = city.row(CYCLE).record["ties"]
    assert ties == {
        "1": {"departments": [DISCIPLINE, PERSONNEL], "grade": "good", "seats": {"good": 1, "failed": 1}}
    }
    assert sorted(city.select("SELECT department, rank, grade FROM result WHERE rank > 1")) == [
        (DISCIPLINE, 2, "good"),
        (PERSONNEL, 2, "good"),
    ]
    city.at("2026-01-20")
    assert codes(lambda: city.whole("ratify")) == ["tie_unruled"]


@pytest.mark.parametrize(
    ("tie", "ruling", "refusal"),
    [
        ("2", {}, "tie_unknown"),
        ("1", {DISCIPLINE: "good"}, "tie_members_differ"),
        ("1", {DISCIPLINE: "good", GENERAL: "failed"}, "tie_members_differ"),
        ("1", {DISCIPLINE: "good", PERSONNEL: "good"}, "tie_seats_differ"),
        ("1", {DISCIPLINE: "excellent", PERSONNEL: "failed"}, "tie_seats_differ"),
    ],
)
def test_a_ruling_must_fit_the_members_and_their_seats(
    city_at: CityAt, tie: str, ruling: dict[str, str], refusal: str
) -> None:
    city = tied(city_at)
    assert codes(lambda: city.whole("rule_tie", tie=tie, ruling=ruling)) == [refusal]


def test_a_ruling_sets_each_grade_and_leaves_the_ranks_shared(city_at: CityAt) -> None:
    city = tied(city_at)
    bare = for_body("group", reason="")
    fits: dict[str, Any] = {"tie": "1", "ruling": {PERSONNEL: "good", DISCIPLINE: "failed"}}
    assert codes(lambda: city.do("rule_tie", bare, year=YEAR, **fits)) == ["reason_missing"]
    city.whole("rule_tie", **fits)
    city.at("2026-01-20")
    city.whole("ratify")
    assert sorted(
        city.select("SELECT department, rank, grade FROM result WHERE status = 'ratified' AND rank > 1")
    ) == [(DISCIPLINE, 2, "failed"), (PERSONNEL, 2, "good")]
    city.sweep()
    assert city.state(DISCIPLINE) == "rectification.drafting"


def test_a_withdrawal_takes_the_rulings_away(city_at: CityAt) -> None:
    city = tied(city_at)
    city.whole("rule_tie", tie="1", ruling={PERSONNEL: "good", DISCIPLINE: "failed"})
    city.whole("withdraw_proposal")
    city.whole("propose")
    assert "ruling" not in city.row(CYCLE).record["ties"]["1"]


def test_ratifying_needs_the_year_before_ratified(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-12-31")
    city.whole("prepare", 2026)
    city.whole("approve_rulebook", 2026, digest=city.row("cycle:2026").record["rulebook_digest"])
    city.whole("open", 2026)
    city.at("2026-01-10 00:00")
    city.sweep()
    assert codes(lambda: city.whole("ratify", 2026)) == ["wrong_state"]
    city.to_central_review(2026)
    city.to_pending(2026)
    city.whole("propose", 2026)
    city.at("2027-01-20")
    assert codes(lambda: city.whole("ratify", 2026)) == ["year_before_not_ratified"]


def test_ratifying_needs_a_document_and_a_second_person_of_another_home(city: City) -> None:
    city.whole("propose")
    city.at("2026-01-20")
    assert codes(lambda: city.do("ratify", person(MEMBER, document=""), year=YEAR)) == ["document_missing"]
    waits = city.do("ratify", person(MEMBER), year=YEAR)
    assert codes(lambda: city.confirm(waits, THIRD)) == ["second_person_same_home"]
    assert codes(lambda: city.confirm(waits, MEMBER)) == ["second_person_same"]
    assert city.row(CYCLE).state == "proposed"
    city.confirm(waits, OTHER_MEMBER)
    assert city.row(CYCLE).state == "ratified"


def test_what_is_ratified_in_the_groups_name_is_confirmed_by_the_office(city: City) -> None:
    city.whole("propose")
    city.at("2026-01-20")
    waits = city.do("ratify", for_body("group"), year=YEAR)
    assert codes(lambda: city.confirm(waits, OTHER_MEMBER)) == ["role_missing"]
    city.confirm(waits, COLLEAGUE)


def test_the_names_in_the_results_are_those_of_ratification_day(city: City) -> None:
    city.whole("propose")
    city.do("rename", person(CLERK), department=GENERAL, name="综合办公室", on="2026-01-15")
    city.at("2026-01-20")
    city.whole("ratify")
    assert city.select(
        "SELECT status, name FROM result WHERE department = :d ORDER BY status", d=GENERAL
    ) == [
        ("proposed", "办公室"),
        ("ratified", "综合办公室"),
    ]


def test_nothing_of_a_refused_proposal_is_written(city_at: CityAt) -> None:
    city = city_at("reviewing")
    before = city.rows()
    codes(lambda: city.whole("propose"))
    assert (city.rows(), city.select("SELECT 1 FROM result")) == (before, [])
