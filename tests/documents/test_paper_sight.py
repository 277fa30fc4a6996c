"""What a reader may not see no paper tells them; what was issued to them they read."""

from __future__ import annotations

from functools import partial

import pytest

from cycle.documents.papers import PAPERS, SHEETS, issuing, make
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    City,
    CityAt,
    codes,
    person,
)
from tests.documents.conftest import Read, find, looking
from tests.held import YEAR
from workflows.errors import NotFound

OUTSIDERS = (LIAISON[PERSONNEL], LEADER[PERSONNEL], REVIEWERS[0], INSPECTOR, ADMIN)


def issue(city: City, kind: str, department: str = "") -> str:
    return str(issuing.issue(city.service, person(CLERK), kind, YEAR, department).answer["symbol"])


def shown(city: City, who: str) -> set[str]:
    with looking(city, who) as at:
        return {one.paper for one in issuing.issued(at)}


@pytest.mark.parametrize("stage", ["pending", "ratified"])
def test_drafts_are_made_by_those_alone_who_see_the_business_as_a_whole(city_at: CityAt, stage: str) -> None:
    city = city_at(stage)
    for who in OUTSIDERS:
        for kind in PAPERS:
            with looking(city, who) as at:
                assert codes(partial(make, at, kind, YEAR, PERSONNEL)) == ["role_missing"], kind


@pytest.mark.parametrize("who", [CLERK, MEMBER, AUDITOR])
def test_office_group_and_auditors_make_drafts(city_at: CityAt, who: str) -> None:
    city = city_at("ratified")
    with looking(city, who) as at:
        assert make(at, "circular", YEAR).content
        assert make(at, "rectification", YEAR, PERSONNEL).content


def test_a_sheet_holds_what_its_reader_sees_of_the_list(city_at: CityAt) -> None:
    city = city_at("ratified")
    allowed = {
        LIAISON[PERSONNEL]: {"ranking", "settlement", "mail_log"},
        REVIEWERS[0]: {"ranking", "mail_log"},
        ADMIN: {"mail_log"},
    }
    for who, kinds in allowed.items():
        for kind in set(SHEETS) - {"score_sheet"} - kinds:
            with looking(city, who) as at:
                assert codes(partial(make, at, kind, YEAR)) == ["role_missing"]
    with looking(city, LIAISON[PERSONNEL]) as at:
        assert b"99.5" not in make(at, "ranking", YEAR).content
        with pytest.raises(NotFound):
            make(at, "score_sheet", YEAR, GENERAL)


def test_an_issued_paper_is_read_by_whom_it_is_for(city_at: CityAt) -> None:
    city = city_at("ratified")
    symbol = issue(city, "rectification", PERSONNEL)
    issue(city, "talk", PERSONNEL)
    issue(city, "circular")
    issue(city, "grade_list")
    everything = {"rectification", "talk", "circular", "grade_list"}
    assert shown(city, CLERK) == shown(city, AUDITOR) == shown(city, MEMBER) == everything
    assert shown(city, LIAISON[PERSONNEL]) == shown(city, LEADER[PERSONNEL]) == everything
    assert shown(city, LIAISON[GENERAL]) == {"circular", "grade_list"}
    assert shown(city, REVIEWERS[0]) == shown(city, INSPECTOR) == {"grade_list"}
    assert shown(city, ADMIN) == set()
    with looking(city, LIAISON[GENERAL]) as at, pytest.raises(NotFound):
        issuing.find(at, symbol)
    with looking(city, HEAD[PERSONNEL]) as at:
        assert "综合评分为99.00分" in Read(issuing.again(at, issuing.find(at, symbol)).made.content).text


def test_whoever_is_at_home_is_shown_no_seal_that_could_be_tried_against_guesses(city_at: CityAt) -> None:
    city = city_at("running")
    key = find(city, DISCIPLINE, severity="key", text="台账造假")
    seal = city.row(key).hash[:16]
    with looking(city, CLERK) as at:
        assert seal in Read(make(at, "rectification", YEAR, DISCIPLINE).content).text
    with looking(city, OFFICE_AT_HOME[DISCIPLINE]) as at:
        text = Read(make(at, "rectification", YEAR, DISCIPLINE).content).text
    assert seal not in text
    assert city.appraisal(DISCIPLINE).hash[:16] not in text
    assert "台账造假" in text


def test_a_finding_that_was_not_told_stands_in_no_paper(city_at: CityAt) -> None:
    city = city_at("running")
    find(city, GENERAL, severity="key", text="已告知")
    about = {"department": DISCIPLINE, "year": YEAR, "on": f"{YEAR}-01-08", "text": "尚未告知"}
    found = {**about, "item": "score.deduct.1", "source": "covert_visit", "severity": "key"}
    city.do("finding", person(CLERK), action="record", **found)
    for who in (CLERK, OFFICE_AT_HOME[DISCIPLINE]):
        with looking(city, who) as at:
            assert "尚未告知" not in Read(make(at, "inspection", YEAR).content).text
