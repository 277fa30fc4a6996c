"""Evidence handed in at a browser: what does not get through is said, and nothing chosen is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.cast import GENERAL, LIAISON, CityAt, city_at, templates
from tests.held import YEAR
from tests.web.browsers import CHROMIUM, Browsers, Engine, browsers_at
from tests.web.test_browsers import engine

__all__ = ["city_at", "engine", "templates"]

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")

PAGE = f"/evidence/{YEAR}/{GENERAL}"
FILE = {"name": "签到表.txt", "mimeType": "text/plain", "buffer": "张三 李四".encode()}


@pytest.fixture
def at(city_at: CityAt, engine: Engine, tmp_path: Path) -> Iterator[Browsers]:
    """Browsers at a city that has a folder for evidence."""
    city = city_at("running")
    city.service = replace(city.service, evidence=tmp_path)
    with browsers_at(city, engine) as browsers:
        yield browsers


@pytest.mark.parametrize("fault", ["no network", "an answer that is no page of ours"])
def test_an_upload_that_fails_is_said_and_can_be_sent_again(at: Browsers, fault: str) -> None:
    at.city.at(f"{YEAR}-02-10")
    page = at.go(LIAISON[GENERAL], PAGE)
    page.select_option("#u-about", "plan")
    page.set_input_files("#u-file", FILE)  # type: ignore[arg-type] # a dict is what it takes

    def fails(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
        elif fault == "no network":
            route.abort("connectionreset")
        else:
            route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>")

    page.route(f"**{PAGE}", fails)
    page.get_by_role("button", name="提交").click()
    page.locator("[data-said]").filter(has_text="没有传成功").wait_for()
    assert page.locator("#u-file").evaluate("one => one.files[0].name") == "签到表.txt"
    page.unroute(f"**{PAGE}", fails)
    page.get_by_role("button", name="提交").click()
    page.wait_for_selector(f'a[href^="{PAGE}/1/file"]')
    assert "签到表.txt" in page.inner_text(f'a[href^="{PAGE}/1/file"]')
    assert all("Failed to load resource" in one for one in at.seen)
