"""Every list as a file to take away: what the reader sees of it, in their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from starlette.requests import Request
from starlette.responses import Response

from cycle.board.lists import LISTS, Asked, file_of
from cycle.documents.lists import MEDIA, Kind
from cycle.web.entry import visiting
from cycle.web.results import asked_version
from cycle.web.taking import read
from workflows.errors import NotFound

RESOURCE: Final[Mapping[str, str]] = {
    "appraisals": "appraisal",
    "board": "appraisal",
    "bonuses": "bonus",
    "calendars": "calendar",
    "cases": "case",
    "commendation": "commendation",
    "complaints": "complaint",
    "cycles": "cycle",
    "dead_letters": "outbox",
    "deadlines": "deadlines",
    "departments": "department",
    "due": "due",
    "duties": "duty",
    "eligibility": "eligibility",
    "evidence": "evidence",
    "figures": "rulebook",
    "findings": "finding",
    "history": "history",
    "lines": "lines",
    "mail": "letter",
    "movement": "movement",
    "objections": "objection",
    "pending": "pending",
    "people": "person",
    "posts": "posts",
    "receipts": "receipts",
    "reminders": "reminder",
    "results": "results",
    "settlement": "settlement",
    "talks": "talks",
    "team": "team",
    "ties": "ties",
    "years": "years",
}
"""List to what the reader has to be one to see of (a row of `cycle.sight.SIGHT`)."""


def _file(request: Request) -> Response:
    name, kind = request.path_params["name"], request.path_params["kind"]
    with visiting(request, RESOURCE.get(name, "me")) as visit:
        if name not in LISTS or kind not in MEDIA:
            raise NotFound(name)
        listing, query = LISTS[name], request.query_params
        year = query.get("year", "")
        asked: dict[str, Any] = {
            "year": int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
            "department": query.get("department", ""),
        }
        if any(not asked[need] for need in listing.needs):
            raise NotFound(name)
        status, version = asked_version(query, asked["year"]) if name == "results" else ("", None)
        rows = listing.rows(visit.look, Asked(**asked, status=status, version=version))
        if status and not rows:
            raise NotFound(name)
        chosen = cast("Kind", kind)
        content = file_of(name, chosen, visit.look, rows)
    called = f"{name}-{asked['year']}-{status}-{version}" if status else name
    headers = {"Content-Disposition": f'attachment; filename="{called}.{kind}"'}
    return Response(content, media_type=MEDIA[chosen], headers=headers)


ROUTES: Final = (read("/lists/{name}.{kind}", _file),)
