"""Every page climbs the same ladder: signed in, of the right role, asked for in the right way."""

from __future__ import annotations

from typing import Final

import pytest
from starlette.routing import Mount, Route

from tests.cast import ADMIN, AUDITOR, CLERK, DISCIPLINE, GENERAL, LEADER, LIAISON, MEMBER, REVIEWERS
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt

OPEN: Final = ("/sign-in", "/welcome/{link}")
"""Where nobody has to have signed in."""

PLACES: Final = {
    f"/{YEAR}/board": (CLERK, ADMIN),
    f"/{YEAR}/review": (CLERK, LEADER[GENERAL]),
    f"/{YEAR}/departments/{GENERAL}": (CLERK, ADMIN),
    f"/{YEAR}/home": (LIAISON[GENERAL], ADMIN),
    f"/{YEAR}/departments/{GENERAL}/forms/plan": (LIAISON[GENERAL], LIAISON[DISCIPLINE]),
    f"/{YEAR}/departments/{GENERAL}/progress": (LIAISON[GENERAL], LIAISON[DISCIPLINE]),
    f"/{YEAR}/departments/{GENERAL}/score": (LIAISON[GENERAL], LIAISON[DISCIPLINE]),
    f"/evidence/{YEAR}/{GENERAL}": (LIAISON[GENERAL], LIAISON[DISCIPLINE]),
    f"/{YEAR}/matters": (CLERK, LEADER[GENERAL]),
    f"/{YEAR}/marking": (REVIEWERS[0], LIAISON[GENERAL]),
    f"/{YEAR}/charge": (LEADER[GENERAL], ADMIN),
    f"/{YEAR}/grading": (MEMBER, LIAISON[GENERAL]),
    f"/{YEAR}/results": (LIAISON[GENERAL], ADMIN),
    f"/{YEAR}/amend": (CLERK, AUDITOR),
    f"/{YEAR}/uses": (CLERK, REVIEWERS[0]),
    f"/{YEAR}/papers": (LIAISON[GENERAL], ADMIN),
    f"/{YEAR}/papers/issue": (CLERK, ADMIN),
    f"/{YEAR}/charts": (LIAISON[GENERAL], ADMIN),
    "/cases": (LEADER[GENERAL], LIAISON[GENERAL]),
    "/weekly": (LEADER[GENERAL], LIAISON[GENERAL]),
    "/history": (AUDITOR, LIAISON[GENERAL]),
    "/verify": (AUDITOR, LIAISON[GENERAL]),
    "/mail": (CLERK, LIAISON[GENERAL]),
    "/lists/people.xlsx": (CLERK, ""),
    "/lists/history.csv": (CLERK, LIAISON[GENERAL]),
    "/decisions": (CLERK, ""),
    "/calendar": (CLERK, ""),
    "/accounts": (ADMIN, CLERK),
    "/sign-ins": (AUDITOR, CLERK),
    "/service": (ADMIN, LIAISON[GENERAL]),
    f"/{YEAR}/setup": (CLERK, ADMIN),
    f"/{YEAR}/setup/rules": (MEMBER, LIAISON[GENERAL]),
    f"/{YEAR}/setup/change": (CLERK, LIAISON[GENERAL]),
    f"/{YEAR}/setup/dates": (CLERK, LIAISON[GENERAL]),
    f"/{YEAR}/teams": (CLERK, REVIEWERS[0]),
    "/roster": (CLERK, LIAISON[GENERAL]),
    "/roster/people": (CLERK, LIAISON[GENERAL]),
    "/roster/new-person": (CLERK, AUDITOR),
    "/roster/new-department": (CLERK, AUDITOR),
    "/imports/roster": (CLERK, AUDITOR),
    "/imports/marks": (REVIEWERS[0], AUDITOR),
    "/letters": (LIAISON[GENERAL], ""),
}
"""Page to who may look at it and who may not (nobody named: everybody who has signed in may)."""


@pytest.mark.parametrize("path", PLACES)
def test_a_page_is_for_those_it_is_for(desk_at: DeskAt, path: str) -> None:
    desk = desk_at("running")
    allowed, barred = PLACES[path]
    answer = desk.get(path, allowed)
    assert answer.status_code == 200, answer.text[:500]
    if barred:
        refused = desk.get(path, barred)
        assert refused.status_code in (403, 404)
        assert "Traceback" not in refused.text


def _paths(desk: Desk) -> list[tuple[str, set[str]]]:
    routes = [route for route in desk.app.routes if isinstance(route, Route)]
    return [(route.path, set(route.methods or ()) - {"HEAD"}) for route in routes]


def _filled(path: str) -> str:
    """A path of the application with something in each of its parts."""
    parts = {
        "year:year": str(YEAR),
        "department": GENERAL,
        "kind": "finding",
        "number:number": "1",
        "form": "plan",
    }
    for part, value in parts.items():
        path = path.replace(f"{{{part}}}", value)
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + "x" + rest.partition("}")[2]
    return path


def test_nobody_comes_in_without_having_signed_in(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for path, methods in _paths(desk):
        if path in OPEN or "GET" not in methods:
            continue
        answer = desk.get(_filled(path))
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in"), path


def test_a_form_without_a_session_changes_nothing(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    rows = desk.city.rows()
    for path, methods in _paths(desk):
        if path in OPEN or "POST" not in methods:
            continue
        answer = desk.browser().post(_filled(path), data={"csrf": "x"})
        assert answer.status_code in (303, 403), path
    assert desk.city.rows() == rows


def test_a_page_takes_no_form_and_a_form_is_no_page(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    assert desk.post("/history", CLERK).status_code == 405
    assert desk.get(f"/{YEAR}/grading/ties", MEMBER).status_code == 405


def test_every_page_forbids_what_it_does_not_need(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for path, (allowed, _) in PLACES.items():
        headers = desk.get(path, allowed).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy, path
        assert "unsafe" not in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["cache-control"] == "no-store", path


def test_no_page_has_a_style_or_a_script_of_its_own(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for path, (allowed, _) in PLACES.items():
        if path.startswith("/lists"):
            continue
        page = desk.page(path, allowed)
        assert not page.cssselect("[style], style, [onclick], [onchange], [onload]"), path
        assert all(one.get("src") for one in page.cssselect("script")), path
        outside = [
            value
            for name in ("src", "href", "action")
            for one in page.cssselect(f"[{name}]")
            if "//" in (value := one.get(name))
        ]
        assert not outside, path


def test_files_are_served_from_here_and_nothing_beside_them(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    assert any(isinstance(route, Mount) and route.path == "/static" for route in desk.app.routes)
    assert desk.get("/static/desk.css").status_code == 200
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fpages.py",
        "/static//etc/passwd",
    ):
        assert desk.get(path).status_code in (303, 404), path


def test_both_languages_have_every_page(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for path, (allowed, _) in PLACES.items():
        desk.speak(allowed, "en")
        answer = desk.get(path, allowed)
        assert answer.status_code == 200, path
        if not path.startswith("/lists"):
            assert '<html lang="en">' in answer.text, path
