"""Accounts: who can sign in, links given out and shown once, people suspended and let in again, who tried."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from lxml import html

from cycle.operations import sign_in
from tests.cast import ADMIN, AUDITOR, CLERK, GENERAL, LIAISON, REVIEWERS, person
from tests.doors import account
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read
from workflows import words

SAMPLE = Path(__file__).parents[2] / "cycle" / "sample"

WHO, OTHER = REVIEWERS[0], REVIEWERS[1]
LINK = re.compile(r"https?://[^/\s]+(/welcome/[a-z0-9-]+\.[A-Za-z0-9_-]{43})")


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    """The administrator and the clerk have accounts, nobody else."""
    made = desk_at("running")
    made.browser(ADMIN)
    made.browser(CLERK)
    return made


def row(page: html.HtmlElement, person: str) -> html.HtmlElement:
    """The row of a person in the list."""
    return next(r for r in page.cssselect("tbody tr") if r.cssselect(f'a[href="/accounts/{person}"]'))


def links(text: str) -> list[str]:
    """The links a page shows, each as the path it leads to."""
    return LINK.findall(text)


def test_everybody_of_the_roster_stands_there_with_or_without_an_account(desk: Desk) -> None:
    page = desk.page("/accounts", ADMIN)
    people = desk.city.select("SELECT count(*) FROM subject WHERE kind = 'person' AND state = 'active'")[0][0]
    assert len(page.cssselect("tbody tr:not(.group)")) == people
    assert "没有账号" in row(page, WHO).text_content()
    clerk = row(page, CLERK).text_content()
    assert "可用" in clerk
    assert desk.city.clock.now().date().isoformat() in clerk
    assert row(page, CLERK).cssselect("td.num")[0].text_content() == "1"
    tabs = {a.get("href"): a.cssselect(".n")[0].text_content() for a in page.cssselect(".tabs a")}
    assert tabs["?state=active&q="] == "2"
    assert tabs["?state=none&q="] == str(people - 2)


def test_a_link_is_shown_on_the_page_that_answers_and_nowhere_else(desk: Desk) -> None:
    answer = desk.post("/accounts", ADMIN, {"only": WHO, "hours": "24"})
    assert answer.status_code == 200
    (path,) = links(answer.text)
    assert answer.headers["cache-control"] == "no-store"
    secret = path.rpartition(".")[2]
    assert all(secret not in str(body) for body in desk.city.history(f"account:{WHO}"))
    assert desk.city.select("SELECT 1 FROM outbox WHERE recipient = :who", who=WHO) == [], (
        "no letter takes it along"
    )
    assert secret not in desk.get("/accounts", ADMIN).text + desk.get(f"/accounts/{WHO}", ADMIN).text
    assert desk.get(path).status_code == 200
    made = desk.city.last(f"account:{WHO}")
    assert (made["action"], made["actor"]) == ("invite", ADMIN)
    assert "已邀请" in row(desk.page("/accounts", ADMIN), WHO).text_content()


def test_a_form_sent_twice_shows_the_link_that_opens_last(desk: Desk) -> None:
    first, second = (links(desk.post("/accounts", ADMIN, {"only": WHO}).text)[0] for _ in range(2))
    assert first != second
    assert desk.get(second).status_code == 200
    assert desk.get(first).status_code == 410


def test_several_are_invited_at_once_and_each_row_tells_its_result(desk: Desk) -> None:
    account(desk.city, OTHER)
    answer = desk.post("/accounts", ADMIN, {"pick": [WHO, LIAISON[GENERAL], OTHER]})
    assert answer.status_code == 200
    assert {path.partition(".")[0].rpartition("/")[2] for path in links(answer.text)} == {
        WHO,
        LIAISON[GENERAL],
    }
    told = read(answer).cssselect("tbody tr")
    (refused,) = [one for one in told if OTHER in one.text_content()]
    assert "理由" in refused.text_content()
    assert desk.city.last(f"account:{OTHER}")["action"] == "set_password"


def test_the_letterhead_says_where_the_link_leads(desk: Desk) -> None:
    said = {"office": "绩效办", "contact": "0991-0000000", "link": "https://kaoping.example/jixiao/"}
    desk.city.do("set_letterhead", person(CLERK), **said)
    answer = desk.post("/accounts", ADMIN, {"only": WHO})
    assert "https://kaoping.example/jixiao/welcome/" in answer.text


def test_who_has_a_password_gets_a_link_only_with_a_reason(desk: Desk) -> None:
    path = f"/accounts/{CLERK}"
    refused = desk.post(path, ADMIN, {"hours": "12"})
    assert refused.status_code == 409
    assert "理由" in read(refused).cssselect(".note.red")[0].text_content()
    assert read(refused).cssselect("#hours")[0].get("value") == "12"
    given = desk.post(path, ADMIN, {"hours": "12", "reason": "忘记密码<script>"})
    assert given.status_code == 200
    assert len(links(given.text)) == 1
    assert desk.city.last(f"account:{CLERK}")["reason"] == "忘记密码<script>"
    assert desk.get("/accounts", CLERK).status_code == 403  # the password that stands still opens


@pytest.mark.parametrize("hours", ["0", "721", "一天", "-1"])
def test_a_link_holds_for_as_long_as_the_rules_allow(desk: Desk, hours: str) -> None:
    before = desk.city.rows()
    refused = desk.post(f"/accounts/{WHO}", ADMIN, {"hours": hours})
    assert refused.status_code == 409
    assert "1到720小时" in refused.text
    assert desk.city.rows() == before


def test_nobody_is_invited_where_nobody_is_picked(desk: Desk) -> None:
    answer = desk.post("/accounts", ADMIN, {"hours": "24"})
    assert answer.status_code == 422
    assert 'data-code="nobody_picked"' in answer.text


def test_nobody_invites_themselves(desk: Desk) -> None:
    assert not row(desk.page("/accounts", ADMIN), ADMIN).cssselect("input, button")
    refused = desk.post("/accounts", ADMIN, {"only": ADMIN})
    assert refused.status_code == 409
    assert not links(refused.text)


def test_somebody_suspended_is_out_at_once_and_let_in_again_with_a_reason(desk: Desk) -> None:
    desk.browser(WHO)
    form = {"person": WHO, "back": "/accounts", "reason": "借调"}
    link = row(desk.page("/accounts", ADMIN), WHO).cssselect("td:last-child a")[0].get("href")
    assert link == f"/do/account_suspend?person={WHO}&back=/accounts"
    assert desk.get(link, ADMIN).status_code == 200
    suspended = desk.post("/do/account_suspend", ADMIN, form)
    assert suspended.status_code == 303
    assert desk.get("/letters", WHO).headers["location"].startswith("/sign-in")
    page = desk.page("/accounts", ADMIN, state="suspended")
    assert "已停用" in row(page, WHO).text_content()
    assert desk.post("/do/account_resume", ADMIN, {**form, "reason": "借调结束"}).status_code == 303
    assert desk.city.last(f"account:{WHO}")["action"] == "resume"


def test_the_log_tells_who_tried_and_what_was_typed_stays_text(desk: Desk) -> None:
    now = desk.city.clock.now()
    with desk.city.service.database.write() as session:
        sign_in.log(session, now, None, "sha256:9f3a", sender="192.0.2.7", outcome="unknown")
        sign_in.log(session, now, WHO, "<script>", sender="192.0.2.8", outcome="wrong")
        sign_in.log(session, now, CLERK, CLERK, sender="192.0.2.9", outcome="in")
    every = desk.page("/sign-ins", AUDITOR)
    assert [tr.cssselect("td")[3].text_content() for tr in every.cssselect("tbody tr")] == [
        "192.0.2.9",
        "192.0.2.8",
        "192.0.2.7",
    ]
    assert "不在名册（指纹9f3a）" in every.text_content()
    assert not every.cssselect("td script")
    failed = desk.page("/sign-ins", AUDITOR, only="failed")
    assert len(failed.cssselect("tbody tr")) == 2
    own = desk.page(f"/accounts/{WHO}", AUDITOR)
    assert len(own.cssselect("tbody tr")) == 1
    assert "密码不对" in own.text_content()


def test_auditors_read_and_change_nothing(desk: Desk) -> None:
    page = desk.page("/accounts", AUDITOR)
    places = [a.get("href") for a in page.cssselect(".topnav a")]
    assert {"/accounts", "/service"} <= set(places)
    assert len(places) == 9
    assert not page.cssselect("input[name=pick], button[name=only], .bulk")
    assert not desk.page(f"/accounts/{WHO}", AUDITOR).cssselect("main form")
    before = desk.city.rows()
    for path in ("/accounts", f"/accounts/{WHO}"):
        assert desk.post(path, AUDITOR, {"only": WHO, "pick": WHO}).status_code == 403
    assert desk.city.rows() == before


@pytest.mark.parametrize("path", ["/accounts", f"/accounts/{CLERK}", "/sign-ins"])
def test_accounts_are_nobody_elses_business(desk: Desk, path: str) -> None:
    assert desk.get(path, CLERK).status_code == 403
    assert desk.post("/accounts", CLERK, {"only": WHO}).status_code == 403


def test_an_account_of_nobody_is_not_there(desk: Desk) -> None:
    assert desk.get("/accounts/p-nobody", ADMIN).status_code == 404
    assert desk.post("/accounts/p-nobody", ADMIN, {}).status_code == 404
    assert desk.post("/sign-ins", ADMIN, {}).status_code == 405


def test_whoever_left_is_found_where_they_are_asked_for(desk: Desk) -> None:
    desk.city.do("leave", person(CLERK), id=WHO, on=desk.city.clock.now().date().isoformat())
    assert not desk.page("/accounts", ADMIN, q=WHO).cssselect("tbody tr")
    gone = desk.page("/accounts", ADMIN, state="left")
    assert not row(gone, WHO).cssselect("input, button")
    assert desk.post("/accounts", ADMIN, {"only": WHO}).status_code == 409


def test_people_are_found_by_the_first_letters_of_their_names(desk: Desk) -> None:
    page = desk.page("/accounts", ADMIN, q="hxf")
    assert [a.get("href") for a in page.cssselect("tbody th a")] == [f"/accounts/{CLERK}"]


def test_homes_outside_of_the_departments_are_worded_as_well(desk: Desk) -> None:
    roster = tomllib.loads((SAMPLE / "roster.toml").read_text(encoding="utf-8"))
    assert {home: words.word("home", home, "zh") for home in roster["homes"]} == roster["homes"]
    desk.city.both("change_person", person(CLERK), id=WHO, home="city-leaders")
    told = row(desk.page("/accounts", ADMIN), WHO).text_content()
    assert "市领导" in told
    assert "city-leaders" not in told
