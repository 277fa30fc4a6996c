"""The description of the interface holds together; that no answer is outside of it is shown beside."""

from __future__ import annotations

from typing import Any, Final

import schemathesis
from fastapi.testclient import TestClient

from cycle.api.docs import OPENAPI
from tests.api.conftest import the_app

DESCRIPTION: Final[dict[str, Any]] = the_app().openapi()
SCHEMA: Final = schemathesis.openapi.from_dict(DESCRIPTION)
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


def test_the_description_is_served_as_it_is() -> None:
    assert TestClient(the_app()).get(OPENAPI).json() == DESCRIPTION
