"""Chasing: whoever's clock runs is written to, once a working day, department and stage."""

from __future__ import annotations

from functools import partial

import pytest

from cycle.permissions import Act
from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LIAISON,
    PERSONNEL,
    REVIEWERS,
    City,
    CityAt,
    codes,
    person,
)
from tests.held import COLLEAGUE, key_of
from tests.jobs.mailbox import Mail, mails, reads_english

NOTE = "请今天下班前报来"


@pytest.fixture
def city(city_at: CityAt) -> City:
    city = city_at("running")
    city.at("2025-02-24")
    return city


def chase(city: City, department: str = GENERAL, note: str = NOTE, by: str = CLERK) -> list[Mail]:
    """The letters of one act of chasing."""
    city.ask(department, "chase", Act(by, reason=note))
    row = city.appraisal(department)
    return mails(city, "chase", subject=row.key, number=row.number)


def test_liaison_and_head_are_written_to_with_the_note_and_who_wrote_it(city: City) -> None:
    letters = chase(city)
    assert {letter.recipient for letter in letters} == {LIAISON[GENERAL], HEAD[GENERAL]}
    for letter in letters:
        assert letter.body.startswith("▲")
        for word in (NOTE, "韩雪峰", "2月28日（周五）", "还剩4个工作日", "年度计划还没有填写"):
            assert word in letter.body


def test_the_letters_go_with_the_clock_they_press_for(city: City) -> None:
    letters = chase(city)
    city.file(GENERAL)
    assert all(letter.status == "pending" for letter in letters)
    assert {letter.status for letter in mails(city, "chase")} == {"void"}


def test_a_note_is_no_must(city: City) -> None:
    assert len(chase(city, note="")) == 2


def test_who_is_late_is_told_how_late(city: City) -> None:
    city.at("2025-03-05")
    for letter in chase(city):
        assert letter.body.startswith("■ 逾期（红）")
        assert "逾期3个工作日" in letter.body


def test_it_is_done_once_a_working_day_department_and_stage(city: City) -> None:
    assert len(chase(city)) == 2
    for by in (CLERK, COLLEAGUE):
        again = partial(city.ask, GENERAL, "chase", person(by))
        assert codes(again) == ["chased_already"]
    assert len(chase(city, PERSONNEL)) == 2
    city.at("2025-02-25 00:00")
    assert len(chase(city)) == 2
    assert len(mails(city, "chase", subject=key_of(GENERAL))) == 4


def test_what_is_asked_on_days_off_counts_for_the_next_working_day(city: City) -> None:
    city.at("2025-03-01")  # a Saturday
    assert len(chase(city)) == 2
    for day in ("2025-03-02", "2025-03-03"):
        city.at(day)
        assert codes(lambda: city.ask(GENERAL, "chase", person(CLERK))) == ["chased_already"]
    city.at("2025-03-04")
    assert len(chase(city)) == 2


def test_another_stage_may_be_chased_on_the_same_day(city: City) -> None:
    city.file(GENERAL)
    city.move(GENERAL, "accept")
    city.at("2025-07-01")
    city.sweep()
    assert len(chase(city)) == 2
    city.move(GENERAL, "reopen", due="2025-07-10")
    assert city.state(GENERAL) == "plan.drafting"
    assert len(chase(city)) == 2


def test_in_central_review_the_reviewers_are_chased(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-22")
    reads_english(city, REVIEWERS[0])
    letters = chase(city, DISCIPLINE)
    assert {letter.recipient for letter in letters} == set(REVIEWERS)
    for letter in letters:
        english = letter.recipient == REVIEWERS[0]
        assert ("Monday 29 December" if english else "12月29日（周一）") in letter.body
        assert "纪委" in letter.body
        assert "你部门" not in letter.body


def test_a_reviewer_who_left_is_a_dead_letter_and_the_others_are_chased(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-22")
    city.do("leave", person(CLERK), id=REVIEWERS[0], on="2025-12-22")
    letters = chase(city, DISCIPLINE)
    assert {letter.recipient: letter.status for letter in letters} == {
        REVIEWERS[0]: "failed",
        REVIEWERS[1]: "pending",
        REVIEWERS[2]: "pending",
    }
    assert [letter.name for letter in letters if letter.status == "failed"] == ["文景行"]


def test_what_is_under_review_or_behind_cannot_be_chased(city: City) -> None:
    city.file(GENERAL)
    assert codes(lambda: city.ask(GENERAL, "chase", person(CLERK))) == ["wrong_state"]


def test_while_a_rectification_is_carried_out_its_department_is_chased(city_at: CityAt) -> None:
    city = city_at("ratified")
    city.at("2026-02-10")
    city.file(PERSONNEL, text="整改方案")
    city.move(PERSONNEL, "record_talk", on="2026-02-09")
    city.move(PERSONNEL, "accept")
    letters = chase(city, PERSONNEL)
    assert {letter.recipient for letter in letters} == {LIAISON[PERSONNEL], HEAD[PERSONNEL]}
