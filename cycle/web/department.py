"""One department's year: where it stands, what is missing for the next step, what happened, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import queries
from cycle.board import city, department, matters
from cycle.board.passed import passed
from cycle.board.year import board_of
from cycle.sight import Seen, may_ask, seen, shows
from cycle.web.board import ONWARD, pinyin
from cycle.web.early import early
from cycle.web.entry import Visit, visiting
from cycle.web.matters import file_name
from cycle.web.pages import page
from cycle.web.taking import read
from workflows.errors import NotFound

Values = dict[str, Any]

MATTERS: Final = ("finding", "complaint", "bonus", "objection", "duty")
_OWN_PAGES: Final = {
    "accept": "/{year}/review/{department}",
    "send_back": "/{year}/review/{department}",
    "mark": "/{year}/marking/{department}",
    "save_form": "/{year}/departments/{department}/forms/{form}",
    "hand_over": "/{year}/departments/{department}/forms/{form}",
    "sign_off": "/{year}/departments/{department}/forms/{form}",
    "rate": "/{year}/charge/{department}",
}
"""Acts that have a page of their own; any other is done on the page of one act."""
_LATEST: Final = 12
_SEVERE: Final = {"send_back": "yellow", "reopen": "yellow", "lapse": "red", "refuse_extension": "yellow"}


def _page(request: Request) -> Response:
    year, name = int(request.path_params["year"]), request.path_params["department"]
    with visiting(request, "appraisal") as visit:
        values = department.of_reader(visit.look, visit.service, year, name)
        told = _history(visit, year, name)
        every = "all" in request.query_params
        actions = _actions(visit, values, year)
        return page(
            visit,
            "department.html",
            "department",
            year=year,
            row=values,
            years=_years(visit, name),
            neighbours=_neighbours(visit, year, name),
            passed=passed(visit.look, year).get(name, {}),
            actions=actions,
            first=_first(values["state"], actions),
            history=told if every else told[:_LATEST],
            told=len(told),
            colour=_SEVERE,
            matters=_matters(visit, year, name),
            files=[
                {**one, "file": file_name(one["record"])}
                for one in _of_department(visit, "evidence", year, name)
            ],
        )


def _years(visit: Visit, name: str) -> list[int]:
    """The years whose page of this department the visitor is shown, the latest first."""
    look, found = visit.look, []
    for one in city.cycles(look):
        row = queries.subject(visit.session, f"appraisal:{one['year']}:{name}")
        if shows(look.reader, "appraisal", seen(row) if row else Seen(name)):
            found.append(one["year"])
    return found


def _history(visit: Visit, year: int, name: str) -> list[Values]:
    """What happened, the newest first; nothing for those who are not shown it."""
    of = Seen(name)
    if not shows(visit.look.reader, "history_of_appraisal", of):
        return []
    try:
        return list(reversed(department.history_of(visit.look, year, name)))
    except NotFound:
        return []


def _neighbours(visit: Visit, year: int, name: str) -> tuple[Values | None, Values | None]:
    """The departments before and after this one in the alphabet, of those the reader sees."""
    rows = sorted(board_of(visit.look, year), key=pinyin)
    at = next((place for place, row in enumerate(rows) if row["department"] == name), 0)
    before = rows[at - 1] if at > 0 else None
    return before, rows[at + 1] if at + 1 < len(rows) else None


def _actions(visit: Visit, values: Values, year: int) -> list[Values]:
    """What the reader may ask for, each with where it is done; what cannot be done yet comes last.

    `early` says of what opens a stage that its day has not come.
    """
    here = f"/{year}/departments/{values['department']}"
    form = str(values["state"]).partition(".")[0]
    found = []
    for one in values["actions"]:
        own = _OWN_PAGES.get(one["action"])
        general = f"/do/appraisal_{one['action']}?year={year}&department={values['department']}&back={here}"
        path = own.format(year=year, department=values["department"], form=form) if own else general
        found.append({**one, "path": path, "early": early(visit, one["action"], year, "web.act")})
    return sorted(found, key=lambda one: bool(one["unmet"]))


def _first(state: str, actions: Sequence[Values]) -> str:
    """The one act that moves the department on, else a reminder where it is the department's turn."""
    possible = [one["action"] for one in actions if not one["unmet"] and not one["early"]]
    wanted = (ONWARD.get(state, ""), "chase", "submit", "sign_off", "mark", "rate")
    return next((action for action in wanted if action in possible), "")


def _matters(visit: Visit, year: int, name: str) -> list[tuple[str, Sequence[Values]]]:
    return [(kind, _of_department(visit, kind, year, name)) for kind in MATTERS]


def _of_department(visit: Visit, kind: str, year: int, name: str) -> list[Values]:
    if not may_ask(visit.look.reader, kind):
        return []
    return [one for one in matters.of_year(visit.look, kind, year) if one["department"] == name]


ROUTES: Final = (read("/{year:year}/departments/{department}", _page),)
