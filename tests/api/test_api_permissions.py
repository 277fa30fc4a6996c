"""Who may act over the interface: every route that acts, asked by everybody of the one table of permission.

What is expected follows from two tables written by hand: who may not know of a subject (tests/api/sight_table.py)
finds none; who may not do it (tests/operations/permission_table.py) is refused by the code of the cell; nobody else
is kept out. Whatever is permitted is undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from cycle.operations import forms, perform
from tests.api import sight_table
from tests.api.acting_routes import ASKING, OF_A_PERSON, Route, routes
from tests.api.conftest import ROOT, serving, the_app
from tests.api.planted_city import Planted, undone
from tests.cast import PAPER, WHY, open_city, templates
from tests.operations.permission_table import CODES
from tests.operations.templates import Templates
from tests.operations.test_permissions import PEOPLE
from tests.operations.test_permissions import ROWS as CELLS
from workflows.machines import MACHINES

__all__ = ["templates"]

STAGE: Final = "ratified"
BY_YEAR: Final = ("office", "liaison", "reviewer assigned", "leader in charge", "office at home")
"""Of another year of the same department only these are asked: the rest are as far from it as from this one."""

BEFORE: Final = {"wrong_state", "not_here", "action_unknown", "person_unknown", "day_ahead"}
"""Codes of refusals that say nothing yet of who may."""

SEEN: Final = {
    row[0]: {
        role: dict(zip(sight_table.RELATIONS, cells, strict=True))
        for role, cells in zip(sight_table.ROLES, row[1:], strict=True)
    }
    for row in map(str.split, filter(str.strip, sight_table.SEEN.splitlines()))
}
"""Resource, role and relation to the cell of the table of sight."""

MAY: Final = (200, "")
NOT_THERE: Final = (404, "not_found")
ONLY_READS: Final = (403, "token_reads_only")

# What an act waits for that the office entered on behalf of the group. The columns are those of the table of
# permission but for those who speak for others: office, group; the department's own and others; reviewers; leaders;
# inspector, auditor, admin; at home: office, group, reviewer. Beside its letters: `.` finds none, `o` is not
# theirs, `k` has a key that only reads. Whoever is not shown what waits finds none by its id either.
PENDING: Final = """
confirm  +- .... .. .. .k. ...
drop     oo .... .. .. .k. ...
"""


@pytest.fixture(scope="module")
def planted(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """The city with everybody of the table, and an act that waits; from then on nothing is kept."""
    folder = tmp_path_factory.mktemp("planted")
    url = templates.copy(STAGE, folder / "city.db")
    city = open_city(url, STAGE)
    city.service = replace(city.service, evidence=folder / "files")
    with TestClient(serving(city.service)) as client, pytest.MonkeyPatch.context() as patched:
        made = Planted(city, client)
        made.wait()
        for module in (perform, forms):
            patched.setattr(module, "writing", undone)
        yield made
    city.service.database.close()
    templates.give_back(url)


def expected(route: Route, column: str) -> tuple[int, str]:
    """Status and code by the tables; an auditor asks for nothing, whatever their key says."""
    if column == "auditor":
        return ONLY_READS
    if route.resource and not seen(route, column.partition(" for ")[0]):
        return NOT_THERE
    if route.relation == "other year" and column == "reviewer assigned":
        column = "reviewer not assigned"
    code = CELLS[route.key][column]
    return (403, code) if code else MAY


def seen(route: Route, who: str) -> bool:
    """Whether they know of the subject by the table of sight."""
    role = who.partition(" ")[0]
    role = "department" if role in ("liaison", "head") else role
    relation = route.relation
    if who.endswith(" at home"):
        relation = "home untold" if relation == "untold" else "home"
    elif who.endswith((" elsewhere", " not assigned")):
        relation = "other department"
    if route.resource in OF_A_PERSON:
        relation = "other department"
    return SEEN[route.resource][role][relation] == "+"


def told(answer: Response) -> tuple[int, str]:
    """Status and code of an answer; MAY where it was permitted, whatever else was in the way."""
    if answer.status_code < 300:
        return MAY
    problem = answer.json()
    codes = {unmet["code"] for unmet in problem.get("unmet", ())}
    if answer.status_code == 409 and codes and not codes & BEFORE:
        return MAY
    if answer.status_code in (401, 403, 404):
        return answer.status_code, problem["code"]
    return answer.status_code, answer.text


def asking(route: Route, turn: int, planted: Planted) -> Iterator[str]:
    """The columns to ask; on PostgreSQL every seventh, another one each turn: it is the same code that decides."""
    by_year = route.relation == "other year"
    columns = [
        column
        for column in ASKING
        if (route.bodied or " for " not in column) and (not by_year or column in BY_YEAR)
    ]
    yield from columns if planted.city.service.database.dialect == "sqlite" else columns[turn % 7 :: 7]


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_every_route_answers_everybody_as_the_tables_say(planted: Planted, machine: str) -> None:
    wrong, rows = [], planted.city.rows()
    for turn, route in enumerate(routes(machine)):
        planted.stand(route)
        for column in asking(route, turn, planted):
            who, _, body = column.partition(" for ")
            more = {"reason": WHY, "document": PAPER, **({"on_behalf_of": body} if body else {})}
            found = told(planted.ask(route, PEOPLE[who].id, more))
            if found != expected(route, column):
                wrong.append((str(route), column, expected(route, column), found))
    assert wrong == []
    assert planted.city.rows() == rows


@pytest.mark.parametrize("turn", [0, 1, 2], ids=["nobody", "a stranger", "a key that reads"])
def test_no_route_is_open_to_who_shows_no_key_or_one_that_only_reads(planted: Planted, turn: int) -> None:
    who, scope, refusal = (
        ("", "act", (401, "unauthenticated")),
        ("nobody-registered", "act", (401, "unauthenticated")),
        ("office", "read", ONLY_READS),
    )[turn]
    every = [route for machine in MACHINES for route in routes(machine)]
    one = {(route.method, route.template): route for route in every}.values()
    assert [str(route) for route in one if told(planted.ask(route, who, {}, scope)) != refusal] == []


@pytest.mark.parametrize("row", PENDING.strip().splitlines(), ids=lambda row: row.split()[0])
def test_what_waits_is_confirmed_and_taken_back_by_whom_the_table_says(planted: Planted, row: str) -> None:
    action, *cells = row.split()
    planted.draft()
    columns = [column for column in ASKING if " for " not in column]
    letters = {".": NOT_THERE, "o": (403, "not_own_act"), "k": ONLY_READS, "+": MAY}
    wanted, found = {}, {}
    for column, cell in zip(columns, "".join(cells), strict=True):
        path = f"{ROOT}/pending-acts/{planted.pending}/{action}"
        answer = planted.client.post(path, headers=planted.headers(PEOPLE[column].id))
        wanted[column] = letters.get(cell) or (403, CODES[cell])
        found[column] = told(answer)
    assert found == wanted


def test_every_route_that_acts_is_asked_here() -> None:
    """A new one needs its row in the table of permission before it can be asked."""
    paths = the_app().openapi()["paths"]
    acting = {(method.upper(), path) for path, of in paths.items() for method in of if method != "get"}
    pending = {
        ("POST", f"{ROOT}/pending-acts/{{pending}}/{row.split()[0]}") for row in PENDING.split("\n") if row
    }
    asked = {(route.method, ROOT + route.template) for machine in MACHINES for route in routes(machine)}
    files = {("POST", f"{ROOT}/imports/{{kind}}")}  # tests/api/test_imports.py
    assert acting == asked | pending | files
