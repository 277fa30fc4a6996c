"""What was promised and not kept is found by a second look, whoever is to blame for it."""

from __future__ import annotations

import pytest

from cycle.operations.promises import unkept
from tests.cast import GENERAL, LIAISON, City, CityAt, person
from tests.held import instant, key_of

PLAN = key_of(GENERAL)


@pytest.fixture
def city(city_at: CityAt) -> City:
    """The watch has told everybody of the window, and at -14."""
    city = city_at("running")
    for text in ("2025-01-10 10:00", "2025-02-10 09:00"):
        city.at(text)
        city.sweep()
    return city


def found(city: City, text: str) -> list[tuple[str, str]]:
    return [(each.code, each.subject) for each in unkept(city.service, instant(text))]


def change(city: City, sql: str) -> None:
    with city.service.database.write() as session:
        session.driver.execute(sql)


def test_all_is_kept_where_passes_were_made(city: City) -> None:
    assert found(city, "2025-02-10 12:00") == []


def test_through_a_whole_ladder_nothing_is_missed(city: City) -> None:
    for day in ("02-19", "02-25", "02-27", "02-28", "03-03", "03-05", "03-07"):
        city.at(f"2025-{day} 09:00")
        city.sweep()
        assert found(city, f"2025-{day} 09:30") == []
    city.at("2025-03-08 00:00")
    city.sweep()
    assert found(city, "2025-03-08 00:30") == []


def test_a_rung_nobody_decided_on_is_named_once_it_is_an_hour_late(city: City) -> None:
    assert found(city, "2025-02-19 09:59") == []
    assert ("rung_undecided", PLAN) in found(city, "2025-02-19 10:00")


def test_an_alarm_somebody_took_away_is_missed(city: City) -> None:
    change(city, f"DELETE FROM alarm WHERE subject = '{PLAN}'")
    assert found(city, "2025-02-10 12:00") == [("alarm_missing", PLAN)]


def test_a_letter_somebody_took_away_is_missed(city: City) -> None:
    change(city, f"DELETE FROM outbox WHERE subject = '{PLAN}' AND recipient = '{LIAISON[GENERAL]}'")
    assert set(found(city, "2025-02-10 12:00")) == {("letter_missing", PLAN)}


def test_an_alarm_of_a_deadline_that_is_void_is_named(city: City) -> None:
    change(city, f"UPDATE deadline SET status = 'void' WHERE subject = '{PLAN}'")
    assert found(city, "2025-02-10 12:00") == [("alarm_stray", PLAN)]
    change(city, f"UPDATE deadline SET status = 'open' WHERE subject = '{PLAN}'")


@pytest.mark.parametrize("answer", ["refuse_extension", "extend"])
def test_a_clock_replaced_after_its_last_rung_is_no_missing_alarm(city_at: CityAt, answer: str) -> None:
    """It has no window to announce; what was told of the one before is not told again."""
    city = city_at("running")
    for text in ("2025-03-03 09:00", "2025-03-05 09:00", "2025-03-07 09:00"):
        city.at(text)
        city.sweep()
    city.at("2025-03-07 10:00")
    city.ask(GENERAL, "ask_extension", person(LIAISON[GENERAL]), due="2025-03-20")
    city.at("2025-03-07 15:00")
    city.move(GENERAL, answer)
    assert found(city, "2025-03-07 15:30") == []


def test_an_alarm_taken_away_from_a_window_just_opened_is_missed(city_at: CityAt) -> None:
    city = city_at("running")
    change(city, f"DELETE FROM alarm WHERE subject = '{PLAN}'")
    assert found(city, "2025-01-10 08:00") == [("alarm_missing", PLAN)]


def test_what_the_first_pass_after_an_outage_is_about_to_decide_is_not_named(city: City) -> None:
    """The gap has been made good and the pass is at work: its end has not been noted."""
    change(city, "INSERT INTO job (name) VALUES ('sweep') ON CONFLICT (name) DO NOTHING")
    passes = "UPDATE job SET slot = '2025-02-18T00:00:00.000000Z', at = '{}' WHERE name = 'sweep'"
    change(city, passes.format("2025-02-19T02:00:00.000000Z"))  # ten in the morning
    assert found(city, "2025-02-19 10:10") == []
    assert ("rung_undecided", PLAN) in found(city, "2025-02-19 11:00")  # an hour is too long
    change(city, passes.format("2025-02-18T00:00:00.000000Z"))
    assert ("rung_undecided", PLAN) in found(city, "2025-02-19 10:10")
