"""A window's due date moved for all: what would move is shown first, then it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.acts.asking import look_ahead
from cycle.board import city
from cycle.board.figures import book_of
from cycle.operations.perform import Answer
from cycle.web import done
from cycle.web.doing import BY_NAME, asked
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.forms import Unusable, sent
from cycle.web.pages import page
from cycle.web.setup import raise_if_forbidden, tabs
from cycle.web.taking import Entered, back, read, take
from workflows.corrections import MOVABLE
from workflows.errors import NotFound, Refused

_ROW: Final = BY_NAME["cycle_move_dates"]
_GIVEN: Final = {"stage": "", "due": "", "reason": "", "document": ""}


def _page(request: Request) -> Response:
    with visiting(request, "readiness") as visit:
        return _dates(visit, int(request.path_params["year"]))


def _dates(
    visit: Visit,
    year: int,
    *,
    ahead: Answer | None = None,
    refused: Refused | None = None,
    given: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response:
    look = visit.look
    cycle = city.cycle_of(look, year)
    book = book_of(look, year)
    moved = cycle.record.get("moved", {})
    return page(
        visit,
        "setup/dates.html",
        "setup",
        status=409 if refused else 422 if faults else 200,
        here=f"/{year}/setup",
        tab=tabs(visit, year),
        year=year,
        windows=[
            {
                "stage": stage,
                "opens": book.opens(stage, year),
                "due": book.due(stage, year),
                "first": f"{year}-{moved[stage]}" if stage in moved else None,
            }
            for stage in MOVABLE
        ],
        running=cycle.state == "running",
        office="office" in look.reader.roles,
        ahead=ahead,
        in_the_way=look.voice.entries(refused.unmet) if refused else [],
        given={**_GIVEN, **(given or {})},
        faults=dict(faults or {}),
    )


def _take(entered: Entered) -> Response:
    """What would move, or the move itself. Raises NotFound for any other deed."""
    did, year = entered.text("do"), int(entered.request.path_params["year"])
    if did not in ("look", "move"):
        raise NotFound(did)
    given = dict(entered.items())
    try:
        if did == "move":
            return back(done.told(f"/{year}/setup/dates", asked(entered, _ROW, {"year": year})))
        values = sent(_ROW, entered.items(), entered.lang)
        ahead = look_ahead(service_of(entered.request), entered.person, _ROW, {"year": year}, values)
    except (Unusable, Refused) as trouble:
        if isinstance(trouble, Refused):
            raise_if_forbidden(trouble)
        refused = trouble if isinstance(trouble, Refused) else None
        faults = trouble.faults if isinstance(trouble, Unusable) else None
        with visiting(entered.request, "readiness") as visit:
            return _dates(visit, year, refused=refused, faults=faults, given=given)
    with visiting(entered.request, "readiness") as visit:
        return _dates(visit, year, ahead=ahead, given=given)


ROUTES: Final = (
    read("/{year:year}/setup/dates", _page),
    take("/{year:year}/setup/dates", _take),
)
