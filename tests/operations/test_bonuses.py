"""Bonus applications, from the department's request to the ledger line and back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PAPER,
    City,
    CityAt,
    book,
    codes,
    for_body,
    person,
)
from tests.held import COLLEAGUE, YEAR, key_of
from workflows.corrections import with_values
from workflows.errors import NotFound
from workflows.rulebook import Rulebook

NATIONAL, REGION, DIVISION = "score.bonus.national", "score.bonus.region", "score.bonus.division"
OUTSTANDING, ARTICLE = "score.bonus.outstanding", "score.bonus.article"


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


def standing(city: City, department: str = GENERAL) -> list[tuple[str, int, str]]:
    """The bonus lines that stand: item, points, source."""
    return [
        (item, points, source)
        for item, points, source in city.select(
            "SELECT item, points, source FROM line WHERE subject = :key AND part = 'bonus'"
            " AND reverses IS NULL AND reversed_by IS NULL ORDER BY number, id",
            key=key_of(department),
        )
    ]


def counts(city: City, key: str) -> tuple[bool, str | None]:
    """What the application's record says of its line."""
    record = city.row(key).record
    return record["counted"], record.get("line")


def test_an_approved_honour_is_one_line_that_names_its_application(city: City) -> None:
    key = city.apply(GENERAL, award="全国先进集体", granted_by="国务院")
    assert key == f"bonus:{YEAR}:{GENERAL}:1"
    assert city.open_deadlines(key)[0][0] == "office"
    city.do("bonus", person(CLERK), subject=key, action="examine", text="证书已核对")
    assert city.open_deadlines(key)[0][0] == "group"
    assert standing(city) == []
    waiting = city.do("bonus", for_body("group"), subject=key, action="approve")
    assert standing(city) == []
    city.confirm(waiting)
    assert standing(city) == [(NATIONAL, 300, key)]
    counted, line = counts(city, key)
    assert (counted, line) == (True, city.select("SELECT id FROM line WHERE part = 'bonus'")[0][0])
    last = city.last(key)
    assert (last["on_behalf_of"], last["actor"], last["confirmed_by"]) == ("group", CLERK, COLLEAGUE)
    assert last["at"] == city.last(key_of(GENERAL))["at"]
    record = city.row(key).record
    assert (record["award"], record["granted_by"], record["document"]) == ("全国先进集体", "国务院", PAPER)
    assert city.open_deadlines(key) == []


def test_the_chief_leader_approves_an_outstanding_achievement_that_the_group_examined(city: City) -> None:
    key = city.apply(GENERAL, OUTSTANDING, award="", granted_by="", collective=False)
    asked = {"subject": key, "text": "确有突出成绩"}
    assert codes(lambda: city.do("bonus", person(CLERK), action="examine", **asked)) == ["role_missing"]
    city.both("bonus", for_body("group"), action="examine", **asked)
    group = for_body("group")
    assert codes(lambda: city.do("bonus", group, subject=key, action="approve")) == ["behalf_not_possible"]
    at_home = replace(for_body("chief"), actor=OFFICE_AT_HOME[GENERAL])
    assert codes(lambda: city.do("bonus", at_home, subject=key, action="approve")) == ["recused"]
    city.both("bonus", for_body("chief"), subject=key, action="approve")
    assert standing(city) == [(OUTSTANDING, 100, key)]
    assert city.last(key)["on_behalf_of"] == "chief"


def test_an_application_that_is_not_whole_is_refused_with_all_that_is_missing(city: City) -> None:
    asked = {"award": " ", "granted_by": "", "collective": False, "on": ""}
    assert codes(lambda: city.apply(GENERAL, **asked)) == [
        "award_missing",
        "granted_by_missing",
        "honour_not_collective",
        "day_missing",
    ]
    assert codes(lambda: city.apply(GENERAL, "score.deduct.1")) == ["item_unknown"]
    assert codes(lambda: city.apply(GENERAL, OUTSTANDING, text="")) == ["text_missing"]
    assert codes(lambda: city.apply(GENERAL, award=7)) == ["value_unusable"]
    with pytest.raises(NotFound):
        city.do("apply_bonus", person(CLERK), department="nobody", year=YEAR, item=NATIONAL)


def test_only_the_departments_own_people_apply_and_withdraw(city: City) -> None:
    asked = {"department": GENERAL, "year": YEAR, "item": ARTICLE, "award": "文章", "granted_by": "日报"}
    asked["on"] = "2025-01-08"
    other = person(LIAISON[DISCIPLINE])
    assert codes(lambda: city.do("apply_bonus", other, **asked)) == ["relation_missing"]
    assert codes(lambda: city.do("apply_bonus", person(CLERK), **asked)) == ["role_missing"]
    key = city.do("apply_bonus", person(HEAD[GENERAL]), **asked)["subject"]
    assert codes(lambda: city.do("bonus", other, subject=key, action="withdraw")) == ["relation_missing"]
    city.do("bonus", person(LIAISON[GENERAL]), subject=key, action="withdraw")
    assert city.row(key).state == "withdrawn"
    for action in ("recount", "carry", "redate", "fly"):
        assert codes(partial(city.do, "bonus", person(CLERK), subject=key, action=action)) == [
            "action_unknown"
        ]


def test_a_refusal_gives_its_reason_and_writes_nothing(city: City) -> None:
    key = city.apply(GENERAL)
    city.both("bonus", for_body("group"), subject=key, action="examine", text="属个人荣誉")
    city.decide(key, "refuse")
    assert (city.row(key).state, standing(city)) == ("refused", [])


def test_the_same_honour_at_two_levels_counts_once_at_the_higher(city: City) -> None:
    low = city.honour(GENERAL, DIVISION, award="文明单位")
    high = city.honour(GENERAL, REGION, award=" 文明单位 ")
    assert standing(city) == [(REGION, 200, high)]
    assert (counts(city, low), counts(city, high)[0]) == ((False, None), True)
    assert city.last(low)["action"] == "recount"
    lower = city.honour(GENERAL, DIVISION, award="文明单位")
    assert standing(city) == [(REGION, 200, high)]
    assert counts(city, lower) == (False, None)
    assert city.row(lower).state == "approved"
    city.honour(GENERAL, DIVISION, award="平安单位")
    assert [item for item, _, _ in standing(city)] == [REGION, DIVISION]


def test_taking_the_higher_one_back_lets_the_lower_count_again(city: City) -> None:
    low = city.honour(GENERAL, DIVISION, award="文明单位")
    high = city.honour(GENERAL, NATIONAL, award="文明单位")
    city.decide(high, "overturn")
    assert city.row(high).state == "refused"
    assert standing(city) == [(DIVISION, 100, low)]
    assert counts(city, high) == (False, None)
    assert counts(city, low) == (True, f"{key_of(GENERAL)}#{city.appraisal(GENERAL).number}/2")
    city.decide(low, "overturn")
    assert standing(city) == []


def correct(city: City, before: Rulebook, after: Rulebook) -> None:
    """The group corrects the rulebook."""
    against = before.digest
    city.both("correct_rulebook", for_body("group"), year=YEAR, rulebook=after.content(), against=against)


def test_after_a_correction_the_next_decision_puts_every_line_right(city: City) -> None:
    each = with_values(book(), {"readings.same_award_once.value": "false"})
    first = city.honour(GENERAL, NATIONAL, award="文明单位")
    second = city.honour(GENERAL, DIVISION, award="文明单位")
    correct(city, book(), each)
    other = city.honour(GENERAL, REGION, award="平安单位")
    assert standing(city) == [(NATIONAL, 300, first), (DIVISION, 100, second), (REGION, 200, other)]
    lines = dict(city.select("SELECT source, id FROM line WHERE part = 'bonus'"))
    for key in (first, second, other):
        assert counts(city, key) == (True, lines[key])
    third = city.honour(GENERAL, DIVISION, award="文明单位")
    correct(city, each, book())
    city.decide(other, "overturn")  # nothing new, three lines go
    assert standing(city) == [(NATIONAL, 300, first)]
    assert [counts(city, key) for key in (second, third, other)] == [(False, None)] * 3


def test_several_lines_go_beside_a_new_one_that_is_worth_more(city: City) -> None:
    each = with_values(book(), {"readings.same_award_once.value": "false"})
    correct(city, book(), each)
    low = [city.honour(GENERAL, item, award="文明单位") for item in (DIVISION, REGION)]
    correct(city, each, book())
    high = city.honour(GENERAL, NATIONAL, award="文明 单位")
    assert standing(city) == [(NATIONAL, 300, high)]
    assert counts(city, high) == (
        True,
        city.select("SELECT id FROM line WHERE source = :key", key=high)[0][0],
    )
    assert [counts(city, key) for key in low] == [(False, None)] * 2


def test_an_honour_counts_in_the_year_of_its_date_and_in_no_other(city_at: CityAt) -> None:
    city = city_at("reviewing")
    first = city.honour(GENERAL, DIVISION, award="文明单位")
    assert codes(lambda: city.apply(GENERAL, on="2024-12-31")) == ["honour_of_other_year"]
    assert codes(lambda: city.apply(GENERAL, OUTSTANDING, on="2024-12-31")) == ["honour_of_other_year"]
    city.at("2026-01-05")
    assert codes(lambda: city.apply(GENERAL, on="2026-01-03")) == ["honour_of_other_year"]
    city.open_year(YEAR + 1)
    again = city.honour(GENERAL, NATIONAL, YEAR + 1, award="文明单位", on="2026-01-06")
    assert counts(city, first)[0]
    assert counts(city, again)[0]


def test_an_honour_that_does_not_count_is_taken_back_without_a_line(city: City) -> None:
    high = city.honour(GENERAL, NATIONAL, award="文明单位")
    low = city.honour(GENERAL, DIVISION, award="文明单位")
    before = city.appraisal(GENERAL).number
    city.decide(low, "overturn")
    assert standing(city) == [(NATIONAL, 300, high)]
    assert city.appraisal(GENERAL).number == before


def test_another_departments_honour_of_that_name_counts_by_itself(city: City) -> None:
    city.honour(GENERAL, NATIONAL, award="文明单位")
    city.honour(DISCIPLINE, DIVISION, award="文明单位")
    assert [item for item, _, _ in standing(city, DISCIPLINE)] == [DIVISION]


def test_nobody_writes_a_bonus_by_hand(city: City) -> None:
    lines = [{"part": "bonus", "item": NATIONAL}]
    for act in (person(CLERK), person(MEMBER), for_body("group")):
        found = codes(partial(city.ask, GENERAL, "record_line", act, lines=lines))
        assert found[0] in ("role_missing", "behalf_not_possible")


def test_what_is_settled_takes_no_application_and_what_is_proposed_no_change(city_at: CityAt) -> None:
    city = city_at("reviewing")
    undecided = city.apply(GENERAL)
    city.at("2025-12-20")
    for department in city.departments:
        city.mark(department)
    city.at("2026-01-05")
    assert codes(lambda: city.move(GENERAL, "settle")) == ["bonus_undecided"]
    city.both("bonus", for_body("group"), subject=undecided, action="examine", text="属实")
    city.decide(undecided)
    for department in city.departments:
        city.move(department, "settle")
    assert codes(lambda: city.apply(GENERAL)) == ["year_settled"]
    city.whole("propose")
    frozen = {"subject": undecided, "action": "overturn"}
    assert codes(lambda: city.do("bonus", for_body("group"), **frozen)) == ["ledger_frozen"]
    city.whole("withdraw_proposal")
    city.decide(undecided, "overturn")
    assert standing(city) == []


def test_an_application_carried_over_counts_in_the_later_year(city_at: CityAt) -> None:
    city = city_at("reviewing")
    key = city.apply(GENERAL)
    city.at("2025-12-20")
    city.mark(GENERAL)
    city.open_year(YEAR + 1)
    city.move(GENERAL, "carry_over", matter=key, new_year=YEAR + 1)
    assert (city.row(key).record["counts_in"], city.row(key).state) == (YEAR + 1, "applied")
    city.move(GENERAL, "settle")
    city.both("bonus", for_body("group"), subject=key, action="examine", text="属实")
    city.decide(key)
    assert standing(city) == []
    later = "SELECT item, source FROM line WHERE subject = :key AND part = 'bonus'"
    assert city.select(later, key=key_of(GENERAL, YEAR + 1)) == [(NATIONAL, key)]


def test_the_groups_days_for_a_bonus_follow_the_working_days(city: City) -> None:
    key = city.apply(GENERAL)
    city.both("bonus", for_body("group"), subject=key, action="examine", text="属实")
    ((_, before, _),) = city.open_deadlines(key)
    assert before == "2025-01-24"
    days = city.row(f"calendar:{YEAR}").record["days"]
    holidays = sorted([*days["holidays"], "2025-01-24"])
    city.do("import_calendar", person(CLERK), year=YEAR, holidays=holidays, makeup=days["makeup"])
    assert city.open_deadlines(key) == [("group", "2025-01-26", None)]
    assert city.last(key)["action"] == "redate"
