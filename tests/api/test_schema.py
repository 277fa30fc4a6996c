"""The interface keeps to its own description, whatever is sent: no answer breaks, and none is outside of it.

Whoever asks is one who may, so that nothing is refused before it is looked at, and where an act is meant its subject
stands where the act starts. Whatever is done is undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
from cycle.operations import forms, perform
from tests.api.acting_routes import ASKING, MINE, NUMBER, YEAR, Route, routes
from tests.api.conftest import ROOT, serving, the_app
from tests.api.planted_city import Planted, undone
from tests.cast import CLERK, PAPER, WHY, City, open_city, templates
from tests.operations.templates import Templates
from tests.operations.test_permissions import PEOPLE
from tests.operations.test_permissions import ROWS as CELLS
from workflows.engine import NONE
from workflows.machines import MACHINES
from workflows.matters import MATTERS

__all__ = ["templates"]

pytestmark = pytest.mark.parametrize("templates", ["sqlite"], indirect=True, scope="session")
"""What is described does not depend on the database."""

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
SCHEMA: Final = schemathesis.openapi.from_asgi(OPENAPI, the_app())
STAGE: Final = "ratified"
EVERY: Final = [route for machine in MACHINES for route in routes(machine)]
ACTS: Final = {(route.method, ROOT + route.template): route for route in reversed(EVERY)}
"""Method and path to the first way an act is asked for: in this year, by the first roles of its row."""

GENERATED, THERE, MEANT = range(3)
"""What is sent: whatever the description allows or not; the same about what is there; what the act really asks for."""

_turn = cycle((GENERATED, THERE, MEANT))


@pytest.fixture(scope="module")
def planted(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """The city with everybody of the table, a matter of each kind, an act that waits; then nothing is kept."""
    folder = tmp_path_factory.mktemp("described")
    city = open_city(templates.copy(STAGE, folder / "city.db"), STAGE)
    city.service = replace(city.service, evidence=folder / "files")
    app = serving(city.service, home=folder)
    with TestClient(app) as client, pytest.MonkeyPatch.context() as patched:
        made = Planted(city, client)
        for route in ACTS.values():
            if route.key[0] in (*MATTERS, "case") and route.state != NONE:
                made.stand(route)
        made.wait()
        for module in (perform, forms):
            patched.setattr(module, "writing", undone)
        yield made
    city.service.database.close()


def asker(case: schemathesis.Case[Any]) -> tuple[str, str]:
    """Who asks, and whom they speak for: the first column of the table of permission that may; an auditor reads."""
    route = ACTS.get((case.method, case.path))
    if route is not None:
        column = next((column for column in ASKING if not CELLS[route.key][column]), "office")
        who, _, body = column.partition(" for ")
        return PEOPLE[who].id, body
    beside = {"draft": PEOPLE["liaison"].id, "confirm": PEOPLE["office"].id, "drop": CLERK}
    return beside.get(case.path.rpartition("/")[2], PEOPLE["auditor"].id), ""


def there(planted: Planted, route: Route | None) -> dict[str, Any]:
    """What is there of the things a path names."""
    found = {"year": YEAR, "department": MINE, "number": NUMBER, "person": "newcomer", "form": "plan"}
    more = {"pending": planted.pending, "letter": a_letter(planted.city)}
    return {**found, **more, **(route.where if route else {})}


def a_letter(city: City) -> str:
    """The key of some letter."""
    return str(city.select("SELECT key FROM outbox ORDER BY key LIMIT 1")[0][0])


def ask(case: schemathesis.Case[Any], planted: Planted) -> None:
    """Ask; the answer is one that is described."""
    route, turn, (who, body) = ACTS.get((case.method, case.path)), next(_turn), asker(case)
    if route is None:
        planted.rest()
    else:
        planted.stand(route)
    if turn in (THERE, MEANT):
        real = there(planted, route)
        case.path_parameters.update({part: real[part] for part in case.path_parameters if part in real})
    if turn == MEANT and route is not None and not route.file and route.method == "POST":
        case.body = {**route.body, "reason": WHY, "document": PAPER, "on_behalf_of": body}
        case.media_type = "application/json"
        case.headers.clear()
    answer = case.call(headers=planted.headers(who))
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


@SCHEMA.parametrize()
@tried(10, same=True)
def test_no_answer_is_outside_of_the_description(case: schemathesis.Case[Any], planted: Planted) -> None:
    ask(case, planted)


@pytest.mark.long
@SCHEMA.parametrize()
@tried(50, same=False)
def test_no_answer_of_many_is_outside_of_the_description(
    case: schemathesis.Case[Any], planted: Planted
) -> None:
    ask(case, planted)
