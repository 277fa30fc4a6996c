"""Signing in: by id or mail address, refused alike whatever is wrong, counted by account and by address."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from cycle.operations import sign_in as signing
from cycle.operations.sessions import Begun
from cycle.operations.sign_in import FAILED, OUTCOMES, Door, sender_of, sign_in
from cycle.permissions import Act
from cycle.security import Passwords, Proof
from tests.cast import ADMIN, CLERK, MEMBER, WHY, City, CityAt, person
from tests.doors import CHEAP, PASSWORD, account, door, invite
from workflows import words

HOME = "192.0.2.7"


@pytest.fixture
def city(city_at: CityAt) -> City:
    """A city in which the clerk and a member have accounts."""
    made = city_at("installed")
    for who in (CLERK, MEMBER):
        account(made, who)
    return made


def right(at: Door, name: str = CLERK, said: str = PASSWORD, address: str = HOME) -> bool:
    return isinstance(sign_in(at, name, said, address=address), Begun)


def outcomes(city: City) -> list[str]:
    return [outcome for (outcome,) in city.select("SELECT outcome FROM sign_in_log ORDER BY seq")]


def email(city: City, who: str = CLERK) -> str:
    return str(city.row(f"person:{who}").record["email"])


def test_one_signs_in_by_id_or_by_mail_address_in_any_case(city: City) -> None:
    for name in (CLERK, f" {CLERK} ", email(city), email(city).upper()):
        assert right(door(city), name)
    rows = city.select("SELECT person, name_given, address, outcome FROM sign_in_log ORDER BY seq")
    assert rows == [(CLERK, name, HOME, "in") for name in (CLERK, CLERK, email(city), email(city).upper())]


def test_a_mail_address_of_two_people_is_nobodys(city: City) -> None:
    change = {"id": MEMBER, "email": email(city)}
    city.both("change_person", person("p-chang-shengnan"), by=CLERK, **change)
    assert not right(door(city), email(city))
    assert right(door(city), CLERK)
    assert outcomes(city) == ["unknown", "in"]


def test_whatever_is_wrong_the_answer_is_the_same(city: City) -> None:
    city.do("leave", person(CLERK), id=MEMBER, on="2025-01-01")
    invite(city, ADMIN)
    tries = {
        "p-nobody": "unknown",
        "": "unknown",
        "x\0y": "unknown",
        "x" * 100_000: "unknown",
        "a@b@c": "unknown",
        MEMBER: "not_active",
        ADMIN: "not_active",
        "p-wu-siqi": "not_active",
    }
    assert [sign_in(door(city), name, PASSWORD, address=HOME) for name in tries] == ["wrong"] * len(tries)
    assert outcomes(city) == list(tries.values())
    for password in ("", "wrong", PASSWORD[:-1], PASSWORD * 1000):
        assert sign_in(door(city), CLERK, password, address=HOME) == "wrong"


def test_whatever_is_wrong_a_password_is_hashed_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes long is done just as often, so that time does not tell whether a name is somebody's."""
    worked: list[str] = []
    for name in ("hash", "verify"):
        real = getattr(Passwords, name)

        def counted(self: Passwords, *given: str, real: object = real) -> object:
            worked.append("one")
            return real(self, *given)  # type: ignore[operator] # the method of that name

        monkeypatch.setattr(Passwords, name, counted)
    for _ in range(6):
        sign_in(door(city, lockout_failures=3), CLERK, "wrong", address=HOME)
    for name in ("p-nobody", ADMIN, "nobody@example.com"):
        sign_in(door(city), name, "wrong", address=HOME)
    assert len(worked) == 9
    assert outcomes(city)[:6] == ["wrong"] * 3 + ["locked"] * 3


def test_a_name_that_is_nobodys_is_not_written_down(city: City) -> None:
    for name in (PASSWORD, PASSWORD, "p-nobody"):
        sign_in(door(city), name, "x", address=HOME)
    names = [name for (name,) in city.select("SELECT name_given FROM sign_in_log ORDER BY seq")]
    assert names[0] == names[1] != names[2]
    assert [len(name) for name in names] == [len("sha256:") + 4] * 3
    assert city.select("SELECT person FROM sign_in_log WHERE person IS NOT NULL") == []


# --- an account that waits ---


def test_after_five_wrong_passwords_an_account_waits_and_the_right_one_opens_nothing(city: City) -> None:
    for _ in range(5):
        assert not right(door(city), said="wrong")
    assert not right(door(city))
    assert not right(door(city), email(city))
    assert right(door(city), MEMBER)
    city.at("2025-01-02 10:14")
    assert not right(door(city))
    city.at("2025-01-02 10:15")
    assert right(door(city))
    assert outcomes(city) == ["wrong"] * 5 + ["locked"] * 2 + ["in", "locked", "in"]


def test_a_right_password_begins_the_count_anew_and_so_does_a_quiet_quarter_of_an_hour(city: City) -> None:
    for minute, password in enumerate(["wrong"] * 4 + [PASSWORD] + ["wrong"] * 4):
        city.at(f"2025-01-02 10:0{minute}")
        sign_in(door(city), CLERK, password, address=HOME)
    city.at("2025-01-02 10:24")
    assert not right(door(city), said="wrong")
    assert right(door(city))


def test_many_tries_at_once_are_no_more_tries_than_one_after_the_other(city: City) -> None:
    verified: list[str] = []

    class Slow(Passwords):
        """Ends no check before everybody has begun one or been turned away."""

        def verify(self, password: str, hash_: str) -> object:  # type: ignore[override] # never looked at
            verified.append(password)
            return super().verify(password, hash_)

    slow = Slow(memory=8, passes=1, at_once=20)
    at, begin = replace(door(city), passwords=slow), Barrier(12)

    def attempt(number: int) -> None:
        begin.wait(60)
        sign_in(at, CLERK, f"guess-{number}", address=f"192.0.2.{number}")

    threads = [Thread(target=attempt, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(verified) == 5
    assert sorted(outcomes(city)) == ["locked"] * 7 + ["wrong"] * 5


def test_the_count_is_one_for_all_processes(city: City) -> None:
    """Another service on the same database knows of what was tried here."""
    for _ in range(5):
        sign_in(door(city), CLERK, "wrong", address=HOME)
    other = replace(door(city), passwords=Passwords(memory=8, passes=1))
    assert sign_in(other, CLERK, PASSWORD, address="198.51.100.1") == "wrong"


# --- an address that waits ---


def test_an_address_waits_after_so_many_failures_whoever_it_names(city: City) -> None:
    at = door(city, address_failures=3)
    for name in ("p-a", "p-b", CLERK):
        assert sign_in(at, name, "wrong", address=HOME) == "wrong"
    assert sign_in(at, CLERK, PASSWORD, address=HOME) == "too_many"
    assert sign_in(at, MEMBER, PASSWORD, address=HOME) == "too_many"
    assert right(at, address="192.0.2.8")
    city.at("2025-01-02 10:15")
    assert right(at)


def test_those_that_wait_are_written_down_once_a_minute_and_do_not_lengthen_the_wait(city: City) -> None:
    at = door(city, address_failures=1)
    sign_in(at, "p-a", "wrong", address=HOME)
    for minute in ("10:00", "10:00", "10:01", "10:14", "10:14"):
        city.at(f"2025-01-02 {minute}")
        assert sign_in(at, CLERK, PASSWORD, address=HOME) == "too_many"
    assert outcomes(city) == ["unknown"] + ["too_many"] * 3
    city.at("2025-01-02 10:15")
    assert right(at)


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9%eth0", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("x" * 500, "x" * 64),
        ("a\nb", ""),
        ("", ""),
    ],
)
def test_of_ipv6_whoever_has_one_address_has_all_that_begin_alike(address: str, sender: str) -> None:
    assert sender_of(address) == sender


def test_a_hash_of_another_measure_is_renewed_on_signing_in(city: City) -> None:
    before = city.select("SELECT hash FROM credential WHERE person = :who", who=CLERK)
    stronger = replace(door(city), passwords=Passwords(memory=16, passes=1))
    assert not right(stronger, said="wrong")
    assert city.select("SELECT hash FROM credential WHERE person = :who", who=CLERK) == before
    assert right(stronger)
    ((after,),) = city.select("SELECT hash FROM credential WHERE person = :who", who=CLERK)
    assert "m=16," in after
    assert right(stronger)


def test_a_password_that_was_replaced_while_it_was_looked_at_opens_nothing(city: City) -> None:
    class Replacing(Passwords):
        """Somebody sets another password while this one is being checked."""

        def verify(self, password: str, hash_: str) -> Proof:
            proof = super().verify(password, hash_)
            with city.service.database.write() as session:
                session.driver.execute("UPDATE credential SET hash = 'another'")
            return proof

    at = replace(door(city), passwords=Replacing(memory=8, passes=1))
    assert sign_in(at, CLERK, PASSWORD, address=HOME) == "wrong"
    assert outcomes(city) == ["wrong"]
    assert city.select("SELECT count(*) FROM web_session") == [(0,)]


def test_the_log_tells_the_newest_first_and_every_outcome_has_a_word(city: City) -> None:
    sign_in(door(city), CLERK, PASSWORD, address=HOME)
    sign_in(door(city), MEMBER, "wrong", address=HOME)
    with city.service.database.read() as session:
        everybody, own, one = (signing.recent(session, *asked) for asked in ((9,), (9, CLERK), (1,)))
    assert [(row["person"], row["outcome"]) for row in everybody] == [(MEMBER, "wrong"), (CLERK, "in")]
    assert [row["person"] for row in own] == [CLERK]
    assert one == everybody[:1]
    for lang in words.LANGS:
        assert set(words.catalogue(lang)["sign_in.outcome"]) == set(OUTCOMES)
    assert set(FAILED) < set(OUTCOMES)


def test_an_act_by_the_machine_is_no_sign_in(city: City) -> None:
    city.do("suspend_account", Act(ADMIN, "command", reason=WHY), person=CLERK)
    assert outcomes(city) == []
    assert CHEAP.verify(PASSWORD, city.select("SELECT hash FROM credential")[0][0]).right
