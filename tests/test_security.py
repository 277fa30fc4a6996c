"""Passwords: what one must not be, how it is kept, that checking takes its turn."""

from __future__ import annotations

import re
from threading import Event, Thread

import pytest

from cycle.security import MOST_LETTERS, Busy, Passwords, Proof, _common, faults, is_common, normalised
from tests.doors import CHEAP, PASSWORD

ABOUT = ("p-zhou-minxia", "周敏霞", "zmx-office@example.com")


def codes(password: str, least: int = 12) -> list[str]:
    return [unmet.code for unmet in faults(password, about=ABOUT, least=least)]


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "mangoviolettrain",
        "十二个不相干的字也可以用",
        "Tr0ub4dor&3xyz",
        "9-4-1-7-2-8-5-3-0-6",
        "zhou is not the whole name",
        "m" * 5 + "n" * 4 + "xyz",
        "abracadabra-hocus",
    ],
)
def test_any_long_password_will_do_whatever_signs_it_has(password: str) -> None:
    assert codes(password) == []


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("mango-viole", "password_too_short"),
        ("12 zhou-minxia 34", "password_holds_name"),
        ("12zhouminxia34", "password_holds_name"),
        ("ZhouMinXia----", "password_holds_name"),
        ("我是周敏霞，你好吗我好", "password_holds_name"),
        ("zmxoffice-2026-x", "password_holds_name"),
        ("password1234", "password_common"),
        ("P@ssw0rd2026", "password_common"),
        ("1qaz2wsx3edc", "password_common"),
        ("qwertyuiop[]", "password_common"),
        ("123456789012", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("abxyabxyabxy", "password_common"),
        ("绩效绩效绩效绩效绩效绩效", "password_common"),
        ("Woaini-1314520", "password_common"),
        ("jixiaokaohe2026", "password_common"),
        ("ｐａｓｓｗｏｒｄ１２３４", "password_common"),
        ("............", "password_common"),
        ("passwordpassword", "password_common"),
    ],
)
def test_what_is_guessed_first_is_refused_and_the_reason_told(password: str, code: str) -> None:
    assert code in codes(password)


def test_letters_are_counted_as_they_are_kept() -> None:
    assert normalised("ﬃ") == "ffi"
    assert codes("ﬃﬃﬃ-x") == ["password_too_short"]
    assert codes("ﬃﬃﬃ-xq") == []
    assert codes("me\u0301lange-xq") == ["password_too_short"]  # eleven, however it was typed


def test_everything_wrong_is_said_at_once_and_what_is_endless_is_not_looked_at() -> None:
    assert codes("zhou-minxia", 12) == ["password_too_short", "password_holds_name"]
    assert codes("password", 12) == ["password_too_short", "password_common"]
    assert codes("zhou-minxia" * MOST_LETTERS) == ["password_too_long"]


def test_a_piece_of_a_name_too_short_to_mean_anybody_is_let_be() -> None:
    assert [u.code for u in faults("slipper-and-mango", about=("p-li", "李", "li@x"), least=12)] == []


def test_the_list_holds_about_a_thousand_entries_in_lower_case_each_of_which_is_common() -> None:
    assert 1000 < len(_common()) < 2000
    assert [entry for entry in _common() if entry != entry.casefold() or not is_common(entry)] == []


def test_the_default_is_argon2id_with_64_mebibytes_and_three_passes() -> None:
    hashed = Passwords().hash(PASSWORD)
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=1\$", hashed)
    assert PASSWORD not in hashed


def test_a_password_is_right_alone_and_the_same_one_typed_full_width_too() -> None:
    kept = CHEAP.hash("mango-violet-42-train")
    assert CHEAP.hash(PASSWORD) != kept  # salted
    assert CHEAP.verify(PASSWORD, kept) == Proof(right=True)
    assert CHEAP.verify("ｍａｎｇｏ-violet-42-train", kept).right
    for wrong in ("", "mango-violet-42-trai", "Mango-violet-42-train", "\ud800", PASSWORD * 30):
        assert CHEAP.verify(wrong, kept) == Proof(right=False)
    for no_hash in ("", "x", "$argon2id$v=19$m=8,t=1,p=1$x", "$2b$12$abc"):
        assert CHEAP.verify(PASSWORD, no_hash) == Proof(right=False)


def test_a_hash_of_another_measure_is_renewed_when_the_password_was_right() -> None:
    stronger = Passwords(memory=16, passes=1)
    kept = CHEAP.hash(PASSWORD)
    proof = stronger.verify(PASSWORD, kept)
    assert proof.right
    assert proof.fresh is not None
    assert stronger.verify(PASSWORD, proof.fresh) == Proof(right=True)
    assert stronger.verify("wrong", kept) == Proof(right=False)


def test_only_so_many_are_checked_at_once_and_whoever_waits_too_long_is_told() -> None:
    one = Passwords(memory=8, passes=1, at_once=1, patience=0.01)
    held, go = Event(), Event()

    def hold() -> None:
        with one._turn():
            held.set()
            go.wait(60)

    holding = Thread(target=hold)
    holding.start()
    held.wait(60)
    try:
        for ask in (lambda: one.hash("x"), lambda: one.verify("x", "y"), lambda: one.pretend("x")):
            with pytest.raises(Busy):
                ask()
    finally:
        go.set()
        holding.join()
    assert one.verify("x", one.hash("x")).right
