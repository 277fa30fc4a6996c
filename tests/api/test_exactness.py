"""What is sent is taken exactly: numbers in digits, days of this age, text one can keep, versions looked at."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.api.conftest import ROOT, ApiAt
from tests.cast import CLERK, GENERAL, LIAISON, codes, person

PLACE = f"/cycles/2025/appraisals/{GENERAL}"
EVIDENCE = f"/cycles/2025/evidence/{GENERAL}"
HEADERS = {"Content-Type": "application/json"}


def test_a_year_is_four_digits_and_nothing_else(api_at: ApiAt) -> None:
    api = api_at("running")
    places = ("board", f"appraisals/{GENERAL}", f"appraisals/{GENERAL}/draft", f"evidence/{GENERAL}/1/file")
    for year in ("02025", "+2025", "2_025", "%202025", "2025.0", "２０２５"):
        for place in places:
            answer = api.client.get(f"{ROOT}/cycles/{year}/{place}", headers=api.headers(LIAISON[GENERAL]))
            assert answer.status_code == 422, (year, place)
            assert [fault["field"] for fault in answer.json()["fields"]] == ["path.year"]
        assert api.post(f"/cycles/{year}/appraisals/{GENERAL}/submit", LIAISON[GENERAL]).status_code == 422
    answer = api.client.get(f"{ROOT}/cycles/2025/evidence/{GENERAL}/+1", headers=api.headers(CLERK))
    assert [fault["field"] for fault in answer.json()["fields"]] == ["path.number"]


def test_a_path_leads_where_it_says_and_nowhere_else(api_at: ApiAt) -> None:
    api = api_at("running")
    for path in ("/me/", "/cycles/"):
        answer = api.client.get(ROOT + path, headers=api.headers(CLERK), follow_redirects=False)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_days_of_another_age_are_no_days(api_at: ApiAt) -> None:
    api = api_at("running")
    by = person(LIAISON[GENERAL], reason="x")
    for day in ("0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"):
        answer = api.post(f"{PLACE}/ask_extension", LIAISON[GENERAL], {"due": day, "reason": "x"})
        assert [fault["field"] for fault in answer.json()["fields"]] == ["due"], day
        asked = {"subject": f"appraisal:2025:{GENERAL}", "action": "ask_extension", "due": day}
        assert codes(partial(api.city.do, "move", by, **asked)) == ["date_malformed"]


def test_a_draft_that_cannot_be_kept_is_refused_as_unusable(api_at: ApiAt) -> None:
    api = api_at("running")
    headers = {**api.headers(LIAISON[GENERAL]), **HEADERS}
    for content in ('{"a": "\\ud800"}', '{"a": "\\u0000"}', '{"\\ud800": "x"}', '{"a": 1e999}', '{"a": NaN}'):
        answer = api.client.put(f"{ROOT}{PLACE}/draft", content=f'{{"content": {content}}}', headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), content
    assert api.client.get(f"{ROOT}{PLACE}/draft", headers=headers).status_code == 404


def test_what_has_no_version_yet_is_bound_to_none(api_at: ApiAt) -> None:
    """A version that nobody looks at would seem to be looked at."""
    api = api_at("running")
    found = {"item": "score.deduct.1", "source": "open_visit", "severity": "ordinary", "on": "2025-01-09"}
    rows = api.city.rows()
    for path, who, sent in (
        (f"/cycles/2025/findings/{GENERAL}/record", CLERK, {**found, "text": "t"}),
        ("/people", CLERK, {"id": "p-new"}),
        ("/tokens", CLERK, {"person": CLERK, "scope": "read", "purpose": "x", "days": 1}),
        (f"/pending-acts/{'0' * 16}/drop", CLERK, None),
    ):
        answer = api.post(path, who, sent, If_Match='"1"')
        assert (answer.status_code, answer.json()["code"]) == (400, "version_unused"), path
    draft = f"{ROOT}{PLACE}/draft"
    headers = api.headers(LIAISON[GENERAL], If_Match='"1"')
    assert api.client.put(draft, json={"content": {}}, headers=headers).json()["code"] == "version_unused"
    assert api.city.rows() == rows + 2  # the two keys


def test_a_newer_file_is_bound_to_the_version_that_was_looked_at(api_at: ApiAt, tmp_path: Path) -> None:
    api = api_at("running")
    api.city.service = replace(api.city.service, evidence=tmp_path / "files")
    api.client.app.state.service = api.city.service  # type: ignore[attr-defined] # an application

    def hand_in(path: str, seen: str, **fields: str) -> tuple[int, str]:
        file = {"file": ("a.txt", path.encode())}
        headers = api.headers(LIAISON[GENERAL], If_Match=seen)
        answer = api.client.post(ROOT + EVIDENCE + path, files=file, data=fields, headers=headers)
        return answer.status_code, answer.json().get("code", "")

    assert hand_in("/offer", '"1"', about="plan") == (400, "version_unused")
    assert hand_in("/offer", "*", about="plan") == (400, "version_unused")
    headers = api.headers(LIAISON[GENERAL])
    file = {"file": ("a.txt", b"one")}
    made = api.client.post(f"{ROOT}{EVIDENCE}/offer", files=file, data={"about": "plan"}, headers=headers)
    assert made.status_code == 200
    assert hand_in("/1/replace", '"999"') == (412, "overtaken")
    assert hand_in("/1/replace", f'"{made.json()["number"]}"') == (200, "")
    answer = api.get(f"{EVIDENCE}/1/file", CLERK, Range="bytes=9-")
    assert (answer.status_code, answer.content) == (200, b"/1/replace")
    assert answer.headers["accept-ranges"] == "none"


def test_the_description_tells_of_versions_where_they_are_looked_at(api_at: ApiAt) -> None:
    api = api_at("running")
    paths = api.client.get(f"{ROOT}/openapi.json").json()["paths"]

    def told(path: str) -> tuple[bool, bool]:
        act = paths[ROOT + path]["post"]
        return "If-Match" in {one["name"] for one in act.get("parameters", ())}, "412" in act["responses"]

    assert told("/cycles/{year}/appraisals/{department}/submit") == (True, True)
    assert told("/cycles/{year}/evidence/{department}/{number}/replace") == (True, True)
    for path in (
        "/cycles/{year}/evidence/{department}/offer",
        "/cycles/{year}/findings/{department}/record",
        "/pending-acts/{pending}/confirm",
        "/tokens/{token}/revoke",
        "/people",
    ):
        assert told(path) == (False, False), path


def test_the_page_that_describes_is_framed_by_nobody_and_sends_nothing(api_at: ApiAt) -> None:
    policy = api_at("running").client.get(f"{ROOT}/docs").headers["content-security-policy"]
    for part in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"):
        assert part in policy
