"""What the clock will do by itself, and who signs in to the pages, over the interface."""

from __future__ import annotations

from cycle.operations.sign_in import sign_in
from tests.api.conftest import ApiAt
from tests.api.test_reads_hidden import items, read
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    LIAISON,
    OFFICE_AT_HOME,
    PERSONNEL,
    person,
)
from tests.doors import account, door
from tests.held import YEAR, key_of

LAPSES = {key_of(one): "2025-03-08T00:00:00+08:00" for one in (GENERAL, DISCIPLINE, PERSONNEL)}


def test_the_days_ahead_show_what_lapses_and_who_is_reminded_until_then(api_at: ApiAt) -> None:
    api = api_at("running")
    api.city.at("2025-03-04")
    api.city.sweep()
    found = read(api, "/deadlines/ahead?days=7", CLERK)
    assert {one["subject"]: one["at"] for one in found["moves"]} == LAPSES
    assert {one["action"] for one in found["moves"]} == {"lapse"}
    assert found["until"] == "2025-03-11T10:00:00+08:00"
    fired = {(one["subject"], one["rung"]): one for one in found["reminders"]}
    assert {rung for _, rung in fired} == {"+3", "+5", "lapse"}
    told = fired[key_of(GENERAL), "+5"]["to"]
    assert {one["channel"] for one in told if one["role"] in ("liaison", "head")} == {"mail"}
    assert {one["channel"] for one in told if one["role"] in ("leader", "group")} == {"digest"}
    assert read(api, "/deadlines/ahead?days=0", CLERK)["reminders"] == []
    none = read(api, f"/deadlines/ahead?days=7&year={YEAR + 1}", CLERK)
    assert (none["moves"], none["reminders"]) == ([], [])
    assert api.get("/deadlines/ahead?days=401", CLERK).status_code == 422


def test_of_a_complaint_not_yet_told_those_at_home_see_no_reminder_ahead(api_at: ApiAt) -> None:
    api = api_at("running")
    about = {
        "year": YEAR,
        "department": GENERAL,
        "on": "2025-01-09",
        "text": "窗口态度生硬",
        "source": "call",
    }
    key = api.city.do("complaint", person(CLERK), action="receive", **about)["subject"]

    def known(who: str) -> bool:
        ahead = read(api, "/deadlines/ahead?days=60", who)["reminders"]
        assert key_of(GENERAL) in {one["subject"] for one in ahead}
        return key in {one["subject"] for one in ahead}

    asked = (CLERK, AUDITOR, OFFICE_AT_HOME[PERSONNEL], OFFICE_AT_HOME[GENERAL])
    assert [known(who) for who in asked] == [True, True, True, False]


def test_accounts_are_ones_own_and_everybodys_for_those_who_keep_them(api_at: ApiAt) -> None:
    api = api_at("running")
    account(api.city, LIAISON[GENERAL])
    every = {one["person"]: one for one in items(api, "/accounts", ADMIN)}
    people = [key for (key,) in api.city.select("SELECT key FROM subject WHERE kind = 'person'")]
    assert {f"person:{one}" for one in every} == set(people)
    assert every[LIAISON[GENERAL]]["state"] == "active"
    assert every[LIAISON[PERSONNEL]]["state"] == "none"
    assert [one["person"] for one in items(api, "/accounts", LIAISON[GENERAL])] == [LIAISON[GENERAL]]


def test_attempts_to_sign_in_are_for_those_who_keep_accounts(api_at: ApiAt) -> None:
    api = api_at("running")
    account(api.city, LIAISON[GENERAL])
    sign_in(door(api.city), LIAISON[GENERAL], "wrong", address="10.1.2.3")
    for who in (ADMIN, AUDITOR):
        (tried,) = read(api, f"/accounts/sign-ins?failed=true&person={LIAISON[GENERAL]}", who)
        assert (tried["person"], tried["address"], tried["outcome"]) == (
            LIAISON[GENERAL],
            "10.1.2.3",
            "wrong",
        )
    refused = api.get("/accounts/sign-ins", CLERK)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")
