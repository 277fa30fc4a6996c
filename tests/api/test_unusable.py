"""What cannot be used is said field by field; what breaks is said without a trace."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from httpx2 import Response

from cycle.api import problems
from cycle.db import Overtaken
from cycle.operations.catalogue import OPERATIONS
from tests.api.conftest import ROOT, Api, ApiAt
from tests.cast import CLERK, GENERAL, LIAISON
from workflows import words

PLACE = f"{ROOT}/cycles/2025/appraisals/{GENERAL}"
SAVE = f"{PLACE}/save_form"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def api(api_at: ApiAt) -> Api:
    """The interface while the plans are being written."""
    return api_at("running")


def ask(api: Api, path: str, body: Any, who: str = LIAISON[GENERAL], **headers: str) -> Response:
    return api.client.post(path, json=body, headers=api.headers(who, **headers))


def fields(answer: Response) -> dict[str, str]:
    """Field to code, of what cannot be used."""
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text
    return {fault["field"]: fault["code"] for fault in answer.json()["fields"]}


def test_every_field_that_cannot_be_used_is_named(api: Api) -> None:
    cases: list[tuple[str, Any, dict[str, str]]] = [
        ("ask_extension", {"reason": "x"}, {"due": "missing"}),
        ("ask_extension", {"due": "2025-02-30"}, {"due": "value_error"}),
        ("ask_extension", {"due": "20250301"}, {"due": "value_error"}),
        ("ask_extension", {"due": 20250301}, {"due": "string_type"}),
        ("ask_extension", {"due": "2025-03-01", "date": "x"}, {"date": "extra_forbidden"}),
        ("ask_extension", {"due": "2025-03-01", "occurred_on": "gestern"}, {"occurred_on": "value_error"}),
        ("save_form", {"text": True}, {"text": "string_type"}),
        ("save_form", [], {"body": "model_attributes_type"}),
        ("carry_over", {"matter": "m", "new_year": True}, {"new_year": "int_type"}),
        ("carry_over", {"matter": "m", "new_year": 2026.0}, {"new_year": "int_type"}),
        (
            "carry_over",
            {"matter": "", "new_year": 99},
            {"matter": "string_too_short", "new_year": "greater_than_equal"},
        ),
        ("mark", {"marks": []}, {"marks": "too_short"}),
        ("mark", {"marks": [{"item": "i", "points": "1"}]}, {"marks.0.points": "int_type"}),
        ("report_progress", {"progress": {"1": {"percent": 101}}}, {"progress.1.percent": "less_than_equal"}),
    ]
    for action, body, expected in cases:
        assert fields(ask(api, f"{PLACE}/{action}", body)) == expected, (action, body)


def test_a_path_that_cannot_be_one_is_named(api: Api) -> None:
    for path, field in (
        (f"cycles/25/appraisals/{GENERAL}/submit", "path.year"),
        ("cycles/2025/appraisals/A%00B/submit", "path.department"),
        (f"cycles/2025/findings/{GENERAL}/9999999999999999999/answer", "path.number"),
    ):
        assert field in fields(ask(api, f"{ROOT}/{path}", {"text": "x"}))


def test_what_an_id_looks_like_and_where_ids_are_listed_is_said_in_words(api: Api) -> None:
    register = {"id": "财政局", "name": "财政局", "category": "government"}
    for path, body, who in (
        ("cycles/2025/appraisals/财政局/submit", {}, LIAISON[GENERAL]),
        ("departments", register, CLERK),
        ("people/Wang_Wei/leave", {"on": "2025-01-09"}, CLERK),
    ):
        for lang, said in (("zh", "小写字母"), ("en", "lower-case letters")):
            answer = ask(api, f"{ROOT}/{path}", body, who, Accept_Language=lang)
            assert "string_pattern_mismatch" in fields(answer).values()
            (told,) = [fault["message"] for fault in answer.json()["fields"]]
            assert said in told
            assert f"`{ROOT}/departments`" in told
            assert f"`{ROOT}/people`" in told
            assert not {"^", "$", "["} & set(told)


def test_wild_keys_are_no_keys(api: Api) -> None:
    for key in ("k" * 201, "a b"):
        answer = ask(api, SAVE, {"text": "x"}, Idempotency_Key=key)
        assert "header.Idempotency-Key" in fields(answer)


def test_faults_are_worded_in_the_readers_language(api: Api) -> None:
    english = ask(api, f"{PLACE}/ask_extension", {}, Accept_Language="en").json()
    chinese = ask(api, f"{PLACE}/ask_extension", {}).json()
    assert english["fields"][0]["message"] == words.word("problem.field", "missing", "en")
    assert chinese["fields"][0]["message"] == words.word("problem.field", "missing", "zh")
    assert (english["title"], chinese["title"]) == ("Something cannot be used", "填写有误")


@pytest.mark.parametrize("text", ['{"text": "\\u0000"}', '{"text": "x", "reason": "\\u0000"}'])
def test_text_no_database_can_hold_is_refused_as_unusable(api: Api, text: str) -> None:
    headers = {**api.headers(LIAISON[GENERAL]), **JSON}
    answer = api.client.post(SAVE, content=text, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["unmet"][0]["code"] == "value_unusable"


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"text": ' + b"9" * 5000 + b"}", b"[" * 100_000])
def test_what_is_no_json_is_malformed(api: Api, body: bytes) -> None:
    answer = api.client.post(SAVE, content=body, headers={**api.headers(LIAISON[GENERAL]), **JSON})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_half_a_character_is_no_text(api: Api) -> None:
    headers = {**api.headers(LIAISON[GENERAL]), **JSON}
    answer = api.client.post(SAVE, content='{"text": "\\ud800"}', headers=headers)
    assert fields(answer) == {"text": "string_unicode"}


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_a_body_is_json_and_says_so(api: Api, media: str) -> None:
    headers = {**api.headers(LIAISON[GENERAL]), "Content-Type": media}
    answer = api.client.post(SAVE, content='{"text": "x"}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type")


def test_a_body_over_the_limit_is_refused_whether_it_says_so_or_not(api_at: ApiAt) -> None:
    api = api_at("running")
    headers = {**api.headers(LIAISON[GENERAL]), **JSON}
    large = json.dumps({"text": "x" * 1_048_576}).encode()

    def pieces() -> Iterator[bytes]:
        yield large[:1000]
        yield large[1000:]

    for content in (large, pieces()):
        answer = api.client.post(SAVE, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert api.city.appraisal(GENERAL).number == 1
    small = api.client.post(SAVE, content=json.dumps({"text": "x"}), headers=headers)
    assert small.status_code == 200


def test_a_wrong_method_and_a_wrong_address_are_told_apart(api: Api) -> None:
    answer = api.client.get(SAVE)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"
    answer = api.client.get(f"{ROOT}/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_rulebook_that_is_none_is_refused_with_its_faults(api: Api) -> None:
    sent = {"figure": "x", "rulebook": {"name": "x"}, "document": "d"}
    answer = ask(api, f"{ROOT}/regulation/confirm", sent, CLERK)
    assert (answer.status_code, answer.json()["unmet"][0]["code"]) == (409, "rulebook_invalid")
    deep: Any = {}
    for _ in range(40):
        deep = {"x": deep}
    assert fields(ask(api, f"{ROOT}/cycles/2027/prepare", {"rulebook": deep}, CLERK)) == {
        "rulebook": "value_error"
    }


def test_what_breaks_is_logged_and_told_without_a_trace(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> dict[str, object]:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(OPERATIONS, "move", broken)
    with caplog.at_level(logging.ERROR, "cycle.api"):
        answer = ask(api, f"{PLACE}/submit", None)
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("disk I/O error"),
        psycopg.OperationalError("server closed"),
        psycopg.errors.DeadlockDetected("deadlock detected"),
        Overtaken("gave way"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_as_such(
    api: Api, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def away(*_: object) -> dict[str, object]:
        raise error

    monkeypatch.setitem(OPERATIONS, "move", away)
    answer = ask(api, f"{PLACE}/submit", None)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "5"
    assert str(error) not in answer.text


def test_every_kind_of_problem_is_listed_with_its_words(api: Api) -> None:
    listed = api.client.get(problems.HOME, headers={"Accept-Language": "en"}).json()
    assert {one["code"]: one["status"] for one in listed} == dict(problems.STATUS)
    for lang in words.LANGS:
        assert set(words.catalogue(lang)["problem"]) == set(problems.STATUS)
        assert set(words.catalogue(lang)["problem.detail"]) == set(problems.STATUS)


def test_an_answer_is_neither_guessed_at_nor_kept_for_others(api: Api) -> None:
    for answer in (
        api.client.get("/healthz"),
        api.client.get(f"{ROOT}/nothing"),
        ask(api, SAVE, {"text": "x"}),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"].startswith("private")
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_filter_that_is_none_is_refused_and_does_not_answer_with_everything(api: Api) -> None:
    path = f"{ROOT}/cycles/2025/appraisals"
    here = api.client.get(f"{path}?state=plan_open&limit=3", headers=api.headers(CLERK))
    assert here.status_code == 200
    misspelt = api.client.get(f"{path}?stat=plan_open&limit=3&State=x&stat=y", headers=api.headers(CLERK))
    assert fields(misspelt) == {"query.stat": "extra_forbidden", "query.State": "extra_forbidden"}
    assert "没有这一项" in misspelt.json()["fields"][0]["message"]
    unknown = api.client.get(f"{path}?stat=plan_open", headers={"Authorization": "Bearer nobody"})
    assert unknown.status_code == 401
