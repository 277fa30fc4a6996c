"""Files of evidence over the interface: handed in by whom they are of, saved under their own name, never shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from httpx2 import Response

from tests.api.conftest import ROOT, Api, ApiAt
from tests.cast import AUDITOR, CLERK, DISCIPLINE, FOURTH_REVIEWER, GENERAL, LIAISON, REVIEWERS

PLACE = f"/cycles/2025/evidence/{GENERAL}"
BYTES = "会议纪要\n".encode()
NAME = "纪要 (1).txt"


def with_files(api: Api, folder: Path) -> Api:
    """The interface of a service that has a folder for files."""
    api.city.service = replace(api.city.service, evidence=folder)
    api.client.app.state.service = api.city.service  # type: ignore[attr-defined] # an application
    return api


def hand_in(
    api: Api, path: str, who: str, *, name: str = NAME, file: bytes = BYTES, **fields: str
) -> Response:
    return api.client.post(
        ROOT + path, files={"file": (name, file, "text/plain")}, data=fields, headers=api.headers(who)
    )


def test_evidence_is_handed_in_replaced_decided_and_saved(api_at: ApiAt, tmp_path: Path) -> None:
    api = with_files(api_at("running"), tmp_path / "files")
    offered = hand_in(api, f"{PLACE}/offer", LIAISON[GENERAL], about="plan", note="会议")
    assert (offered.status_code, offered.json()["subject"]) == (200, f"evidence:2025:{GENERAL}:1")
    file = api.get(f"{PLACE}/1/file", LIAISON[GENERAL])
    assert (file.status_code, file.content) == (200, BYTES)
    assert file.headers["content-disposition"].startswith("attachment")
    assert "%E7%BA%AA%E8%A6%81" in file.headers["content-disposition"]
    assert "sandbox" in file.headers["content-security-policy"]
    newer = hand_in(api, f"{PLACE}/1/replace", LIAISON[GENERAL], name="新.txt", file=b"new")
    assert newer.status_code == 200
    assert api.get(f"{PLACE}/1/file", CLERK).content == b"new"
    assert api.get(f"{PLACE}/1/file?version=1", AUDITOR).content == BYTES
    assert api.get(f"{PLACE}/1/file?version=9", CLERK).status_code == 404
    assert api.post(f"{PLACE}/1/accept", CLERK, {"version": 2}).json()["after"] == "accepted"


def test_only_the_department_hands_in_and_only_who_may_see_it_saves_it(api_at: ApiAt, tmp_path: Path) -> None:
    api = with_files(api_at("running"), tmp_path / "files")
    assert hand_in(api, f"{PLACE}/offer", LIAISON[DISCIPLINE], about="plan").status_code == 404
    assert hand_in(api, f"{PLACE}/offer", CLERK, about="plan").status_code == 403
    hand_in(api, f"{PLACE}/offer", LIAISON[GENERAL], about="plan")
    assert api.get(f"{PLACE}/1/file", LIAISON[DISCIPLINE]).status_code == 404
    assert hand_in(api, f"{PLACE}/1/replace", LIAISON[DISCIPLINE]).status_code == 404
    assert api.client.get(f"{ROOT}{PLACE}/1/file").status_code == 401
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and len(path.name) == 64]
    assert len(kept) == 1


def test_a_digest_in_place_of_a_file_is_none_whether_the_store_knows_it_or_not(
    api_at: ApiAt, tmp_path: Path
) -> None:
    api = with_files(api_at("running"), tmp_path / "files")
    known = hand_in(api, f"{PLACE}/offer", LIAISON[GENERAL], about="plan").json()["sha256"]
    path = f"{ROOT}/cycles/2025/evidence/{DISCIPLINE}/offer"
    headers = api.headers(LIAISON[DISCIPLINE], X_Request_ID="the-same-each-time")
    rows, told = api.city.rows(), []
    for digest in (known, "a" * 64):
        for field, file in (("file", None), ("file", "other"), ("sha256", "file")):
            files = {file: (NAME, BYTES)} if file else None
            answer = api.client.post(
                path, data={"about": "plan", field: digest}, files=files, headers=headers
            )
            told.append((answer.status_code, answer.text.replace(digest, "x")))
    assert told[:3] == told[3:]
    assert {status for status, _ in told} == {415, 422}
    assert api.city.rows() == rows


def test_without_a_key_nothing_of_a_file_is_read(api_at: ApiAt, tmp_path: Path) -> None:
    api = with_files(api_at("running"), tmp_path / "files")
    answer = api.client.post(f"{ROOT}{PLACE}/offer", files={"file": (NAME, BYTES)}, data={"about": "plan"})
    assert answer.status_code == 401
    reader = api.headers(LIAISON[GENERAL], "read")
    answer = api.client.post(f"{ROOT}{PLACE}/offer", files={"file": (NAME, BYTES)}, headers=reader)
    assert answer.json()["code"] == "token_reads_only"
    assert not (tmp_path / "files").exists()


def test_a_form_that_cannot_be_used_is_said_field_by_field(api_at: ApiAt, tmp_path: Path) -> None:
    api = with_files(api_at("running"), tmp_path / "files")
    headers = api.headers(LIAISON[GENERAL])
    path = f"{ROOT}{PLACE}/offer"
    for answer, field in (
        (
            api.client.post(path, data={"about": "plan"}, files={"other": (NAME, BYTES)}, headers=headers),
            "file",
        ),
        (api.client.post(path, files={"file": (NAME, BYTES)}, headers=headers), "about"),
        (hand_in(api, f"{PLACE}/offer", LIAISON[GENERAL], about="plan", colour="red"), "colour"),
    ):
        assert answer.status_code == 422
        assert field in {fault["field"] for fault in answer.json()["fields"]}
    assert api.client.post(path, json={"about": "plan"}, headers=headers).status_code == 415
    assert (
        api.client.post(
            path, content=b"x", headers={**headers, "Content-Type": "multipart/form-data"}
        ).status_code
        == 400
    )
    refused = hand_in(api, f"{PLACE}/offer", LIAISON[GENERAL], about="plan", name="x.exe")
    assert refused.json()["unmet"][0]["code"] == "evidence_type_unknown"


def test_a_file_may_be_larger_than_any_other_body_but_not_than_the_office_allows(
    api_at: ApiAt, tmp_path: Path
) -> None:
    api = with_files(api_at("running"), tmp_path / "files")
    large = b"x" * 1_500_000
    assert hand_in(api, f"{PLACE}/offer", LIAISON[GENERAL], about="plan", file=large).status_code == 200
    api.city.service = replace(api.city.service, evidence_max_mb=1)
    with_files(api, tmp_path / "files")
    answer = hand_in(api, f"{PLACE}/offer", LIAISON[GENERAL], about="midyear", file=large + b"y")
    assert answer.json()["unmet"][0]["code"] == "evidence_too_large"
    answer = hand_in(api, f"{PLACE}/offer", LIAISON[GENERAL], about="plan", file=b"x" * (22 << 20))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_whoever_marks_a_department_decides_on_its_evidence_and_no_other_reviewer(
    api_at: ApiAt, tmp_path: Path
) -> None:
    api = with_files(api_at("reviewing"), tmp_path / "files")
    assert hand_in(api, f"{PLACE}/offer", LIAISON[GENERAL], about="yearend").status_code == 200
    assert api.post(f"{PLACE}/1/accept", FOURTH_REVIEWER, {}).json()["code"] == "not_found"
    assert api.post(f"{PLACE}/1/accept", REVIEWERS[0], {}).json()["after"] == "accepted"
