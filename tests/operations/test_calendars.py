"""Importing a year's working days while deadlines are open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cycle import queries
from cycle.calendar_seed import seed
from tests.cast import CLERK, DEPARTMENTS, GENERAL, City, CityAt, codes, for_body, person
from tests.held import key_of

KEY = key_of(GENERAL)


def table(
    year: int = 2025, *, holidays: tuple[str, ...] = (), makeup: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The shipped table of a year with some days more."""
    days = seed([year]).content()[str(year)]
    return {
        "year": year,
        "holidays": [*days["holidays"], *holidays],
        "makeup": [*days["makeup"], *makeup],
    }


@pytest.fixture
def city(city_at: CityAt) -> City:
    city = city_at("running")
    city.at("2025-02-20")
    return city


def test_open_deadlines_are_armed_anew_one_history_row_each(city: City) -> None:
    before = city.open_deadlines(KEY)
    answer = city.do("import_calendar", person(CLERK), **table(holidays=("2025-02-28",)))
    assert answer["redated"] == 3
    assert before == [("liaison", "2025-02-28", "2025-03-07")]
    assert city.open_deadlines(KEY) == [("liaison", "2025-03-03", "2025-03-10")]
    for department in DEPARTMENTS:
        row = city.last(key_of(department))
        assert (row["action"], len(row["data"]["voids"]), len(row["data"]["deadlines"])) == ("redate", 1, 1)
    assert city.form(GENERAL, "plan")["grace_until"] == "2025-03-10"


def test_the_window_for_objections_and_the_groups_clock_move_too(city_at: CityAt) -> None:
    city = city_at("pending")
    city.whole("propose")
    city.do("import_calendar", person(CLERK), **table(2026, holidays=("2026-01-08",)))
    assert city.row("cycle:2025").record["objections_until"] == "2026-01-13"
    assert city.open_deadlines("cycle:2025") == [("group", "2026-01-27", None)]
    assert city.last("cycle:2025")["action"] == "redate"
    city.at("2026-01-13 23:59")
    assert codes(lambda: city.whole("ratify")) == ["objection_window_open"]
    city.at("2026-01-14 00:00")
    city.whole("ratify")


def test_a_table_that_changes_nothing_writes_no_row_on_any_appraisal(city: City) -> None:
    before = city.appraisal(GENERAL).number
    assert city.do("import_calendar", person(CLERK), **table(holidays=("2025-12-25",)))["redated"] == 0
    assert city.appraisal(GENERAL).number == before


def test_a_holiday_inside_grace_lengthens_it_so_that_it_keeps_its_working_days(city: City) -> None:
    city.do("import_calendar", person(CLERK), **table(holidays=("2025-03-05",)))
    assert city.open_deadlines(KEY) == [("liaison", "2025-02-28", "2025-03-10")]


def test_a_date_moved_nearer_leaves_three_working_days(city: City) -> None:
    city.do("import_calendar", person(CLERK), **table(holidays=("2025-02-28",)))
    city.at("2025-02-26")
    city.do("import_calendar", person(CLERK), **table())
    assert city.open_deadlines(KEY)[0][1] == "2025-03-03"  # the 28th would be two days from now


def test_a_deadline_past_its_due_date_keeps_what_it_was_told(city: City) -> None:
    city.at("2025-03-03")
    city.do("import_calendar", person(CLERK), **table(holidays=("2025-03-05", "2025-03-06")))
    assert city.open_deadlines(KEY) == [("liaison", "2025-02-28", "2025-03-07")]


def test_the_offices_own_clock_moves_too(city: City) -> None:
    city.file(GENERAL)
    assert city.open_deadlines(KEY) == [("office", "2025-02-27", None)]
    city.do("import_calendar", person(CLERK), **table(holidays=("2025-02-26",)))
    assert city.open_deadlines(KEY) == [("office", "2025-02-28", None)]


def test_the_lapse_follows_the_new_end_of_grace(city: City) -> None:
    city.do("import_calendar", person(CLERK), **table(holidays=("2025-02-28",)))
    city.at("2025-03-10 23:59")
    assert city.sweep().moved == []
    city.at("2025-03-11 00:00")
    assert len(city.sweep().moved) == 3


def test_a_provisional_deadline_stops_being_so_when_the_table_comes(city_at: CityAt) -> None:
    city = city_at("installed")
    city.whole("declare_unrecorded", 2026)
    city.at("2027-01-04")
    city.whole("prepare", 2027)
    city.whole("approve_rulebook", 2027, digest=city.row("cycle:2027").record["rulebook_digest"])
    city.whole("accept_provisional_calendar", 2027)
    city.whole("open", 2027)
    city.at("2027-01-10 00:00")
    city.sweep()
    key = key_of(GENERAL, 2027)
    assert city.last(key)["data"]["deadlines"][0]["provisional"] is True
    city.do("import_calendar", person(CLERK), year=2027, holidays=["2027-02-08"], makeup=[])
    assert city.last(key)["action"] == "redate"
    assert city.last(key)["data"]["deadlines"][0]["provisional"] is False


@pytest.mark.parametrize(
    "days",
    [
        {"holidays": ["2025-02-28"], "makeup": ["2025-02-28"]},
        {"holidays": [], "makeup": ["2025-02-27"]},
        {"holidays": ["2024-02-28"], "makeup": []},
        {"holidays": ["today"], "makeup": []},
    ],
)
def test_a_table_that_contradicts_itself_is_refused_whole(city: City, days: dict[str, list[str]]) -> None:
    before = city.rows()
    assert codes(lambda: city.do("import_calendar", person(CLERK), year=2025, **days)) == [
        "calendar_contradicts"
    ]
    assert city.rows() == before


def test_a_table_needs_its_document_and_the_office(city: City) -> None:
    assert codes(lambda: city.do("import_calendar", person(CLERK, document=""), **table())) == [
        "document_missing"
    ]
    assert codes(lambda: city.do("import_calendar", for_body("group"), **table())) == ["behalf_not_possible"]


def test_a_move_that_began_before_an_import_arms_by_one_table_or_is_armed_anew_by_the_other(
    city: City,
) -> None:
    """While a table is imported nobody reads working days: the deadline armed meanwhile follows the new one."""
    if city.service.database.dialect == "sqlite":
        pytest.skip("on SQLite one writer has the whole file: the two cannot overlap")
    city.file(GENERAL)
    with ThreadPoolExecutor(1) as pool, city.service.database.write() as importing:
        queries.hold_calendars(importing)
        moving = pool.submit(city.move, GENERAL, "send_back", due="2025-03-03")
        with pytest.raises(TimeoutError):
            moving.result(timeout=0.3)
    assert moving.result(timeout=120)["after"] == "plan.drafting"
