"""The first page: whoever has signed in goes on to the first of their places."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cycle.web.entry import visiting
from cycle.web.places import places
from cycle.web.taking import read


def _first(request: Request) -> Response:
    with visiting(request) as visit:
        known = places(visit)
        return RedirectResponse(known[0].path if known else "/account", 303)


ROUTES: Final = (read("/", _first),)
