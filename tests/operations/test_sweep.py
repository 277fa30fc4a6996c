"""The clock's pass: level-triggered, in order, and kind after an outage of our own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cycle.db import Statement
from cycle.operations import storing
from cycle.operations.sweep import due, spare
from tests.cast import DEPARTMENTS, DISCIPLINE, GENERAL, PERSONNEL, City, CityAt, codes
from tests.held import instant, key_of
from workflows import ledger

KEYS = [key_of(d) for d in DEPARTMENTS]


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


def due_at(city: City, text: str) -> list[tuple[str, str]]:
    return [(row.key, action) for row, action in due(city.service, instant(text))]


def test_what_is_due_is_told_without_changing_anything(city: City) -> None:
    before = city.rows()
    assert due_at(city, "2025-03-07 23:59:59.999999") == []
    assert due_at(city, "2025-03-08 00:00") == [(key, "lapse") for key in KEYS]
    assert city.rows() == before


def test_a_second_pass_finds_nothing_left_to_do(city: City) -> None:
    city.at("2025-03-08 00:00")
    assert city.sweep().moved == [(key, "lapse") for key in KEYS]
    assert city.sweep().moved == []


def test_an_instant_missed_for_days_is_made_up_in_one_pass_in_its_order(city: City) -> None:
    city.at("2025-07-05")
    moved = city.sweep().moved
    assert moved == [*((key, "lapse") for key in KEYS), *((key, "open_midyear") for key in KEYS)]
    assert city.open_deadlines(KEYS[0]) == [("liaison", "2025-07-21", "2025-07-28")]


def test_what_fell_due_first_is_done_first(city: City) -> None:
    city.at("2025-02-27")
    city.move(PERSONNEL, "ask_extension", due="2025-03-04")
    city.move(PERSONNEL, "extend")
    city.move(GENERAL, "ask_extension", due="2025-03-10")
    city.move(GENERAL, "extend")
    city.at("2025-04-01")
    assert [key for key, _ in city.sweep().moved] == [key_of(d) for d in (DISCIPLINE, PERSONNEL, GENERAL)]


def test_one_that_refuses_does_not_hold_up_the_rest_and_is_tried_again(city_at: CityAt) -> None:
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
    for _ in range(2):
        swept = city.sweep()
        assert swept.refused == [(key_of(DISCIPLINE), "open_central_review", ("team_short",))]
    assert {city.state(d) for d in (GENERAL, PERSONNEL)} == {"central_review.marking"}
    city.assign(DISCIPLINE)
    assert city.sweep().moved == [(key_of(DISCIPLINE), "open_central_review")]


@pytest.mark.parametrize("decided", ["accept", "lapse"])
def test_a_window_waits_alone_for_a_department_under_review_then_leaves_it_five_working_days(
    city: City, decided: str
) -> None:
    city.at("2025-02-20")
    for department in DEPARTMENTS:
        city.file(department)
    for department in (DISCIPLINE, PERSONNEL):
        city.move(department, "accept")
    city.at("2025-07-01 00:00")
    assert [key for key, _ in city.sweep().moved] == [key_of(DISCIPLINE), key_of(PERSONNEL)]
    city.at("2025-07-17")
    if decided == "accept":
        city.move(GENERAL, "accept")
        assert city.sweep().moved == [(key_of(GENERAL), "open_midyear")]
        assert city.open_deadlines(key_of(GENERAL)) == [("liaison", "2025-07-24", "2025-07-31")]
    else:
        city.move(GENERAL, "send_back", due="2025-07-22")
        city.at("2025-07-30 00:00")
        moved = [action for key, action in city.sweep().moved if key == key_of(GENERAL)]
        assert moved == ["lapse", "open_midyear"]  # in the same pass
        assert city.open_deadlines(key_of(GENERAL)) == [("liaison", "2025-08-06", "2025-08-13")]


def test_after_an_outage_nobody_lapses_whose_grace_ended_inside_it(city: City) -> None:
    city.at("2025-03-10 09:00")
    moved = spare(city.service, instant("2025-03-07 20:00"))
    assert moved.moved == [(key, "shift_grace") for key in KEYS]
    assert city.sweep().moved == []
    assert city.open_deadlines(KEYS[0]) == [("liaison", "2025-02-28", "2025-03-11")]
    assert "outage" in city.last(KEYS[0])["reason"]
    city.file(GENERAL)
    city.at("2025-03-12 00:00")
    assert city.sweep().moved == [(key_of(d), "lapse") for d in (DISCIPLINE, PERSONNEL)]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2025-03-07 23:30", "2025-03-08 00:30"),  # an hour is no outage
        ("2025-03-08 00:00", "2025-03-10 09:00"),  # grace had ended before
        ("2025-03-01 00:00", "2025-03-07 23:00"),  # grace goes on after
    ],
)
def test_what_did_not_end_inside_a_gap_of_more_than_an_hour_is_not_moved(
    city: City, since: str, until: str
) -> None:
    city.at(until)
    assert spare(city.service, instant(since)).moved == []


def test_one_deadline_is_spared_once(city: City) -> None:
    city.at("2025-03-10 09:00")
    spare(city.service, instant("2025-03-07 20:00"))
    city.at("2025-03-13 09:00")
    again = spare(city.service, instant("2025-03-11 20:00"))
    assert again.moved == []
    assert again.refused == [(key, "shift_grace", ("grace_already_moved",)) for key in KEYS]
    assert city.sweep().moved == [(key, "lapse") for key in KEYS]


def test_a_granted_extension_is_a_new_deadline_and_may_be_spared_again(city: City) -> None:
    city.at("2025-03-10 09:00")
    spare(city.service, instant("2025-03-07 20:00"))
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    city.move(GENERAL, "extend")
    assert city.open_deadlines(key_of(GENERAL)) == [("liaison", "2025-03-14", "2025-03-21")]
    city.at("2025-03-24 09:00")
    moved = spare(city.service, instant("2025-03-21 20:00"))
    assert (key_of(GENERAL), "shift_grace") in moved.moved


def test_a_new_visit_may_be_spared_again(city: City) -> None:
    city.at("2025-03-10 09:00")
    spare(city.service, instant("2025-03-07 20:00"))
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-03-14")
    city.at("2025-03-24 09:00")
    moved = spare(city.service, instant("2025-03-21 20:00"))
    assert moved.moved == [(key_of(GENERAL), "shift_grace")]


def test_an_undecided_request_is_left_to_its_decision(city: City) -> None:
    city.at("2025-03-07")
    city.move(GENERAL, "ask_extension", due="2025-03-21")
    city.at("2025-03-10 09:00")
    assert (key_of(GENERAL), "shift_grace") not in spare(city.service, instant("2025-03-07 20:00")).moved
    assert city.state(GENERAL) == "plan.drafting"


def test_the_system_acts_at_midnight_also_on_a_day_off(city: City) -> None:
    for day, expected in (("2025-11-09", []), ("2025-11-10", ["open_yearend"] * 3)):
        if day == "2025-11-09":
            city.at("2025-07-01 00:00")
            city.sweep()
            city.at("2025-11-01")
            city.sweep()
        city.at(f"{day} 00:00")
        assert [action for _, action in city.sweep().moved] == expected


def test_a_sweep_gives_its_instant_to_no_move_that_is_not_its_own(city: City) -> None:
    city.at("2025-03-08 00:00")
    city.sweep()
    row = city.last(KEYS[0])
    assert (row["actor"], row["actor_kind"], row["at"]) == (
        "system",
        "scheduler",
        "2025-03-07T16:00:00.000000Z",
    )
    assert codes(lambda: city.move(GENERAL, "shift_grace")) == ["role_missing"]


# --- one that cannot be read ---


def no_date(record: str) -> str:
    return record.replace('"grace_until":"2025-03-07"', '"grace_until":"soon"')


def no_result(record: str) -> str:
    return ledger.canonical({**json.loads(record), "result": "lost"})


def no_json(record: str) -> str:
    return record[:-1]


def corrupt(city: City, key: str, change: Callable[[str], str]) -> str:
    """Change a record behind the history's back; what stood there."""
    ((record,),) = city.select("SELECT record FROM subject WHERE key = :key", key=key)
    assert change(record) != record
    put(city, key, change(record))
    return str(record)


def put(city: City, key: str, record: str) -> None:
    with city.service.database.write() as session:
        Statement("UPDATE subject SET record = :record WHERE key = :key").run(session, key=key, record=record)


@pytest.mark.parametrize(
    ("change", "action", "error"),
    [(no_date, "lapse", "ValueError"), (no_result, "", "AttributeError"), (no_json, "", "JSONDecodeError")],
)
def test_a_record_that_cannot_be_read_does_not_hold_up_the_rest(
    city: City, change: Callable[[str], str], action: str, error: str
) -> None:
    bad, *good = KEYS
    record = corrupt(city, bad, change)
    city.at("2025-03-08 00:00")
    swept = city.sweep_whatever()
    assert swept.moved == [(key, "lapse") for key in good]
    moves = [failure for failure in swept.failed if failure[1] != "remind"]
    assert [failure[:3] for failure in moves] == [(bad, action, error)]
    assert moves[0][3]
    put(city, bad, record)
    assert city.sweep_whatever().moved == []  # pushed back by an hour
    city.at("2025-03-08 01:00")
    again = city.sweep_whatever()
    assert (again.moved, again.failed) == ([(bad, "lapse")], [])


def test_what_is_due_is_told_of_those_that_can_be_read(city: City) -> None:
    bad, *good = KEYS
    record = corrupt(city, bad, no_json)
    assert due_at(city, "2025-03-08 00:00") == [(key, "lapse") for key in good]
    put(city, bad, record)


def test_the_outage_of_one_that_cannot_be_read_does_not_hold_up_the_rest(city: City) -> None:
    bad, *good = KEYS
    record = corrupt(city, bad, no_date)
    city.at("2025-03-10 09:00")
    spared = spare(city.service, instant("2025-03-07 20:00"))
    assert spared.moved == [(key, "shift_grace") for key in good]
    assert [failure[:3] for failure in spared.failed] == [(bad, "shift_grace", "ValueError")]
    put(city, bad, record)


def test_nothing_is_left_of_a_move_that_failed_after_it_was_written(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, *good = KEYS
    write = storing.write

    def written(session: Any, changes: Any, act: Any, now: Any) -> None:
        write(session, changes, act, now)
        if changes[0].row.key == bad:
            raise ValueError("too late")

    city.at("2025-03-08 00:00")
    with monkeypatch.context() as patch:
        patch.setattr(storing, "write", written)
        swept = city.sweep_whatever()
    assert swept.failed == [(bad, "lapse", "ValueError", "too late")]
    assert swept.moved == [(key, "lapse") for key in good]
    assert city.row(bad).number == 1
    city.at("2025-03-08 01:00")
    assert city.sweep().moved == [(bad, "lapse")]
