"""Who comes in: a right token of somebody who is there, and nobody else; how often."""

from __future__ import annotations

import pytest

from cycle.operations.tokens import mint
from tests.api.conftest import ROOT, Api, ApiAt
from tests.cast import ADMIN, CLERK, GENERAL, LIAISON, MEMBER, person
from tests.held import key_of

SUBMIT = f"{ROOT}/cycles/2025/appraisals/{GENERAL}/submit"
LIST = f"{ROOT}/tokens"


def revoke(api: Api, text: str) -> None:
    api.city.do("revoke_token", person(ADMIN), id=text.split("_")[1])


def test_only_a_right_token_that_still_holds_signs_in(api_at: ApiAt) -> None:
    api = api_at("running")
    right, gone, left = api.token(CLERK), api.token(ADMIN), api.token(MEMBER)
    revoke(api, gone)
    api.city.do("leave", person(CLERK), id=MEMBER, on="2025-01-10")
    wrong = [
        "",
        "Bearer",
        "Bearer x",
        right,
        f"Basic {right}",
        f"Bearer {right}x",
        f"Bearer {right[:-1]}{'A' if right[-1] != 'A' else 'B'}",
        f"Bearer {mint().text}",
        f"Bearer {gone}",
        f"Bearer {left}",
    ]
    for header in wrong:
        for answer in (
            api.client.get(LIST, headers={"Authorization": header}),
            api.client.post(SUBMIT, headers={"Authorization": header}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), header
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.headers["content-type"] == "application/problem+json"
    assert api.client.get(LIST).status_code == 401
    assert api.client.get(LIST, headers={"Authorization": f"bearer {right}"}).status_code == 200


def test_a_token_ends_on_its_instant(api_at: ApiAt) -> None:
    api = api_at("running")
    token = api.token(CLERK)  # for 300 days, from ten o'clock of 10 January
    headers = {"Authorization": f"Bearer {token}"}
    api.city.at("2025-11-06 09:59")
    assert api.client.get(LIST, headers=headers).status_code == 200
    api.city.at("2025-11-06 10:00")
    assert api.client.get(LIST, headers=headers).status_code == 401


def test_a_token_that_reads_does_nothing(api_at: ApiAt) -> None:
    api = api_at("running")
    headers = api.headers(LIAISON[GENERAL], "read")
    rows = api.city.rows()
    answer = api.client.post(SUBMIT, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "token_reads_only")
    assert api.city.rows() == rows


def test_a_token_has_its_share_of_a_minute_and_costs_no_other_its_own(api_at: ApiAt) -> None:
    api = api_at("running", api_rate=3)
    mine, other = api.headers(CLERK), api.headers(ADMIN)
    found = [api.client.get(LIST, headers=mine).status_code for _ in range(4)]
    assert found == [200, 200, 200, 429]
    refused = api.client.post(SUBMIT, headers=mine)
    assert (refused.json()["code"], refused.headers["retry-after"]) == ("too_many_requests", "60")
    assert api.client.get(LIST, headers=other).status_code == 200


def test_wrong_tokens_from_one_address_are_counted_and_keep_no_right_one_out(api_at: ApiAt) -> None:
    api = api_at("running", api_failures=2)
    wrong = {"Authorization": f"Bearer {mint().text}"}
    assert [api.client.get(LIST, headers=wrong).status_code for _ in range(3)] == [401, 401, 429]
    assert api.client.get(LIST, headers=api.headers(CLERK)).status_code == 200


def test_tokens_are_issued_listed_and_revoked_over_the_interface(api_at: ApiAt) -> None:
    api = api_at("running")
    wish = {"person": CLERK, "scope": "act", "purpose": "报表", "days": 10}
    made = api.post("/tokens", CLERK, wish)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    text, key = made.json()["token"], made.json()["subject"].split(":")[1]
    signed = {"Authorization": f"Bearer {text}"}
    listed = api.client.get(LIST, headers=signed).json()
    assert key in {one["id"] for one in listed["items"]}
    assert text not in api.client.get(LIST, headers=signed).text
    assert "sha256" not in api.client.get(LIST, headers=signed).text
    assert {one["person"] for one in listed["items"]} == {CLERK}
    assert {one["person"] for one in api.get("/tokens", ADMIN).json()["items"]} == {CLERK, ADMIN}
    assert api.post("/tokens", MEMBER, wish).json()["code"] == "role_missing"
    assert api.post(f"/tokens/{key}/revoke", MEMBER, {"reason": "x"}).status_code == 404
    assert api.post(f"/tokens/{key}/revoke", CLERK, {}).json()["unmet"][0]["code"] == "reason_missing"
    assert api.post(f"/tokens/{key}/revoke", CLERK, {"reason": "换新的"}).json()["after"] == "revoked"
    assert api.client.get(LIST, headers=signed).status_code == 401
    assert api.post(f"/tokens/{'0' * 16}/revoke", CLERK, {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("scope", ["read", "act"])
def test_what_is_done_is_done_in_the_name_of_the_tokens_person(api_at: ApiAt, scope: str) -> None:
    api = api_at("running")
    headers = api.headers(LIAISON[GENERAL], scope)
    path = f"{ROOT}/cycles/2025/appraisals/{GENERAL}/save_form"
    answer = api.client.post(path, json={"text": "正文"}, headers=headers)
    last = api.city.last(key_of(GENERAL))
    if scope == "read":
        assert (answer.status_code, last["action"]) == (403, "open_plan")
    else:
        assert (last["actor"], last["actor_kind"], last["action"]) == (
            LIAISON[GENERAL],
            "person",
            "save_form",
        )
