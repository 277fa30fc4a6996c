"""A pass and the one before it: an outage of ours punishes nobody, and a clock that stands wrong decides nothing."""

from __future__ import annotations

import pytest

from cycle.clock import VirtualClock
from cycle.jobs import passes, run_log
from cycle.jobs.passes import KEY, Passed, make_pass
from cycle.operations.sweep import sweep
from cycle.service import Service
from tests.cast import DEPARTMENTS, GENERAL, PERSONNEL, City, CityAt
from tests.held import instant, key_of

WORKER = "w1"


@pytest.fixture
def city(city_at: CityAt) -> City:
    """Plans are open since 2025-01-10; due 2025-02-28, grace until 2025-03-07."""
    return city_at("running")


def passed(city: City, text: str) -> Passed:
    city.at(text)
    made = make_pass(city.service, WORKER)
    assert made.failed == []
    return made


def outages(city: City) -> list[dict[str, str]]:
    return [row["data"]["record"]["outage"] for row in city.history(KEY)]


def test_passes_within_an_hour_of_each_other_note_no_outage(city: City) -> None:
    passed(city, "2025-02-10 09:00")
    noted = len(outages(city))
    for text in ("2025-02-10 10:00", "2025-02-10 10:30", "2025-02-10 11:30"):
        assert passed(city, text).since is None
    assert len(outages(city)) == noted


def test_a_longer_gap_stands_in_the_history_once(city: City) -> None:
    passed(city, "2025-02-10 09:00")
    assert passed(city, "2025-02-10 10:00:01").since == instant("2025-02-10 09:00")
    passed(city, "2025-02-10 10:00:02")
    assert outages(city)[-1] == {
        "from": "2025-02-10T01:00:00.000000Z",
        "until": "2025-02-10T02:00:01.000000Z",
    }
    assert city.last(KEY)["actor_kind"] == "scheduler"
    assert sum(1 for gap in outages(city) if gap["from"].startswith("2025-02-10T01")) == 1


def test_nobody_lapses_by_an_outage_and_the_end_of_grace_moves_to_the_next_working_day(city: City) -> None:
    passed(city, "2025-02-27 09:00")
    made = passed(city, "2025-03-10 10:00")
    assert {action for _, action in made.spared.moved} == {"shift_grace"}
    assert made.swept.moved == []
    for department in DEPARTMENTS:
        assert city.state(department) == "plan.drafting"
        assert city.form(department, "plan")["grace_until"] == "2025-03-11"
    told = city.select(
        "SELECT DISTINCT kind FROM outbox WHERE status = 'pending' AND subject = :key", key=key_of(GENERAL)
    )
    assert told == [("date_moved",)]
    for hour in range(11, 24):
        passed(city, f"2025-03-10 {hour}:00")
    for hour in range(24):
        assert passed(city, f"2025-03-11 {hour:02}:00").swept.moved == []
    assert {action for _, action in passed(city, "2025-03-12 00:00").swept.moved} == {"lapse"}


def test_a_second_outage_does_not_move_the_same_end_again(city: City) -> None:
    passed(city, "2025-03-07 20:00")
    passed(city, "2025-03-10 10:00")
    passed(city, "2025-03-11 20:00")
    made = passed(city, "2025-03-13 10:00")
    assert {codes for _, action, codes in made.spared.refused} == {("grace_already_moved",)}
    assert {action for _, action in made.swept.moved} == {"lapse"}


def test_what_was_missed_is_told_once_and_late_words_fit_the_day(city: City) -> None:
    passed(city, "2025-02-25 09:00")
    made = passed(city, "2025-03-04 10:00")
    outcome = {rung: how for name, rung, how in made.swept.reminded if name.startswith(key_of(GENERAL))}
    assert outcome == {"-1": "superseded", "0": "superseded", "+1": "told"}
    ((title,),) = city.select(
        "SELECT DISTINCT title FROM outbox WHERE kind = 'overdue' AND subject = :key", key=key_of(GENERAL)
    )
    assert "2个工作日" in title


def test_before_the_first_pass_of_all_nobody_was_watched_over(city: City) -> None:
    """A service that is switched on in March did not remind anybody in February."""
    made = passed(city, "2025-03-10 10:00")
    assert made.since is not None
    assert made.swept.moved == []
    assert len(made.spared.moved) == len(DEPARTMENTS)


def test_a_clock_before_the_last_pass_decides_nothing_and_says_so_in_the_log(city: City) -> None:
    passed(city, "2025-02-10 12:00")
    before = city.rows()
    made = passed(city, "2025-02-10 09:00")
    assert made.behind
    assert city.rows() == before
    with city.service.database.read() as session:
        (newest, *_) = run_log.recent(session, 5)
    assert "clock behind" in newest.failed[0]
    assert not passed(city, "2025-02-10 12:00").behind


def test_a_worker_that_was_frozen_within_a_pass_leaves_lapses_to_the_next_one(city: City) -> None:
    passed(city, "2025-03-07 20:00")
    late = Service(city.service.database, VirtualClock(instant("2025-03-10 10:00")), city.service.zone)
    swept = sweep(late)
    assert swept.moved == []
    assert set(swept.overtaken) == {key_of(department) for department in DEPARTMENTS}
    assert city.state(PERSONNEL) == "plan.drafting"


def test_only_passes_that_did_something_are_in_the_log(city: City) -> None:
    passed(city, "2025-02-10 09:00")
    with city.service.database.read() as session:
        known = len(run_log.recent(session, 100))
    passed(city, "2025-02-10 09:30")
    with city.service.database.read() as session:
        runs = run_log.recent(session, 100)
    assert len(runs) == known
    assert runs[0].job == "sweep"
    assert runs[0].did["told"] == len(DEPARTMENTS)


def test_a_clock_that_jumped_far_ahead_once_does_not_silence_the_watch(city: City) -> None:
    """What it did is done; an hour after the clock was put right the watch goes on, and nobody lapses by it."""
    passed(city, "2025-02-10 09:00")
    passed(city, "2025-03-31 09:00")
    city.at("2025-02-10 10:05")
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-02-20")
    assert passed(city, "2025-02-10 10:10").behind
    assert passed(city, "2025-02-10 11:00").behind
    made = passed(city, "2025-02-10 11:10:01")
    assert (made.behind, made.since) == (False, instant("2025-02-10 10:10"))
    days = ("2025-02-17", "2025-02-19", "2025-02-20")
    made_then = [passed(city, f"{day} 09:00").swept.reminded for day in days]
    told = [[rung for _, rung, outcome in reminded if outcome == "told"] for reminded in made_then]
    assert told == [["-3"], ["-1"], ["0"]]
    assert city.state(GENERAL) == "plan.drafting"


def test_the_log_names_a_clock_behind_once_an_hour(city: City) -> None:
    passed(city, "2025-02-10 12:00")
    for minute in (0, 1, 2, 59):
        assert passed(city, f"2025-02-10 09:{minute:02}").behind
    with city.service.database.read() as session:
        said = [run for run in run_log.recent(session, 20, "sweep") if run.failed]
    assert len(said) == 1


def test_a_pass_that_breaks_is_no_pass(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service was up for three days and did nothing: that is an outage like any other."""

    def broken(_service: Service) -> None:
        raise OSError("disk full")

    passed(city, "2025-03-07 20:00")
    with monkeypatch.context() as patch:
        patch.setattr(passes, "sweep", broken)
        for day in (8, 9, 10):
            for hour in range(24 if day < 10 else 9):
                city.at(f"2025-03-{day:02} {hour:02}:00")
                with pytest.raises(OSError, match="disk full"):
                    make_pass(city.service, WORKER)
    made = passed(city, "2025-03-10 10:00")
    assert made.since == instant("2025-03-07 20:00")
    assert made.swept.moved == []
    assert {city.state(department) for department in DEPARTMENTS} == {"plan.drafting"}
    assert outages(city)[-1] == {
        "from": "2025-03-07T12:00:00.000000Z",
        "until": "2025-03-10T02:00:00.000000Z",
    }


def test_after_an_outage_over_the_end_of_grace_superiors_still_hear_of_the_latest_rung(city: City) -> None:
    passed(city, "2025-03-04 08:00")
    passed(city, "2025-03-10 10:00")
    rows = city.select(
        "SELECT rung, reminder.outcome, role FROM reminder JOIN fired_rung USING (deadline, rung)"
        " WHERE subject = :key AND rung IN ('+3', '+5')",
        key=key_of(GENERAL),
    )
    assert {outcome for rung, outcome, _ in rows if rung == "+3"} == {"superseded"}
    latest = {role: outcome for rung, outcome, role in rows if rung == "+5"}
    assert (latest["liaison"], latest["leader"], latest["group"]) == ("superseded", "digest", "digest")
