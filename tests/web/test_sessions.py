"""A session at a browser: over when nobody is there, ended one by one, renewed with the password."""

from __future__ import annotations

import pytest

from tests.cast import CLERK, MEMBER
from tests.doors import PASSWORD, account
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import Doorway, read, told

OTHER = "copper-lantern-9-river"


@pytest.fixture
def door(desk_at: DeskAt) -> Doorway:
    """A browser at which the clerk has signed in, at ten."""
    desk: Desk = desk_at("installed")
    account(desk.city, CLERK)
    account(desk.city, MEMBER)
    desk.city.at("2025-01-02 10:00")
    made = Doorway(desk)
    made.sign_in(CLERK)
    return made


def at(door: Doorway, minute: str) -> None:
    door.desk.city.at(f"2025-01-02 {minute}")


def another(door: Doorway) -> Doorway:
    """Another browser at which the clerk has signed in."""
    made = door.other(address="192.0.2.99")
    made.sign_in(CLERK)
    return made


def test_whoever_does_nothing_for_half_an_hour_is_signed_out_and_whoever_works_is_not(door: Doorway) -> None:
    for minute in ("10:29", "10:58", "11:27"):
        at(door, minute)
        assert door.is_in()
    at(door, "11:58")
    assert door.client.get("/account").headers["location"] == "/sign-in?next=%2Faccount"
    at(door, "11:28")
    assert door.is_in()


def test_a_form_that_is_sent_says_that_somebody_is_there_too(door: Doorway) -> None:
    form = door.form("/account", "English")
    at(door, "10:25")
    assert door.client.post("/account", data={**form, "lang": "zh"}).status_code == 303
    at(door, "10:50")
    assert door.is_in()


def test_twelve_hours_after_signing_in_everybody_signs_in_again(door: Doorway) -> None:
    for minutes in range(610, 22 * 60, 25):
        at(door, f"{minutes // 60:02}:{minutes % 60:02}")
        assert door.is_in()
    at(door, "22:00")
    assert not door.is_in()


def test_one_sees_where_one_is_signed_in_and_ends_any_of_it(door: Doorway) -> None:
    other, theirs = another(door), door.other()
    theirs.sign_in(MEMBER)
    page = read(door.client.get("/account"))
    assert [place for place in ("192.0.2.7", "192.0.2.99") if place in page.text_content()] == [
        "192.0.2.7",
        "192.0.2.99",
    ]
    assert "这一处" in page.text_content()
    form = door.form("/account", "退出这一处")
    foreign = theirs.form("/account", "English")["csrf"]
    assert theirs.client.post("/account", data={**form, "csrf": foreign}).status_code == 404
    assert other.is_in()
    assert door.client.post("/account", data=form).headers["location"] == "/account?told=ended"
    assert (door.is_in(), other.is_in(), theirs.is_in()) == (True, False, True)
    assert door.client.post("/account", data=form).status_code == 404
    assert "已退出" in door.client.get("/account?told=ended").text


def test_one_ends_all_of_ones_sessions_but_this_one(door: Doorway) -> None:
    others, theirs = [another(door) for _ in range(3)], door.other()
    theirs.sign_in(MEMBER)
    form = door.form("/account", "退出其他3处")
    assert door.client.post("/account", data=form).status_code == 303
    assert [browser.is_in() for browser in (door, *others, theirs)] == [True, False, False, False, True]


def test_ending_the_session_one_uses_is_signing_out(door: Doorway) -> None:
    ((name,),) = door.desk.city.select("SELECT id FROM web_session")
    form = {**door.form("/account", "English"), "do": "end", "session": name}
    assert door.client.post("/account", data=form).headers["location"] == "/sign-in?out=1"
    assert not door.is_in()


def test_a_new_password_begins_a_new_session_here_and_ends_all_others(door: Doorway) -> None:
    other, before = another(door), door.cookie()
    form = {**door.form("/account", "现在的密码"), "present": PASSWORD, "password": OTHER, "again": OTHER}
    answer = door.client.post("/account", data=form)
    assert answer.headers["location"] == "/account?told=password"
    assert door.cookie() not in ("", before)
    assert "密码已改" in door.client.get("/account?told=password").text
    assert not other.is_in()
    other.plant(before)
    assert not other.is_in()
    assert told(other.sign_in(CLERK)) == "wrong"
    assert other.sign_in(CLERK, OTHER).status_code == 303


@pytest.mark.parametrize(
    ("present", "password", "again", "code"),
    [
        ("not-it-9", OTHER, OTHER, "password_wrong"),
        (PASSWORD, PASSWORD, PASSWORD, "password_same"),
        (PASSWORD, "han-xuefeng-2026", "han-xuefeng-2026", "password_holds_name"),
        (PASSWORD, OTHER, OTHER + "x", "differs"),
        ("", "", "", "password_too_short"),
    ],
)
def test_a_password_that_cannot_be_taken_changes_nothing_and_the_reason_is_told(
    door: Doorway, present: str, password: str, again: str, code: str
) -> None:
    fields = {"present": present, "password": password, "again": again}
    answer = door.client.post("/account", data={**door.form("/account", "现在的密码"), **fields})
    assert (answer.status_code, told(answer)) == (422, code)
    assert not any(said in answer.text for said in fields.values() if said)
    assert door.is_in()
    assert door.other().sign_in(CLERK).status_code == 303


def test_one_sees_who_tried_to_sign_in_with_ones_account_and_nobody_elses(door: Doorway) -> None:
    door.other(address="198.51.100.3").sign_in(CLERK, "wrong")
    door.other(address="198.51.100.4").sign_in(MEMBER, "wrong")
    shown = door.client.get("/account").text
    assert "198.51.100.3" in shown
    assert "密码不对" in shown
    assert "198.51.100.4" not in shown


def test_what_is_no_form_of_the_page_is_not_there(door: Doorway) -> None:
    form = door.form("/account", "English")
    for changed in ({"do": "nothing"}, {"do": ""}, {"lang": "fr"}, {"do": "end", "session": "x"}):
        assert door.client.post("/account", data={**form, **changed}).status_code == 404
