"""Where one can go from the bar: whatever waits for somebody has its place there, with how much it is."""

from __future__ import annotations

import pytest

from tests.cast import AUDITOR, CLERK, DISCIPLINE, MEMBER, for_body
from tests.held import COLLEAGUE, YEAR
from tests.web.conftest import Desk, DeskAt

MOST = 9


def _bar(desk: Desk, path: str, who: str) -> dict[str, str]:
    """Path of each place of the bar to how much waits there."""
    links = desk.page(path, who).cssselect(".topnav a")
    return {a.get("href"): "".join(n.text_content() for n in a.cssselect(".n")) for a in links}


def test_the_second_person_of_the_office_finds_what_waits_for_their_confirmation(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    board = f"/{YEAR}/board"
    assert _bar(desk, board, COLLEAGUE)["/decisions"] == ""
    desk.city.do("move", for_body("group"), subject=f"appraisal:{YEAR}:{DISCIPLINE}", action="exempt")
    assert _bar(desk, board, COLLEAGUE)["/decisions"] == "1"
    assert _bar(desk, board, CLERK)["/decisions"] == ""


@pytest.mark.parametrize("who", [CLERK, MEMBER, AUDITOR])
def test_nobody_has_more_places_than_the_bar_holds(desk_at: DeskAt, who: str) -> None:
    assert 0 < len(_bar(desk_at("running"), "/account", who)) <= MOST


def test_the_calendar_is_one_of_the_pages_of_the_years_setup(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    setup = desk.page(f"/{YEAR}/setup", CLERK)
    assert [a.text_content() for a in setup.cssselect('main nav a[href="/calendar"]')] == ["日历"]
    page = desk.page("/calendar", CLERK)
    assert page.cssselect('main nav a[href="/calendar"][aria-current]')
    assert page.cssselect(f'main nav a[href="/{YEAR}/setup"]')
    assert page.cssselect(f'.topnav a[href="/{YEAR}/setup"][aria-current]')
