"""The office's papers: those issued, each under its symbol, drafts and sheets, a closed year as a whole."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cycle.board import city
from cycle.documents import handed_out, portable
from cycle.documents.archive import packed
from cycle.documents.papers import PAPERS, Made, issuing, make, register
from cycle.documents.papers.occasions import occasions
from cycle.documents.papers.paper import Stamp
from cycle.sight import may_ask
from cycle.web.doing import BY_NAME, act_page
from cycle.web.entry import Visit, service_of, settings_of, visiting
from cycle.web.pages import page
from cycle.web.results import sheets, tabs
from cycle.web.taking import read
from workflows.errors import NotFound, Unmet

Values = dict[str, Any]

OFFICE: Final = "office"
PDF: Final = "pdf"


def _page(request: Request) -> Response:
    year = int(request.path_params["year"])
    with visiting(request, "results") as visit:
        look = visit.look
        cycle = city.cycle_values(look, city.cycle_of(look, year))
        return page(
            visit,
            "papers.html",
            "papers",
            here=f"/{year}/results",
            year=year,
            years=[one["year"] for one in city.cycles(look)],
            tabs=tabs(visit, year),
            cycle=cycle,
            issued=[_row(visit, one) for one in register.papers(look, year)],
            makes=look.reader.whole,
            pdf=portable.program() is not None,
            issues=_issues(visit),
            kinds=_kinds(visit, year),
            sheets=sheets(visit, cycle),
            archives=may_ask(look.reader, packed.RESOURCE),
        )


def _issues(visit: Visit) -> bool:
    """Whether whoever visits issues papers: those of their own department others do."""
    return OFFICE in visit.look.reader.roles


def _row(visit: Visit, one: Values) -> Values:
    """A paper issued with where its file is, and where it is made void by those who may."""
    own = visit.look.reader.at_home(one["department"] or "")
    place = f"/papers/void/{one['issued_in']}/{quote(one['series'], safe='')}/{one['number']}"
    return {
        **one,
        "known": one["paper"] in PAPERS,
        "path": f"/papers/{one['paper']}?{urlencode({'symbol': one['symbol']})}",
        "void_path": place if _issues(visit) and not own and not one["void"] else "",
    }


def _kinds(visit: Visit, year: int) -> list[Values]:
    """The papers there is an occasion for, with the departments they may be about; for those who make papers."""
    look = visit.look
    if not look.reader.whole:
        return []
    return [
        {
            "kind": kind,
            "series": PAPERS[kind].series,
            "departments": [(one, look.voice.name(one)) for one in about if one],
        }
        for kind, about in occasions(look, year).items()
    ]


def _issue(request: Request) -> Response:
    """The form by which a paper is issued, filled in with what was chosen."""
    year, query = int(request.path_params["year"]), request.query_params
    with visiting(request, "results") as visit:
        city.cycle_of(visit.look, year)
        given = {"paper": query.get("paper", ""), "of_year": str(year)}
        given |= {"department": query.get("department", "")}
        there = issuing.standing(visit.look, given["paper"], year, given["department"])
        known = (
            [Unmet("paper_issued_already", {"symbol": there.symbol, "on": there.on.isoformat()})]
            if there
            else []
        )
        row, where = BY_NAME["dispatch_issue_paper"], {"year": visit.look.today.year}
        return act_page(visit, row, where, back_to=f"/{year}/papers", given=given, known=known)


def _void(request: Request) -> Response:
    """The form by which an issued paper is made void."""
    parts = request.path_params
    year, series, number = int(parts["year"]), parts["series"], int(parts["number"])
    with visiting(request, "results") as visit:
        found = issuing.find(visit.look, Stamp(series, year, number).symbol)
        given = {"series": series, "number": str(number)}
        path = f"/{found.year}/papers"
        return act_page(visit, BY_NAME["dispatch_void_paper"], {"year": year}, back_to=path, given=given)


def _paper(request: Request) -> Response:
    kind = request.path_params["kind"]
    with visiting(request) as visit:
        made = _made(visit, kind)
    if request.query_params.get("as") == PDF:
        made = portable.as_pdf(made)
    headers = handed_out.headers(made.name, f"{kind}.{made.name.rpartition('.')[2]}")
    return Response(made.content, media_type=handed_out.media_type(made.name), headers=headers)


def _made(visit: Visit, kind: str) -> Made:
    """What was asked for, as far as the visitor may see it. Raises NotFound, Refused."""
    query, own = visit.request.query_params, visit.service.templates
    if "symbol" in query:
        if issuing.find(visit.look, query["symbol"]).paper != kind:
            raise NotFound(f"paper:{kind}")
        return register.file_of(visit.look, query["symbol"], own)
    year = query.get("year", "")
    if not year.isascii() or not year.isdigit() or len(year) != 4:
        raise NotFound(f"paper:{kind}")
    return make(visit.look, kind, int(year), query.get("department", ""), own=own)


def _archive(request: Request) -> Response:
    """A closed year as one file."""
    year = int(request.path_params["year"])
    with visiting(request, packed.RESOURCE) as visit:
        packed.require_theirs(visit.look, year)
    made = packed.packed(service_of(request), year, settings_of(request).home)
    headers = handed_out.headers(made.name, f"archive-{year}.zip")
    headers["Content-Length"] = str(made.size)
    return StreamingResponse(made.pieces(), media_type=handed_out.ZIP, headers=headers)


ROUTES: Final = (
    read("/{year:year}/papers", _page),
    read("/{year:year}/papers/issue", _issue),
    read("/{year:year}/archive", _archive),
    read("/papers/void/{year:year}/{series}/{number:number}", _void),
    read("/papers/{kind}", _paper),
)
