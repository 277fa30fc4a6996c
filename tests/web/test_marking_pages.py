"""Marking and rating on pages: by whoever is assigned or in charge, on what stands beside."""

from __future__ import annotations

from typing import Any

from tests.cast import CLERK, DISCIPLINE, GENERAL, LEADER, LIAISON, OFFICE_AT_HOME, REVIEWERS, book
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt

SHEET = f"/{YEAR}/marking/{GENERAL}"
RATING = f"/{YEAR}/charge/{GENERAL}"


def sheet(desk: Desk, who: str) -> dict[str, Any]:
    """The marking form as its page fills it in."""
    form = desk.page(SHEET, who).cssselect("main form")[0]
    return {one.get("name"): one.get("value") or "" for one in form.cssselect("input")}


def test_each_indicator_has_its_mark_its_most_and_the_departments_own(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    page = desk.page(SHEET, REVIEWERS[0])
    assert len(page.cssselect("input.mark[data-most]")) == len(book().indicators)
    row = page.cssselect("table.marking tbody tr:not(.group)")[0]
    assert "学习责任制" in row.text_content()


def test_marks_are_saved_as_typed_and_the_next_visit_shows_them(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    member = REVIEWERS[0]
    fields = sheet(desk, member) | {"do": "mark", "marks[0][points]": "２", "marks[1][points]": "1.50"}
    refused = desk.post(SHEET, member, fields)
    assert refused.status_code == 409
    assert 'data-code="mark_without_reason"' in refused.text
    fields |= {"marks[1][reason]": "缺台账", "once": "k2"}
    answer = desk.post(SHEET, member, fields)
    assert answer.status_code == 303, answer.text
    given = desk.city.appraisal(GENERAL).record["marks"][member]
    assert {item: mark["points"] for item, mark in given.items()} == {"content.1.1": 200, "content.1.2": 150}
    assert sheet(desk, member)["marks[1][reason]"] == "缺台账"


def test_members_do_not_see_each_others_marks_before_the_end(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    fields = sheet(desk, REVIEWERS[0]) | {
        "do": "mark",
        "marks[0][points]": "1.11",
        "marks[0][reason]": "独家理由",
    }
    desk.post(SHEET, REVIEWERS[0], fields)
    other = desk.get(SHEET, REVIEWERS[1])
    assert other.status_code == 200
    assert "独家理由" not in other.text
    assert "1.11" not in other.text


def test_the_review_ends_when_every_member_has_marked_everything(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    desk.city.at(f"{YEAR}-12-20")
    desk.city.give_marks(GENERAL)
    desk.city.rate(GENERAL)
    desk.city.survey(GENERAL)
    assert desk.page(SHEET, REVIEWERS[0]).cssselect("button[value=complete]")
    answer = desk.post(SHEET, REVIEWERS[0], {"do": "complete", "once": "k"})
    assert answer.status_code == 303, answer.text
    assert desk.city.state(GENERAL) == "inspection.open"


def test_marking_is_for_the_team_alone(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    for who, status in ((LIAISON[GENERAL], 403), (LIAISON[DISCIPLINE], 403), (OFFICE_AT_HOME[GENERAL], 404)):
        assert desk.get(SHEET, who).status_code == status, who
    desk.browser(CLERK)
    rows = desk.city.rows()
    fields = {"marks[0][item]": "content.1.1", "marks[0][points]": "2", "do": "mark", "once": "k"}
    assert desk.post(SHEET, CLERK, fields).status_code == 409
    assert desk.city.rows() == rows


def test_a_leader_rates_a_department_in_their_charge_and_goes_on_to_the_next(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    who = LEADER[GENERAL]
    form = desk.page(RATING, who).cssselect("main form")[0]
    fields = {one.get("name"): one.get("value") for one in form.cssselect("input[type=hidden]")}
    asked = {one.get("name") for one in form.cssselect("input[type=radio]")}
    assert len(asked) == len(book().parts["leader"])
    answer = desk.post(RATING, who, {**fields, **dict.fromkeys(asked, "good")})
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(f"/{YEAR}/charge")
    again = desk.page(RATING, who)
    assert {one.get("value") for one in again.cssselect("input[type=radio][checked]")} == {"good"}


def test_a_level_there_is_none_of_is_refused_and_nothing_is_written(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    who = LEADER[GENERAL]
    desk.browser(who)
    rows = desk.city.rows()
    fields = {"ratings[0][item]": "team", "ratings[0][level]": "superb", "once": "k"}
    assert desk.post(RATING, who, fields).status_code in (409, 422)
    assert desk.city.rows() == rows


def test_whoever_is_not_in_charge_does_not_rate(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    desk.browser(CLERK)
    rows = desk.city.rows()
    for who in (CLERK, LIAISON[GENERAL]):
        assert desk.get(RATING, who).status_code == 404
    assert desk.post(RATING, CLERK, {"once": "k"}).status_code == 404
    assert desk.city.rows() == rows + 2  # the liaison's account
