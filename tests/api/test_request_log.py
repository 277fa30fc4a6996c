"""What is told of a request: one line with what it is called, whoever asked; nothing of what was said in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cycle.api import reads_city
from cycle.logs import lines_to
from cycle.operations import perform as performing
from cycle.operations.tokens import parse
from tests.api.conftest import ROOT, Api, ApiAt
from tests.cast import CLERK, GENERAL, HEAD

HEADER = "X-Request-ID"
DEPARTMENT = f"{ROOT}/cycles/2025/appraisals/{GENERAL}"


@contextmanager
def told(api: Api) -> Iterator[list[dict[str, Any]]]:
    """The lines of the log meanwhile, filled in at the end."""
    out, lines = io.StringIO(), list[dict[str, Any]]()
    service = api.city.service
    with lines_to(out, service.clock, service.zone, form="json", level="info"):
        yield lines
    lines += map(json.loads, out.getvalue().split("\n")[:-1])


def test_each_request_is_one_line(api_at: ApiAt) -> None:
    api = api_at("running")
    headers = api.headers(CLERK, "read")
    with told(api) as lines:
        answer = api.client.get(DEPARTMENT, headers=headers)
        api.client.get(f"{ROOT}/nowhere")
    assert answer.status_code == 200
    known, unknown = lines
    assert known.pop("ms") >= 0
    assert known == {
        "at": "2025-01-10T02:00:00.000000Z",
        "level": "info",
        "log": "cycle.request",
        "event": "request",
        "request": answer.headers[HEADER],
        "method": "GET",
        "route": f"{ROOT}/cycles/{{year}}/appraisals/{{department}}",
        "path": DEPARTMENT,
        "status": 200,
        "person": CLERK,
        "client": "testclient",
    }
    assert (unknown["route"], unknown["status"]) == ("none", 404)
    assert {"path", "person"}.isdisjoint(unknown)
    assert unknown["request"] != known["request"]


def test_nothing_that_was_said_is_told(api_at: ApiAt) -> None:
    api = api_at("running")
    token = api.token(CLERK)
    _, secret = parse(token) or ("", "")
    with told(api) as lines:
        api.post(
            f"/cycles/2025/appraisals/{GENERAL}/chase?asked=secret-query",
            CLERK,
            {"reason": "secret-reason"},
            Cookie="cycle_session=secret-cookie",
        )
        api.client.get(f"{ROOT}/me", headers={"Authorization": f"Bearer {token}x"})
        api.client.get(f"{ROOT}/nowhere/secret-path?token=secret-query")
    text = json.dumps(lines, ensure_ascii=False)
    assert [line["status"] for line in lines if line["log"] == "cycle.request"][1:] == [401, 404]
    assert "secret-" not in text
    assert token not in text
    assert secret
    assert secret not in text


@pytest.mark.parametrize("given", ["abcdef-123456", "0HN7-2.3_4", "a" * 64])
def test_a_request_keeps_the_id_it_comes_with(api_at: ApiAt, given: str) -> None:
    api = api_at("installed")
    with told(api) as lines:
        answer = api.client.get(f"{ROOT}/me", headers={HEADER: given})
    assert (answer.headers[HEADER], answer.json()["request"]) == (given, given)
    assert [line["request"] for line in lines] == [given]


@pytest.mark.parametrize(
    "given",
    [
        "",
        "short",
        "a" * 65,
        "with blanks in it",
        'quoted"12345',
        "-begins-so",
        "a;b=c;d=efgh",
        "x\ty12345678",
    ],
)
def test_an_id_that_is_not_short_and_plain_is_replaced(api_at: ApiAt, given: str) -> None:
    api = api_at("installed")
    answers = [api.client.get("/healthz", headers={HEADER: given}) for _ in range(2)]
    made = {answer.headers[HEADER] for answer in answers}
    assert len(made) == 2
    assert all(len(each) == 16 and each.isalnum() for each in made)


@pytest.mark.parametrize("end", ["%0A", "%0D%0A", "%C2%85", "%E2%80%A8", "%1B%5B2K"])
def test_no_path_can_forge_a_line(api_at: ApiAt, end: str) -> None:
    api = api_at("running")
    out = io.StringIO()
    service = api.city.service
    with lines_to(out, service.clock, service.zone, form="json", level="info"):
        api.client.get(
            f"{ROOT}/cycles/2025/appraisals/x{end}forged", headers=api.headers(HEAD[GENERAL], "read")
        )
    lines = out.getvalue().split("\n")[:-1]
    (line,) = [each for each in lines if '"cycle.request"' in each]
    assert all(each.isprintable() for each in lines)
    assert json.loads(line)["path"].endswith("forged")


def test_what_breaks_has_its_trace_in_the_log_under_the_id_that_the_caller_is_told(
    api_at: ApiAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = api_at("running")

    def broken(*_given: object, **_named: object) -> Any:
        raise RuntimeError("the roof")

    monkeypatch.setattr(reads_city, "looking", broken)
    headers = api.headers(CLERK, "read")
    with told(api) as lines:
        answer = api.client.get(f"{ROOT}/me", headers=headers)
    assert answer.status_code == 500
    assert [(line["level"], line["event"]) for line in lines] == [
        ("error", "request broke"),
        ("warning", "request"),
    ]
    assert {line["request"] for line in lines} == {answer.json()["request"]} == {answer.headers[HEADER]}
    assert "RuntimeError: the roof" in lines[0]["trace"]
    assert "the roof" not in answer.text


def test_what_is_done_for_a_request_in_a_thread_is_told_under_its_id(
    api_at: ApiAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = api_at("running")

    def telling(*given: Any, **named: Any) -> Any:
        logging.getLogger("cycle.trial").info("acts")
        return performing.perform(*given, **named)

    monkeypatch.setattr("cycle.acts.asking.perform", telling)
    api.token(CLERK)
    with told(api) as lines:
        answer = api.post(f"/cycles/2025/appraisals/{GENERAL}/chase", CLERK, {"reason": "x"})
    assert [(line["event"], line["request"]) for line in lines] == [
        ("acts", answer.headers[HEADER]),
        ("request", answer.headers[HEADER]),
    ]
    assert lines[1]["person"] == CLERK
