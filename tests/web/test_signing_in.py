"""The door: who comes in, by which link, as often as they may, and that a session is new and safe with its browser."""

from __future__ import annotations

import pytest

from cycle.security import Passwords
from tests.cast import ADMIN, CLERK, MEMBER, person
from tests.doors import PASSWORD, account, invite
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import Doorway, read, told

OTHER = "copper-lantern-9-river"


@pytest.fixture
def door(desk_at: DeskAt) -> Doorway:
    """A browser before a city in which the clerk has an account; an address waits after eight failures."""
    desk: Desk = desk_at("installed", address_failures=8)
    account(desk.city, CLERK)
    return Doorway(desk)


def test_whoever_knows_their_password_comes_in_and_nobody_else(door: Doorway) -> None:
    assert door.client.get("/account").headers["location"] == "/sign-in?next=%2Faccount"
    answers = [door.sign_in(*given) for given in ((CLERK, "wrong"), ("p-nobody",), (MEMBER,), ("", ""))]
    assert [(answer.status_code, told(answer)) for answer in answers] == [(403, "wrong")] * 4
    shown = {
        answer.text.replace(f'value="{name}"', 'value=""')
        for answer, name in zip(answers, (CLERK, "p-nobody", MEMBER, ""), strict=True)
    }
    assert (
        len({text.replace(" autofocus", "") for text in shown}) == 1
    )  # the very same page whatever was wrong
    assert not door.is_in()
    answer = door.sign_in(CLERK)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert door.is_in()
    assert door.client.get("/sign-in?next=/account").headers["location"] == "/account"


def test_a_password_is_never_shown_again(door: Doorway) -> None:
    answer = door.sign_in(CLERK, "my-wrong-password")
    assert "my-wrong-password" not in answer.text
    assert f'value="{CLERK}"' in answer.text
    hostile = door.sign_in('"><script>alert(1)</script>', "x")
    assert "<script>alert" not in hostile.text


@pytest.mark.parametrize("path", ["/account", "/2025/board?category=government", "/history#x"])
def test_one_comes_back_to_the_page_one_wanted(door: Doorway, path: str) -> None:
    wanted = door.form("/sign-in?next=" + path.replace("?", "%3F").replace("#", "%23"))["next"]
    assert door.sign_in(CLERK, next=wanted).headers["location"] == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        " /",
    ],
)
def test_nobody_is_sent_elsewhere_by_the_address_they_were_given(door: Doorway, path: str) -> None:
    assert door.sign_in(CLERK, next=path).headers["location"] == "/"
    assert door.client.get("/sign-in", params={"next": path}).headers["location"] == "/"


@pytest.mark.parametrize("secure", [False, True])
def test_the_cookie_is_out_of_reach_of_scripts_other_hosts_and_plain_text(
    door: Doorway, secure: bool
) -> None:
    browser = door.other(secure=secure)
    (said,) = [one for one in browser.sign_in(CLERK).headers.get_list("set-cookie") if "session" in one]
    name, *flags = said.split("; ")
    assert name.partition("=")[0] == ("__Host-cycle_session" if secure else "cycle_session")
    assert len(name.partition("=")[2]) == 43
    wanted = {"HttpOnly", "Path=/", "SameSite=lax"} | ({"Secure"} if secure else set())
    assert set(flags) == wanted
    assert browser.is_in()


def test_over_https_a_cookie_another_host_could_have_planted_opens_nothing(door: Doorway) -> None:
    door.sign_in(CLERK)
    browser = door.other(secure=True)
    browser.plant(door.cookie())
    assert not browser.is_in()


def test_signing_in_begins_a_session_of_its_own_and_ends_the_one_before(door: Doorway) -> None:
    account(door.desk.city, MEMBER)
    door.plant("planted-by-somebody-else-before-anybody-signs")
    door.sign_in(CLERK)
    first = door.cookie()
    assert "planted" not in first
    form = {**door.form("/account"), "name": MEMBER, "password": PASSWORD}
    fields = {**form, "csrf": door.cookie("cycle_door")}
    assert door.client.post("/sign-in", data=fields).status_code == 303
    second = door.cookie()
    assert first != second
    thief = door.other()
    thief.plant(first)
    assert not thief.is_in()
    thief.plant(second)
    assert thief.is_in()


def test_signing_out_ends_the_session_at_the_server_not_only_here(door: Doorway) -> None:
    door.sign_in(CLERK)
    kept = door.cookie()
    answer = door.client.post("/sign-out", data=door.form("/account", "退出"))
    assert answer.headers["location"] == "/sign-in?out=1"
    assert "已退出" in door.client.get("/sign-in?out=1").text
    assert door.cookie() == ""
    door.plant(kept)
    assert not door.is_in()
    assert door.client.get("/sign-out").status_code in (404, 405)


def test_an_account_waits_after_five_wrong_passwords_from_wherever(door: Doorway) -> None:
    for number in range(5):
        assert told(door.other(address=f"192.0.2.{number + 20}").sign_in(CLERK, "wrong")) == "wrong"
    assert told(door.sign_in(CLERK)) == "wrong"
    door.desk.city.at("2025-01-02 10:15")
    assert door.sign_in(CLERK).status_code == 303


def test_an_address_waits_after_many_failures_whoever_it_names(door: Doorway) -> None:
    for number in range(8):
        assert told(door.sign_in(f"p-somebody-{number}", "x")) == "wrong"
    answer = door.sign_in(CLERK)
    assert (answer.status_code, told(answer), answer.headers["retry-after"]) == (429, "too_many", "900")
    assert door.other(address="192.0.2.8").sign_in(CLERK).status_code == 303
    door.desk.city.at("2025-01-02 10:15")
    assert door.sign_in(CLERK).status_code == 303


def test_what_is_tried_is_written_down_with_the_address(door: Doorway) -> None:
    door.sign_in(CLERK, "wrong")
    door.sign_in(CLERK)
    rows = door.desk.city.select("SELECT person, address, outcome FROM sign_in_log ORDER BY seq")
    assert rows == [(CLERK, "192.0.2.7", "wrong"), (CLERK, "192.0.2.7", "in")]


def test_where_too_many_passwords_are_checked_at_once_one_is_told_to_come_again(door: Doorway) -> None:
    full = Passwords(memory=8, passes=1, at_once=1, patience=0.01)
    form = door.form("/sign-in")
    door.desk.app.state.passwords = full
    with full._turn():
        answer = door.client.post("/sign-in", data={**form, "name": CLERK, "password": PASSWORD})
    assert (answer.status_code, told(answer)) == (503, "busy")


def test_the_door_says_whose_it_is_whom_to_ask_and_what_is_open(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.do("set_letterhead", person(CLERK), office="市考评办", contact="周敏 0990-555-0102")
    door = Doorway(desk)
    text = read(door.client.get("/sign-in")).text_content()
    for said in ("市考评办", "周敏 0990-555-0102", "2025年度正在进行", "年度计划", "2月28日"):
        assert said in text
    desk.city.at("2025-04-01")
    assert "没有开放的窗口" in door.client.get("/sign-in").text


def test_english_is_kept_at_the_browser_and_in_the_session(door: Doorway) -> None:
    assert "Sign in" not in door.client.get("/sign-in").text
    assert "Sign in" in door.client.get("/sign-in?lang=en").text
    assert "Sign in" in door.client.get("/sign-in").text
    door.sign_in(CLERK)
    assert "Latest sign-ins" in door.client.get("/account").text
    assert "密码" in door.other().client.get("/sign-in").text


# --- the link to a first password ---


def test_a_link_names_whom_it_is_for_lets_them_set_a_password_once_and_signs_them_in(door: Doorway) -> None:
    link = f"/welcome/{invite(door.desk.city, MEMBER)}"
    for _ in range(3):  # looking uses nothing up
        assert "赵卫东" in door.client.get(link).text
    answer = door.client.post(link, data={**door.form(link), "password": OTHER, "again": OTHER})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert door.is_in()
    late = door.other()
    for answer in (late.client.get(link), door.client.get(link)):
        assert (answer.status_code, told(answer)) == (410, "link_used")
        assert "系统管理员" in answer.text
        assert "赵卫东" not in answer.text.replace("赵卫东</a>", "")
    fields = {**late.form("/sign-in"), "password": PASSWORD, "again": PASSWORD}
    assert late.client.post(link, data=fields).status_code == 410
    assert late.sign_in(MEMBER, OTHER).status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "code"),
    [
        ("x9-w", "x9-w", "password_too_short"),
        ("zhao-weidong-2026", "zhao-weidong-2026", "password_holds_name"),
        ("password1234", "password1234", "password_common"),
        (OTHER, OTHER + "x", "differs"),
        ("", "", "password_too_short"),
    ],
)
def test_a_password_that_does_not_fit_is_refused_with_the_reason(
    door: Doorway, password: str, again: str, code: str
) -> None:
    link = f"/welcome/{invite(door.desk.city, MEMBER)}"
    answer = door.client.post(link, data={**door.form(link), "password": password, "again": again})
    assert (answer.status_code, told(answer)) == (422, code)
    assert not password or password not in answer.text
    assert not door.is_in()
    assert door.client.get(link).status_code == 200


def test_a_link_that_is_over_or_is_none_says_one_sentence(door: Doorway) -> None:
    link = f"/welcome/{invite(door.desk.city, MEMBER, hours=1)}"
    form = door.form(link)
    door.desk.city.at("2025-01-02 11:00")
    answers = [
        door.client.get(link),
        door.client.post(link, data={**form, "password": OTHER, "again": OTHER}),
        door.client.get("/welcome/p-nobody." + "A" * 43),
        door.client.get("/welcome/x"),
    ]
    assert {(answer.status_code, told(answer)) for answer in answers} == {(410, "link_used")}


def test_a_link_begins_a_session_in_place_of_the_one_before_at_this_browser(door: Doorway) -> None:
    door.sign_in(CLERK)
    before = door.cookie()
    link = f"/welcome/{invite(door.desk.city, MEMBER)}"
    door.client.post(link, data={**door.form(link, "设密码"), "password": OTHER, "again": OTHER})
    assert "赵卫东" in door.client.get("/account").text
    thief = door.other()
    thief.plant(before)
    assert not thief.is_in()


def test_an_administrator_who_is_suspended_is_out_at_once(door: Doorway) -> None:
    account(door.desk.city, ADMIN)
    door.sign_in(ADMIN)
    assert door.is_in()
    door.desk.city.do("suspend_account", person(ADMIN), person=ADMIN)
    assert not door.is_in()
    assert told(door.sign_in(ADMIN)) == "wrong"
