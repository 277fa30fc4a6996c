"""Letters about bonuses and objections: who is told what, in their words."""

from __future__ import annotations

import pytest

from tests.cast import CLERK, GENERAL, HEAD, LIAISON, MEMBER, PAPER, THIRD, WHY, City, CityAt, for_body
from tests.jobs.mailbox import Mail, mails, new_digests, reads_english
from workflows.events import MATTER_NOTICES

OWN = {LIAISON[GENERAL], HEAD[GENERAL]}


def of_last(city: City, key: str, kind: str) -> dict[str, Mail]:
    """The letters of a matter's last move, by reader."""
    found = mails(city, kind, subject=key, number=city.row(key).number)
    return {letter.recipient: letter for letter in found}


def test_the_department_is_told_what_became_of_its_application(city_at: CityAt) -> None:
    city = city_at("running")
    reads_english(city, HEAD[GENERAL])
    key = city.honour(GENERAL, "score.bonus.region", award="文明单位", granted_by="兵团")
    told = of_last(city, key, "bonus_decided")
    assert set(told) == OWN
    zh, en = told[LIAISON[GENERAL]].body, told[HEAD[GENERAL]].body
    for word in (
        "予以加分",
        "自治区、兵团级表彰（score.bonus.region）",
        "文明单位",
        "兵团",
        "2.00分",
        PAPER,
        "签收",
    ):
        assert word in zh
    for word in ("bonus approved", "Honour of the region or the corps", "文明单位", "2.00", "acknowledge"):
        assert word in en
    lower = city.honour(GENERAL, "score.bonus.division", award="文明单位")
    body = of_last(city, lower, "bonus_decided")[LIAISON[GENERAL]].body
    assert "同一项荣誉只计最高的一次" in body
    assert "计入分值" not in body
    city.decide(key, "overturn")
    taken = of_last(city, key, "bonus_decided")[LIAISON[GENERAL]].body
    assert "撤销加分" in taken
    assert WHY in taken
    vain = city.apply(GENERAL, "score.bonus.outstanding")
    assert mails(city, subject=vain) == []
    city.both("bonus", for_body("group"), subject=vain, action="examine", text="属本职工作")
    city.decide(vain, "refuse")
    refused = of_last(city, vain, "bonus_decided")
    assert "不予加分" in refused[LIAISON[GENERAL]].body
    assert "bonus refused" in refused[HEAD[GENERAL]].body


def test_an_objection_is_told_to_group_and_office_and_its_answer_to_the_department(city_at: CityAt) -> None:
    city = city_at("pending")
    city.whole("propose")
    reads_english(city, MEMBER)
    key = city.object(GENERAL, text="问卷重复一份")
    told = of_last(city, key, "objection_filed")
    assert {MEMBER, CLERK} <= set(told)
    assert LIAISON[GENERAL] not in told
    for word in ("提出申诉", "等次", "问卷重复一份", "1月12日（周一）24:00"):
        assert word in told[CLERK].body
    assert "objects to what is proposed" in told[MEMBER].body
    city.decide(key, "dismiss")
    answered = of_last(city, key, "objection_decided")
    assert set(answered) == OWN
    assert "申诉不成立" in answered[LIAISON[GENERAL]].body
    assert WHY in answered[LIAISON[GENERAL]].body
    upheld = city.object(GENERAL, "points")
    city.decide(upheld, "uphold")
    body = of_last(city, upheld, "objection_decided")[HEAD[GENERAL]].body
    assert "申诉成立" in body
    assert "撤回公示" in body


@pytest.mark.parametrize("kind", ["bonus", "objection"])
def test_no_other_move_of_a_request_is_told(kind: str) -> None:
    told = {"bonus": {"approve", "refuse", "overturn"}, "objection": {"file", "uphold", "dismiss"}}
    assert set(MATTER_NOTICES[kind]) == told[kind]


def test_the_weekly_sheet_says_what_is_not_acknowledged_in_time(city_at: CityAt) -> None:
    city = city_at("running")
    city.honour(GENERAL)
    reads_english(city, THIRD)
    city.at("2025-01-20")
    written = new_digests(city)
    assert "年度计划填报（逾期未签收1项）" in written[CLERK].body
    assert "(not acknowledged in time: 1)" in written[THIRD].body
