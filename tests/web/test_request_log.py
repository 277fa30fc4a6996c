"""What is told of the pages: who looked at which, and what broke; never what opens a door."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.datastructures import State

from cycle.api.metrics import Figures
from cycle.api.noted import Noted
from cycle.db import Overtaken
from cycle.logs import lines_to
from cycle.web.entry import COOKIE
from tests.cast import CLERK, GENERAL, LIAISON
from tests.doors import PASSWORD, account, invite
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import Doorway, read

HEADER = "X-Request-ID"


class Told(Noted):
    """The pages as they are served: each request is noted."""

    def __init__(self, pages: Starlette) -> None:
        super().__init__(pages, Figures())

    @property
    def state(self) -> State:
        """What the pages work with."""
        pages: Any = self.app
        return cast("State", pages.state)


@contextmanager
def told(desk: Desk) -> Iterator[list[dict[str, Any]]]:
    """The lines of the log meanwhile, filled in at the end; browsers made meanwhile are noted."""
    out, lines = io.StringIO(), list[dict[str, Any]]()
    service, pages = desk.city.service, desk.app
    desk.app = Told(pages)  # type: ignore[assignment] # what a browser needs of it
    try:
        with lines_to(out, service.clock, service.zone, form="json", level="info"):
            yield lines
    finally:
        desk.app = pages
    lines += map(json.loads, out.getvalue().split("\n")[:-1])


def requests(lines: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (line["method"], line["route"], line.get("path"), line["status"], line.get("person"))
        for line in lines
        if line["event"] == "request"
    ]


def test_a_page_and_a_form_are_told_with_who_asked(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    with told(desk) as lines:
        desk.get(f"/2025/departments/{GENERAL}", LIAISON[GENERAL])
        desk.post("/sign-out", CLERK)
        desk.get("/account")
    assert requests(lines) == [
        (
            "GET",
            "/{year:year}/departments/{department}",
            f"/2025/departments/{GENERAL}",
            200,
            LIAISON[GENERAL],
        ),
        ("POST", "/sign-out", None, 303, CLERK),
        ("GET", "/account", None, 303, None),
    ]


def test_nothing_that_lets_somebody_in_is_told(desk_at: DeskAt) -> None:
    desk = desk_at("installed")
    link = invite(desk.city, CLERK)
    account(desk.city, LIAISON[GENERAL])
    with told(desk) as lines:
        door = Doorway(desk)
        form = door.form("/sign-in?next=/secret-place")
        door.sign_in(LIAISON[GENERAL])
        cookie = str(door.client.cookies.get(COOKIE))
        door.client.get(f"/welcome/{link}")
        door.client.get(f"/welcome/{link}/mistyped")
        door.client.post(f"/welcome/{link}", data={**form, "password": PASSWORD, "again": PASSWORD})
        door.client.get(f"/welcome/{link}%0Amore")
    assert len(requests(lines)) >= 6
    text = json.dumps(lines, ensure_ascii=False)
    assert cookie
    for secret in (link, cookie, PASSWORD, form["csrf"], "secret-place"):
        assert secret not in text
    assert "/welcome/{link}" in text


@pytest.mark.parametrize(
    ("error", "status", "event"),
    [(RuntimeError("the roof"), 500, "request broke"), (Overtaken("the turn"), 503, "database unavailable")],
)
def test_the_page_of_what_broke_names_the_line_of_the_log(
    desk_at: DeskAt, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, event: str
) -> None:
    desk = desk_at("running")

    def broken(*_given: object, **_named: object) -> Any:
        raise error

    monkeypatch.setattr("cycle.web.entry.standing_of", broken)
    with told(desk) as lines:
        answer = desk.get("/account", CLERK)
    assert answer.status_code == status
    broke, request = lines
    assert broke["event"] == event
    assert str(error) in broke["trace"]
    assert str(error) not in answer.text
    assert broke["request"] == request["request"] == answer.headers[HEADER]
    assert broke["request"] in read(answer).text_content()
