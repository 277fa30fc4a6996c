"""The page of one act: to whom it is offered, and that what may be chosen on it tells nobody more than they may see."""

from __future__ import annotations

import pytest
from httpx2 import Response
from lxml import html

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
)
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt

HERE = {"year": str(YEAR), "department": GENERAL}


def choices(answer: Response, field: str) -> list[str]:
    """The values that may be chosen in a field of the page of an act; none where the page has no such field."""
    page = html.fromstring(answer.text)
    return [str(one.get("value")) for one in page.cssselect(f"select[name={field}] option[value!='']")]


def chosen(answer: Response, field: str) -> list[str]:
    page = html.fromstring(answer.text)
    return [str(one.get("value")) for one in page.cssselect(f"select[name={field}] option[selected]")]


def act(desk: Desk, name: str, who: str, **where: str) -> Response:
    return desk.get(f"/do/{name}", who, **{**HERE, **where})


@pytest.mark.parametrize(
    ("who", "name"),
    [
        (LIAISON[GENERAL], "appraisal_reverse_line"),
        (HEAD[GENERAL], "appraisal_reverse_line"),
        (OFFICE_AT_HOME[GENERAL], "appraisal_reverse_line"),
        (LEADER[GENERAL], "appraisal_reverse_line"),
        (REVIEWERS[0], "appraisal_reverse_line"),
        (LIAISON[GENERAL], "appraisal_release"),
        (LIAISON[GENERAL], "appraisal_assign"),
        (LIAISON[GENERAL], "department_appoint"),
        (LIAISON[GENERAL], "finding_record"),
        (OFFICE_AT_HOME[GENERAL], "finding_record"),
        (LEADER[GENERAL], "appraisal_exempt"),
        (ADMIN, "cycle_propose"),
        (ADMIN, "person_register"),
        (ADMIN, "regulation_confirm"),
        (AUDITOR, "appraisal_reverse_line"),
        (AUDITOR, "mail_pause"),
        (MEMBER, "appraisal_reverse_line"),
        (INSPECTOR, "calendar_import"),
    ],
)
def test_an_act_that_is_not_theirs_has_no_page_for_them(desk_at: DeskAt, who: str, name: str) -> None:
    desk = desk_at("pending")
    answer = act(desk, name, who)
    assert answer.status_code == 403
    page = html.fromstring(answer.text)
    assert not page.cssselect("main form, main select, main option")


@pytest.mark.parametrize("stage", ["reviewing", "pending"])
def test_a_department_is_not_shown_its_points_among_what_an_objection_may_be_about(
    desk_at: DeskAt, stage: str
) -> None:
    desk = desk_at(stage)
    assert choices(act(desk, "objection_file", LIAISON[GENERAL]), "about") == ["grade", "points"]


def test_once_they_are_proposed_a_department_objects_to_a_line_of_its_own(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    desk.city.whole("propose")
    about = choices(act(desk, "objection_file", LIAISON[GENERAL]), "about")
    assert about[:2] == ["grade", "points"]
    assert len(about) > 30
    assert all(one.startswith(f"appraisal:{YEAR}:{GENERAL}#") for one in about[2:])


@pytest.mark.parametrize("stage", ["pending", "ratified"])
def test_a_refused_form_shows_nobody_the_lines_of_another_department(desk_at: DeskAt, stage: str) -> None:
    """What the address says beside what the form says is passed over."""
    desk, who = desk_at(stage), LIAISON[GENERAL]
    desk.browser(who)
    other = f"?year={YEAR}&department={DISCIPLINE}"
    for path in ("objection_file", "bonus_apply"):
        answer = desk.post(f"/do/{path}{other}", who, {**HERE, "text": ""})
        assert answer.status_code in (409, 422)
        assert f":{DISCIPLINE}#" not in answer.text


def test_a_refused_form_offers_what_its_own_year_has(desk_at: DeskAt) -> None:
    desk, who = desk_at("running"), LIAISON[GENERAL]
    desk.browser(who)
    before = choices(act(desk, "bonus_apply", who), "item")
    answer = desk.post("/do/bonus_apply", who, {**HERE, "back": "/", "award": "先进集体"})
    assert answer.status_code == 422
    assert choices(answer, "item") == before != []


def test_the_office_reverses_any_line_of_a_department_it_is_not_at_home_in(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    assert len(choices(act(desk, "appraisal_reverse_line", CLERK), "line")) > 30


def test_whoever_is_released_is_chosen_from_the_team(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    assert set(choices(act(desk, "appraisal_release", CLERK), "member")) == set(REVIEWERS)


def test_an_act_on_what_is_not_there_is_no_page(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    assert act(desk, "finding_confirm", CLERK, number="77").status_code == 404
    assert act(desk, "case_close", CLERK).status_code == 404
    assert desk.get("/do/appraisal_accept", CLERK, year="2031", department=GENERAL).status_code == 404
    assert desk.get("/do/account_suspend", ADMIN, person="nobody").status_code == 404


def test_whoever_sends_an_act_that_is_not_theirs_is_told_so_and_offered_nothing(desk_at: DeskAt) -> None:
    desk, who = desk_at("pending"), LIAISON[GENERAL]
    desk.browser(who)
    rows = desk.city.rows()
    answer = desk.post("/do/appraisal_reverse_line", who, {**HERE, "line": "x", "reason": "试"})
    assert answer.status_code == 409
    assert 'data-code="role_missing"' in answer.text
    assert not html.fromstring(answer.text).cssselect("main form")
    assert desk.city.rows() == rows


def test_several_that_were_chosen_are_still_chosen_after_a_refusal(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.browser(CLERK)
    sent = {"department": PERSONNEL, "predecessors": [GENERAL, DISCIPLINE], "on": ""}
    answer = desk.post("/do/department_absorb", CLERK, sent)
    assert answer.status_code == 422
    assert chosen(answer, "predecessors") == [GENERAL, DISCIPLINE]


def test_the_office_enters_a_talk_for_the_leader_in_charge_by_name(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    failed = next(
        one for one in (GENERAL, DISCIPLINE, PERSONNEL) if desk.city.state(one).startswith("rectification.")
    )
    where = {"year": str(YEAR), "department": failed}
    page = act(desk, "appraisal_record_talk", CLERK, **where)
    assert choices(page, "on_behalf_of") == [LEADER[failed]]
    said = {"on": f"{YEAR + 1}-01-20", "text": "已谈", "document": "绩效办〔2026〕3号"}
    answer = desk.post(
        "/do/appraisal_record_talk", CLERK, {**where, **said, "on_behalf_of": LEADER[failed], "back": "/mail"}
    )
    assert answer.status_code == 303, answer.text[:3000]
    assert "waits=" in answer.headers["location"]


@pytest.mark.parametrize(
    ("name", "who", "bodies"),
    [
        ("appraisal_confirm_marks", CLERK, ["team"]),
        ("appraisal_exempt", CLERK, ["group"]),
        ("appraisal_exempt", MEMBER, []),
        ("appraisal_confirm_marks", REVIEWERS[0], []),
        ("appraisal_complete", CLERK, []),
    ],
)
def test_the_bodies_one_may_enter_an_act_for_are_those_whose_act_it_is(
    desk_at: DeskAt, name: str, who: str, bodies: list[str]
) -> None:
    desk = desk_at("reviewing")
    assert choices(act(desk, name, who), "on_behalf_of") == bodies


def test_nobody_is_offered_to_enter_an_act_for_a_body_on_their_own_department(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    assert act(desk, "appraisal_exempt", OFFICE_AT_HOME[GENERAL]).status_code == 403
    assert act(desk, "appraisal_exempt", OFFICE_AT_HOME[GENERAL], department=DISCIPLINE).status_code == 200


def test_the_letterhead_is_set_on_its_page_also_after_it_was_set_before(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.browser(CLERK)
    for once in ("k1", "k2"):
        assert desk.get("/do/mail_set_letterhead", CLERK).status_code == 200
        sent = {"office": "绩效办", "contact": "8123", "link": "", "domain": "jixiao.example", "once": once}
        assert desk.post("/do/mail_set_letterhead", CLERK, sent, back="/service").status_code == 303


def test_where_somebody_else_was_first_what_was_filled_in_is_kept_and_what_stands_now_is_shown(
    desk_at: DeskAt,
) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    page = html.fromstring(act(desk, "appraisal_send_back", CLERK).text)
    hidden = page.cssselect("main form input[type=hidden]")
    sent = {str(one.get("name")): str(one.get("value")) for one in hidden}
    sent |= {"due": f"{YEAR}-02-20", "reason": "目标不够具体"}
    desk.city.move(GENERAL, "take_up")
    rows = desk.city.rows()
    answer = desk.post("/do/appraisal_send_back", CLERK, sent)
    assert answer.status_code == 409
    assert 'data-code="conflict"' in answer.text
    assert "目标不够具体" in answer.text
    assert desk.city.rows() == rows
    shown = html.fromstring(answer.text).cssselect("main form input[name=seen]")[0]
    again = desk.post("/do/appraisal_send_back", CLERK, {**sent, "seen": shown.get("value")})
    assert again.status_code == 303
