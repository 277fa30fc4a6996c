"""The review desk: a form next to last year's, accepted as a whole or sent back in parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cast import CLERK, DISCIPLINE, GENERAL, LIAISON, OFFICE_AT_HOME, PERSONNEL, THIRD, person
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read
from tests.web.test_evidence_pages import PDF, hand_in, with_files

DESK = f"/{YEAR}/review/{GENERAL}"


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    """Two plans are under review."""
    made = desk_at("running")
    made.city.at(f"{YEAR}-02-10")
    made.city.file(GENERAL)
    made.city.file(PERSONNEL)
    made.browser(CLERK)
    return made


def fields(desk: Desk, who: str = CLERK, path: str = DESK) -> dict[str, Any]:
    """The form as its page fills it in."""
    form = desk.page(path, who).cssselect("main form")[0]
    return {one.get("name"): one.get("value") for one in form.cssselect("input[type=hidden]")} | {
        "due": form.cssselect("input[name=due]")[0].get("value")
    }


def test_every_part_stands_there_with_a_verdict_to_give(desk: Desk) -> None:
    page = desk.page(DESK, CLERK)
    parts = [one.get("name") for one in page.cssselect("input[type=radio][value=return]")]
    assert "verdict[text]" in parts
    assert "verdict[1]" in parts
    assert "正文" in page.text_content()


def test_the_list_names_who_waits_the_nearest_first(desk: Desk) -> None:
    page = desk.page(f"/{YEAR}/review", CLERK)
    assert {a.get("href").rpartition("/")[2] for a in page.cssselect("a.dept")} == {GENERAL, PERSONNEL}
    assert page.cssselect(".topnav a[aria-current] .n")[0].text_content() == "2"


def test_a_plan_is_sent_back_with_a_reason_and_the_department_gets_the_letter(desk: Desk) -> None:
    sent = {
        **fields(desk),
        "do": "send_back",
        "verdict[1]": "return",
        "items[1]": "请写明<b>责任人</b>",
        "verdict[text]": "accept",
        "items[text]": "这一句不该发出",
        "reason": "目标不够具体",
    }
    answer = desk.post(DESK, CLERK, sent)
    assert answer.status_code == 303
    assert desk.city.state(GENERAL) == "plan.drafting"
    row = desk.city.last(f"appraisal:{YEAR}:{GENERAL}")
    assert (row["actor"], row["action"], row["reason"]) == (CLERK, "send_back", "目标不够具体")
    assert desk.city.form(GENERAL, "plan")["returned"] == {"1": "请写明<b>责任人</b>"}
    letters = desk.page("/letters", LIAISON[GENERAL])
    link = next(a for a in letters.cssselect("a.clip") if "退回" in a.text_content())
    shown = desk.get(f"{link.get('href')}/shown", LIAISON[GENERAL])
    assert "目标不够具体" in shown.text
    assert "请写明&lt;b&gt;责任人&lt;/b&gt;" in shown.text
    assert "这一句不该发出" not in shown.text


def test_after_one_form_the_next_comes_up_and_tells_what_was_done(desk: Desk) -> None:
    answer = desk.post(DESK, CLERK, {**fields(desk), "do": "accept"})
    assert answer.headers["location"].startswith(f"/{YEAR}/review/{PERSONNEL}?done=")
    page = desk.browser(CLERK).get(answer.headers["location"])
    assert "已办：审定" in page.text
    last = desk.post(f"/{YEAR}/review/{PERSONNEL}", CLERK, {"do": "accept", "once": "k9"})
    assert last.headers["location"].startswith(f"/{YEAR}/board?done=")


def test_a_return_without_a_reason_is_refused_and_keeps_what_was_written(desk: Desk) -> None:
    rows = desk.city.rows()
    sent = {
        **fields(desk),
        "do": "send_back",
        "verdict[1]": "return",
        "items[1]": "请写明责任人",
        "reason": "",
    }
    answer = desk.post(DESK, CLERK, sent)
    assert answer.status_code == 409
    assert 'data-code="reason_missing"' in answer.text
    assert "请写明责任人" in answer.text
    assert desk.city.rows() == rows


def test_a_part_that_is_sent_back_keeps_the_whole_from_being_accepted(desk: Desk) -> None:
    rows = desk.city.rows()
    sent = {
        **fields(desk),
        "do": "accept",
        "verdict[1]": "return",
        "items[1]": "请写明责任人",
        "reason": "不具体",
    }
    answer = desk.post(DESK, CLERK, sent)
    assert answer.status_code == 422
    assert "有1项选了退回，请按“退回补正”，或者改选接受" in answer.text
    page = read(answer)
    assert page.cssselect("input[name='verdict[1]'][value=return][checked]")
    assert page.cssselect("textarea[name='items[1]']")[0].value.strip() == "请写明责任人"
    assert page.cssselect("input[name=reason]")[0].get("value") == "不具体"
    assert "退回1项" in page.cssselect("[data-returned]")[0].text_content()
    assert desk.city.rows() == rows


def test_a_part_is_not_sent_back_without_a_word(desk: Desk) -> None:
    rows = desk.city.rows()
    sent = {
        **fields(desk),
        "do": "send_back",
        "verdict[1]": "return",
        "items[1]": " ",
        "verdict[text]": "return",
        "items[text]": "写得太短",
        "due": f"{YEAR}-02-11",
    }
    answer = desk.post(DESK, CLERK, sent)
    assert answer.status_code == 409
    codes = {"part_reason_missing", "reason_missing", "due_too_near"}
    assert all(f'data-code="{code}"' in answer.text for code in codes), answer.text
    assert "目标1" in read(answer).cssselect("[data-code=part_reason_missing]")[0].text_content()
    page = read(answer)
    assert page.cssselect("textarea[name='items[1]']")[0].get("aria-invalid") == "true"
    assert page.cssselect("textarea[name='items[text]']")[0].get("aria-invalid") is None
    assert page.cssselect("textarea[name='items[text]']")[0].value.strip() == "写得太短"
    assert desk.city.rows() == rows
    assert desk.city.state(GENERAL) == "plan.submitted"


def test_a_day_that_is_none_is_refused_at_its_field(desk: Desk) -> None:
    rows = desk.city.rows()
    answer = desk.post(
        DESK, CLERK, {**fields(desk), "do": "send_back", "reason": "理由", "due": "2025-02-31"}
    )
    assert answer.status_code == 422
    assert desk.city.rows() == rows


def test_whoever_was_first_wins_and_the_other_is_told(desk: Desk) -> None:
    seen = fields(desk)
    desk.city.move(GENERAL, "take_up")
    rows = desk.city.rows()
    answer = desk.post(DESK, CLERK, {**seen, "do": "accept"})
    assert answer.status_code == 409
    assert "本页已过时" in answer.text
    assert desk.city.rows() == rows


def test_what_was_written_is_still_there_where_somebody_else_was_first(desk: Desk) -> None:
    sent = {
        **fields(desk),
        "do": "send_back",
        "verdict[1]": "return",
        "items[1]": "请写明责任人",
        "reason": "不具体",
    }
    desk.city.move(GENERAL, "take_up")
    answer = desk.post(DESK, CLERK, sent)
    assert answer.status_code == 409
    assert 'data-code="conflict"' in answer.text
    assert "请写明责任人" in answer.text
    page = read(answer)
    hidden = page.cssselect("main form input[type=hidden]")
    again = {str(one.get("name")): str(one.get("value")) for one in hidden}
    assert again["seen"] != sent["seen"]
    assert desk.post(DESK, CLERK, {**sent, **again}).status_code == 303


@pytest.mark.parametrize(("tried", "bound"), [("send_back", True), ("accept", True), ("send_back", False)])
def test_where_a_colleague_has_decided_it_is_told_who_and_when_and_what_was_written_is_shown(
    desk: Desk, tried: str, bound: bool
) -> None:
    sent = {
        **fields(desk),
        "do": tried,
        "verdict[1]": "return" if tried == "send_back" else "accept",
        "items[1]": "请写明<b>责任人</b>",
        "reason": "不具体",
    }
    if not bound:
        sent.pop("seen")
    desk.city.at(f"{YEAR}-02-10 10:05")
    desk.city.ask(GENERAL, "accept", person(THIRD))
    desk.city.at(f"{YEAR}-02-10 10:20")
    rows = desk.city.rows()
    answer = desk.post(DESK, CLERK, sent)
    assert answer.status_code == 409
    text = read(answer).cssselect("main")[0].text_content()
    for said in ("武思齐", "02-10 10:05", "审定", "没有写入", "请写明<b>责任人</b>", "不具体"):
        assert said in text, (said, text)
    assert desk.city.rows() == rows
    other = LIAISON[GENERAL]
    desk.browser(other)
    assert desk.post(DESK, other, {**sent, "once": "k8"}).status_code in (403, 404)


def test_evidence_stands_beside_the_part_it_is_for(desk_at: DeskAt, tmp_path: Path) -> None:
    desk = with_files(desk_at("running"), tmp_path / "files")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "accept")
    desk.city.at(f"{YEAR}-07-05")
    desk.city.sweep()
    for about, name in (("midyear", "说明.pdf"), ("target.1", "目标.pdf"), ("content.1.1", "纪要.pdf")):
        assert hand_in(desk, (name, PDF), about=about, once=about).status_code == 303
    desk.city.file(GENERAL)
    page = desk.page(DESK, CLERK)
    shown = {
        row.cssselect("input[type=radio]")[0].get("name"): row.cssselect("a.att")[0].text_content()
        for row in page.cssselect("table.review tbody tr")
        if row.cssselect("a.att")
    }
    assert "说明.pdf" in shown["verdict[text]"]
    assert "纪要.pdf" in shown["verdict[content.1.1]"]


def test_the_same_form_sent_twice_is_done_once(desk: Desk) -> None:
    sent = {**fields(desk), "do": "accept"}
    first = desk.post(DESK, CLERK, sent)
    rows = desk.city.rows()
    again = desk.post(DESK, CLERK, sent)
    assert (first.status_code, again.status_code) == (303, 303)
    assert desk.city.rows() == rows


def test_nobody_reviews_their_own_department(desk: Desk) -> None:
    own = OFFICE_AT_HOME[GENERAL]
    desk.browser(own)
    rows = desk.city.rows()
    page = desk.page(DESK, own)
    assert not page.cssselect("button[value=accept]")
    assert desk.post(DESK, own, {"do": "accept", "once": "k"}).status_code in (403, 409)
    assert desk.city.rows() == rows


def test_a_department_neither_sees_anothers_form_nor_accepts_its_own(desk: Desk) -> None:
    other = LIAISON[DISCIPLINE]
    desk.browser(other)
    rows = desk.city.rows()
    assert desk.get(DESK, other).status_code == 404
    assert desk.post(DESK, other, {"do": "accept", "once": "k"}).status_code == 404
    assert desk.post(DESK, LIAISON[GENERAL], {"do": "accept", "once": "k"}).status_code in (403, 409)
    assert desk.city.state(GENERAL) == "plan.submitted"
    assert desk.city.rows() - rows <= len(desk.browsers) * 2


def test_what_is_not_under_review_is_no_page(desk: Desk) -> None:
    answer = desk.get(f"/{YEAR}/review/{DISCIPLINE}", CLERK)
    assert answer.status_code == 404
    assert "没有要审核的报送" in answer.text
