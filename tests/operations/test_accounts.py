"""Accounts: an administrator gives a link and learns no password; what takes one away ends what was begun by it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from cycle import people
from cycle.operations import accounts
from cycle.operations.passwords import change, guest, set_by_link
from cycle.operations.perform import perform
from cycle.operations.sessions import find
from cycle.operations.sign_in import sign_in
from cycle.operations.tokens import mint
from cycle.permissions import Act
from cycle.settings import Settings
from tests.cast import ADMIN, AUDITOR, CLERK, MEMBER, WHY, City, CityAt, codes, person
from tests.doors import CHEAP, PASSWORD, account, door, invite, signed_in
from workflows.errors import NotFound

OTHER = "copper-lantern-9-river"


def hashes(city: City) -> list[str]:
    return [kept for (kept,) in city.select("SELECT hash FROM credential ORDER BY person")]


def clerk(city: City) -> people.Person:
    row = city.row(f"person:{CLERK}")
    return people.person(row.key, row.state, row.record)


def stands(city: City, cookie: str) -> bool:
    with city.service.database.read() as session:
        return find(session, cookie, city.clock.now(), Settings()) is not None


def test_a_link_sets_a_password_once_and_neither_is_in_the_history(city_at: CityAt) -> None:
    city = city_at("installed")
    link = invite(city, CLERK)
    assert city.row(f"account:{CLERK}").state == "invited"
    begun = set_by_link(door(city), link, PASSWORD)
    assert stands(city, begun.cookie)
    row = city.row(f"account:{CLERK}")
    assert (row.state, dict(row.record)) == ("active", {"password": True})
    assert CHEAP.verify(PASSWORD, *hashes(city)).right
    again = partial(set_by_link, door(city), link, OTHER)
    assert codes(again) == ["link_used"]
    kept = [*city.select("SELECT body FROM history"), *city.select("SELECT record FROM subject")]
    secret = link.partition(".")[2]
    for hidden in (secret, PASSWORD, *hashes(city), begun.cookie):
        assert not any(hidden in text for (text,) in kept)
    assert [row["actor"] for row in city.history(f"account:{CLERK}")] == [ADMIN, CLERK]


def test_a_newer_link_takes_the_place_of_the_older_and_a_changed_one_is_none(city_at: CityAt) -> None:
    city = city_at("installed")
    first, second = invite(city, CLERK), invite(city, CLERK)
    for wrong in (
        first,
        "",
        "x",
        second[:-1],
        second + "A",
        second.replace(CLERK, MEMBER),
        f"{MEMBER}.{'A' * 43}",
    ):
        assert codes(partial(set_by_link, door(city), wrong, PASSWORD)) == ["link_used"]
    set_by_link(door(city), second, PASSWORD)


def test_a_link_ends_on_its_instant(city_at: CityAt) -> None:
    city = city_at("installed")
    city.at("2025-01-02 10:00")
    link = invite(city, CLERK, hours=72)
    at = city.clock.now()
    city.at("2025-01-05 10:00")
    with city.service.database.read() as session:
        assert guest(session, link, city.clock.now()) is None
        city.at("2025-01-05 09:59")
        found = guest(session, link, city.clock.now())
    assert found is not None
    assert (found.person.id, at < city.clock.now()) == (CLERK, True)
    city.at("2025-01-05 10:00")
    name, digest = accounts.parse(link) or ("", "")
    values = {"person": name, "link": digest, "hash": CHEAP.hash(PASSWORD)}
    late = partial(perform, city.service, accounts.set_password, "set_password", Act(CLERK), values)
    assert codes(late) == ["link_expired"]


def test_whoever_has_left_sets_no_password(city_at: CityAt) -> None:
    city = city_at("installed")
    link = invite(city, MEMBER)
    city.do("leave", person(CLERK), id=MEMBER, on="2025-01-01")
    assert codes(partial(set_by_link, door(city), link, PASSWORD)) == ["link_used"]
    assert codes(partial(invite, city, MEMBER)) == ["person_unknown"]


def test_a_password_that_does_not_fit_costs_no_link(city_at: CityAt) -> None:
    city = city_at("installed")
    link = invite(city, CLERK)
    assert codes(partial(set_by_link, door(city), link, "short")) == ["password_too_short"]
    assert codes(partial(set_by_link, door(city), link, "han-xuefeng-2026")) == ["password_holds_name"]
    assert codes(partial(set_by_link, door(city, password_length=30), link, PASSWORD)) == [
        "password_too_short"
    ]
    set_by_link(door(city), link, PASSWORD)


def test_only_an_administrator_invites_and_nobody_themselves_but_at_the_machine(city_at: CityAt) -> None:
    city = city_at("installed")
    for other in (CLERK, MEMBER, AUDITOR):
        assert codes(partial(invite, city, CLERK, actor=other)) == ["role_missing"]
    assert codes(partial(invite, city, ADMIN, kind="person")) == ["account_own"]
    invite(city, ADMIN, kind="command")
    assert codes(partial(invite, city, CLERK, hours=0)) == ["link_hours_unfit"]
    assert codes(partial(invite, city, "p-nobody")) == ["person_unknown"]


def test_giving_a_new_link_to_whoever_has_a_password_needs_a_reason_and_the_old_one_holds_until_then(
    city_at: CityAt,
) -> None:
    city = city_at("installed")
    account(city, CLERK)
    assert codes(partial(invite, city, CLERK, reason="")) == ["reason_missing"]
    link = invite(city, CLERK)
    assert not isinstance(sign_in(door(city), CLERK, PASSWORD), str)
    set_by_link(door(city), link, OTHER)
    assert sign_in(door(city), CLERK, PASSWORD) == "wrong"
    assert not isinstance(sign_in(door(city), CLERK, OTHER), str)


def test_a_new_password_ends_every_session_but_the_one_it_begins(city_at: CityAt) -> None:
    city = city_at("installed")
    first, second, others = (signed_in(city, who) for who in (CLERK, CLERK, MEMBER))
    changed = change(door(city), clerk(city), PASSWORD, OTHER)
    assert [stands(city, one.cookie) for one in (first, second, others, changed)] == [
        False,
        False,
        True,
        True,
    ]
    reset = set_by_link(door(city), invite(city, CLERK), PASSWORD)
    assert [stands(city, one.cookie) for one in (changed, others, reset)] == [False, True, True]


def test_a_password_is_changed_by_who_knows_the_present_one_for_another(city_at: CityAt) -> None:
    city = city_at("installed")
    account(city, CLERK)
    who = clerk(city)
    assert codes(partial(change, door(city), who, "wrong", OTHER)) == ["password_wrong"]
    assert codes(partial(change, door(city), who, PASSWORD, PASSWORD)) == ["password_same"]
    assert codes(partial(change, door(city), who, PASSWORD, "password1234")) == ["password_common"]
    before = hashes(city)
    for hash_ in ("", "x"):
        values = {"person": CLERK, "verified": hash_, "hash": "forged"}
        forged = partial(
            perform, city.service, accounts.change_password, "change_password", Act(CLERK), values
        )
        assert codes(forged) == ["password_wrong"]
    assert hashes(city) == before
    change(door(city), who, PASSWORD, OTHER)
    assert CHEAP.verify(OTHER, *hashes(city)).right


def test_guessing_at_the_present_password_makes_the_account_wait(city_at: CityAt) -> None:
    city = city_at("installed")
    account(city, CLERK)
    who = clerk(city)
    for _ in range(5):
        assert codes(partial(change, door(city), who, "wrong", OTHER)) == ["password_wrong"]
    assert codes(partial(change, door(city), who, PASSWORD, OTHER)) == ["password_wrong"]
    assert sign_in(door(city), CLERK, PASSWORD) == "wrong"
    outcomes = [outcome for (outcome,) in city.select("SELECT outcome FROM sign_in_log ORDER BY seq")]
    assert outcomes == ["wrong"] * 5 + ["locked"] * 2


def test_an_open_link_goes_with_a_changed_password(city_at: CityAt) -> None:
    city = city_at("installed")
    account(city, CLERK)
    link = invite(city, CLERK)
    change(door(city), clerk(city), PASSWORD, OTHER)
    assert codes(partial(set_by_link, door(city), link, PASSWORD)) == ["link_used"]


def test_whoever_is_suspended_is_out_at_once_with_their_keys_and_comes_back_by_another(
    city_at: CityAt,
) -> None:
    city = city_at("installed")
    begun, made, theirs = signed_in(city, CLERK), mint(), mint()
    for key, who in ((made, CLERK), (theirs, MEMBER)):
        wish = {"person": who, "scope": "act", "purpose": "报表", "days": 3}
        city.do("issue_token", person(who), id=key.id, sha256=key.sha256, **wish)
    link = invite(city, CLERK)
    assert codes(lambda: city.do("suspend_account", replace(person(ADMIN), reason=""), person=CLERK)) == [
        "reason_missing"
    ]
    assert codes(lambda: city.do("suspend_account", person(MEMBER), person=CLERK)) == ["role_missing"]
    assert city.do("suspend_account", person(ADMIN), person=CLERK)["revoked"] == [made.id]
    assert [city.row(f"token:{key.id}").state for key in (made, theirs)] == ["revoked", "issued"]
    assert not stands(city, begun.cookie)
    assert sign_in(door(city), CLERK, PASSWORD) == "wrong"
    assert codes(partial(set_by_link, door(city), link, OTHER)) == ["link_used"]
    assert codes(partial(invite, city, CLERK)) == ["wrong_state"]
    assert city.do("resume_account", person(ADMIN), person=CLERK)["after"] == "active"
    assert not isinstance(sign_in(door(city), CLERK, PASSWORD), str)
    assert codes(partial(set_by_link, door(city), link, OTHER)) == ["link_used"]


def test_an_administrator_who_is_suspended_does_not_let_themselves_in_again(city_at: CityAt) -> None:
    city = city_at("installed")
    account(city, ADMIN)
    city.do("suspend_account", person(ADMIN), person=ADMIN)
    assert codes(lambda: city.do("resume_account", person(ADMIN), person=ADMIN)) == ["account_own"]
    assert city.do("resume_account", Act(ADMIN, "command", reason=WHY), person=ADMIN)["after"] == "active"


@pytest.mark.parametrize("operation", ["suspend_account", "resume_account"])
def test_an_account_nobody_has_is_not_found(city_at: CityAt, operation: str) -> None:
    city = city_at("installed")
    with pytest.raises(NotFound):
        city.do(operation, person(ADMIN), person=CLERK)


@pytest.mark.parametrize(
    "spoilt", [{"sha256": "x"}, {"sha256": 1}, {"person": 1}, {"hours": "1"}, {"hours": True}]
)
def test_what_is_no_invitation_is_not_kept(city_at: CityAt, spoilt: dict[str, object]) -> None:
    city = city_at("installed")
    wish = {"person": CLERK, "sha256": "0" * 64, "hours": 1, **spoilt}
    assert codes(lambda: city.do("invite", person(ADMIN), **wish)) == ["value_unusable"]
