"""The cases of departments that failed in consecutive years: where each stands, its report, and what comes next."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.board import cases
from cycle.web.dated import dated
from cycle.web.entry import visiting
from cycle.web.next_acts import next_acts
from cycle.web.pages import page
from cycle.web.places import year_of
from cycle.web.results import tabs
from cycle.web.taking import read

Values = dict[str, Any]

ENDED: Final = ("closed", "revoked")


def _list(request: Request) -> Response:
    with visiting(request, "case") as visit:
        found = cases.listed(visit.look)
        year = year_of(visit)
        return page(
            visit,
            "cases.html",
            "cases",
            here=f"/{year}/results",
            year=year,
            tabs=tabs(visit, year),
            rows=[{**one, "next": next_acts(visit, one["subject"])} for one in found],
            ended=ENDED,
        )


def _page(request: Request) -> Response:
    year, name = int(request.path_params["year"]), request.path_params["department"]
    with visiting(request, "case") as visit:
        found = cases.one(visit.look, year, name)
        return page(
            visit,
            "case.html",
            "cases",
            here=f"/{year}/results",
            year=year,
            row=found,
            report=found["report"],
            dated=dated(visit),
            next=next_acts(visit, found["subject"]),
            query=f"year={year}&department={name}&back=/cases/{year}/{name}",
        )


ROUTES: Final = (read("/cases", _list), read("/cases/{year:year}/{department}", _page))
