"""Who is shown which page, and whose forms are taken: every route of the pages, asked by everybody.

The table is page_table; a route that has no row there fails. Of the page of one act (`/do/{name}`) what is expected
follows from the two tables by which the interface is asked (tests/api/sight_table.py, permission_table.py): who may
not know of a subject finds no page, who may never do it is refused it, and nobody else is kept out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest
from httpx2 import Response
from starlette.routing import Route

from cycle.web.app import build
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    FOURTH_REVIEWER,
    GENERAL,
    HEAD,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    for_body,
)
from tests.held import YEAR, key_of
from tests.web import page_table
from tests.web.conftest import Desk, DeskAt
from tests.web.test_evidence_pages import PDF, hand_in, with_files

ASKING: Final = {
    "office": CLERK,
    "group": MEMBER,
    "auditor": AUDITOR,
    "admin": ADMIN,
    "liaison": LIAISON[GENERAL],
    "head": HEAD[GENERAL],
    "reviewer": REVIEWERS[0],
    "leader": LEADER[GENERAL],
    "inspector": INSPECTOR,
    "liaison elsewhere": LIAISON[DISCIPLINE],
    "reviewer not assigned": FOURTH_REVIEWER,
    "leader elsewhere": LEADER[PERSONNEL],
    "office at home": OFFICE_AT_HOME[GENERAL],
    "nobody": "",
}
LETTERS: Final = {403: "-", 404: ".", 410: "."}
DOOR: Final = "/sign-in"


def rows(stage: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Method, path and the letter of each column."""
    for line in page_table.TABLE[stage].strip().splitlines():
        if line.strip():
            method, path, *cells = line.split()
            letters = "".join(cells)
            assert len(letters) == len(ASKING), line
            yield method, path, dict(zip(ASKING, letters, strict=True))


def letter(answer: Response) -> str:
    """What an answer is in the table: `>` is sent to the door."""
    assert answer.status_code < 500, answer.text
    if answer.status_code == 303 and answer.headers["location"].partition("?")[0] == DOOR:
        return ">"
    return LETTERS.get(answer.status_code, "+")


def city_of(desk: Desk, stage: str, folder: Path) -> dict[str, str]:
    """Bring the city to where the table asks; what stands in the places of a path."""
    city = desk.city
    if stage == "running":
        city.at(f"{YEAR}-02-10")
        city.file(GENERAL)
    if stage == "reviewing":
        city.deduct(GENERAL)
        city.do("move", for_body("group"), subject=key_of(DISCIPLINE), action="exempt")
    hand_in(with_files(desk, folder), ("a.pdf", PDF), about="plan")
    sent = city.select("SELECT key FROM outbox WHERE recipient = :to ORDER BY key", to=LIAISON[GENERAL])
    waits = city.select("SELECT id FROM pending_act ORDER BY id")
    return {
        "letter": quote(str(sent[0][0]), safe="") if sent else "",
        "pending": str(waits[0][0]) if waits else "",
    }


def ask(desk: Desk, method: str, path: str, who: str, there: dict[str, str]) -> Response:
    """Look at a page or send its form, with what the table sends."""
    where = path.format_map({"year": YEAR, "department": GENERAL, **there})
    if method == "GET":
        return desk.get(where, who)
    fields = page_table.SENT.get(path, {})
    if not who:
        return desk.browser().post(where, data=dict(fields))
    desk.browser(who)
    return desk.post(where, who, fields)


@pytest.mark.parametrize("stage", page_table.TABLE)
def test_every_page_answers_everybody_as_the_table_says(desk_at: DeskAt, stage: str, tmp_path: Path) -> None:
    desk = desk_at(stage)
    there = city_of(desk, stage, tmp_path / "files")
    wrong = []
    for method, path, cells in rows(stage):
        found = {column: letter(ask(desk, method, path, who, there)) for column, who in ASKING.items()}
        if found != cells:
            wrong.append((method, path, {one: found[one] for one in found if found[one] != cells[one]}))
    assert wrong == []


def test_every_route_of_the_pages_has_a_row_and_every_row_a_route(desk_at: DeskAt) -> None:
    """A new page needs its row before it is shown to anybody."""
    desk = desk_at("registered")
    every = [route for route in build(desk.city.service, desk.settings).routes if isinstance(route, Route)]
    asked = {
        (method, path.partition("?")[0]) for stage in page_table.TABLE for method, path, _ in rows(stage)
    }
    there = {"year": str(YEAR), "department": GENERAL, "letter": "x", "pending": "x"}
    paths = {(method, path.format_map(there)) for method, path in asked}
    without = [
        (method, route.path)
        for route in every
        for method in (route.methods or set()) - {"HEAD"}
        if not any(method == one and route.path_regex.match(path) for one, path in paths)
    ]
    assert without == []
    assert [
        (one, path)
        for one, path in paths
        if not any(one in (route.methods or ()) and route.path_regex.match(path) for route in every)
    ] == []
