"""Pages as browsers show them: on a telephone, half loaded, on paper."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Route

from cycle.db import Statement
from tests.cast import CLERK, GENERAL, PAPER, WHY, person
from tests.held import COLLEAGUE, YEAR
from tests.web.every_page import PAGES
from tests.web.test_browsers import PHONE, BrowsersAt, browsers_of, city_at, engine, pytestmark, templates

__all__ = ["browsers_of", "city_at", "engine", "pytestmark", "templates"]


@pytest.mark.look
def test_no_page_is_wider_than_a_telephone(browsers_of: BrowsersAt) -> None:
    at = browsers_of("reviewing")
    at.city.at(f"{YEAR}-12-12")
    found: list[object] = []
    for path, who in PAGES:
        page = at.go(who, path, PHONE)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [(path, wide)] if wide > PHONE else []
        found += at.look(page)
    assert found == []


@pytest.mark.look
def test_a_team_of_many_reviewers_scrolls_in_its_table_and_each_name_stays_on_a_line(
    browsers_of: BrowsersAt,
) -> None:
    at = browsers_of("reviewing")
    for place in range(6):
        told = {"id": f"p-more-{place}", "email": f"more{place}@fagai.example", "home": "fagai"}
        at.city.both("register_person", person(CLERK), name="司马长青", roles=["reviewer"], **told)
    heights = "[...document.querySelectorAll('.matrix thead b')].map(one => one.getClientRects()[0].height)"
    for width in (1366, PHONE):
        page = at.go(CLERK, f"/{YEAR}/teams", width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert max(page.evaluate(heights)) < 24, "one line"


def test_no_picture_is_asked_for_while_the_styles_are_still_coming(browsers_of: BrowsersAt) -> None:
    """What one style sheet asks for before the other takes it back is refused, and the console says so."""
    at = browsers_of("running")
    page = at.of(CLERK)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/desk.css*", hold)
    with page.expect_response("**/bootstrap*") as told:
        page.goto(f"{at.place}/{YEAR}/board", wait_until="commit")
    told.value.finished()
    page.wait_for_selector("select", state="attached")
    drawn = "getComputedStyle(document.querySelector('select')).backgroundImage"
    assert page.evaluate(drawn) == "none"
    held[0].continue_()
    page.wait_for_load_state()
    assert page.evaluate(drawn) == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('.topbar')).display") == "flex"
    assert page.evaluate("getComputedStyle(document.querySelector('.btn')).borderRadius") == "4px"


@pytest.mark.look
def test_on_paper_stand_the_tables_and_nothing_to_press(browsers_of: BrowsersAt) -> None:
    at = browsers_of("reviewing")
    at.city.at(f"{YEAR}-12-12")
    shown = """[...document.querySelectorAll('.topbar, .bar, .bulk, .btn, main form > footer')]
        .filter(one => one.getClientRects().length).map(one => one.className)"""
    for path, who in PAGES:
        page = at.go(who, path)
        page.emulate_media(media="print")
        assert page.evaluate(shown) == [], path
        page.emulate_media(media="screen")


@pytest.mark.look
def test_an_amendment_is_tried_and_submitted_on_a_telephone_and_read_by_who_confirms(
    browsers_of: BrowsersAt,
) -> None:
    at = browsers_of("ratified")
    page = at.go(CLERK, f"/{YEAR}/amend?department={GENERAL}", PHONE)
    found = at.look(page)
    page.select_option("[name='lines[0][what]']", "deduction:score.deduct.5.1")
    page.fill("[name=reason]", WHY)
    page.fill("[name=document]", PAPER)
    assert "100.00 → 97.00" in at.press(page, "试算")
    found += at.look(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert "待第二人确认" in at.press(page, "提交更正")
    for width in (1440, PHONE):
        page = at.go(COLLEAGUE, "/decisions", width)
        assert "100.00 → 97.00" in page.inner_text("main")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found += at.look(page)
    assert found == []


@pytest.mark.look
def test_a_letter_keeps_its_width_whatever_the_server_answered(browsers_of: BrowsersAt) -> None:
    at = browsers_of("running")
    at.city.ask(GENERAL, "chase", person(CLERK))
    ((key,),) = at.city.select("SELECT key FROM outbox ORDER BY at DESC LIMIT 1")
    answered = Statement(
        "UPDATE outbox SET status = 'sent', next_at = NULL, answer = :answer WHERE key = :key"
    )
    with at.city.service.database.write() as session:
        answered.run(session, key=key, answer=f"250 2.0.0 {'0123456789abcdef' * 4}")
    for width in (1366, PHONE):
        page = at.go(CLERK, f"/letters/{quote(key, safe='')}", width)
        assert "0123456789abcdef" in page.inner_text("main")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
