"""The interface is compared with bare endpoints that answer with the same rows.

How large the ratios are is never asserted: the machine may be busy.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from cycle.app import create_app
from cycle.bench import api
from cycle.bench.api import Unlike
from cycle.bench.asking import Asking, Question, Unanswered, running
from cycle.bench.beds import Bed, SqliteBed
from cycle.bench.whole_city import city
from cycle.db import Database, Statement
from cycle.verify import verify
from tests.bench.conftest import TINY, measured

COUNTS = Statement(
    "SELECT kind, count(*) FROM subject WHERE kind IN ('appraisal', 'department') GROUP BY kind"
)


def test_the_interface_is_compared_with_bare_endpoints_over_the_same_rows(bed: Bed) -> None:
    found = api.run(create_app, bed, TINY)
    assert [one.code for one in found] == ["api_list", "api_board", "api_sheet", "api_act"]
    for one in found:
        measured(one, bed.name)
        assert one.counts["requests"] == TINY.requests
        assert min(one.counts["answer_bytes"], one.counts["bare_answer_bytes"]) > 0


def test_a_city_has_the_years_asked_for_behind_it_and_verifies(tmp_path: Path) -> None:
    database = Database(city(SqliteBed(tmp_path), 5, 1))
    with database.read() as session:
        counts = dict(COUNTS.run(session).fetchall())
    verdict = verify(database)
    database.close()
    assert counts == {"appraisal": 10, "department": 5}
    assert verdict.ok, verdict.faults


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers with what it was asked; without a token, with 401."""
    if scope["type"] == "lifespan":
        for stage in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{stage}.complete"})
        return
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    asked = {name: scope[name] for name in ("method", "path")} | {"query": scope["query_string"].decode()}
    body = (await receive())["body"].decode()
    status = 200 if "authorization" in headers else 401
    await send({"type": "http.response.start", "status": status, "headers": []})
    for part in (json.dumps({**asked, "headers": headers}), "\n", body):
        await send({"type": "http.response.body", "body": part.encode(), "more_body": True})


@pytest.fixture
def asking() -> Iterator[Asking]:
    with running(echo) as found:
        yield found


def test_an_application_is_asked_as_a_server_would(asking: Asking) -> None:
    (answer,) = asking.ask([Question("POST", "/a/b?c=d", "key", b'{"e": 1}')])
    asked, _, body = answer.body.decode().partition("\n")
    told: Mapping[str, Any] = json.loads(asked)
    assert (told["method"], told["path"], told["query"], body) == ("POST", "/a/b", "c=d", '{"e": 1}')
    assert told["headers"]["authorization"] == "Bearer key"
    assert told["headers"]["content-type"] == "application/json"
    assert told["headers"]["content-length"] == str(len(body))


def test_an_answer_that_is_none_is_no_fair_comparison(asking: Asking) -> None:
    with pytest.raises(Unanswered, match="GET /nowhere: 401"):
        asking.ask([Question("GET", "/nowhere")])


def test_other_rows_are_no_fair_comparison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_keys", lambda told: told)
    with pytest.raises(Unlike, match="api_list"):
        api.run(create_app, SqliteBed(tmp_path), replace(TINY, requests=1))
