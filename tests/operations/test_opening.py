"""Preparing and opening a year: everything in the way is named at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cast import (
    CLERK,
    DEPARTMENTS,
    GENERAL,
    LIAISON,
    MEMBER,
    THIRD,
    City,
    CityAt,
    book,
    codes,
    for_body,
    person,
    refusals,
)
from tests.held import COLLEAGUE, YEAR, key_of
from workflows import rulebook
from workflows.errors import Conflict, NotFound, Refused

CYCLE = f"cycle:{YEAR}"


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("installed")


def prepared(city: City, year: int = YEAR) -> None:
    city.whole("prepare", year, rulebook=book().content())
    city.whole("approve_rulebook", year, digest=book().digest)


def test_a_year_opens_with_its_roster_and_its_rulebook_frozen_in(city: City) -> None:
    prepared(city)
    city.whole("open")
    record = city.row(CYCLE).record
    texts = dict(city.select("SELECT sha256, body FROM text"))
    assert json.loads(texts[record["roster"]]) == list(DEPARTMENTS)
    assert rulebook.thaw(json.loads(texts[record["rulebook"]])) == book()
    assert record["rulebook_digest"] == book().digest


@pytest.mark.parametrize("year", [1000, YEAR - 6, YEAR + 6, 2205])
def test_a_year_far_from_now_is_a_slip_and_not_set_up(city: City, year: int) -> None:
    found = refusals(lambda: city.whole("prepare", year))
    assert [(one.code, dict(one.data)) for one in found] == [
        ("year_far", {"year": year, "first": YEAR - 5, "last": YEAR + 5})
    ]
    assert city.select("SELECT 1 FROM subject WHERE kind = 'cycle' AND year = :year", year=year) == []


@pytest.mark.parametrize("year", [YEAR - 5, YEAR + 5])
def test_a_year_near_enough_is_set_up(city: City, year: int) -> None:
    assert city.whole("prepare", year)["after"] == "preparing"


def test_every_obstacle_to_opening_is_in_the_refusal(city_at: CityAt) -> None:
    city = city_at("installed")
    city.both("change_person", person(CLERK), id=LIAISON[GENERAL], email="unknown")
    for clerk in ("p-yin-zhaolun", "p-duan-wenjing", "p-li-xiaotang", COLLEAGUE, THIRD, *GONE):
        city.both("change_person", person(CLERK), MEMBER, id=clerk, home="danggongwei")
    city.whole("prepare", 2027, rulebook=changed_cap().content())
    with pytest.raises(Refused) as refused:
        city.whole("open", 2027)
    assert [(u.code, u.about) for u in refused.value.unmet] == [
        ("rulebook_not_approved", ""),
        ("figures_unconfirmed", ""),
        ("post_vacant", f"department:{GENERAL}"),
        ("office_homes_few", ""),
        ("year_before_unknown", ""),
        ("calendar_missing", ""),
    ]
    assert refused.value.unmet[1].data == {"count": 1, "figures": "score.bonus_cap"}
    assert refused.value.unmet[2].data == {"post": "liaison"}
    assert refused.value.unmet[3].data == {"have": 1, "need": 3}


GONE = ("p-qiao-yanan", "p-gong-ping")


def changed_cap() -> rulebook.Rulebook:
    content: Any = book().content()
    content["score"]["bonus_cap"].update(points="15", other=["5"])
    return rulebook.thaw(content)


def test_a_year_whose_working_days_are_not_published_opens_once_that_is_accepted(city: City) -> None:
    city.whole("declare_unrecorded", 2026)
    city.at("2027-01-04")
    prepared(city, 2027)
    assert codes(lambda: city.whole("open", 2027)) == ["calendar_missing"]
    bare = person(CLERK, reason="")
    assert codes(lambda: city.do("accept_provisional_calendar", bare, year=2027)) == ["reason_missing"]
    city.whole("accept_provisional_calendar", 2027)
    city.whole("open", 2027)
    city.at("2027-01-10 00:00")
    city.sweep()
    (deadline,) = city.last(key_of(GENERAL, 2027))["data"]["deadlines"]
    assert deadline["provisional"] is True


def test_the_year_before_must_have_been_opened_or_imported_or_declared(city: City) -> None:
    prepared(city)
    prepared(city, 2026)
    assert codes(lambda: city.whole("open", 2026)) == ["year_before_unknown"]
    city.whole("open")
    city.whole("open", 2026)


def test_opening_needs_a_document(city: City) -> None:
    prepared(city)
    assert codes(lambda: city.do("open", person(CLERK, document=""), year=YEAR)) == ["document_missing"]


def test_the_group_approves_the_rulebook_it_saw(city: City) -> None:
    city.whole("prepare", rulebook=book().content())
    assert codes(lambda: city.whole("approve_rulebook", digest=rulebook.load().digest)) == [
        "rulebook_differs"
    ]
    assert codes(lambda: city.do("approve_rulebook", person(CLERK), year=YEAR, digest=book().digest)) == [
        "role_missing"
    ]


def test_a_replaced_rulebook_must_be_approved_again(city: City) -> None:
    prepared(city)
    bare = person(CLERK, reason="")
    assert codes(lambda: city.do("prepare", bare, year=YEAR, replace=True)) == ["reason_missing"]
    city.whole("prepare", replace=True)
    assert city.row(CYCLE).record["rulebook_digest"] == rulebook.load().digest
    assert codes(lambda: city.whole("open")) == ["rulebook_not_approved"]


def test_a_year_is_prepared_once_and_nothing_about_it_changes_when_it_runs(city: City) -> None:
    prepared(city)
    assert codes(lambda: city.whole("prepare")) == ["wrong_state"]
    city.whole("open")
    for late in ("open", "accept_provisional_calendar", "declare_unrecorded"):
        assert codes(lambda late=late: city.whole(late)) == ["wrong_state"]  # type: ignore[misc]


def test_a_year_nobody_prepared_is_not_found(city: City) -> None:
    with pytest.raises(NotFound):
        city.whole("open", 2031)


def test_declaring_a_year_unrecorded_needs_a_reason(city: City) -> None:
    bare = person(CLERK, reason="")
    assert codes(lambda: city.do("declare_unrecorded", bare, year=2020)) == ["reason_missing"]


def test_plans_open_by_the_clock_on_the_day_for_the_whole_roster(city: City) -> None:
    prepared(city)
    city.whole("open")
    city.at("2025-01-09 23:59:59.999999")
    assert city.sweep().moved == []
    city.at("2025-01-10 00:00")
    opened = [(key_of(d), "open_plan") for d in DEPARTMENTS]
    assert city.sweep().moved == [*opened, (CYCLE, "open_plans")]
    assert city.open_deadlines(key_of(GENERAL)) == [("liaison", "2025-02-28", "2025-03-07")]
    assert city.sweep().moved == []


def test_the_office_may_open_a_plan_earlier_but_only_of_a_running_year_and_a_known_department(
    city: City,
) -> None:
    with pytest.raises(NotFound):
        city.move(GENERAL, "open_plan")
    prepared(city)
    assert codes(lambda: city.move(GENERAL, "open_plan")) == ["cycle_not_running"]
    city.whole("open")
    city.move(GENERAL, "open_plan")
    assert codes(lambda: city.move("nobody", "open_plan")) == ["department_unknown"]
    city.at("2025-01-10 00:00")
    assert (key_of(GENERAL), "open_plan") not in city.sweep().moved


def test_a_year_opened_late_gives_every_plan_five_working_days(city: City) -> None:
    city.at("2025-02-27")
    prepared(city)
    city.whole("open")
    city.sweep()
    assert city.open_deadlines(key_of(GENERAL)) == [("liaison", "2025-03-06", "2025-03-13")]


def test_an_act_in_the_future_is_refused_and_yesterdays_is_kept_with_its_day(city: City) -> None:
    day = city.clock.at.date()
    late = person(CLERK, occurred_on=day.replace(day=3))
    assert codes(lambda: city.do("prepare", late, year=YEAR)) == ["day_ahead"]
    city.do("prepare", person(CLERK, occurred_on=day.replace(day=1)), year=YEAR)
    row = city.last(CYCLE)
    assert (row["occurred_on"], row["at"][:10]) == ("2025-01-01", "2025-01-02")


def test_only_figures_in_doubt_are_confirmed_and_by_document(city: City) -> None:
    path = book().to_confirm()[0].path
    assert codes(lambda: city.do("confirm_figure", person(CLERK), figure="quota.failed")) == [
        "figure_unknown"
    ]
    assert codes(lambda: city.do("confirm_figure", person(CLERK, document=""), figure=path)) == [
        "document_missing"
    ]
    assert codes(lambda: city.do("confirm_figure", for_body("group"), figure=path)) == ["behalf_not_possible"]


def test_preparing_twice_at_once_is_a_conflict_or_a_refusal_never_two_rows(city: City) -> None:
    city.whole("prepare", 2026)
    with pytest.raises((Conflict, Refused)):
        city.whole("prepare", 2026)
    assert len(city.history("cycle:2026")) == 1
