"""What the department hears of findings and complaints, in its readers' words, and the office of its own lateness."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import CLERK, GENERAL, HEAD, INSPECTOR, LIAISON, WHY, City, CityAt, person
from tests.held import YEAR
from tests.jobs.mailbox import mails, new_digests, reads_english
from workflows.events import MATTER_NOTICES

BOTH = (LIAISON[GENERAL], HEAD[GENERAL])
TEXT = "窗口上午无人值守"
ABOUT: dict[str, Any] = {"department": GENERAL, "year": YEAR, "on": "2025-02-07", "text": TEXT}
FOUND = {**ABOUT, "item": "score.deduct.1", "source": "covert_visit", "severity": "typical"}


def _do(city: City, kind: str, key: str, action: str, who: str = CLERK) -> None:
    city.do(kind, person(who), action=action, subject=key, text="已说明")


def _finding(city: City) -> str:
    asked = {**FOUND, "again": True}
    key: str = city.do("finding", person(INSPECTOR), action="record", **asked)["subject"]
    return key


def play(city: City) -> list[tuple[str, str]]:
    """Every move of a finding or a complaint that is told; the key and the action of each, in turn."""
    city.at("2025-02-10")
    told = []
    key, dropped = _finding(city), _finding(city)
    for action, who in (
        ("notify", INSPECTOR),
        ("answer", LIAISON[GENERAL]),
        ("confirm", CLERK),
        ("rectify", HEAD[GENERAL]),
        ("return", INSPECTOR),
        ("publish", CLERK),
        ("overturn", CLERK),
    ):
        _do(city, "finding", key, action, who)
        told += [(key, action)] if action in MATTER_NOTICES["finding"] else []
    for action in ("notify", "drop"):
        _do(city, "finding", dropped, action)
    told.append((dropped, "drop"))
    for ending in (("dismiss",), ("substantiate", "overturn")):
        complaint = city.do("complaint", person(CLERK), action="receive", source="visit", **ABOUT)["subject"]
        for action in ("investigate", "hear", *ending):
            _do(city, "complaint", complaint, action, LIAISON[GENERAL] if action == "hear" else CLERK)
            told += [(complaint, action)] if action in MATTER_NOTICES["complaint"] else []
    return [each for each in told if each[1] not in BY_THE_LINE]


BY_THE_LINE = ("confirm", "substantiate")
"""What the letter about the deduction tells, where points are deducted."""


SAID = {
    "zh": {
        "notify": ("问题第1号", "察访核验发现问题", "暗访", "典型", "2月17日（周一）24:00", TEXT),
        "return": ("整改退回", "3月10日（周一）24:00", TEXT, WHY),
        "publish": ("公开通报", "绩效办〔2025〕1号", TEXT),
        "overturn": ("撤销认定", TEXT, WHY),
        "drop": ("问题第2号不予认定", TEXT, WHY),
        "investigate": ("正在调查", "2月17日（周一）24:00", TEXT),
        "dismiss": ("不属实", TEXT, WHY),
    },
    "en": {
        "notify": ("finding no. 1", "covert visit", "typical", "24:00 on Monday 17 February", TEXT),
        "return": ("not put right yet", "24:00 on Monday 10 March", TEXT, WHY),
        "publish": ("circulated", "绩效办〔2025〕1号", TEXT),
        "overturn": ("overturned", TEXT, WHY),
        "drop": ("finding no. 2 of 2025 dropped", TEXT, WHY),
        "investigate": ("is investigating it", "24:00 on Monday 17 February", TEXT),
        "dismiss": ("not substantiated", TEXT, WHY),
    },
}


@pytest.mark.parametrize("lang", sorted(SAID))
def test_every_told_move_is_told_to_liaison_and_head_in_their_words(city_at: CityAt, lang: str) -> None:
    city = city_at("running")
    if lang == "en":
        reads_english(city, *BOTH)
    told = play(city)
    assert {action for _, action in told} == {
        a for kind in ("finding", "complaint") for a in MATTER_NOTICES[kind] if a not in BY_THE_LINE
    }
    for key, action in told:
        (number,) = [row["number"] for row in city.history(key) if row["action"] == action]
        letters = mails(city, subject=key, number=number)
        assert {letter.recipient for letter in letters} == set(BOTH), (key, action)
        for letter in letters:
            for word in SAID[lang][action]:
                assert word in letter.body, (action, word)


def test_nobody_hears_of_a_finding_dropped_before_they_were_told_of_it(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = _finding(city)
    _do(city, "finding", key, "drop")
    assert mails(city, subject=key) == []


def test_an_answer_the_office_leaves_lying_stands_in_its_digest(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = _finding(city)
    _do(city, "finding", key, "notify")
    _do(city, "finding", key, "answer", LIAISON[GENERAL])
    assert city.open_deadlines(key) == [("office", "2025-02-17", None)]
    city.at("2025-02-17 09:00")
    city.sweep()
    city.at("2025-02-17 09:30")
    said = new_digests(city)[CLERK].sections()
    assert [matter for _, matter in said["本人或者绩效办应办的事项"]] == ["察访核验问题的认定"]


def test_what_is_decided_by_then_stands_in_no_digest(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    key = _finding(city)
    _do(city, "finding", key, "notify")
    _do(city, "finding", key, "answer", LIAISON[GENERAL])
    city.at("2025-02-17 09:00")
    city.sweep()
    _do(city, "finding", key, "confirm")
    city.at("2025-02-17 09:30")
    assert "察访核验问题的认定" not in new_digests(city)[CLERK].body
