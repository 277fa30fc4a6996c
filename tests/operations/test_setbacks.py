"""What the clock is refused is tried at every pass, and the office is told what is in its way."""

from __future__ import annotations

import pytest

from cycle.jobs.failures import report_failures
from cycle.operations import setbacks
from tests.cast import DEPARTMENTS, DISCIPLINE, GENERAL, PERSONNEL, City, CityAt
from tests.held import key_of

KEY = key_of(DISCIPLINE)


@pytest.fixture
def city(city_at: CityAt) -> City:
    """Central review opens on 2025-12-11; one department has no review team."""
    city = city_at("running")
    for day in ("2025-02-10", "2025-07-05", "2025-11-15"):
        city.at(day)
        city.sweep()
        for department in DEPARTMENTS:
            city.file(department, text=day)
            city.move(department, "accept")
    for department in (GENERAL, PERSONNEL):
        city.assign(department)
    city.at("2025-12-11 00:00")
    city.sweep()
    return city


def kept(city: City) -> list[setbacks.Setback]:
    with city.service.database.read() as session:
        return setbacks.every(session)


def test_a_refused_move_is_kept_with_its_reason_and_told_to_the_office(city: City) -> None:
    (one,) = kept(city)
    assert (one.subject, one.action) == (KEY, "open_central_review")
    assert "考核组" in setbacks.said(one, "zh", {})
    assert "review team" in setbacks.said(one, "en", {}).lower()
    city.at("2025-12-11 10:00")
    assert report_failures(city.service) > 0
    bodies = [body for (body,) in city.select("SELECT body FROM outbox WHERE kind = 'delivery_failures'")]
    assert all("开启集中考评" in body and "考核组" in body for body in bodies)


def test_it_is_counted_once_an_hour_and_tried_at_every_pass(city: City) -> None:
    city.at("2025-12-11 00:30")
    assert city.sweep().refused == [(KEY, "open_central_review", ("team_short",))]
    assert kept(city)[0].times == 1
    city.at("2025-12-11 01:00")
    city.sweep()
    assert kept(city)[0].times == 2


def test_it_is_forgotten_once_the_move_was_made(city: City) -> None:
    city.at("2025-12-11 00:10")
    city.assign(DISCIPLINE)
    assert city.sweep().moved == [(KEY, "open_central_review")]
    assert kept(city) == []


def broken(city: City, *actions: str) -> None:
    setbacks.keep(
        city.service,
        failed=[(KEY, action, "ValueError", "no words") for action in actions],
        refused=[],
        done=[],
    )


def test_reminders_that_broke_are_forgotten_once_they_were_decided_on(city: City) -> None:
    broken(city, "remind")
    assert [one.action for one in kept(city)] == ["open_central_review", "remind"]
    setbacks.keep(city.service, failed=[], refused=[], done=[(KEY, "remind")])
    assert [one.action for one in kept(city)] == ["open_central_review"]


def test_a_subject_that_could_not_be_read_is_forgotten_by_its_move_and_not_by_its_reminders(
    city: City,
) -> None:
    broken(city, "", "remind")
    setbacks.keep(city.service, failed=[], refused=[], done=[(KEY, "remind")])
    assert [one.action for one in kept(city)] == ["", "open_central_review"]
    setbacks.keep(city.service, failed=[], refused=[], done=[(KEY, "open_central_review")])
    assert kept(city) == []
