"""After a failed year: the written rectification, the leader's talk, the steps and their verification."""

from __future__ import annotations

import pytest

from tests.cast import CLERK, GENERAL, LEADER, PERSONNEL, City, CityAt, codes, for_body, person
from tests.held import key_of

KEY = key_of(PERSONNEL)


@pytest.fixture
def city(city_at: CityAt) -> City:
    """The third department failed; its year was ratified on 20 January 2026."""
    city = city_at("ratified")
    city.at("2026-02-10")
    return city


def underway(city: City) -> None:
    city.file(PERSONNEL, text="整改方案")
    city.move(PERSONNEL, "record_talk", on="2026-02-09")
    city.move(PERSONNEL, "accept")


def test_it_is_due_thirty_working_days_after_ratification_and_so_is_the_talk(city: City) -> None:
    assert city.open_deadlines(KEY) == [
        ("liaison", "2026-03-09", "2026-03-16"),
        ("leader", "2026-03-09", None),
    ]


def test_without_the_talk_a_failed_departments_plan_is_not_accepted(city: City) -> None:
    city.file(PERSONNEL)
    assert codes(lambda: city.move(PERSONNEL, "accept")) == ["talk_missing"]
    city.move(PERSONNEL, "record_talk", on="2026-02-09")
    city.move(PERSONNEL, "accept")
    assert city.state(PERSONNEL) == "rectification.underway"


def test_the_talks_clock_runs_on_while_the_plan_is_under_review_and_ends_with_the_talk(city: City) -> None:
    city.file(PERSONNEL)
    assert city.open_deadlines(KEY) == [("office", "2026-02-24", None), ("leader", "2026-03-09", None)]
    city.move(PERSONNEL, "record_talk", on="2026-02-09")
    assert city.open_deadlines(KEY) == [("office", "2026-02-24", None)]


def test_the_talk_needs_its_day_a_document_and_the_leader(city: City) -> None:
    act = for_body(LEADER[PERSONNEL])
    assert codes(lambda: city.ask(PERSONNEL, "record_talk", act)) == ["day_missing"]
    assert codes(lambda: city.ask(PERSONNEL, "record_talk", act, on="2026-02-11")) == ["day_ahead"]
    bare = for_body(LEADER[PERSONNEL], document="")
    assert codes(lambda: city.ask(PERSONNEL, "record_talk", bare, on="2026-02-09")) == ["document_missing"]
    assert codes(lambda: city.ask(PERSONNEL, "record_talk", person(CLERK), on="2026-02-09")) == [
        "role_missing"
    ]
    other = for_body("p-he-lanying")
    assert codes(lambda: city.ask(PERSONNEL, "record_talk", other, on="2026-02-09")) == ["person_unknown"]
    city.move(PERSONNEL, "record_talk", on="2026-02-09", text="谈话纪要")
    talk = city.appraisal(PERSONNEL).record["talk"]
    assert (talk["on"], talk["by"]) == ("2026-02-09", LEADER[PERSONNEL])
    assert city.select("SELECT body FROM text WHERE sha256 = :sha", sha=talk["text"]) == [("谈话纪要",)]


def test_a_rectification_is_sent_back_withdrawn_and_extended_like_any_form(city: City) -> None:
    city.file(PERSONNEL)
    city.move(PERSONNEL, "send_back", due="2026-02-27")
    city.file(PERSONNEL, text="二稿")
    city.move(PERSONNEL, "withdraw")
    city.move(PERSONNEL, "ask_extension", due="2026-03-20")
    city.move(PERSONNEL, "extend")
    assert city.form(PERSONNEL, "rectification")["due"] == "2026-03-20"


def test_a_lapsed_one_is_readmitted_whatever_window_is_open(city: City) -> None:
    city.at("2026-03-17 00:00")
    assert (KEY, "lapse") in city.sweep().moved
    city.at("2026-12-30")
    city.move(PERSONNEL, "readmit", due="2026-12-30")
    assert city.state(PERSONNEL) == "rectification.drafting"


def test_it_is_verified_only_with_steps_and_every_step_verified(city: City) -> None:
    underway(city)
    city.close_duties()
    assert city.open_deadlines(KEY) == [("liaison", "2026-07-17", None)]  # 120 working days
    assert codes(lambda: city.move(PERSONNEL, "verify")) == ["steps_missing"]
    city.move(PERSONNEL, "add_step", text="一", due="2026-03-01")
    city.ask(PERSONNEL, "add_step", person(CLERK), text="二", due="2026-03-01")
    assert codes(lambda: city.move(PERSONNEL, "verify")) == ["step_unverified"]
    city.move(PERSONNEL, "verify_step", step="1")
    assert codes(lambda: city.move(PERSONNEL, "verify_step", step="1")) == ["step_already_verified"]
    assert codes(lambda: city.move(PERSONNEL, "verify_step", step="3")) == ["step_unknown"]
    city.move(PERSONNEL, "verify_step", step="2")
    city.move(PERSONNEL, "verify")
    assert city.state(PERSONNEL) == "closed"


def test_a_step_needs_a_text_and_a_day_ahead(city: City) -> None:
    assert codes(lambda: city.move(PERSONNEL, "add_step")) == ["text_missing", "due_missing"]
    assert codes(lambda: city.move(PERSONNEL, "add_step", text="一", due="2026-02-09")) == ["due_past"]


def test_whoever_did_not_fail_is_closed_by_the_clock_alone(city: City) -> None:
    assert city.state(GENERAL) == "closed"
    assert city.last(key_of(GENERAL))["actor"] == "system"
    assert codes(lambda: city.move(GENERAL, "close")) == ["role_missing"]


@pytest.mark.parametrize("action", ["close", "start_rectification"])
def test_people_neither_close_nor_start_rectification(city_at: CityAt, action: str) -> None:
    city = city_at("pending")
    city.whole("propose")
    city.at("2026-01-20")
    city.whole("ratify")
    assert city.state(GENERAL) == "grading.ratified"
    assert codes(lambda: city.move(GENERAL, action)) == ["role_missing"]
