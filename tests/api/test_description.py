"""The interface is as it describes itself: the description holds together, and no answer is outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any, Final

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cycle.api.docs import OPENAPI
from cycle.operations.tokens import mint
from tests.api.conftest import serving, the_app
from tests.cast import ADMIN, CLERK, GENERAL, LIAISON, STAGES, City, _build, open_city, person

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
DESCRIPTION: Final[dict[str, Any]] = the_app().openapi()
SCHEMA: Final = schemathesis.openapi.from_dict(DESCRIPTION)
SCHEMA.app = the_app()
OPERATIONS: Final = [
    (method, path, operation)
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
]


def test_the_description_is_a_description() -> None:
    assert DESCRIPTION["openapi"].startswith("3.1")
    SCHEMA.validate()
    assert OPENAPI == "/api/v1/openapi.json"


def test_every_route_has_a_name_of_its_own_and_says_what_it_is_for() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert [
        n for n, (_, _, o) in zip(names, OPERATIONS, strict=True) if " / " not in o.get("summary", "")
    ] == []


OPEN: Final = {"/healthz", "/readyz", "/metrics", "/api/v1/problems"}
"""What needs no token, or not always."""


def test_every_route_but_the_open_ones_asks_for_a_token_and_says_so() -> None:
    for _, path, operation in OPERATIONS:
        if path not in OPEN:
            assert operation["security"] == [{"token": []}], path
            assert {"401", "429", "503"} <= set(operation["responses"]), path


def test_every_refusal_is_a_problem_document() -> None:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for _, path, operation in OPERATIONS:
        for status, answer in operation["responses"].items():
            if status >= "4" and path != "/readyz":
                assert answer["content"] == problem, (path, status)
    assert "HTTPValidationError" not in DESCRIPTION["components"]["schemas"]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A running city that is asked all sorts of things; nobody looks at it afterwards."""
    url = f"sqlite:///{tmp_path_factory.mktemp('described') / 'city.db'}"
    stages = ["running"]
    while STAGES[stages[0]][0]:
        stages.insert(0, STAGES[stages[0]][0])
    for stage in stages:
        _build(url, stage)
    made = open_city(url, "running")
    yield made
    made.service.database.close()


@pytest.fixture(scope="module")
def headers(city: City) -> dict[str, dict[str, str]]:
    """Tokens of people with different rights."""
    serving(city.service)
    found = {}
    for who in (CLERK, LIAISON[GENERAL], ADMIN):
        made = mint()
        asked = {"person": who, "scope": "act", "purpose": "试用", "days": 300}
        city.do("issue_token", person(who), id=made.id, sha256=made.sha256, **asked)
        found[who] = {"Authorization": f"Bearer {made.text}"}
    return found


REAL: Final = {"year": 2025, "department": GENERAL, "number": 1, "person": CLERK, "form": "plan"}
_turn = cycle((True, True, False))


def ask(case: schemathesis.Case[Any], headers: dict[str, dict[str, str]]) -> None:
    """Ask a route as one of them, of what is there two times of three; the answer is one that is described."""
    if next(_turn):
        case.path_parameters.update({part: REAL[part] for part in case.path_parameters if part in REAL})
    who = (CLERK, CLERK, LIAISON[GENERAL], CLERK, ADMIN)[len(case.path) % 5]
    answer = case.call(headers=headers[who])
    case.validate_response(answer, checks=CHECKS)


def tried(examples: int, *, same: bool) -> settings:
    """Examples alone, the `same` each time or not: what is found is told, not made small."""
    return settings(
        max_examples=examples,
        derandomize=same,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )


NAMES: Final = sorted(operation["operationId"] for _, _, operation in OPERATIONS)


@SCHEMA.include(operation_id=NAMES[::5]).parametrize()
@tried(3, same=True)
def test_no_answer_is_outside_of_the_description(
    case: schemathesis.Case[Any], city: City, headers: dict[str, dict[str, str]]
) -> None:
    ask(case, headers)


@pytest.mark.long
@SCHEMA.parametrize()
@tried(30, same=False)
def test_no_answer_of_any_route_is_outside_of_the_description(
    case: schemathesis.Case[Any], city: City, headers: dict[str, dict[str, str]]
) -> None:
    ask(case, headers)


def test_the_description_is_served_as_it_is() -> None:
    assert TestClient(the_app()).get(OPENAPI).json() == DESCRIPTION
