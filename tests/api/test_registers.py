"""The registers of a year over the interface: whole for the office, no more than their own for departments."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import ROOT, Api, ApiAt
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DEPARTMENTS,
    DISCIPLINE,
    GENERAL,
    LEADER,
    LIAISON,
    MEMBER,
    PERSONNEL,
    REVIEWERS,
)
from tests.held import COLLEAGUE

USES = "/cycles/2025/uses"
RECEIPTS = "/cycles/2025/receipts"


def items(api: Api, path: str, who: str = CLERK) -> list[dict[str, Any]]:
    answer = api.get(path, who)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def of(rows: list[dict[str, Any]]) -> list[str]:
    return [str(row["department"]) for row in rows]


@pytest.mark.parametrize("name", ["settlement", "eligibility", "commendation", "movement", "talks"])
def test_there_is_no_register_before_the_results_stand(api_at: ApiAt, name: str) -> None:
    api = api_at("pending")
    api.city.whole("propose")
    for who in (CLERK, LIAISON[GENERAL]):
        answer = api.get(f"{USES}/{name}", who)
        assert answer.status_code == 409
        assert [unmet["code"] for unmet in answer.json()["unmet"]] == ["results_not_ratified"]
    assert api.get(f"/cycles/2031/uses/{name}", CLERK).status_code == 404


def test_the_registers_of_a_ratified_year_are_read_as_far_as_they_are_the_readers(api_at: ApiAt) -> None:
    api = api_at("ratified")
    ours, lead = LIAISON[GENERAL], LEADER[PERSONNEL]
    settled = items(api, f"{USES}/settlement")
    assert [(row["department"], row["award_rate"], row["share"]) for row in settled] == [
        (GENERAL, 10, 110),
        (DISCIPLINE, 5, 105),
        (PERSONNEL, -20, 80),
    ]
    assert items(api, f"{USES}/settlement", MEMBER) == items(api, f"{USES}/settlement", AUDITOR) == settled
    assert of(items(api, f"{USES}/settlement", ours)) == [GENERAL]
    assert of(items(api, f"{USES}/settlement", lead)) == [DISCIPLINE, PERSONNEL]
    lost = items(api, f"{USES}/eligibility")
    assert [(row["department"], row["loses"], row["until"]) for row in lost] == [
        (PERSONNEL, "department", "2026-12-31"),
        (PERSONNEL, "head", "2026-12-31"),
    ]
    assert (lost[0]["who"], lost[1]["who"], lost[0]["duty"]) == (None, "李堃", f"duty:2025:{PERSONNEL}:1")
    talks = items(api, f"{USES}/talks")
    assert [(row["department"], row["leader"], row["on"]) for row in talks] == [(PERSONNEL, None, None)]
    for name, rows in (("eligibility", lost), ("talks", talks)):
        assert items(api, f"{USES}/{name}", LIAISON[PERSONNEL]) == rows
        assert items(api, f"{USES}/{name}", lead) == rows
        assert items(api, f"{USES}/{name}", ours) == items(api, f"{USES}/{name}", LEADER[GENERAL]) == []
    for who in (ADMIN, REVIEWERS[0]):
        assert api.get(f"{USES}/settlement", who).status_code == 403


def test_a_circular_goes_to_all_departments_and_tells_of_others_no_points(api_at: ApiAt) -> None:
    api = api_at("ratified")
    (whole,) = items(api, f"{USES}/commendation")
    assert (whole["department"], whole["rank"], whole["total"], whole["state"]) == (
        GENERAL,
        1,
        "100.00",
        "open",
    )
    assert items(api, f"{USES}/commendation", LIAISON[GENERAL]) == [whole]
    told = {"department": GENERAL, "name": whole["name"], "category": whole["category"]}
    for who in (LIAISON[PERSONNEL], LEADER[PERSONNEL]):
        (shown,) = items(api, f"{USES}/commendation", who)
        assert {name: value for name, value in shown.items() if value is not None} == told
    (led,) = items(api, f"{USES}/commendation", LEADER[GENERAL])
    assert (led["total"], led["state"]) == ("100.00", None)
    moved = items(api, f"{USES}/movement")
    assert {row["direction"] for row in moved} == {"left_out"}
    assert items(api, f"{USES}/movement", LIAISON[PERSONNEL]) == moved
    assert items(api, f"{USES}/movement", LEADER[GENERAL]) == moved


def test_a_departments_years_are_its_own_and_its_leaders(api_at: ApiAt) -> None:
    api = api_at("ratified")
    path = f"/departments/{PERSONNEL}/years"
    (whole,) = items(api, path)
    assert (whole["year"], whole["grade"], whole["rank"], whole["findings"]) == (2025, "failed", 3, 0)
    assert [one["duty"] for one in whole["duties"]] == ["eligibility", "civil_servant_share"]
    assert items(api, path, LIAISON[PERSONNEL]) == [whole]
    (led,) = items(api, path, LEADER[PERSONNEL])
    hidden = {name for name, value in led.items() if value != whole[name]}
    assert (hidden, led["findings"], led["duties"]) == ({"findings", "complaints", "duties"}, None, None)
    assert api.get(path, LIAISON[GENERAL]).status_code == 404
    assert api.get("/departments/nobody/years", CLERK).status_code == 404


def test_receipts_are_told_with_what_they_are_about(api_at: ApiAt) -> None:
    api = api_at("reviewing")
    api.city.deduct(GENERAL)
    rows = items(api, RECEIPTS)
    mine = items(api, RECEIPTS, LIAISON[GENERAL])
    assert mine == [row for row in rows if row["department"] == GENERAL]
    about = {(row["subject"].partition(":")[0], row["what"]) for row in mine}
    assert about == {("finding", "notify"), ("appraisal", "record_line")}
    # Of a finding and its line a leader is not told before the proposal.
    assert items(api, RECEIPTS, LEADER[GENERAL]) == []
    assert items(api, RECEIPTS, LIAISON[PERSONNEL]) == []
    assert items(api, f"{RECEIPTS}?late=true") == items(api, f"{RECEIPTS}?department={PERSONNEL}") == []
    for who in (ADMIN, REVIEWERS[0]):
        assert api.get(RECEIPTS, who).status_code == 403


def test_a_leader_sees_what_departments_in_charge_have_to_acknowledge_of_their_results(api_at: ApiAt) -> None:
    api = api_at("ratified")
    rows = items(api, RECEIPTS)
    assert set(of(rows)) == set(DEPARTMENTS)
    led = items(api, RECEIPTS, LEADER[PERSONNEL])
    assert led == [row for row in rows if row["department"] in (DISCIPLINE, PERSONNEL)]


# --- auditors: what they read beside the tables is logged or refused ---


def test_auditors_read_every_token_without_its_secret_and_that_is_logged(api_at: ApiAt) -> None:
    api = api_at("running")
    api.token(CLERK), api.token(ADMIN)
    shown = items(api, "/tokens", AUDITOR)
    assert {row["person"] for row in shown} == {CLERK, ADMIN, AUDITOR}
    assert {row["person"] for row in items(api, "/tokens", CLERK)} == {CLERK}
    logged = api.city.select("SELECT person, path FROM read_log")
    assert logged == [(AUDITOR, "/api/v1/tokens")]


def test_a_draft_is_nothing_an_auditor_may_ask_for(api_at: ApiAt) -> None:
    """Nor may somebody who has become one, with the token they acted by before."""
    api = api_at("running")
    path = f"{ROOT}/cycles/2025/appraisals/{GENERAL}/draft"
    assert api.client.get(path, headers=api.headers(AUDITOR, "read")).json()["code"] == "token_reads_only"
    before = api.headers(MEMBER)
    change = {"reason": "转任审计", "roles": ["auditor"]}
    name = api.post(f"/people/{MEMBER}/change", CLERK, change).json()["pending"]
    assert api.post(f"/pending-acts/{name}/confirm", COLLEAGUE).status_code == 200
    for answer in (
        api.client.get(path, headers=before),
        api.client.post(f"{ROOT}/mail/pause", headers=before),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "token_reads_only")


# --- a year that follows another ---


def test_a_year_is_prepared_from_an_earlier_one(api_at: ApiAt) -> None:
    api = api_at("ratified")
    assert api.post("/cycles/2026/prepare", CLERK, {"from": 25}).json()["code"] == "invalid"
    assert api.post("/cycles/2026/prepare", CLERK, {"from": 2019}).status_code == 404
    done = api.post("/cycles/2026/prepare", CLERK, {"from": 2025})
    assert (done.status_code, done.json()["after"]) == (200, "preparing")
    assert api.city.row("cycle:2026").record["from"] == 2025
