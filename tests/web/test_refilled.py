"""What was typed when the session was over stands in its fields again, for whoever typed it, in that window alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.cast import CLERK, DISCIPLINE, GENERAL, LIAISON, PERSONNEL, THIRD, City, city_at, templates
from tests.doors import PASSWORD, account
from tests.held import YEAR
from tests.web.browsers import CHROMIUM, Browsers
from tests.web.test_browsers import BrowsersAt, browsers_of, engine

__all__ = ["browsers_of", "city_at", "engine", "templates"]

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")

REVIEW = f"/{YEAR}/review/{GENERAL}"


@pytest.fixture
def at(browsers_of: BrowsersAt) -> Browsers:
    """Two plans are under review."""
    made = browsers_of("running")
    assert isinstance(made.city, City)
    made.city.at(f"{YEAR}-02-10")
    for department in (GENERAL, PERSONNEL):
        made.city.file(department)
    for person in (CLERK, THIRD):
        account(made.city, person)
    return made


def write(at: Browsers) -> Page:
    """A part is sent back, the rest left; then the session is over, and the button is pressed."""
    page = at.go(CLERK, REVIEW)
    page.check("input[name='verdict[1]'][value=return]")
    page.fill("textarea[name='items[1]']", "请写明责任人")
    page.fill("input[name=reason]", "不具体")
    page.context.clear_cookies(name="cycle_session")
    assert "没有写入任何内容" in at.press(page, "退回补正")
    return page


def sign_in(at: Browsers, page: Page, who: str) -> str:
    page.fill("#name", who)
    page.fill("#password", PASSWORD)
    return at.press(page, "登录")


def test_what_was_typed_is_back_after_signing_in_and_can_be_sent(at: Browsers) -> None:
    page = write(at)
    assert "填的内容已放回原处" in sign_in(at, page, CLERK)
    assert page.is_checked("input[name='verdict[1]'][value=return]")
    assert not page.is_checked("input[name='verdict[text]'][value=return]")
    assert page.input_value("textarea[name='items[1]']") == "请写明责任人"
    assert page.input_value("input[name=reason]") == "不具体"
    assert "退回1项" in page.inner_text("[data-returned]")
    assert "已办：退回" in at.press(page, "退回补正")
    assert isinstance(at.city, City)
    assert at.city.form(GENERAL, "plan")["returned"] == {"1": "请写明责任人"}
    page.goto(f"{at.place}{REVIEW.replace(GENERAL, PERSONNEL)}?unwritten=1")
    assert page.input_value("input[name=reason]") == ""
    assert "放回" not in page.inner_text("main")


def test_a_departments_form_is_filled_in_again_and_kept_as_a_draft(at: Browsers) -> None:
    who, form = LIAISON[DISCIPLINE], f"/{YEAR}/departments/{DISCIPLINE}/forms/plan"
    account(at.city, who)
    page = at.go(who, form)
    page.context.clear_cookies(name="cycle_session")
    page.fill("textarea[name='content[text]']", "全年工作要点")
    page.fill("input[name='content[targets][1][owner]']", "办公室")
    at.press(page, "保存")
    with page.expect_response(f"**{form}/draft") as drafted:
        sign_in(at, page, who)
    assert drafted.value.ok
    assert page.input_value("textarea[name='content[text]']") == "全年工作要点"
    assert page.input_value("input[name='content[targets][1][owner]']") == "办公室"
    assert at.city.select("SELECT person FROM form_draft") == [(who,)]


def test_nobody_else_is_shown_what_was_typed(at: Browsers) -> None:
    page = write(at)
    assert "放回" not in sign_in(at, page, THIRD)
    assert page.url.endswith(f"{REVIEW}?unwritten=1")
    assert page.input_value("input[name=reason]") == ""
    assert page.evaluate("sessionStorage.getItem('unsent')") is None


def test_a_page_looked_at_later_has_its_own_content(at: Browsers) -> None:
    page = write(at)
    sign_in(at, page, CLERK)
    page.goto(at.place + REVIEW)
    assert page.input_value("input[name=reason]") == ""
    assert page.evaluate("sessionStorage.getItem('unsent')") is None


def test_after_signing_in_elsewhere_the_page_opened_anew_has_it_too(at: Browsers) -> None:
    page = at.go(CLERK, REVIEW)
    page.fill("input[name=reason]", "不具体")
    at.of(CLERK)
    at.seen.clear()
    assert "登录已经换过" in at.press(page, "退回补正")
    assert at.seen == [
        f"console: Failed to load resource: the server responded with a status of 403 (Forbidden) {page.url}"
    ]
    at.seen.clear()
    with page.expect_navigation():
        page.get_by_role("link", name="重新打开那一页").click()
    assert page.input_value("input[name=reason]") == "不具体"
