"""A form sent after the session was over: nothing is written, that is told, and one comes back to its page."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Response

from tests.cast import CLERK, GENERAL, LIAISON
from tests.doors import account
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import Doorway, read, told

HERE: Final = "http://kaoping.example"
REVIEW: Final = f"/{YEAR}/review/{GENERAL}"
FORM: Final = f"/{YEAR}/departments/{GENERAL}/forms/plan"


@pytest.fixture
def door(desk_at: DeskAt) -> Doorway:
    """A browser at which the session of whoever wrote is over; a plan is under review."""
    desk: Desk = desk_at("running")
    account(desk.city, CLERK)
    account(desk.city, LIAISON[GENERAL])
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    return Doorway(desk)


def sent(door: Doorway, path: str, headers: dict[str, str], **fields: str) -> Response:
    """A form sent without a session."""
    return door.client.post(path, data={"csrf": "x", **fields}, headers=headers)


def wanted(answer: Response) -> str:
    """Where the door leads on to."""
    assert answer.status_code == 303
    location = urlsplit(answer.headers["location"])
    assert location.path == "/sign-in"
    return parse_qs(location.query).get("next", ["/"])[0]


def test_whoever_is_signed_out_is_told_that_nothing_was_written_and_comes_back_to_the_page(
    door: Doorway,
) -> None:
    rows = door.desk.city.rows()
    answer = sent(door, REVIEW, {"Referer": HERE + REVIEW}, do="accept")
    assert wanted(answer) == f"{REVIEW}?unwritten=1"
    shown = door.client.get(answer.headers["location"])
    assert (shown.status_code, told(shown)) == (200, "unwritten")
    assert "没有写入任何内容" in shown.text
    assert "自动存下的草稿还在" in shown.text
    form = door.form(answer.headers["location"])
    assert told(door.sign_in(CLERK, "wrong", next=form["next"])) == "wrong"
    entered = door.sign_in(CLERK, next=form["next"])
    assert entered.headers["location"] == f"{REVIEW}?unwritten=1"
    page = read(door.client.get(entered.headers["location"]))
    assert "没有写入" in page.cssselect(".note.yellow")[0].text_content()
    assert door.desk.city.rows() == rows
    assert told(door.other().client.get("/sign-in")) == ""


def test_a_page_of_the_board_tells_it_once_and_is_not_kept_with_it(door: Doorway) -> None:
    door.sign_in(CLERK)
    board = f"/{YEAR}/board"
    for _ in range(2):
        assert (
            "没有写入" in read(door.client.get(f"{board}?unwritten=1")).cssselect(".note")[0].text_content()
        )
    assert "没有写入任何内容" not in door.client.get(board).text


def test_the_page_is_the_one_the_form_stood_on_with_what_it_was_asked_for(door: Doorway) -> None:
    asked = f"{FORM}?write=1&done=appraisal%3A{YEAR}%3A{GENERAL}%2F5&waits=x&unchanged=1"
    answer = sent(door, FORM, {"Referer": HERE + asked, "Origin": HERE})
    assert wanted(answer) == f"{FORM}?write=1&unwritten=1"
    answer = sent(door, "/do/appraisal_chase", {"Referer": f"{HERE}/{YEAR}/board?category=government"})
    assert wanted(answer) == f"/{YEAR}/board?category=government&unwritten=1"


@pytest.mark.parametrize(
    ("path", "headers", "back"),
    [
        (REVIEW, {}, f"{REVIEW}?unwritten=1"),
        (f"{FORM}/draft", {}, "/?unwritten=1"),
        (REVIEW, {"Referer": f"{HERE}/no-such-page"}, f"{REVIEW}?unwritten=1"),
        (f"{FORM}/draft", {"Referer": f"{HERE}//evil.example/x"}, "/?unwritten=1"),
        (f"{FORM}/draft", {"Referer": f"{HERE}/\\evil.example"}, "/?unwritten=1"),
        (f"{FORM}/draft", {"Referer": f"{HERE}/static/desk.js"}, "/?unwritten=1"),
        (f"{FORM}/draft", {"Referer": f"{HERE}{FORM}/draft"}, "/?unwritten=1"),
        (f"{FORM}/draft", {"Origin": HERE, "Referer": f"http://evil.example{REVIEW}"}, "/?unwritten=1"),
        (f"{FORM}/draft", {"Origin": HERE, "Referer": "http://[evil.example/"}, "/?unwritten=1"),
        (REVIEW, {"Referer": "http://evil.example/2025/board"}, "/"),
        (REVIEW, {"Origin": "http://evil.example", "Referer": HERE + REVIEW}, "/"),
        (REVIEW, {"Sec-Fetch-Site": "cross-site"}, "/"),
        (REVIEW, {"Referer": "http://[kaoping.example/"}, "/"),
    ],
    ids=str,
)
def test_the_way_back_leads_to_a_page_that_is_here_or_to_the_first(
    door: Doorway, path: str, headers: dict[str, str], back: str
) -> None:
    assert wanted(sent(door, path, headers)) == back


def test_whoever_signs_out_twice_is_out(door: Doorway) -> None:
    answer = sent(door, "/sign-out", {"Referer": HERE + REVIEW})
    assert answer.headers["location"] == "/sign-in?out=1"


def test_a_form_of_an_earlier_session_names_the_page_to_open_anew(door: Doorway) -> None:
    door.sign_in(LIAISON[GENERAL])
    before = door.form("/account", "English")
    door.client.post("/sign-out", data=door.form("/account", "退出"))
    door.sign_in(CLERK)
    answer = door.client.post("/account", data=before, headers={"Referer": f"{HERE}/account"})
    assert (answer.status_code, told(answer)) == (403, "other_page")
    links = [a.get("href") for a in read(answer).cssselect("main a")]
    assert "/account?unwritten=1" in links
    elsewhere = door.client.post("/account", data=before, headers={"Referer": "http://evil.example/account"})
    assert [a.get("href") for a in read(elsewhere).cssselect("main a")] == ["/"]
