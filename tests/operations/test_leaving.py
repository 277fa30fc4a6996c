"""A department that leaves its year: what is under way about it still ends, and nothing is carried where it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import (
    CLERK,
    DEPARTMENTS,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LIAISON,
    PERSONNEL,
    SUCCESSOR,
    City,
    CityAt,
    codes,
    for_body,
    person,
)
from tests.held import YEAR, key_of
from tests.operations.test_findings import ask, notified, standing

ON = "2025-02-07"


def complaint(city: City, *steps: str, on: str = ON) -> str:
    """A complaint about the first department, moved on by some steps; its key."""
    about = {"department": GENERAL, "year": YEAR, "on": on, "text": "材料反复提交", "source": "visit"}
    key = str(city.do("complaint", person(CLERK), action="receive", **about)["subject"])
    for step in steps:
        hearing = person(LIAISON[GENERAL] if step == "hear" else CLERK)
        city.do("complaint", hearing, action=step, subject=key, text="已说明")
    return key


def told(city: City, kind: str, subject: str) -> list[str]:
    """The titles of the letters of a kind about a subject, one a recipient."""
    rows = city.select(
        "SELECT title FROM outbox WHERE kind = :kind AND subject = :key ORDER BY number, recipient",
        kind=kind,
        key=subject,
    )
    return [str(title) for (title,) in rows]


def test_what_is_under_way_about_an_exempted_department_is_decided_without_points(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    finding = notified(city, severity="key")
    ask(city, finding, "answer", LIAISON[GENERAL], text="当日停电")
    heard = complaint(city, "investigate", "hear")
    bonus = city.apply(GENERAL, "score.bonus.national", award="先进集体", on="2025-01-08")
    exempted = city.move(GENERAL, "exempt")
    assert exempted["undecided"] == [finding, heard, bonus]
    ask(city, finding, "confirm")
    city.do("complaint", person(CLERK), action="substantiate", subject=heard)
    city.both("bonus", for_body("group"), subject=bonus, action="examine", text="属实")
    city.both("bonus", for_body("group"), subject=bonus, action="approve")
    states = {"confirmed", "substantiated", "approved"}
    assert {city.row(key).state for key in (finding, heard, bonus)} == states
    for key in (finding, heard, bonus):
        record = city.row(key).record
        assert (record["counted"], record["outside"], record.get("line")) == (False, "exempted", None)
    assert city.select("SELECT count(*) FROM line WHERE subject = :key", key=key_of(GENERAL)) == [(0,)]
    assert len([t for t in told(city, "finding_decided", finding) if "不扣分" in t]) == len((LIAISON, HEAD))
    assert len([t for t in told(city, "complaint_decided", heard) if "不扣分" in t]) == len((LIAISON, HEAD))
    bodies = city.select("SELECT body FROM outbox WHERE kind = 'bonus_decided'")
    assert bodies
    assert all("本年度不参加考评，不计分" in body for (body,) in bodies)
    back = city.move(GENERAL, "reinstate", due="2025-03-03")
    assert back["without_points"] == [finding, heard, bonus]
    ask(city, finding, "overturn")
    city.do("complaint", person(CLERK), action="overturn", subject=heard)
    city.both("bonus", for_body("group"), subject=bonus, action="overturn")
    assert [t for t in told(city, "finding_decided", finding) if "冲销" in t] == []


def test_an_honour_approved_outside_the_year_does_not_count_after_coming_back(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    outside = city.apply(GENERAL, "score.bonus.national", award="先进集体", on="2025-01-08")
    city.move(GENERAL, "exempt")
    city.both("bonus", for_body("group"), subject=outside, action="examine", text="属实")
    city.both("bonus", for_body("group"), subject=outside, action="approve")
    city.move(GENERAL, "reinstate", due="2025-03-03")
    later = city.honour(GENERAL, "score.bonus.region", award="另一荣誉", on="2025-01-08")
    counted = city.select(
        "SELECT source FROM line WHERE part = 'bonus' AND subject = :key", key=key_of(GENERAL)
    )
    assert counted == [(later,)]


def test_what_was_deducted_before_an_exemption_is_not_undone_behind_its_back(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = notified(city)
    ask(city, key, "answer", LIAISON[GENERAL], text="x")
    ask(city, key, "confirm")
    city.move(GENERAL, "exempt")
    assert codes(lambda: ask(city, key, "overturn")) == ["deduction_too_late"]
    city.move(GENERAL, "reinstate", due="2025-03-03")
    assert len(standing(city)) == 1


def test_a_merger_names_what_is_undecided_about_the_departments_absorbed(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    heard = complaint(city, "investigate", "hear")
    posts = {"liaison": LIAISON[PERSONNEL], "head": HEAD[PERSONNEL]}
    category = city.row(f"department:{GENERAL}").record["category"]
    new = {"id": SUCCESSOR, "name": "联合局", "category": category, "posts": posts, "since": "2025-02-10"}
    city.do("register_department", person(CLERK), **new)
    merged = city.do("merge", person(CLERK), department=SUCCESSOR, predecessors=[GENERAL], on="2025-02-10")
    assert merged["undecided"] == [heard]
    assert city.do("dissolve", person(CLERK), department=DISCIPLINE, on="2025-02-10")["undecided"] == []
    city.move(GENERAL, "exempt")
    city.do("complaint", person(CLERK), action="substantiate", subject=heard)
    assert city.row(heard).record["outside"] == "exempted"


# --- carrying over ---


@pytest.fixture
def late(city_at: CityAt) -> City:
    """A city after the cut-off of its year, every review completed."""
    city = city_at("reviewing")
    city.at("2025-12-20")
    for department in DEPARTMENTS:
        city.mark(department)
    return city


def carry(city: City, key: str, new_year: int = YEAR + 1) -> dict[str, Any]:
    return city.move(GENERAL, "carry_over", matter=key, new_year=new_year)


def test_a_matter_is_carried_to_the_very_next_year_and_never_further(late: City) -> None:
    key = complaint(late, on="2025-12-19")
    late.at("2026-01-05")
    for year in (YEAR, YEAR + 2, 2099, 12026):
        assert codes(lambda year=year: carry(late, key, year)) == ["new_year_not_next"]  # type: ignore[misc]
    carry(late, key)
    assert late.row(key).record["counts_in"] == YEAR + 1


def test_nothing_is_carried_for_a_department_that_is_gone(late: City) -> None:
    key = complaint(late, on="2025-12-19")
    late.at("2026-01-05")
    late.do("dissolve", person(CLERK), department=GENERAL, on="2026-01-05")
    assert codes(lambda: carry(late, key)) == ["department_gone"]


def test_what_was_carried_for_a_department_that_then_went_is_decided_without_points(late: City) -> None:
    key = complaint(late, "investigate", "hear", on="2025-12-19")
    late.at("2026-01-05")
    carry(late, key)
    substantiate = {"action": "substantiate", "subject": key}
    assert codes(lambda: late.do("complaint", person(CLERK), **substantiate)) == ["appraisal_absent"]
    late.do("dissolve", person(CLERK), department=GENERAL, on="2026-01-05")
    late.do("complaint", person(CLERK), **substantiate)
    assert (late.row(key).state, late.row(key).record["outside"]) == ("substantiated", "dissolved")


def test_nothing_is_carried_into_a_year_that_left_the_department_out_or_is_over(late: City) -> None:
    key = complaint(late, on="2025-12-19")
    late.open_year(YEAR + 1)
    late.move(GENERAL, "exempt", YEAR + 1)
    assert codes(lambda: carry(late, key)) == ["next_year_exempted"]
    assert late.row(key).record.get("counts_in") is None
