"""To whom the page of an act is offered: every act of the table, asked for by everybody of the one table of permission.

What is expected is what the interface answers (tests/api/test_api_permissions.py): who may not know of a subject finds
no page, who may not do it, in their own name or for a body, is refused it, and nobody else is kept out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

import pytest
from fastapi.testclient import TestClient

from cycle.acts.table import ROWS
from cycle.settings import Settings
from cycle.web.app import build
from tests.api.acting_routes import ASKING, Route, routes
from tests.api.conftest import serving
from tests.api.planted_city import Planted
from tests.api.test_api_permissions import BY_YEAR, STAGE, seen
from tests.cast import open_city, templates
from tests.operations.templates import Templates
from tests.operations.test_permissions import PEOPLE
from tests.operations.test_permissions import ROWS as CELLS
from tests.web.conftest import Desk
from workflows.machines import MACHINES

__all__ = ["templates"]

NAMES: Final = {row.path: row.name for row in ROWS}
"""Path of an act in the interface to its name."""
ABOUT_WHAT_IS_SENT: Final = {
    *(("cycle", "rule_tie"), ("department", "register")),
    *(("dispatch", "issue_paper"), ("dispatch", "void_paper")),
}
"""Acts whose departments are named only by what is sent: until then nobody is at home in one."""
LED: Final = frozenset({"cycle_amend"})
"""Acts with a page of their own: whoever is offered one is led there."""
COLUMNS: Final = [column for column in ASKING if " for " not in column]


@pytest.fixture(scope="module")
def planted(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Planted, Desk]]:
    """The city with everybody of the table, and its pages."""
    url = templates.copy(STAGE, tmp_path_factory.mktemp("planted") / "city.db")
    city = open_city(url, STAGE)
    with ExitStack() as open_:
        made = Planted(city, open_.enter_context(TestClient(serving(city.service))))
        desk = Desk(city, build(city.service, Settings()), Settings(), open_)
        for column in COLUMNS:
            desk.browser(PEOPLE[column].id)
        yield made, desk
    city.service.database.close()
    templates.give_back(url)


def expected(route: Route, column: str) -> int:
    """The status of the page by the tables."""
    if route.resource and not seen(route, column):
        return 404
    if route.relation == "other year" and column == "reviewer assigned":
        column = "reviewer not assigned"
    if not _may(route, column):
        return 403
    return 303 if NAMES[route.template] in LED else 200


def _may(route: Route, column: str) -> bool:
    machine, action, _ = route.key
    for key, cells in CELLS.items():
        if key[:2] != (machine, action):
            continue
        if column == "office" and "chief" in key[2].split(","):
            return True  # the chief leader's acts are entered by the office, as those of any body
        if any(not code for asking, code in cells.items() if asking.partition(" for ")[0] == column):
            return True
        of_theirs = {code for asking, code in cells.items() if asking.partition(" for ")[0] == column}
        if "recused" in of_theirs and (machine, action) in ABOUT_WHAT_IS_SENT:
            return True
    return False


def asking(route: Route, turn: int, desk: Desk) -> Iterator[str]:
    """The columns to ask; on PostgreSQL every fifth, another one each turn: it is the same code that decides."""
    columns = [column for column in COLUMNS if route.relation != "other year" or column in BY_YEAR]
    yield from columns if desk.city.service.database.dialect == "sqlite" else columns[turn % 5 :: 5]


@pytest.mark.parametrize("machine", sorted({row.place.kind for row in ROWS}))
def test_an_act_is_offered_to_whom_the_tables_say(planted: tuple[Planted, Desk], machine: str) -> None:
    made, desk = planted
    wrong, asked = [], set()
    for turn, route in enumerate(one for one in routes(machine) if one.template in NAMES):
        made.stand(route)
        name = NAMES[route.template]
        asked.add(name)
        for column in asking(route, turn, desk):
            answer = desk.get(
                f"/do/{name}", PEOPLE[column].id, **{part: str(value) for part, value in route.where.items()}
            )
            if answer.status_code != expected(route, column):
                wrong.append((str(route), column, expected(route, column), answer.status_code))
    assert wrong == []
    assert asked == {row.name for row in ROWS if row.place.kind == machine}


def test_every_machine_people_act_on_is_asked_here() -> None:
    assert {row.place.kind for row in ROWS} <= set(MACHINES)
