"""Forms are taken only from pages that were shown here to whoever sends them; what browsers are told of every page."""

from __future__ import annotations

from typing import Final

import pytest

from tests.cast import CLERK, MEMBER
from tests.doors import PASSWORD, account, invite
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import Doorway, told

HERE = "http://kaoping.example"
FROM_HERE: Final[tuple[dict[str, str], ...]] = (
    {},
    {"Origin": HERE},
    {"Origin": "http://KAOPING.example"},
    {"Referer": f"{HERE}/account?x=1"},
    {"Origin": HERE, "Sec-Fetch-Site": "same-origin"},
)
FROM_ELSEWHERE: Final[tuple[dict[str, str], ...]] = (
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://kaoping.example.evil.example"},
    {"Origin": "http://kaoping.example:8080"},
    {"Origin": "http://kaoping.example@evil.example"},
    {"Referer": "http://evil.example/kaoping.example"},
    {"Origin": "http://evil.example", "Referer": f"{HERE}/account"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": HERE},
)


@pytest.fixture
def door(desk_at: DeskAt) -> Doorway:
    """A browser at which the clerk has signed in."""
    desk: Desk = desk_at("installed")
    account(desk.city, CLERK)
    account(desk.city, MEMBER)
    made = Doorway(desk)
    made.sign_in(CLERK)
    return made


def speak(door: Doorway, headers: dict[str, str], **changed: str) -> int:
    """Send the form of the language as its page has it, but for what is changed."""
    form = {**door.form("/account", "English"), "lang": "en", **changed}
    return door.client.post("/account", data=form, headers=headers).status_code


@pytest.mark.parametrize("headers", FROM_HERE, ids=str)
def test_a_form_that_was_shown_here_is_taken(door: Doorway, headers: dict[str, str]) -> None:
    assert speak(door, headers) == 303
    assert "Latest sign-ins" in door.client.get("/account").text


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
def test_a_form_from_another_page_changes_nothing_even_with_the_right_token(
    door: Doorway, headers: dict[str, str]
) -> None:
    assert speak(door, headers) == 403
    assert "最近的登录" in door.client.get("/account").text


def test_a_form_carries_the_token_of_its_own_session(door: Doorway) -> None:
    other = door.other()
    other.sign_in(MEMBER)
    theirs = other.form("/account", "English")["csrf"]
    own = door.form("/account", "English")["csrf"]
    for wrong in ("", theirs, own[:-1], own.swapcase(), door.cookie(), door.cookie("cycle_door"), "é"):
        assert speak(door, {}, csrf=wrong) == 403
    for path in ("/account", "/sign-out"):
        assert door.client.post(path, data={"do": "end_others"}).status_code == 403
    assert door.is_in()
    assert speak(door, {"X-CSRF-Token": own}, csrf="") == 303


def test_a_form_of_a_session_that_is_over_is_sent_to_the_door(door: Doorway) -> None:
    form = door.form("/account", "English")
    door.client.post("/sign-out", data=door.form("/account", "退出"))
    answer = door.client.post("/account", data=form)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/sign-in?next=%2Faccount%3Funwritten%3D1",
    )
    door.sign_in(CLERK)
    assert door.client.post("/account", data=form).status_code == 403


# --- where nobody has signed in yet ---


def test_nobody_is_signed_in_by_a_form_of_another_page(door: Doorway) -> None:
    """A page elsewhere must not sign a browser in as somebody else, who reads then what is written there."""
    for headers in FROM_ELSEWHERE:
        answer = door.other().sign_in(CLERK, headers=headers)
        assert (answer.status_code, told(answer)) == (403, "again")
    fresh, shown = door.other(), door.other().form("/sign-in")
    for form in ({}, {"csrf": ""}, shown):
        answer = fresh.client.post("/sign-in", data={**form, "name": CLERK, "password": PASSWORD})
        assert (answer.status_code, told(answer)) == (403, "again")
        assert not fresh.cookie()
    assert door.desk.city.select("SELECT count(*) FROM sign_in_log WHERE outcome <> 'in'") == [(0,)]
    # The page it is told with has a form that works.
    assert fresh.sign_in(CLERK).status_code == 303


def test_no_password_is_set_by_a_form_of_another_page(door: Doorway) -> None:
    link = f"/welcome/{invite(door.desk.city, MEMBER)}"
    new = {"password": "copper-lantern-9-river", "again": "copper-lantern-9-river"}
    fresh = door.other()
    form = {**fresh.form(link), **new}
    for answer in (
        fresh.client.post(link, data=form, headers={"Origin": "http://evil.example"}),
        fresh.client.post(link, data=new),
        door.other().client.post(link, data=form),
    ):
        assert (answer.status_code, told(answer)) == (403, "again")
    assert fresh.client.post(link, data=form).status_code == 303


@pytest.mark.parametrize("secure", [False, True])
def test_what_a_form_at_the_door_carries_is_kept_from_scripts_and_other_hosts(
    door: Doorway, secure: bool
) -> None:
    (said,) = door.other(secure=secure).client.get("/sign-in").headers.get_list("set-cookie")
    name, *flags = said.split("; ")
    assert name.partition("=")[0] == ("__Host-cycle_door" if secure else "cycle_door")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} | ({"Secure"} if secure else set()) == set(flags)


# --- what every answer tells the browser ---


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/welcome/x", "/no-such-page", "/static/desk.css"])
@pytest.mark.parametrize("secure", [False, True])
def test_every_answer_says_what_a_browser_may_do_with_it(door: Doorway, path: str, secure: bool) -> None:
    headers = door.other(secure=secure).client.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
    assert ("strict-transport-security" in headers) is secure


@pytest.mark.parametrize("path", ["/sign-in", "/account"])
def test_no_page_has_anything_that_the_policy_forbids(door: Doorway, path: str) -> None:
    browser = door if path == "/account" else door.other()
    text = browser.client.get(path).text
    assert " style=" not in text
    assert "<style" not in text
    assert "javascript:" not in text
    assert text.count("<script") == text.count("<script src=")
    assert "data:" not in text
