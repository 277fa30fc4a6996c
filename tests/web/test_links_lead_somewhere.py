"""No page leads its reader to one that is refused to them or is not there: every link is followed, by everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
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
    REVIEWERS,
    for_body,
)
from tests.held import key_of
from tests.web.conftest import Desk, DeskAt
from tests.web.test_evidence_pages import PDF, hand_in, with_files

READERS: Final = {
    "office": CLERK,
    "group": MEMBER,
    "auditor": AUDITOR,
    "admin": ADMIN,
    "liaison": LIAISON[GENERAL],
    "head, of the group too": HEAD[GENERAL],
    "reviewer": REVIEWERS[0],
    "leader": LEADER[GENERAL],
    "inspector": INSPECTOR,
    "office at home": OFFICE_AT_HOME[GENERAL],
}
MOST: Final = 400
"""Pages looked at for one reader: more than there are but for pages of pages."""


def links(desk: Desk, who: str, path: str) -> tuple[int, list[str]]:
    """The status of a page and where its links and its forms to look things up lead."""
    answer = desk.get(path, who)
    if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
        return answer.status_code, []
    page = html.fromstring(answer.text)
    found = [a.get("href") or "" for a in page.cssselect("a[href]")]
    for form in page.cssselect("form[method=get][action]"):
        hidden = form.cssselect("input[type=hidden]")
        fixed = [(str(one.get("name")), str(one.get("value"))) for one in hidden]
        # What has to be chosen is not sent without: the blank at the top of the list only asks for it.
        chosen = "select[name=department][required] option:not([value='']), "
        for one in form.cssselect(f"{chosen} select[name=department]:not([required]) option"):
            found.append(f"{form.get('action')}?{urlencode([*fixed, ('department', str(one.get('value')))])}")
    return answer.status_code, [urljoin(path, one) for one in found]


def followed(desk: Desk, who: str) -> dict[str, tuple[int, str]]:
    """Every page that can be reached from the first: its status, and the page that led there."""
    waiting = [("/", "")]
    seen: dict[str, tuple[int, str]] = {}
    while waiting and len(seen) < MOST:
        path, before = waiting.pop(0)
        parts = urlsplit(path)
        if parts.path.startswith("/papers/"):
            continue  # a file, made of what may still be missing: see test_results_pages
        if parts.netloc or (parts.path in seen and not parts.path.startswith("/do/")):
            continue
        known = parts.path if not parts.path.startswith("/do/") else path
        if known in seen:
            continue
        status, found = links(desk, who, parts._replace(fragment="").geturl())
        if status == 303:
            found = [desk.get(path, who).headers["location"]]
        seen[known] = (status, before)
        waiting += [(one, path) for one in found if one.startswith("/")]
    return seen


@pytest.mark.look
@pytest.mark.parametrize("stage", ["reviewing", "pending", "ratified"])
def test_every_link_leads_somewhere(desk_at: DeskAt, stage: str, tmp_path: Path) -> None:
    """On PostgreSQL for every third reader: the pages are the same."""
    desk = desk_at(stage)
    if stage == "reviewing":
        desk.city.deduct(GENERAL)
        desk.city.do("move", for_body("group"), subject=key_of(DISCIPLINE), action="exempt")
    hand_in(with_files(desk, tmp_path / "files"), ("a.pdf", PDF), about="plan")
    step = 1 if desk.city.service.database.dialect == "sqlite" else 3
    wrong: dict[tuple[str, str], tuple[int, str]] = {}
    for reader, who in list(READERS.items())[::step]:
        found = followed(desk, who)
        assert len(found) > 4
        wrong |= {(reader, path): came for path, came in found.items() if came[0] not in (200, 303)}
    assert wrong == {}
