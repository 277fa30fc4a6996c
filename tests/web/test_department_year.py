"""One department's year on a page, and any act on a page of its own."""

from __future__ import annotations

from cycle.web.pages import Texts
from tests.cast import CLERK, DISCIPLINE, GENERAL, LEADER, LIAISON, OFFICE_AT_HOME, REVIEWERS
from tests.held import YEAR
from tests.web.conftest import DeskAt
from workflows.words import LANGS

PAGE = f"/{YEAR}/departments/{GENERAL}"


def test_the_state_whose_turn_and_the_last_day_stand_at_the_top(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    page = desk.page(PAGE, CLERK)
    head = page.cssselect("section header")[0].text_content()
    assert "年度计划填报" in head
    assert "轮到填报员" in head
    assert "2月28日" in head
    assert page.cssselect(".stages [aria-current=step]")[0].text_content().startswith("年度计划")


def test_what_happened_is_told_newest_first_with_who_and_why(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "send_back", due=f"{YEAR}-02-28")
    rows = desk.page(PAGE, CLERK).cssselect(".timeline li")
    assert "退回" in rows[0].text_content()
    assert rows[0].cssselect(".quote")[0].text_content()
    assert "韩雪峰" in rows[0].text_content()
    assert rows[0].cssselect("a.code")[0].get("href").startswith("/history?subject=")


def test_what_can_be_done_comes_first_and_what_is_to_be_given_has_its_name(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    rows = desk.page(PAGE, CLERK).cssselect("section[aria-labelledby=next] tbody tr")
    possible = [bool(row.cssselect("a.btn")) for row in rows]
    assert possible == sorted(possible, reverse=True)
    assert {True, False} == set(possible)
    assert "其他内容" not in desk.page(PAGE, CLERK).text_content()


def test_what_is_to_be_given_is_named_once(desk_at: DeskAt) -> None:
    for lang in LANGS:
        texts = Texts("web.department", lang)
        assert len(texts.give(["member_missing", "reason_missing", "member_absent"])) == 2
    for row in desk_at("reviewing").page(PAGE, CLERK).cssselect("section[aria-labelledby=next] tbody tr"):
        needs = row.cssselect("td")[0].text_content().removeprefix("须填：").split("、")
        assert len(needs) == len(set(needs))


def test_an_act_is_offered_with_what_it_needs_and_what_is_in_its_way(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    text = {
        row.cssselect("th")[0].text_content(): row.text_content()
        for row in desk.page(PAGE, CLERK).cssselect("section table.grid.top tbody tr")
    }
    assert "理由、新的截止日" in text["退回"]
    assert "可以办" in text["审定"]


def test_marks_are_hidden_from_the_department_until_they_are_published(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    page = desk.page(PAGE, LIAISON[GENERAL])
    assert "公示后可见" in page.text_content()
    assert "集中考评" not in page.cssselect("#sc")[0].getparent().getparent().text_content()
    seen = desk.page(PAGE, CLERK).cssselect("#sc")[0].getparent().getparent().text_content()
    assert "合计" in seen


def test_what_is_not_ones_own_is_not_there(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for who in (LIAISON[DISCIPLINE], REVIEWERS[0]):
        assert desk.get(PAGE, who).status_code == 404
    assert desk.get(PAGE, LEADER[GENERAL]).status_code == 200
    assert desk.get(f"/{YEAR}/departments/nobody", CLERK).status_code == 404


def test_any_act_is_done_on_its_page_and_told_on_the_page_before(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    form = desk.page("/do/appraisal_chase", CLERK, year=str(YEAR), department=GENERAL, back=PAGE).cssselect(
        "form"
    )
    fields = {one.get("name"): one.get("value") for one in form[-1].cssselect("input[type=hidden]")}
    answer = desk.post("/do/appraisal_chase", CLERK, fields)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{PAGE}?done=")
    assert "已办：催办" in desk.browser(CLERK).get(answer.headers["location"]).text
    assert desk.city.last(f"appraisal:{YEAR}:{GENERAL}")["action"] == "chase"
    told = desk.browser(LIAISON[GENERAL]).get(answer.headers["location"])
    assert "已办：催办" not in told.text


def test_a_refused_act_lists_every_condition_and_keeps_what_was_filled_in(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.browser(CLERK)
    rows = desk.city.rows()
    sent = {"year": str(YEAR), "department": GENERAL, "back": PAGE, "reason": "忘了截止日"}
    answer = desk.post("/do/appraisal_send_back", CLERK, sent)
    assert answer.status_code == 422
    assert "忘了截止日" in answer.text
    answer = desk.post("/do/appraisal_send_back", CLERK, {**sent, "due": f"{YEAR}-01-11", "reason": ""})
    assert answer.status_code == 409
    codes = {part.partition('"')[0] for part in answer.text.split('data-code="')[1:]}
    assert {"reason_missing", "wrong_state"} & codes
    assert desk.city.rows() == rows


def test_an_act_on_ones_own_department_is_not_done(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    own = OFFICE_AT_HOME[GENERAL]
    desk.browser(own)
    rows = desk.city.rows()
    sent = {"year": str(YEAR), "department": GENERAL, "back": PAGE}
    assert desk.post("/do/appraisal_accept", own, sent).status_code == 409
    assert desk.city.rows() == rows
    assert desk.city.state(GENERAL) == "plan.submitted"


def test_nobody_is_sent_elsewhere_by_an_address_they_were_given(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:1"):
        sent = {"year": str(YEAR), "department": DISCIPLINE, "back": back, "once": back}
        answer = desk.post("/do/appraisal_take_up", CLERK, sent)
        assert "evil" not in answer.headers.get("location", "")
        page = desk.page("/do/appraisal_chase", CLERK, year=str(YEAR), department=GENERAL, back=back)
        assert all("evil" not in (a.get("href") or "") for a in page.cssselect("a"))
        assert all("javascript" not in (a.get("href") or "") for a in page.cssselect("a"))


def test_an_act_there_is_none_of_is_no_page(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for path in (
        "/do/appraisal_nonsense",
        "/do/appraisal_chase",
        "/do/appraisal_chase?year=2025&department=../x",
    ):
        assert desk.get(path, CLERK).status_code == 404, path
