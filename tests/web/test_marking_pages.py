"""Marking and rating on pages: by whoever is assigned or in charge, on what stands beside."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response
from lxml import html

from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    LEADER,
    LIAISON,
    OFFICE_AT_HOME,
    REVIEWERS,
    book,
    for_body,
)
from tests.held import YEAR, key_of
from tests.web.conftest import Desk, DeskAt

SHEET = f"/{YEAR}/marking/{GENERAL}"
RATING = f"/{YEAR}/charge/{GENERAL}"


def sheet(desk: Desk, who: str) -> dict[str, Any]:
    """The marking form as its page fills it in."""
    form = desk.page(SHEET, who).cssselect("main form")[0]
    return {one.get("name"): one.get("value") or "" for one in form.cssselect("input")}


def read(answer: Response) -> html.HtmlElement:
    return html.fromstring(answer.text)


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


def test_what_is_wrong_with_a_mark_is_told_at_its_cell_in_words(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    member = REVIEWERS[0]
    typed = {"marks[1][points]": "一分", "marks[3][points]": "１．８０５", "marks[3][reason]": "缺台账"}
    answer = desk.post(SHEET, member, sheet(desk, member) | {"do": "mark", **typed})
    assert answer.status_code == 422
    page = read(answer)
    wrong = page.cssselect('input.mark[aria-invalid="true"]')
    assert [(one.get("name"), one.get("value")) for one in wrong] == [
        ("marks[1][points]", "一分"),
        ("marks[3][points]", "１．８０５"),
    ]
    assert "应为分值，最多两位小数" in page.get_element_by_id(wrong[0].get("aria-describedby")).text_content()
    note = page.cssselect(".note.red")[0]
    assert "还不能保存，差2项" in note.text_content()
    assert "学习保障：应为分值" in note.text_content()
    assert [a.get("href") for a in note.cssselect("a")] == ["#mark-1", "#mark-3"]
    assert not page.cssselect("[data-sum]")[0].text_content().startswith("1")


def test_a_mark_out_of_range_and_one_without_a_reason_are_told_at_once_each_at_its_cell(
    desk_at: DeskAt,
) -> None:
    desk = desk_at("reviewing")
    member = REVIEWERS[0]
    typed = {"marks[0][points]": "９", "marks[1][points]": "1.５"}
    answer = desk.post(SHEET, member, sheet(desk, member) | {"do": "mark", **typed})
    assert answer.status_code == 409
    page = read(answer)
    assert [one.get("name") for one in page.cssselect('input[aria-invalid="true"]')] == [
        "marks[0][points]",
        "marks[1][reason]",
    ]
    assert page.cssselect("#p-0-wrong")[0].text == "应在0至2.00分之间"
    assert page.cssselect("#r-1-wrong")[0].text == "扣0.50分，请写明理由"


@pytest.mark.parametrize("typed", ["1e999999999", "NaN", "-1", "９" * 400])
def test_a_number_beyond_all_measure_is_refused_and_not_added_up(desk_at: DeskAt, typed: str) -> None:
    desk = desk_at("reviewing")
    member = REVIEWERS[0]
    answer = desk.post(SHEET, member, sheet(desk, member) | {"do": "mark", "marks[0][points]": typed})
    assert answer.status_code in (409, 422)
    page = read(answer)
    assert page.cssselect('input.mark[aria-invalid="true"]')[0].get("name") == "marks[0][points]"
    assert page.cssselect("[data-sum]")[0].text_content() in ("0.00", "-1.00")


def test_what_a_review_waits_for_is_a_few_words_beside_the_button(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    bar = desk.page(SHEET, REVIEWERS[0]).cssselect(".actionbar")[0].text_content()
    assert "全部评完后可以完成评分" in bar
    assert "学习责任制" not in bar
    fields = sheet(desk, REVIEWERS[0])
    most = [one.get("data-most") for one in desk.page(SHEET, REVIEWERS[0]).cssselect("input.mark")]
    given = {f"marks[{place}][points]": points for place, points in enumerate(most)}
    assert desk.post(SHEET, REVIEWERS[0], {**fields, **given, "do": "mark"}).status_code == 303
    bar = desk.page(SHEET, REVIEWERS[0]).cssselect(".actionbar")[0].text_content()
    assert "评完" in bar
    assert "等" in bar
    assert "学习责任制" not in bar


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


def test_a_rating_that_was_overtaken_is_kept_and_asked_again(desk_at: DeskAt) -> None:
    """While a leader chooses, others mark the same department."""
    desk = desk_at("reviewing")
    who = LEADER[GENERAL]
    form = desk.page(RATING, who).cssselect("main form")[0]
    fields = {one.get("name"): one.get("value") for one in form.cssselect("input[type=hidden]")}
    asked = {one.get("name") for one in form.cssselect("input[type=radio]")}
    desk.city.give_marks(GENERAL)
    answer = desk.post(RATING, who, {**fields, **dict.fromkeys(asked, "good"), "reason": "总体不错"})
    assert answer.status_code == 409
    page = read(answer)
    assert page.cssselect('[data-code="conflict"]')
    assert {one.get("value") for one in page.cssselect("input[type=radio][checked]")} == {"good"}
    assert page.cssselect("#reason")[0].text == "总体不错"
    again = dict(page.forms[-1].form_values())
    assert desk.post(RATING, who, again).status_code == 303


def test_a_rating_that_stands_is_shown_and_no_button_asks_to_save_it_again(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    who = LEADER[GENERAL]
    desk.city.rate(GENERAL)
    page = desk.page(RATING, who)
    assert len(page.cssselect("fieldset.ask[disabled]")) == len(book().parts["leader"])
    assert page.cssselect("fieldset.ask[disabled] input[checked]")
    assert not page.cssselect("main form button")
    assert "请绩效办先冲销" in page.cssselect(".actionbar")[0].text_content()
    (row,) = (
        one
        for one in desk.page(f"/{YEAR}/charge", who).cssselect("tbody tr")
        if "办公室" in one.text_content()
    )
    assert row.cssselect("a.btn")[0].text_content().startswith("看评价")


def test_an_exempted_department_is_not_offered_for_rating(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    desk.city.both("move", for_body("group"), subject=key_of(GENERAL), action="exempt")
    (row,) = (
        one
        for one in desk.page(f"/{YEAR}/charge", LEADER[GENERAL]).cssselect("tbody tr")
        if "办公室" in one.text_content()
    )
    assert not row.cssselect("a.btn")


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


def test_before_the_window_a_reviewer_is_told_from_when_there_is_something_to_mark(desk_at: DeskAt) -> None:
    """The deadlines of a department's own forms are not the reviewer's."""
    desk = desk_at("running")
    for filed, window in (("02-10", "plan"), ("07-05", "midyear"), ("11-15", "yearend")):
        desk.city.at(f"{YEAR}-{filed}")
        if window != "plan":
            desk.city.sweep()
        desk.city.file(GENERAL)
        desk.city.move(GENERAL, "accept")
    desk.city.assign(GENERAL)
    (row,) = desk.page(f"/{YEAR}/marking", REVIEWERS[0]).cssselect("tbody tr")
    assert "12月11日（周四）起评分" in row.text_content()
    assert row.cssselect(".lamp") == []
    page = desk.page(SHEET, REVIEWERS[0])
    assert "12月11日（周四）起" in page.cssselect(".note.yellow")[0].text_content()
    assert page.cssselect("input.mark, .head .lamp") == []
    marked = desk_at("reviewing").page(SHEET, REVIEWERS[0])
    assert marked.cssselect(".note.yellow") == []
