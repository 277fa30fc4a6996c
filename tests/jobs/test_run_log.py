"""The run log: runs that did something or failed, the newest first, for a little more than a year."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cycle.jobs import run_log
from cycle.jobs.run_log import KEPT, Run
from tests.cast import City, CityAt


@pytest.fixture
def city(city_at: CityAt) -> City:
    city = city_at("registered")
    city.at("2025-03-03 09:00")
    return city


def runs(city: City, job: str = "", many: int = 100) -> list[Run]:
    with city.service.database.read() as session:
        return run_log.recent(session, many, job)


def test_a_run_that_had_nothing_to_do_leaves_no_trace(city: City) -> None:
    run_log.add(city.service, "deliver", city.clock.at, "one", did={"sent": 0, "failed": 0})
    assert runs(city) == []


def test_a_run_says_what_it_did_how_long_it_took_and_who(city: City) -> None:
    began = city.clock.at
    city.at("2025-03-03 09:00:02.5")
    run_log.add(city.service, "deliver", began, "one", did={"sent": 3, "failed": 0})
    (run,) = runs(city)
    assert (run.job, run.worker, dict(run.did), list(run.failed)) == ("deliver", "one", {"sent": 3}, [])
    assert (run.at, run.seconds) == ("2025-03-03T01:00:00.000000Z", 2.5)


def test_a_run_that_failed_is_kept_though_it_did_nothing(city: City) -> None:
    run_log.add(city.service, "backup", city.clock.at, "one", did={}, failed=["磁盘已满"])
    assert [list(run.failed) for run in runs(city)] == [["磁盘已满"]]


def test_the_newest_come_first_as_many_as_are_asked_for_and_of_one_job(city: City) -> None:
    for at, job in enumerate(("sweep", "deliver", "sweep", "digests")):
        run_log.add(city.service, job, city.clock.at, "one", did={"n": at + 1})
    assert [run.did["n"] for run in runs(city)] == [4, 3, 2, 1]
    assert [run.did["n"] for run in runs(city, many=2)] == [4, 3]
    assert [run.did["n"] for run in runs(city, "sweep")] == [3, 1]


def test_runs_of_more_than_a_year_ago_are_dropped(city: City) -> None:
    began = city.clock.at
    run_log.add(city.service, "sweep", began, "one", did={"old": 1})
    run_log.add(city.service, "sweep", began + timedelta(seconds=1), "one", did={"kept": 1})
    city.clock.at = began + KEPT + timedelta(seconds=1)
    run_log.add(city.service, "sweep", city.clock.at, "one", did={"new": 1})
    assert [list(run.did) for run in runs(city)] == [["new"], ["kept"]]
    assert timedelta(days=366) <= KEPT
