"""The ladder at work: each rung decided once, told to the right people, void when its matter is done."""

from __future__ import annotations

from typing import Any

import pytest

from cycle.operations.sweep import Swept
from tests.cast import CLERK, DISCIPLINE, GENERAL, HEAD, LIAISON, PERSONNEL, City, CityAt, codes, person
from tests.held import COLLEAGUE, key_of

PLAN = key_of(GENERAL)


@pytest.fixture
def city(city_at: CityAt) -> City:
    """Plans are open since 2025-01-10; due 2025-02-28, grace until 2025-03-07."""
    return city_at("running")


def at(city: City, text: str) -> Swept:
    city.at(text)
    return city.sweep()


def rungs(city: City, key: str = PLAN) -> list[tuple[str, str]]:
    """Every rung decided on, oldest first, with what was decided."""
    return city.select("SELECT rung, outcome FROM fired_rung WHERE subject = :key ORDER BY at, rung", key=key)


def reminders(city: City, rung: str, key: str = PLAN) -> dict[str, str]:
    """Whom a rung meant and how."""
    rows = city.select(
        "SELECT person, reminder.outcome FROM reminder JOIN fired_rung USING (deadline, rung)"
        " WHERE subject = :key AND rung = :rung",
        key=key,
        rung=rung,
    )
    return dict(rows)


def letters(city: City, key: str = PLAN) -> list[tuple[str, str, str]]:
    """Kind, recipient and status of every letter about a subject, oldest first."""
    return city.select(
        "SELECT kind, recipient, status FROM outbox WHERE subject = :key ORDER BY at, kind, recipient",
        key=key,
    )


def alarm(city: City, key: str = PLAN) -> list[str]:
    return [at_ for (at_,) in city.select("SELECT at FROM alarm WHERE subject = :key", key=key)]


def test_the_ladder_of_a_form_is_climbed_rung_by_rung(city: City) -> None:
    liaison, head = LIAISON[GENERAL], HEAD[GENERAL]
    steps = [
        ("2025-01-10 09:00", "opens", {liaison: "sent"}),
        ("2025-02-10 09:00", "-14", {liaison: "sent"}),
        ("2025-02-19 09:00", "-7", {liaison: "sent"}),
        ("2025-02-25 09:00", "-3", {liaison: "sent"}),
        ("2025-02-27 09:00", "-1", {liaison: "sent", head: "sent"}),
        ("2025-02-28 09:00", "0", {liaison: "sent", head: "sent"}),
    ]
    for day, rung, told in steps:
        assert rung not in dict(rungs(city))
        at(city, day)
        assert rungs(city)[-1] == (rung, "told")
        assert reminders(city, rung) == told
    at(city, "2025-03-03 09:00")
    assert set(reminders(city, "+1").values()) == {"sent", "digest"}
    at(city, "2025-03-07 09:00")
    assert [rung for rung, _ in rungs(city)][-1] == "+5"
    before = len(letters(city))
    at(city, "2025-03-08 00:00")
    assert city.state(GENERAL) == "plan.lapsed"
    assert rungs(city)[-1] == ("lapse", "told")
    assert {kind for kind, _, _ in letters(city)[before:]} == {"lapsed"}
    assert alarm(city) == []


def test_a_second_pass_at_the_same_instant_decides_nothing_more(city: City) -> None:
    assert len(at(city, "2025-02-10 09:00").reminded) == 6  # the late `opens` superseded, -14 told, for three
    before = letters(city)
    assert city.sweep().reminded == []
    assert letters(city) == before


def test_of_several_rungs_missed_the_latest_is_told_and_the_others_are_superseded(city: City) -> None:
    at(city, "2025-02-10 09:00")
    at(city, "2025-02-27 12:00")
    assert rungs(city)[-3:] == [("-7", "superseded"), ("-3", "superseded"), ("-1", "told")]
    assert reminders(city, "-3") == {LIAISON[GENERAL]: "superseded"}
    told = [kind for kind, who, _ in letters(city) if who == LIAISON[GENERAL]]
    assert told == ["reminder", "reminder"]


def test_leaving_the_state_voids_what_was_not_sent_and_supersedes_what_nobody_noticed(city: City) -> None:
    at(city, "2025-02-10 09:00")
    assert [status for _, _, status in letters(city)] == ["pending"]
    city.at("2025-02-19 10:00")  # -7 has come due an hour ago and no pass was made
    city.file(GENERAL)
    assert rungs(city)[-1] == ("-7", "superseded")
    assert [status for kind, _, status in letters(city) if kind == "reminder"] == ["void"]
    at(city, "2025-02-28 09:00")
    assert {"-3", "-1"}.isdisjoint(dict(rungs(city)))


def test_a_rung_at_the_very_instant_of_leaving_does_not_fire(city: City) -> None:
    at(city, "2025-02-10 09:00")
    city.at("2025-02-19 09:00")
    city.file(GENERAL)
    city.sweep()
    assert "-7" not in dict(rungs(city))


def test_what_is_sent_back_climbs_a_ladder_of_its_own(city: City) -> None:
    city.at("2025-02-20")
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-03-12")
    (armed,) = alarm(city)
    assert armed == "2025-02-20T01:00:00.000000Z" or armed > "2025-02-20"
    decided = [rung for _, rung, _ in at(city, "2025-03-07 09:00").reminded if rung == "-3"]
    assert decided
    at(city, "2025-03-12 09:00")
    told = [rung for rung, outcome in rungs(city) if outcome == "told"]
    assert "0" in told
    assert "opens" not in told[1:]


def test_an_extension_arms_anew_and_the_old_ladder_is_gone(city: City) -> None:
    at(city, "2025-02-25 09:00")
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    city.move(GENERAL, "extend")
    at(city, "2025-02-28 09:00")
    assert "0" not in dict(rungs(city))
    at(city, "2025-03-14 09:00")
    assert dict(rungs(city))["0"] == "told"


def test_everyone_has_a_clock_and_late_offices_are_told_in_digests_only(city: City) -> None:
    city.at("2025-02-10")
    city.file(GENERAL)
    at(city, "2025-02-17 09:00")
    assert set(reminders(city, "0").values()) == {"digest"}
    assert {CLERK, COLLEAGUE} <= set(reminders(city, "0"))
    assert [kind for kind, _, _ in letters(city) if kind in ("reminder", "overdue")] == []


def test_an_undecided_extension_holds_the_lapse_but_not_the_rungs(city: City) -> None:
    city.at("2025-03-06")
    city.move(GENERAL, "ask_extension", due="2025-03-20")
    at(city, "2025-03-07 09:00")
    assert dict(rungs(city))["+5"] == "told"
    at(city, "2025-03-08 00:00")
    assert city.state(GENERAL) == "plan.drafting"
    assert "lapse" not in dict(rungs(city))


def test_a_new_working_day_table_moves_rungs_that_lie_ahead(city: City) -> None:
    """The due date stays; 2025-02-24 becomes a day off, so -7 is a working day earlier than it was."""
    before = alarm(city)
    at(city, "2025-02-10 09:00")
    days: Any = city.row("calendar:2025").record["days"]
    holidays = sorted([*days["holidays"], "2025-02-24"])
    office = person(CLERK)
    city.do("import_calendar", office, year=2025, holidays=holidays, makeup=days["makeup"])
    assert alarm(city) == ["2025-02-18T01:00:00.000000Z"] != before
    at(city, "2025-02-18 09:00")
    assert rungs(city)[-1] == ("-7", "told")


def test_a_department_whose_posts_nobody_holds_leaves_a_dead_letter(city: City) -> None:
    with city.service.database.write() as session:
        session.driver.execute(
            "UPDATE subject SET state = 'closed' WHERE key = 'person:" + LIAISON[GENERAL] + "'"
        )
    at(city, "2025-02-10 09:00")
    (letter,) = [each for each in letters(city) if each[0] == "reminder"]
    assert letter == ("reminder", "liaison", "failed")
    with city.service.database.write() as session:
        session.driver.execute(
            "UPDATE subject SET state = 'active' WHERE key = 'person:" + LIAISON[GENERAL] + "'"
        )


def test_what_breaks_for_one_department_is_set_aside_for_an_hour_and_the_rest_go_on(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cycle.operations import reminding

    remind = reminding.remind

    def broken(session: Any, key: str, clock: Any, zone: Any) -> Any:
        if key == PLAN:
            raise ValueError("no words")
        return remind(session, key, clock, zone)

    city.at("2025-02-10 09:00")
    with monkeypatch.context() as patch:
        patch.setattr(reminding, "remind", broken)
        swept = city.sweep_whatever()
    assert swept.failed == [(PLAN, "remind", "ValueError", "no words")]
    assert {deadline.partition("#")[0] for deadline, *_ in swept.reminded} == {
        key_of(DISCIPLINE),
        key_of(PERSONNEL),
    }
    assert city.sweep().reminded == []
    at(city, "2025-02-10 10:00")
    assert dict(rungs(city))["-14"] == "told"
    assert city.select("SELECT count(*) FROM setback") == [(0,)]


def test_chasing_is_written_down_and_possible_once_a_working_day_and_stage(city: City) -> None:
    city.at("2025-02-12")
    city.move(GENERAL, "chase")
    assert [(kind, who) for kind, who, _ in letters(city) if kind == "chase"] == [
        ("chase", who) for who in sorted({LIAISON[GENERAL], HEAD[GENERAL]})
    ]
    assert codes(lambda: city.move(GENERAL, "chase")) == ["chased_already"]
    city.move(PERSONNEL, "chase")
    city.at("2025-02-13")
    city.move(GENERAL, "chase")
    assert city.last(PLAN)["action"] == "chase"


def test_a_table_imported_before_the_window_was_told_of_does_not_swallow_it(city: City) -> None:
    """Due 2025-02-28 becomes a day off on the morning of the first reminder."""
    city.at("2025-01-10 08:00")
    days: Any = city.row("calendar:2025").record["days"]
    holidays = sorted([*days["holidays"], "2025-02-28"])
    city.do("import_calendar", person(CLERK), year=2025, holidays=holidays, makeup=days["makeup"])
    at(city, "2025-01-10 09:00")
    assert rungs(city)[-1] == ("opens", "told")


def test_a_letter_on_its_way_survives_a_table_that_moves_nothing_of_it(city: City) -> None:
    at(city, "2025-02-10 09:00")
    days: Any = city.row("calendar:2025").record["days"]
    holidays = sorted([*days["holidays"], "2025-03-06"])  # within grace: due stays, grace is a day longer
    city.do("import_calendar", person(CLERK), year=2025, holidays=holidays, makeup=days["makeup"])
    assert [status for kind, _, status in letters(city) if kind == "reminder"] == ["pending"]
    city.file(GENERAL)
    assert [status for kind, _, status in letters(city) if kind == "reminder"] == ["void"]


def test_no_letter_says_today_on_another_day(city: City) -> None:
    at(city, "2025-02-28 09:00")
    ends = city.select(
        "SELECT DISTINCT not_after FROM outbox WHERE kind = 'reminder' AND subject = :key AND status = 'pending'",
        key=PLAN,
    )
    assert ends == [("2025-03-02T15:59:59.999999Z",)]  # the day of +1 begins
