"""Requests no page of ours sends: other methods, other hosts, fields that are none, numbers beyond all measure."""

from __future__ import annotations

import pytest

from tests.cast import CLERK, GENERAL, LIAISON, REVIEWERS
from tests.held import YEAR
from tests.web.conftest import DeskAt

BOARD = f"/{YEAR}/board"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_method_a_page_does_not_have_says_which_it_has(desk_at: DeskAt, method: str) -> None:
    desk = desk_at("running")
    for path in (BOARD, "/sign-in", "/static/desk.css"):
        answer = desk.browser(CLERK).request(method, path)
        assert answer.status_code == 405, path
        assert "GET" in answer.headers["allow"] or "POST" in answer.headers["allow"]


def test_only_what_is_told_of_a_page_is_asked_for_by_its_head(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    answer = desk.browser(CLERK).head(BOARD)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert desk.browser().head(BOARD).status_code == 303


@pytest.mark.parametrize("origin", ["null", "http://[", "//", "http://testserver.evil.example", "x"])
def test_a_form_from_an_address_that_is_none_of_ours_is_not_taken(desk_at: DeskAt, origin: str) -> None:
    desk = desk_at("running")
    browser = desk.browser(CLERK)
    rows = desk.city.rows()
    sent = {"csrf": desk.begun[CLERK].csrf, "do": "chase", "pick": GENERAL}
    assert browser.post(BOARD, data=sent, headers={"Origin": origin}).status_code == 403
    assert browser.post(BOARD, data=sent, headers={"Referer": origin}).status_code == 403
    assert desk.city.rows() == rows


def test_marks_beyond_all_measure_are_refused_and_still_there(desk_at: DeskAt) -> None:
    desk, who, text = desk_at("reviewing"), REVIEWERS[0], "9e999999"
    desk.browser(who)
    sent = {f"marks[{place}][points]": text for place in (0, 1)}
    items = {f"marks[{place}][item]": item for place, item in ((0, "content.1.1"), (1, "content.1.2"))}
    answer = desk.post(f"/{YEAR}/marking/{GENERAL}", who, {**sent, **items})
    assert answer.status_code == 422
    assert answer.text.count(text) >= 2


def test_a_form_that_is_shown_again_keeps_the_number_of_its_version(desk_at: DeskAt) -> None:
    desk, who = desk_at("running"), LIAISON[GENERAL]
    desk.browser(who)
    path = f"/{YEAR}/departments/{GENERAL}/forms/plan"
    sent = {"do": "save", "digest": "x", "content[text]": "正文"}
    for seen in ("9" * 5000, "²", "-1", "\0"):
        assert desk.post(path, who, {**sent, "seen": seen}).status_code in (303, 409)


def test_a_nul_in_a_form_is_read_as_what_browsers_show_for_it(desk_at: DeskAt) -> None:
    desk, who = desk_at("running"), LIAISON[GENERAL]
    desk.browser(who)
    path = f"/{YEAR}/departments/{GENERAL}/forms/plan"
    desk.post(f"{path}/draft", who, {"content[text]": "正\0文"})
    assert "正\ufffd文" in desk.get(f"{path}?write=1", who).text
    assert desk.post(f"/{YEAR}/teams", CLERK, {"m": f"{GENERAL}\0/x"}).status_code in (403, 409)
    assert desk.post(BOARD, CLERK, {"do": "chase", "pick": "\0"}).status_code == 422
    assert desk.post("/decisions/%00", CLERK, {"do": "drop"}).status_code in (403, 404)


def test_halves_of_letters_in_a_form_do_not_break_it(desk_at: DeskAt) -> None:
    """A form says itself how its letters are written, and a program may say anything."""
    desk = desk_at("running")
    browser = desk.browser(CLERK)
    part = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    fields = {b"csrf": desk.begun[CLERK].csrf.encode(), b"do": b"chase", b"pick": b"\\ud800"}
    body = b"".join(part % one for one in fields.items()) + b"--x--\r\n"
    for charset in ("unicode_escape", "utf-8", "nonsense", "punycode"):
        kind = f"multipart/form-data; boundary=x; charset={charset}"
        answer = browser.post(BOARD, content=body, headers={"Content-Type": kind})
        assert answer.status_code < 500, charset
        assert desk.browser().post("/sign-in", content=body, headers={"Content-Type": kind}).status_code < 500


def test_a_form_with_too_much_in_it_is_refused_in_words(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    browser = desk.browser(CLERK)
    sent = {"csrf": desk.begun[CLERK].csrf, **{f"f{n}": "x" for n in range(4001)}}
    answer = browser.post(BOARD, data=sent)
    assert answer.status_code == 400
    assert "本页" in answer.text or "表单" in answer.text
