"""Asking for more time: asked, granted, refused, and the grace that is held open meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cycle.board.preview import rungs_ahead
from tests.cast import CLERK, GENERAL, City, CityAt, codes, person
from tests.held import key_of

KEY = key_of(GENERAL)


@pytest.fixture
def city(city_at: CityAt) -> City:
    city = city_at("running")
    city.at("2025-02-20")
    return city


def test_a_granted_extension_keeps_the_visit_takes_a_new_id_and_shows_the_original_date(city: City) -> None:
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    city.move(GENERAL, "extend")
    form = city.form(GENERAL, "plan")
    assert (form["due"], form["original_due"], form["extensions"]) == ("2025-03-14", "2025-02-28", 1)
    assert city.open_deadlines(KEY) == [("liaison", "2025-03-14", "2025-03-21")]
    row = city.last(KEY)
    assert [d["visit"] for d in row["data"]["deadlines"]] == [1]
    assert len(row["data"]["voids"]) == 2  # the old date and the office's clock


def test_the_original_date_stays_that_of_the_first_extension(city: City) -> None:
    for due in ("2025-03-14", "2025-03-28"):
        city.move(GENERAL, "ask_extension", due=due)
        city.move(GENERAL, "extend")
    assert city.form(GENERAL, "plan")["original_due"] == "2025-02-28"


def test_the_office_may_grant_less_or_more_than_was_asked(city: City) -> None:
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    city.move(GENERAL, "extend", due="2025-03-07")
    assert city.form(GENERAL, "plan")["due"] == "2025-03-07"


def test_what_is_granted_lies_after_the_present_due_date_and_not_in_the_past(city: City) -> None:
    city.move(GENERAL, "ask_extension", due="2025-03-03")
    assert codes(lambda: city.move(GENERAL, "extend", due="2025-02-28")) == ["due_not_later"]
    city.at("2025-03-04")
    assert codes(lambda: city.move(GENERAL, "extend")) == ["due_past"]
    city.move(GENERAL, "extend", due="2025-03-04")


def test_asking_needs_a_reason_and_a_later_day(city: City) -> None:
    bare = person(city.appraisal(GENERAL).department, reason="")
    assert codes(lambda: city.ask(GENERAL, "ask_extension", bare)) == ["person_unknown"]
    assert codes(lambda: city.move(GENERAL, "ask_extension")) == ["due_missing"]
    assert codes(lambda: city.move(GENERAL, "ask_extension", due="2025-02-28")) == ["due_not_later"]


def test_one_request_at_a_time(city: City) -> None:
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    assert codes(lambda: city.move(GENERAL, "ask_extension", due="2025-03-15")) == ["extension_undecided"]


@pytest.mark.parametrize("action", ["extend", "refuse_extension"])
def test_nothing_is_decided_that_was_not_asked(city: City, action: str) -> None:
    assert codes(lambda: city.move(GENERAL, action)) == ["extension_not_asked"]


@pytest.mark.parametrize("action", ["extend", "refuse_extension"])
def test_a_decision_needs_a_reason(city: City, action: str) -> None:
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    assert codes(lambda: city.ask(GENERAL, action, person(CLERK, reason=""))) == ["reason_missing"]


def test_a_form_is_extended_twice_at_most_also_over_several_visits(city: City) -> None:
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    city.move(GENERAL, "extend")
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-03-05")
    city.move(GENERAL, "ask_extension", due="2025-03-28")
    city.move(GENERAL, "extend")
    assert codes(lambda: city.move(GENERAL, "ask_extension", due="2025-04-10")) == ["extensions_used"]


def test_a_refused_request_was_a_request_too(city: City) -> None:
    for _ in range(2):
        city.move(GENERAL, "ask_extension", due="2025-03-14")
        city.move(GENERAL, "refuse_extension")
    assert codes(lambda: city.move(GENERAL, "ask_extension", due="2025-03-14")) == ["extensions_used"]
    assert "extensions" not in city.form(GENERAL, "plan")


def test_it_is_asked_for_before_the_end_of_grace(city: City) -> None:
    city.at("2025-03-07 23:59")
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    last = city.last(KEY)
    assert (last["action"], last["at"]) == ("ask_extension", "2025-03-07T15:59:00.000000Z")
    assert city.form(GENERAL, "plan")["asked"]["until"] == "2025-03-14"


def test_after_grace_it_is_too_late_to_ask(city: City) -> None:
    city.at("2025-03-08 00:00")
    assert codes(lambda: city.move(GENERAL, "ask_extension", due="2025-03-14")) == ["grace_over"]


def test_an_undecided_request_starts_the_offices_clock_and_holds_the_end_of_grace_open(city: City) -> None:
    city.at("2025-03-06")
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    assert city.open_deadlines(KEY) == [
        ("liaison", "2025-02-28", "2025-03-07"),
        ("office", "2025-03-13", None),
    ]
    city.at("2025-03-12")
    assert city.sweep().moved == [(key, "lapse") for key in _others()]
    city.file(GENERAL)
    assert city.state(GENERAL) == "plan.submitted"
    assert "asked" not in city.form(GENERAL, "plan")  # handing in settles the request


def _others() -> list[str]:
    return [key_of("jiwei"), key_of("zuzhi")]


def test_a_refusal_lets_grace_end_at_the_end_of_the_next_working_day_at_the_earliest(city: City) -> None:
    city.at("2025-03-07")
    city.move(GENERAL, "ask_extension", due="2025-03-21")
    city.at("2025-03-14")  # a Friday
    city.move(GENERAL, "refuse_extension")
    assert city.open_deadlines(KEY) == [("liaison", "2025-02-28", "2025-03-17")]
    city.at("2025-03-17 23:59")
    city.sweep()
    assert city.state(GENERAL) == "plan.drafting"
    city.at("2025-03-18 00:00")
    city.sweep()
    assert city.state(GENERAL) == "plan.lapsed"


def test_a_refusal_long_before_the_end_leaves_grace_where_it_was(city: City) -> None:
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    city.move(GENERAL, "refuse_extension")
    assert city.open_deadlines(KEY) == [("liaison", "2025-02-28", "2025-03-07")]


def test_a_submission_within_an_extension_is_in_time(city: City) -> None:
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    city.move(GENERAL, "extend")
    city.at("2025-03-14")
    city.file(GENERAL)
    assert city.last(KEY)["data"]["late"] is False


def test_while_a_request_is_undecided_the_preview_announces_no_lapse(city: City) -> None:
    def lapses() -> list[str]:
        now = city.clock.at
        with city.service.database.read() as session:
            ahead = rungs_ahead(session, now, now + timedelta(days=30), city.service.zone)
        return [one.clock.department for one in ahead if one.rung == "lapse"]

    city.at("2025-03-06")
    assert GENERAL in lapses()
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    assert GENERAL not in lapses()


def test_the_preview_of_an_extension_does_not_open_the_window_again(city: City) -> None:
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    city.move(GENERAL, "extend")
    now = city.clock.at
    with city.service.database.read() as session:
        ahead = rungs_ahead(session, now, now + timedelta(days=30), city.service.zone)
    assert "opens" not in {one.rung for one in ahead if one.clock.department == GENERAL}
