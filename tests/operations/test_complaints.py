"""Complaints: investigated, the department heard, one line where they are true, somebody held to account."""

from __future__ import annotations

import json
from typing import Any

from cycle.operations.complaints import unsalted
from cycle.permissions import Act
from tests.cast import CLERK, DISCIPLINE, GENERAL, HEAD, INSPECTOR, LIAISON, City, CityAt, codes, person
from tests.held import YEAR, key_of
from workflows import ledger

COMPLAINANT = "张某某 0990-555-0199"
ABOUT: dict[str, Any] = {
    "department": GENERAL,
    "year": YEAR,
    "source": "call",
    "on": "2025-02-07",
    "text": "同一材料被要求提交三次",
    "complainant": COMPLAINANT,
}


def ask(city: City, key: str, action: str, who: str | Act = CLERK, **asked: Any) -> dict[str, Any]:
    act = person(who) if isinstance(who, str) else who
    return city.do("complaint", act, action=action, subject=key, **asked)


def heard(city: City) -> str:
    """A complaint of the tenth of February whose department has been heard."""
    city.at("2025-02-10")
    key = str(city.do("complaint", person(INSPECTOR), action="receive", **ABOUT)["subject"])
    ask(city, key, "investigate", INSPECTOR)
    ask(city, key, "hear", LIAISON[GENERAL], text="已一次性告知")
    return key


def deductions(city: City) -> list[tuple[Any, ...]]:
    return city.select(
        "SELECT item, points, source FROM line WHERE subject = :key AND part = 'deduction'"
        " AND reverses IS NULL AND reversed_by IS NULL",
        key=key_of(GENERAL),
    )


def test_a_true_complaint_writes_one_line_and_closes_once_somebody_is_held_to_account(
    city_at: CityAt,
) -> None:
    city = city_at("running")
    key = heard(city)
    assert codes(lambda: ask(city, key, "substantiate", INSPECTOR)) == ["role_missing"]
    ask(city, key, "substantiate")
    assert deductions(city) == [("score.deduct.2", -100, key)]
    assert codes(lambda: ask(city, key, "close", INSPECTOR)) == ["accountability_missing"]
    ask(city, key, "hold_accountable", INSPECTOR, text="窗口负责人批评教育")
    assert ask(city, key, "close", INSPECTOR)["after"] == "closed"
    ask(city, key, "overturn")
    assert deductions(city) == []
    assert ask(city, key, "close")["after"] == "closed"
    assert codes(lambda: ask(city, key, "overturn")) == ["complaint_not_substantiated"]


def test_nobody_writes_for_a_department_that_may_still_speak_for_itself(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = str(city.do("complaint", person(CLERK), action="receive", **ABOUT)["subject"])
    ask(city, key, "investigate")
    assert codes(lambda: ask(city, key, "hear", CLERK, text="部门未作说明")) == ["answer_awaited"]
    assert codes(lambda: ask(city, key, "substantiate")) == ["wrong_state"]
    told = city.select("SELECT body FROM outbox WHERE kind = 'complaint_told'")
    assert len(told) == len((LIAISON, HEAD))
    assert all("2月17日（周一）24:00" in body for (body,) in told)
    ask(city, key, "hear", HEAD[GENERAL], text="已说明")
    assert ask(city, key, "substantiate")["after"] == "substantiated"


def test_an_untrue_complaint_takes_nothing_and_the_department_is_told(city_at: CityAt) -> None:
    city = city_at("running")
    key = heard(city)
    ask(city, key, "dismiss")
    assert deductions(city) == []
    told = city.select("SELECT kind, recipient FROM outbox WHERE subject = :key", key=key)
    both = (LIAISON[GENERAL], HEAD[GENERAL])
    assert sorted(told) == sorted(
        (kind, to) for kind in ("complaint_told", "complaint_decided") for to in both
    )


def test_who_complained_is_in_no_record_no_history_row_and_no_letter(city_at: CityAt) -> None:
    city = city_at("running")
    key = heard(city)
    ask(city, key, "substantiate")
    kept = city.row(key).record["complainant"]
    [(body,)] = city.select("SELECT body FROM text WHERE sha256 = :sha", sha=kept)
    assert unsalted(body) == COMPLAINANT
    assert city.select("SELECT body FROM text WHERE sha256 = :sha", sha=ledger.digest(COMPLAINANT)) == []
    assert COMPLAINANT not in json.dumps(city.row(key).record, ensure_ascii=False)
    said = [str(row) for row in city.history(key)]
    said += [str(row) for row in city.select("SELECT title, body, html FROM outbox")]
    assert [text for text in said if "张某某" in text or "0199" in text] == []


def test_a_department_is_heard_itself_or_through_whoever_investigates(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = str(city.do("complaint", person(CLERK), action="receive", **ABOUT)["subject"])
    assert codes(lambda: ask(city, key, "hear", INSPECTOR, text="x")) == ["wrong_state"]
    ask(city, key, "investigate")
    assert codes(lambda: ask(city, key, "hear", LIAISON[DISCIPLINE], text="x")) == ["relation_missing"]
    assert city.open_deadlines(key) == [("liaison", "2025-02-17", None)]
    city.at("2025-02-17 23:59")
    assert codes(lambda: ask(city, key, "hear", INSPECTOR, text=" ")) == ["text_missing", "answer_awaited"]
    city.at("2025-02-18 00:00")
    assert codes(lambda: ask(city, key, "hear", INSPECTOR, text=" ")) == ["text_missing"]
    ask(city, key, "hear", INSPECTOR, text="电话说明")
    assert city.row(key).record["statement"] == "电话说明"


def test_the_settlement_waits_for_a_complaint(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-20")
    city.mark(GENERAL)
    key = str(
        city.do("complaint", person(CLERK), action="receive", **{**ABOUT, "on": "2025-12-19"})["subject"]
    )
    city.at("2026-01-05")
    assert codes(lambda: city.move(GENERAL, "settle")) == ["complaint_undecided"]
    ask(city, key, "investigate")
    ask(city, key, "dismiss")
    assert city.move(GENERAL, "settle")["after"] == "grading.pending"
