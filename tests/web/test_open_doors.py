"""No page offers its reader a link to a page that is closed to them."""

from __future__ import annotations

import re

import pytest

from tests.cast import AUDITOR, CLERK, GENERAL, HEAD, INSPECTOR, LEADER, LIAISON, MEMBER, REVIEWERS
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt
from workflows.finding_guards import COMPLAINT

MOST_OF_A_KIND = 2
"""Pages of one kind that are looked at."""
CLOSED = (403, 404)
_FILES = r"\.(?:xlsx|csv)|/static/|/archive"


def _kind(path: str) -> str:
    """A page's address without who or what it is about."""
    bare = re.sub(r"\?.*", "?", path)
    return re.sub(rf"[\w-]*\d[\w-]*|(?<=/){GENERAL}|(?<=departments/)[\w-]+", "*", bare)


def _closed(desk: Desk, who: str) -> list[tuple[str, str, int]]:
    """What whoever looks is led to and may not see: the page with the link, the link, the answer."""
    begun = ("/account", f"/{YEAR}/departments/{GENERAL}/score", f"/{YEAR}/marking/{GENERAL}")
    waiting = [("", path) for path in begun]
    found: list[tuple[str, str, int]] = []
    looked_at: dict[str, str] = {}
    while waiting:
        came_from, path = waiting.pop(0)
        kind = _kind(path)
        if path in looked_at or list(looked_at.values()).count(kind) >= MOST_OF_A_KIND:
            continue
        looked_at[path] = kind
        answer = desk.browser(who).get(path, follow_redirects=True)
        if answer.status_code in CLOSED and came_from:
            found.append((came_from, path, answer.status_code))
        if answer.status_code == 200 and "html" in answer.headers["content-type"]:
            waiting += [(path, one) for one in _links(answer.text)]
    return found


def _links(text: str) -> list[str]:
    linked = dict.fromkeys(re.findall(r'<a [^>]*href="(/[^"#]*)', text))
    return [one.replace("&amp;", "&") for one in linked if not re.search(_FILES, one)]


@pytest.fixture
def reviewing(desk_at: DeskAt) -> Desk:
    """Central review is under way; a department has a bonus, a finding and a complaint, decided."""
    desk = desk_at("reviewing")
    desk.city.deduct(GENERAL, note="窗口无人值守")
    desk.city.deduct(GENERAL, COMPLAINT)
    desk.city.honour(GENERAL)
    return desk


@pytest.fixture
def proposed(desk_at: DeskAt) -> Desk:
    """Grades are proposed, an objection is filed; a department has a bonus and a deduction."""
    desk = desk_at("pending")
    desk.city.honour(GENERAL)
    desk.city.whole("propose")
    desk.city.object(GENERAL)
    return desk


@pytest.mark.parametrize(
    "who",
    [AUDITOR, CLERK, HEAD[GENERAL], INSPECTOR, LEADER[GENERAL], MEMBER, REVIEWERS[0]],
)
def test_nobody_is_led_to_a_closed_door(reviewing: Desk, who: str) -> None:
    assert _closed(reviewing, who) == []


@pytest.mark.parametrize("who", [LEADER[GENERAL], LIAISON[GENERAL], REVIEWERS[0]])
def test_nor_once_grades_are_proposed(proposed: Desk, who: str) -> None:
    assert _closed(proposed, who) == []
