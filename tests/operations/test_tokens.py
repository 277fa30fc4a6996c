"""Tokens: issued by whom they are for, kept without their secret, revoked with a reason."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from cycle.operations.tokens import Minted, mint, opens, parse
from cycle.permissions import Act
from tests.cast import ADMIN, AUDITOR, CLERK, MEMBER, City, CityAt, codes, person
from tests.held import COLLEAGUE
from workflows.errors import NotFound
from workflows.wake import stamp


def issue(city: City, act: Act, made: Minted, **asked: object) -> dict[str, object]:
    wish = {"person": CLERK, "scope": "act", "purpose": "报表", "days": 30, **asked}
    return city.do("issue_token", act, id=made.id, sha256=made.sha256, **wish)


def test_a_token_is_kept_without_its_secret(city_at: CityAt) -> None:
    city, made = city_at("installed"), mint()
    issue(city, person(CLERK), made, purpose=" 报表 ")
    row = city.row(f"token:{made.id}")
    assert (row.state, dict(row.record)) == (
        "issued",
        {
            "person": CLERK,
            "scope": "act",
            "purpose": "报表",
            "expires": stamp(city.clock.now() + timedelta(days=30)),
            "sha256": made.sha256,
        },
    )
    _, secret = parse(made.text) or ("", "")
    assert len(secret) == 43
    kept = [*city.select("SELECT body FROM history"), *city.select("SELECT record FROM subject")]
    assert not any(secret in text for (text,) in kept)


def test_only_whoever_it_is_for_issues_it_and_they_and_the_administrator_revoke(city_at: CityAt) -> None:
    city, own, given = city_at("installed"), mint(), mint()
    for other in (COLLEAGUE, MEMBER, ADMIN):
        assert codes(partial(issue, city, person(other), mint())) == ["role_missing"]
    issue(city, person(CLERK), own)
    issue(city, person(CLERK), given)
    assert codes(lambda: city.do("revoke_token", person(COLLEAGUE), id=own.id)) == ["role_missing"]
    assert codes(lambda: city.do("revoke_token", person(COLLEAGUE), id=given.id)) == ["role_missing"]
    assert codes(lambda: city.do("revoke_token", Act(CLERK), id=own.id)) == ["reason_missing"]
    assert city.do("revoke_token", person(CLERK), id=given.id)["after"] == "revoked"
    assert city.do("revoke_token", person(ADMIN), id=own.id)["after"] == "revoked"
    assert codes(lambda: city.do("revoke_token", person(CLERK), id=own.id)) == ["wrong_state"]


def test_an_auditor_gets_a_token_that_reads_and_who_has_left_none(city_at: CityAt) -> None:
    city = city_at("installed")
    assert codes(lambda: issue(city, person(AUDITOR), mint(), person=AUDITOR)) == ["token_auditor_reads"]
    assert issue(city, person(AUDITOR), mint(), person=AUDITOR, scope="read")["after"] == "issued"
    assert codes(lambda: issue(city, person("p-nobody"), mint(), person="p-nobody")) == ["person_unknown"]
    city.do("leave", person(CLERK), id=MEMBER, on="2025-01-01")
    assert codes(lambda: issue(city, person(MEMBER), mint(), person=MEMBER)) == ["person_unknown"]


def test_the_same_token_is_issued_once_and_an_unknown_one_is_not_revoked(city_at: CityAt) -> None:
    city, made = city_at("installed"), mint()
    issue(city, person(CLERK), made)
    assert codes(lambda: issue(city, person(CLERK), made)) == ["wrong_state"]
    with pytest.raises(NotFound):
        city.do("revoke_token", person(ADMIN), id="0" * 16)


@pytest.mark.parametrize(
    "spoilt", [{"id": "x"}, {"id": "0" * 17}, {"sha256": "0"}, {"days": "30"}, {"days": True}]
)
def test_what_is_no_token_is_not_kept(city_at: CityAt, spoilt: dict[str, object]) -> None:
    city, made = city_at("installed"), mint()
    wish = {"id": made.id, "sha256": made.sha256, "person": CLERK, "scope": "act", "purpose": "x", "days": 1}
    assert codes(lambda: city.do("issue_token", person(CLERK), **{**wish, **spoilt})) == ["value_unusable"]


def test_only_the_whole_text_of_a_token_is_one_and_only_its_secret_opens_it() -> None:
    made, other = mint(), mint()
    assert parse(made.text) == (made.id, made.text.rpartition(made.id + "_")[2])
    for text in ("", made.text[:-1], made.text + "=", " " + made.text, made.text.upper(), made.id):
        assert parse(text) is None
    secret = (parse(made.text) or ("", ""))[1]
    assert opens(secret, made.sha256)
    assert not opens(secret, other.sha256)
    assert not opens(secret + "A", made.sha256)


def test_a_token_issued_by_a_token_ends_no_later_and_goes_with_it(city_at: CityAt) -> None:
    city = city_at("installed")
    first, second, third, beside = mint(), mint(), mint(), mint()
    issue(city, person(CLERK), first)
    issue(city, person(CLERK), beside)
    longer = partial(issue, city, person(CLERK), second, days=31, issued_by=first.id)
    assert codes(longer) == ["token_outlives_its_own"]
    issue(city, person(CLERK), second, issued_by=first.id)
    assert city.row(f"token:{second.id}").record["issued_by"] == first.id
    issue(city, person(CLERK), third, days=3, issued_by=second.id)
    city.do("revoke_token", person(CLERK), id=first.id)
    states = {made.id: city.row(f"token:{made.id}").state for made in (first, second, third, beside)}
    assert states == {first.id: "revoked", second.id: "revoked", third.id: "revoked", beside.id: "issued"}
    assert codes(partial(issue, city, person(CLERK), mint(), days=1, issued_by=first.id)) == [
        "token_outlives_its_own"
    ]


def test_a_token_that_went_before_is_not_revoked_again(city_at: CityAt) -> None:
    city, first, second = city_at("installed"), mint(), mint()
    issue(city, person(CLERK), first)
    issue(city, person(CLERK), second, issued_by=first.id)
    city.do("revoke_token", person(CLERK), id=second.id)
    number = city.row(f"token:{second.id}").number
    city.do("revoke_token", person(CLERK), id=first.id)
    assert city.row(f"token:{second.id}").number == number
