"""Where one can go: the places of each role, at most nine to a person, and how much waits for them there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cycle.board import names
from cycle.web.entry import Visit
from cycle.web.waiting import COUNTED
from workflows.workdays import local_day


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the bar: the code of its text, where it leads, how much waits there for whoever looks."""

    code: str
    path: str
    waits: int = 0


_PATHS: Final[Mapping[str, str]] = {
    "home": "/{year}/home",
    "board": "/{year}/board",
    "review": "/{year}/review",
    "teams": "/{year}/teams",
    "marking": "/{year}/marking",
    "charge": "/{year}/charge",
    "matters": "/{year}/matters",
    "grading": "/{year}/grading",
    "results": "/{year}/results",
    "weekly": "/weekly",
    "decisions": "/decisions",
    "mail": "/mail",
    "letters": "/letters",
    "setup": "/{year}/setup",
    "history": "/history",
    "verify": "/verify",
    "accounts": "/accounts",
    "service": "/service",
}
"""Place to path."""

OF_ROLE: Final[Mapping[str, tuple[str, ...]]] = {
    "office": ("board", "review", "decisions", "teams", "matters", "grading", "results", "mail", "setup"),
    "department": ("home", "matters", "results", "letters"),
    "reviewer": ("marking", "letters"),
    "leader": ("charge", "weekly", "results", "letters"),
    "group": ("decisions", "board", "grading", "results", "matters", "setup"),
    "inspector": ("matters", "letters"),
    "auditor": ("history", "verify", "board", "results", "matters", "mail", "setup", "accounts", "service"),
    "admin": ("accounts", "service"),
}
"""Role to its places, in their order."""
_MOST: Final = 9


def places(visit: Visit) -> tuple[Place, ...]:
    """The places of whoever visits, those of the first of their roles first."""
    year = year_of(visit)
    codes = dict.fromkeys(code for role in visit.roles for code in OF_ROLE[role])
    if "group" in visit.roles and "office" in visit.roles:
        codes = dict.fromkeys(("board", "decisions", *codes))
    counted: Mapping[str, Callable[[Visit, int], int]] = COUNTED
    return tuple(
        Place(code, _PATHS[code].format(year=year), counted[code](visit, year) if code in counted else 0)
        for code in list(codes)[:_MOST]
    )


def year_of(visit: Visit) -> int:
    """The year a visit is about: the one its path names, else the latest that runs, or ran."""
    asked = visit.request.path_params.get("year")
    if asked is not None:
        return int(asked)
    return names.year_meant(visit.session) or local_day(visit.now, visit.service.zone).year
