"""The review teams: departments by members, several assigned and released at once, each row with its result."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DEPARTMENTS,
    DISCIPLINE,
    FOURTH_REVIEWER,
    GENERAL,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    person,
)
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read

PATH = f"/{YEAR}/teams"
FIRST, SECOND, THIRD = REVIEWERS


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    """The year-end forms are open: members can be assigned, and the third department has its team."""
    made = desk_at("reviewing")
    made.browser(CLERK)
    return made


def cell(page: html.HtmlElement, department: str, member: str) -> html.HtmlElement | None:
    """The box of a department and a member; None where there is none to tick."""
    found = page.cssselect(f'input[name=m][value="{department}/{member}"]')
    return found[0] if found else None


def form(page: html.HtmlElement) -> dict[str, list[str]]:
    """The form as the page fills it in."""
    kept: dict[str, list[str]] = {}
    for name, value in page.forms[-1].form_values():
        kept.setdefault(name, []).append(value)
    return kept


def sent(page: html.HtmlElement, tick: list[str], untick: list[str], **more: str) -> dict[str, Any]:
    """The form with some boxes ticked and others not; `DEPARTMENT/MEMBER`."""
    found = form(page)
    boxes = [one for one in found.get("m", []) if one not in untick]
    return {**found, "m": [*boxes, *tick], **more}


def team(desk: Desk, department: str) -> list[str]:
    return list(desk.city.appraisal(department).record["team"])


def test_every_department_stands_by_every_reviewer_with_how_many_each_has(desk: Desk) -> None:
    page = desk.page(PATH, CLERK)
    assert {tr.get("data-department") for tr in page.cssselect("tr[data-department]")} == set(DEPARTMENTS)
    for department in DEPARTMENTS:
        for member in REVIEWERS:
            box = cell(page, department, member)
            assert box is not None
            assert box.get("checked") is not None
    heads = {th.cssselect("b")[0].text_content(): th.text_content() for th in page.cssselect("thead th.mid")}
    name = desk.city.row(f"person:{FIRST}").record["name"]
    assert f"评{len(DEPARTMENTS)}个" in heads[name]
    assert "未配齐 0" in " ".join(page.cssselect(".tabs")[-1].text_content().split())


def test_several_are_assigned_and_released_at_once_and_each_row_tells_its_result(desk: Desk) -> None:
    page = desk.page(PATH, CLERK)
    tick = [f"{GENERAL}/{FOURTH_REVIEWER}", f"{DISCIPLINE}/{FOURTH_REVIEWER}"]
    answer = desk.post(PATH, CLERK, sent(page, tick, [f"{GENERAL}/{FIRST}"], reason="出差<b>"))
    assert answer.status_code == 200
    assert "改动3处：办成3，未办0" in answer.text
    assert team(desk, GENERAL) == [SECOND, THIRD, FOURTH_REVIEWER]
    assert FOURTH_REVIEWER in team(desk, DISCIPLINE)
    assert team(desk, PERSONNEL) == list(REVIEWERS)
    last = desk.city.last(f"appraisal:{YEAR}:{GENERAL}")
    assert (last["action"], last["actor"], last["reason"]) == ("release", CLERK, "出差<b>")
    told = read(answer).cssselect("tr.told")
    assert len(told) == 2
    assert not read(answer).cssselect("td b")


def test_the_same_form_sent_twice_is_done_once(desk: Desk) -> None:
    form_ = sent(desk.page(PATH, CLERK), [f"{GENERAL}/{FOURTH_REVIEWER}"], [])
    desk.post(PATH, CLERK, form_)
    before = desk.city.rows()
    assert desk.post(PATH, CLERK, form_).status_code == 200
    assert desk.city.rows() == before


def test_what_is_refused_is_told_on_its_row_and_stays_as_it_was_asked(desk: Desk) -> None:
    page = desk.page(PATH, CLERK)
    answer = desk.post(PATH, CLERK, sent(page, [f"{DISCIPLINE}/{FOURTH_REVIEWER}"], [f"{GENERAL}/{FIRST}"]))
    assert answer.status_code == 409
    assert "改动2处：办成1，未办1" in answer.text
    after = read(answer)
    (told,) = [one.text_content() for one in after.cssselect("tr.told .not")]
    assert "理由" in told
    box = cell(after, GENERAL, FIRST)
    assert box is not None
    assert box.get("checked") is None
    assert FIRST in team(desk, GENERAL)
    assert FOURTH_REVIEWER in team(desk, DISCIPLINE)


def test_who_belongs_to_a_department_is_shown_as_withdrawn_and_cannot_be_made_to_come(desk: Desk) -> None:
    own = OFFICE_AT_HOME[GENERAL]
    roles = [*desk.city.row(f"person:{own}").record["roles"], "reviewer"]
    desk.city.both("change_person", person(CLERK), id=own, roles=roles)
    page = desk.page(PATH, CLERK)
    assert cell(page, GENERAL, own) is None
    assert cell(page, DISCIPLINE, own) is not None
    row = page.cssselect(f'tr[data-department="{GENERAL}"]')[0]
    assert "回避" in row.text_content()
    refused = desk.post(PATH, CLERK, sent(page, [f"{GENERAL}/{own}"], []))
    assert refused.status_code == 409
    assert own not in team(desk, GENERAL)


def test_whoever_of_the_office_is_at_home_there_leaves_it_to_others(desk: Desk) -> None:
    own = OFFICE_AT_HOME[GENERAL]
    page = desk.page(PATH, own)
    assert cell(page, GENERAL, FIRST) is None
    assert cell(page, DISCIPLINE, FIRST) is not None
    refused = desk.post(PATH, own, {"m": f"{GENERAL}/{FOURTH_REVIEWER}", "was": ""})
    assert refused.status_code == 409
    assert FOURTH_REVIEWER not in team(desk, GENERAL)


def test_departments_short_of_members_stand_first_and_can_be_asked_for(desk: Desk) -> None:
    for member in (FIRST, SECOND):
        desk.city.move(PERSONNEL, "release", member=member)
    page = desk.page(PATH, CLERK)
    first = page.cssselect("tr[data-department]")[0]
    assert first.get("data-department") == PERSONNEL
    assert "还差2人" in first.text_content()
    short = desk.page(PATH, CLERK, show="short")
    assert [tr.get("data-department") for tr in short.cssselect("tr[data-department]")] == [PERSONNEL]


def test_where_members_do_not_come_and_go_there_is_nothing_to_tick(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    page = desk.page(PATH, CLERK)
    assert page.cssselect("tr[data-department]")
    assert not page.cssselect("input[name=m], .bulk")
    refused = desk.post(PATH, CLERK, {"m": f"{GENERAL}/{FIRST}"})
    assert refused.status_code == 409
    assert desk.post(PATH, CLERK, {}).status_code == 422


def test_others_of_the_city_read_and_nobody_else_comes_in(desk: Desk) -> None:
    for who in (AUDITOR, MEMBER):
        page = desk.page(PATH, who)
        assert not page.cssselect("input[name=m], .bulk")
        assert "✓" in page.text_content()
    desk.browser(FIRST)
    before = desk.city.rows()
    for who in (AUDITOR, MEMBER, FIRST):
        assert desk.post(PATH, who, {"m": f"{GENERAL}/{FOURTH_REVIEWER}"}).status_code == 403
    assert desk.city.rows() == before
    for who in (FIRST, LIAISON[GENERAL], ADMIN):
        assert desk.get(PATH, who).status_code == 403
    assert desk.get("/2033/teams", CLERK).status_code == 404


def test_names_that_nobody_has_come_to_nothing(desk: Desk) -> None:
    before = desk.city.rows()
    for value in ("nowhere/p-nobody", f"{GENERAL}/p-nobody", f"nowhere/{FIRST}"):
        assert desk.post(PATH, CLERK, {"m": value}).status_code in (404, 409), value
    assert desk.city.rows() == before
