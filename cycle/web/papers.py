"""The office's papers to take away: a draft or a sheet by its kind, an issued one by its symbol as well."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from cycle.documents.lists import MEDIA
from cycle.documents.papers import Made, issuing, make
from cycle.web.entry import Visit, visiting
from cycle.web.taking import read
from workflows.errors import NotFound

_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _paper(request: Request) -> Response:
    kind = request.path_params["kind"]
    with visiting(request) as visit:
        made = _made(visit, kind)
    ending = made.name.rpartition(".")[2]
    called = f"filename=\"{kind}.{ending}\"; filename*=UTF-8''{quote(made.name, safe='')}"
    headers = {"Content-Disposition": f"attachment; {called}"}
    return Response(made.content, media_type=MEDIA["xlsx"] if ending == "xlsx" else _DOCX, headers=headers)


def _made(visit: Visit, kind: str) -> Made:
    """What was asked for, as far as the visitor may see it. Raises NotFound, Refused."""
    query, own = visit.request.query_params, visit.service.templates
    if "symbol" in query:
        found = issuing.find(visit.look, query["symbol"])
        if found.paper != kind:
            raise NotFound(f"paper:{kind}")
        return issuing.again(visit.look, found, own).made
    year = query.get("year", "")
    if not year.isascii() or not year.isdigit() or len(year) != 4:
        raise NotFound(f"paper:{kind}")
    return make(visit.look, kind, int(year), query.get("department", ""), own=own)


ROUTES: Final = (read("/papers/{kind}", _paper),)
