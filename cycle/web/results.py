"""What is published of a year: the grades in their versions, one's own department first, the papers to take away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.board import city, published, year
from cycle.board.look import Look
from cycle.documents.papers import PAPERS, SHEETS, issuing
from cycle.documents.papers.occasions import occasions
from cycle.sight import may_ask
from cycle.web.amend import may_amend
from cycle.web.entry import Visit, visiting
from cycle.web.pages import page
from cycle.web.taking import read
from workflows.errors import NotFound

Values = dict[str, Any]

_TABS: Final = (
    ("results", "/{year}/results", "results"),
    ("uses", "/{year}/uses", "settlement"),
    ("papers", "/{year}/papers", "results"),
    ("charts", "/{year}/charts", "results"),
    ("cases", "/cases", "case"),
    ("weekly", "/weekly", "readiness"),
)
"""The pages about a year's results: the code of the text, the path, the resource whoever goes there sees some of."""
_STATUS: Final = ("proposed", "ratified", "imported")
_RANKED: Final = ("ranking", "settlement")


def tabs(visit: Visit, of_year: int) -> list[tuple[str, str]]:
    """The pages about a year's results that the visitor may open: code and path."""
    return [
        (code, path.format(year=of_year))
        for code, path, resource in _TABS
        if may_ask(visit.look.reader, resource)
    ]


def _page(request: Request) -> Response:
    of_year = int(request.path_params["year"])
    with visiting(request, "results") as visit:
        look = visit.look
        cycle = city.cycle_values(look, city.cycle_of(look, of_year))
        chosen = _chosen(visit, of_year)
        rows: list[Values] = chosen["results"]
        earlier, changed = published.changes(look, of_year, chosen) if rows else (None, [])
        return page(
            visit,
            "results.html",
            "results",
            year=of_year,
            years=[one["year"] for one in city.cycles(look)],
            tabs=tabs(visit, of_year),
            cycle=cycle,
            chosen=chosen,
            current=not visit.request.query_params.keys() & {"status", "version"},
            versions=published.open_versions(look, of_year),
            own=[row for row in rows if _theirs(look, row["department"])],
            groups=published.by_grade(rows),
            told=look.reader.whole,
            objecting=cycle["state"] == "proposed" and _open(look, cycle),
            earlier=earlier,
            changed=changed,
            why=_why(look, of_year, chosen),
            decided_on=published.ratified_day(look, of_year),
            may_amend=may_amend(visit, cycle),
            **_papers(visit, of_year, cycle),
        )


def _chosen(visit: Visit, of_year: int) -> Values:
    """The version asked for, else the one that is published now. Raises NotFound for one that is not to be seen."""
    status, version = asked_version(visit.request.query_params, of_year)
    found = year.results(visit.look, of_year, status, version)
    if status and not found["results"]:
        raise NotFound(f"cycle:{of_year}")
    return found


def asked_version(query: Mapping[str, str], of_year: int) -> tuple[str, int | None]:
    """Status and number of the version an address names; empty and None where it names none.

    Raises NotFound for what can be no version.
    """
    status, number = query.get("status", ""), query.get("version", "")
    if not status and not number:
        return "", None
    if status not in _STATUS or not number.isascii() or not number.isdigit() or len(number) > 4:
        raise NotFound(f"cycle:{of_year}")
    return status, int(number)


def _theirs(look: Look, department: str) -> bool:
    """Whether a department stands before the others: the reader's own, or in their charge."""
    return department in look.reader.own | look.reader.charge


def _open(look: Look, cycle: Values) -> bool:
    return bool(cycle["objections_until"]) and look.today.isoformat() <= cycle["objections_until"]


def _why(look: Look, of_year: int, chosen: Values) -> Values | None:
    """The decision the chosen version rests on; None for a proposal, or where it is not the reader's to see."""
    if chosen["status"] != "ratified":
        return None
    rows = published.decided(look, of_year)
    return rows[chosen["version"] - 1] if len(rows) >= chosen["version"] else None


def _papers(visit: Visit, of_year: int, cycle: Values) -> Values:
    """Papers issued that the visitor is shown; drafts for the office and the group; sheets as far as they see them."""
    there = occasions(visit.look, of_year) if visit.look.reader.whole else {}
    return {
        "drafts": [(kind, PAPERS[kind].title) for kind, about in there.items() if about == [""]],
        "sheets": [(kind, SHEETS[kind].title) for kind in sheets(visit, cycle)],
        "issued": [
            {"symbol": one.symbol, "paper": one.paper, "title": PAPERS[one.paper].title, "on": one.on}
            | {"department": one.department, "void": one.void}
            for one in issuing.issued(visit.look, of_year)
            if one.paper in PAPERS
        ],
    }


def sheets(visit: Visit, cycle: Values) -> list[str]:
    """The sheets of a year whose results stand here that the visitor may take away."""
    stands = cycle["state"] in ("ratified", "closed") and not cycle["unrecorded"]
    return [kind for kind in _RANKED if stands and may_ask(visit.look.reader, SHEETS[kind].resource)]


ROUTES: Final = (read("/{year:year}/results", _page),)
