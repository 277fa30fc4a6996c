"""Findings: told, answered, decided with one line in the ledger, put right, overturned, carried over."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from cycle import calendar_seed, queries
from cycle.operations.promises import unkept
from cycle.permissions import Act
from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    INSPECTOR,
    LIAISON,
    OFFICE_AT_HOME,
    PERSONNEL,
    City,
    CityAt,
    codes,
    for_body,
    person,
)
from tests.held import YEAR, key_of
from workflows.errors import Conflict, NotFound, Refused, Unmet

VIOLATION = "score.deduct.5.3"
FOUND: dict[str, Any] = {
    "item": "score.deduct.1",
    "source": "covert_visit",
    "severity": "ordinary",
    "on": "2025-02-07",
    "text": "窗口无人值守，\n群众等候四十分钟",
}


def recorded(city: City, department: str = GENERAL, year: int = YEAR, **instead: Any) -> str:
    """A finding as the inspector records it; its key."""
    wanted = {**FOUND, **instead}
    answer = city.do(
        "finding", person(INSPECTOR), action="record", department=department, year=year, **wanted
    )
    return str(answer["subject"])


def ask(city: City, key: str, action: str, who: str | Act = CLERK, **asked: Any) -> dict[str, Any]:
    act = person(who) if isinstance(who, str) else who
    answer = city.do("finding", act, action=action, subject=key, **asked)
    return city.confirm(answer) if "pending" in answer else answer


def notified(city: City, **instead: Any) -> str:
    key = recorded(city, **instead)
    ask(city, key, "notify", INSPECTOR)
    return key


def confirmed(city: City, **instead: Any) -> str:
    key = notified(city, **instead)
    ask(city, key, "answer", LIAISON[GENERAL], text="当日停电")
    ask(city, key, "confirm")
    return key


def standing(city: City, department: str = GENERAL, year: int = YEAR) -> list[tuple[str, str, int, str]]:
    """The deductions that stand: item, note, points, where they come from."""
    return city.select(
        "SELECT item, note, points, source FROM line WHERE subject = :key AND part = 'deduction'"
        " AND reverses IS NULL AND reversed_by IS NULL ORDER BY id",
        key=key_of(department, year),
    )


def test_a_confirmed_finding_writes_one_line_that_names_it_and_the_department_is_told(
    city_at: CityAt,
) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = confirmed(city)
    assert key == f"finding:{YEAR}:{GENERAL}:1"
    assert standing(city) == [("score.deduct.1", "窗口无人值守， 群众等候四十分钟", -100, key)]
    assert (
        city.row(key).record["line"] == city.select("SELECT id FROM line WHERE source = :key", key=key)[0][0]
    )
    written = city.last(key_of(GENERAL))
    assert (written["action"], written["actor"]) == ("record_line", CLERK)
    told = city.select("SELECT kind, recipient, body FROM outbox ORDER BY kind, recipient")
    kinds = sorted({(kind, to) for kind, to, _ in told})
    both = {LIAISON[GENERAL], HEAD[GENERAL]}
    assert kinds == sorted((kind, to) for kind in ("deduction_written", "finding_notified") for to in both)
    assert all("问题第1号" in body for kind, _, body in told if kind == "deduction_written")
    assert all("2月17日" in body for kind, _, body in told if kind == "finding_notified")


def test_nothing_is_decided_before_the_answer_or_the_end_of_its_term(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = notified(city)
    assert codes(lambda: ask(city, key, "confirm")) == ["answer_awaited"]
    city.at("2025-02-17 23:59")
    assert codes(lambda: ask(city, key, "confirm")) == ["answer_awaited"]
    city.at("2025-02-18 00:00")
    assert ask(city, key, "confirm")["after"] == "confirmed"


def test_only_the_department_itself_answers_and_only_others_decide(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = notified(city)
    assert codes(lambda: ask(city, key, "answer", LIAISON[DISCIPLINE], text="x")) == ["relation_missing"]
    ask(city, key, "answer", HEAD[GENERAL], text="x")
    assert codes(lambda: ask(city, key, "confirm", INSPECTOR)) == ["role_missing"]
    assert codes(lambda: ask(city, key, "confirm", OFFICE_AT_HOME[GENERAL])) == ["recused"]
    assert standing(city) == []


def test_a_finding_needs_a_year_that_has_been_opened_and_is_not_proposed(city_at: CityAt) -> None:
    city = city_at("pending")
    with pytest.raises(NotFound):
        recorded(city, year=YEAR + 1)
    key = notified(city, on="2025-12-30")
    ask(city, key, "answer", LIAISON[GENERAL], text="x")
    assert codes(lambda: city.whole("propose")) == ["matter_undecided"]
    ask(city, key, "confirm")
    city.whole("propose")
    assert codes(lambda: recorded(city)) == ["deduction_too_late"]
    assert codes(lambda: ask(city, key, "overturn")) == ["deduction_too_late"]
    assert ask(city, key, "rectify", LIAISON[GENERAL], text="x")["after"] == "rectified"


def test_an_overturned_finding_takes_its_line_along_and_nobody_takes_that_away_by_hand(
    city_at: CityAt,
) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = confirmed(city)
    line = city.row(key).record["line"]
    assert codes(lambda: city.move(GENERAL, "reverse_line", line=line)) == ["line_of_matter"]
    ask(city, key, "overturn")
    assert standing(city) == []
    assert city.row(key).state == "dropped"
    assert city.last(key_of(GENERAL))["data"]["lines"][0]["reverses"] == line
    assert city.select("SELECT count(*) FROM outbox WHERE kind = 'finding_decided'") == [(2,)]


def test_the_settlement_waits_for_a_finding_until_it_is_decided_or_carried_over(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-20")
    city.mark(GENERAL)
    key = notified(city, on="2025-12-18")
    city.at("2026-01-05")
    assert codes(lambda: city.move(GENERAL, "settle")) == ["finding_undecided"]
    city.move(GENERAL, "carry_over", matter=key, new_year=YEAR + 1)
    carried = city.last(key)
    assert (carried["action"], carried["data"]["record"]) == ("carry", {"counts_in": YEAR + 1})
    assert carried["at"] == city.last(key_of(GENERAL))["at"]
    assert codes(lambda: ask(city, key, "confirm")) == ["appraisal_absent"]
    city.move(GENERAL, "settle")
    assert ask(city, key, "answer", LIAISON[GENERAL], text="x")["after"] == "answered"


def test_what_was_carried_over_is_deducted_in_the_year_it_counts_in(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-20")
    for department in (GENERAL, DISCIPLINE, PERSONNEL):
        city.mark(department)
    key = notified(city, on="2025-12-18")
    city.at("2026-01-05")
    city.move(GENERAL, "carry_over", matter=key, new_year=YEAR + 1)
    city.open_year(YEAR + 1)
    ask(city, key, "confirm")
    assert standing(city) == []
    assert standing(city, year=YEAR + 1) == [("score.deduct.1", "窗口无人值守， 群众等候四十分钟", -100, key)]
    with city.service.database.read() as session:
        assert [row.key for row in queries.matters(session, "finding", YEAR + 1, GENERAL)] == [key]


def test_a_finding_is_confirmed_once(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = confirmed(city)
    assert codes(lambda: ask(city, key, "confirm")) == ["wrong_state"]
    assert len(standing(city)) == 1


def test_whoever_decides_while_a_finding_is_carried_over_is_told_that_somebody_was_first(
    city_at: CityAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = city_at("reviewing")
    city.at("2025-12-20")
    city.mark(GENERAL)
    key = notified(city, on="2025-12-18")
    city.at("2026-01-05")
    seen = city.row(key)
    city.move(GENERAL, "carry_over", matter=key, new_year=YEAR + 1)
    monkeypatch.setattr(queries, "subject", lambda _session, _key: seen)
    with pytest.raises(Conflict):
        ask(city, key, "confirm")
    monkeypatch.undo()
    assert standing(city) == []


def test_what_is_undecided_about_an_exempted_department_holds_up_nobody(city_at: CityAt) -> None:
    city = city_at("pending")
    key = recorded(city, PERSONNEL, on="2025-12-30")
    city.move(PERSONNEL, "exempt")
    city.whole("propose")
    assert ask(city, key, "drop")["after"] == "dropped"


def test_a_veto_names_persons_by_the_groups_decision_and_keeps_the_finding_standing(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = confirmed(city, item=VIOLATION, severity="key")
    persons = [{"name": "某甲", "post": "person"}, {"name": "某乙", "post": "deputy"}]
    assert codes(lambda: ask(city, key, "veto", person(CLERK), persons=persons)) == ["role_missing"]
    waits = city.do("finding", for_body("group"), action="veto", subject=key, persons=persons)
    assert city.row(key).record.get("veto") is None
    city.confirm(waits)
    assert city.row(key).record["veto"]["persons"] == persons
    assert codes(lambda: ask(city, key, "overturn")) == ["veto_to_lift"]
    ask(city, key, "lift_veto", for_body("group"))
    ask(city, key, "overturn")
    assert standing(city) == []


@pytest.mark.parametrize("persons", ["x", [7], [{"name": 3, "post": "head"}]])
def test_who_loses_the_award_is_named_in_plain_words(city_at: CityAt, persons: Any) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = confirmed(city, item=VIOLATION)
    act = for_body("group")
    assert codes(lambda: city.do("finding", act, action="veto", subject=key, persons=persons)) == [
        "value_unusable"
    ]


def test_what_follows_from_other_acts_is_not_asked_for_on_its_own(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = notified(city)
    assert codes(lambda: ask(city, key, "carry")) == ["action_unknown"]
    assert codes(lambda: ask(city, key, "redate")) == ["action_unknown"]
    with pytest.raises(NotFound):
        city.do("complaint", person(CLERK), action="investigate", subject=key)


def test_a_key_finding_is_followed_until_its_rectification_is_verified(city_at: CityAt) -> None:
    city = city_at("pending")
    city.at("2026-01-06")
    key = notified(city, on="2025-12-30", severity="key")
    ask(city, key, "answer", LIAISON[GENERAL], text="x")
    ask(city, key, "confirm")
    city.at("2026-01-07")
    city.to_ratified()
    assert city.state(GENERAL) == "rectification.drafting"
    city.file(GENERAL)
    city.move(GENERAL, "accept")
    city.move(GENERAL, "add_step", text="x", due="2026-02-20")
    city.move(GENERAL, "verify_step", step="1")
    assert codes(lambda: city.move(GENERAL, "verify")) == ["key_finding_unverified"]
    ask(city, key, "rectify", LIAISON[GENERAL], text="x")
    assert codes(lambda: city.move(GENERAL, "verify")) == ["key_finding_unverified"]
    ask(city, key, "return", INSPECTOR)
    ask(city, key, "rectify", LIAISON[GENERAL], text="y")
    ask(city, key, "verify", INSPECTOR)
    assert city.move(GENERAL, "verify")["after"] == "closed"


def test_the_same_thing_is_recorded_once_unless_it_is_said_to_be_another(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = recorded(city)
    with pytest.raises(Refused) as caught:
        recorded(city, text="窗口无人值守， 群众等候四十分钟 ", severity="key")
    assert caught.value.unmet == (Unmet("finding_again", {"matter": key}),)
    assert recorded(city, again=True) == f"finding:{YEAR}:{GENERAL}:2"
    others: tuple[dict[str, Any], ...] = (
        {"text": "窗口提前关门"},
        {"source": "open_visit"},
        {"on": "2025-02-06"},
        {"item": "score.deduct.4"},
    )
    for number, instead in enumerate(others, start=3):
        assert recorded(city, **instead) == f"finding:{YEAR}:{GENERAL}:{number}"
    assert recorded(city, PERSONNEL) == f"finding:{YEAR}:{PERSONNEL}:1"


def test_what_was_dropped_may_be_recorded_anew(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    ask(city, recorded(city), "drop", INSPECTOR)
    assert recorded(city) == f"finding:{YEAR}:{GENERAL}:2"


def test_whoever_may_not_record_is_not_told_what_is_recorded(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    recorded(city)
    asked = {"action": "record", "department": GENERAL, "year": YEAR, **FOUND}
    for who, code in ((LIAISON[GENERAL], "role_missing"), (OFFICE_AT_HOME[GENERAL], "recused")):
        assert codes(partial(city.do, "finding", person(who), **asked)) == [code]


# --- the clock ---


def closed_days(city: City, *holidays: str) -> None:
    days = calendar_seed.seed([YEAR]).content()[str(YEAR)]
    more = sorted({*days["holidays"], *holidays})
    city.do("import_calendar", person(CLERK), year=YEAR, holidays=more, makeup=days["makeup"])


def test_the_days_for_answering_follow_an_imported_table_and_remind_when_they_are_over(
    city_at: CityAt,
) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = notified(city)
    assert city.open_deadlines(key) == [("liaison", "2025-02-17", None)]
    closed_days(city, "2025-02-17", "2025-02-18")
    assert city.open_deadlines(key) == [("liaison", "2025-02-19", None)]
    assert city.last(key)["action"] == "redate"
    moved = city.select("SELECT title FROM outbox WHERE kind = 'date_moved' AND subject = :key", key=key)
    assert len(moved) == 2
    assert "问题的情况说明" in moved[0][0]
    city.at("2025-02-19 09:00")
    city.sweep()
    told = city.select(
        "SELECT recipient, title FROM outbox WHERE kind = 'reminder' AND subject = :key", key=key
    )
    assert {to for to, _ in told} == {LIAISON[GENERAL], HEAD[GENERAL]}
    city.at("2025-02-20 09:00")
    city.sweep()
    late = city.select("SELECT recipient FROM outbox WHERE kind = 'overdue' AND subject = :key", key=key)
    assert len(late) == 2
    assert unkept(city.service, city.clock.now()) == []
    ask(city, key, "confirm")
    assert city.open_deadlines(key) == [("liaison", "2025-03-20", None)]
