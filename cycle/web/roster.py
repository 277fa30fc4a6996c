"""The roster: departments, who holds their posts, people; looked up, and one of each with all there was over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.board import roster
from cycle.operations.registry import FOREVER
from cycle.sight import ROLES
from cycle.web.board import pinyin
from cycle.web.entry import Visit, visiting
from cycle.web.pages import page
from cycle.web.places import year_of
from cycle.web.searched import by_sound, meets
from cycle.web.setup import tabs
from cycle.web.taking import read

Values = dict[str, Any]

STANDS: Final = ("active", "closed")


def around(visit: Visit, kind: str) -> Values:
    """What every page of the roster has: the tabs, which of them, whether the reader may act."""
    year = year_of(visit)
    return {
        "tab": tabs(visit, year),
        "here": f"/{year}/setup",
        "kind": kind,
        "office": "office" in visit.look.reader.roles,
        "forever": FOREVER,
    }


def _departments(request: Request) -> Response:
    with visiting(request, "person") as visit:
        roster.require_reader(visit.look)
        asked = request.query_params
        rows = roster.departments(visit.look)
        state = asked.get("state") if asked.get("state") in STANDS else "active"
        vacant = asked.get("only", "") == "vacant"
        found = [row for row in rows if row["state"] == state and _department_meets(row, asked.get("q", ""))]
        return page(
            visit,
            "roster/departments.html",
            "roster",
            **around(visit, "departments"),
            rows=sorted((row for row in found if not vacant or _vacant(row)), key=pinyin),
            counts={each: sum(1 for row in rows if row["state"] == each) for each in STANDS},
            vacant=sum(1 for row in rows if row["state"] == "active" and _vacant(row)),
            people=sum(1 for row in roster.people(visit.look) if row["state"] == "active"),
            asked={"state": state, "only": "vacant" if vacant else "", "q": asked.get("q", "")},
        )


def _vacant(row: Mapping[str, Any]) -> bool:
    return not all(row["holders"].values())


def _department_meets(row: Mapping[str, Any], text: str) -> bool:
    holders = [name for name in row["holders"].values() if name]
    return meets(text, [row["name"], *row["aliases"], *row["former"], *holders], [row["department"]])


def _department(request: Request) -> Response:
    with visiting(request, "department") as visit:
        roster.require_reader(visit.look)
        row = roster.department(visit.look, request.path_params["department"])
        return page(
            visit,
            "roster/department.html",
            "roster",
            **around(visit, "departments"),
            row=row,
            year=year_of(visit),
            acts=("appoint", "rename", "recategorise", "absorb", "dissolve"),
        )


def _people(request: Request) -> Response:
    with visiting(request, "person") as visit:
        roster.require_reader(visit.look)
        asked = request.query_params
        rows = roster.people(visit.look)
        state = asked.get("state") if asked.get("state") in STANDS else "active"
        role = asked.get("role", "") if asked.get("role") in ROLES else ""
        there = [row for row in rows if row["state"] == state]
        found = [row for row in there if role in ("", *row["roles"])]
        return page(
            visit,
            "roster/people.html",
            "roster",
            **around(visit, "people"),
            rows=sorted(
                (row for row in found if _person_meets(row, asked.get("q", ""))),
                key=lambda row: by_sound((row["person"], row["name"])),
            ),
            counts={each: sum(1 for row in rows if row["state"] == each) for each in STANDS},
            roles={each: sum(1 for row in there if each in row["roles"]) for each in ROLES},
            departments=sum(1 for row in roster.departments(visit.look) if row["state"] == "active"),
            asked={"state": state, "role": role, "q": asked.get("q", "")},
        )


def _person_meets(row: Mapping[str, Any], text: str) -> bool:
    return meets(text, [row["name"], row["home_name"]], [row["person"], row["email"], row["home"]])


ROUTES: Final = (
    read("/roster", _departments),
    read("/roster/departments/{department}", _department),
    read("/roster/people", _people),
)
