"""What a year stands on: what is still missing before it opens, by which rulebook it runs, how the next is prepared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import queries
from cycle.board import city
from cycle.board.figures import book_of, by_clause
from cycle.sight import may_ask
from cycle.web import done
from cycle.web.doing import BY_NAME, asked
from cycle.web.entry import Visit, visiting
from cycle.web.forms import Unusable, narrow
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take
from cycle.web.troubles import theirs
from workflows import words
from workflows.errors import NotFound, Refused, Unmet
from workflows.rulebook import STAGES

Values = dict[str, Any]

CONDITIONS: Final = (
    *("rulebook_not_approved", "figures_unconfirmed", "roster_empty", "post_vacant", "office_homes_few"),
    *("year_before_unknown", "calendar_missing", "carried_items_missing"),
)
"""What opening a year needs, in the order in which it is worked off: the codes of `readiness.obstacles`."""

_MENDED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "rulebook_not_approved": (("to_approve", "#approve"),),
    "figures_unconfirmed": (("to_figures", "/{year}/setup/rules?show=to_confirm"),),
    "roster_empty": (("to_roster", "/imports/roster"),),
    "post_vacant": (("to_post", "/roster/departments/{department}"),),
    "office_homes_few": (("to_office", "/roster/people?role=office"),),
    "year_before_unknown": (
        ("to_results", "/imports/results?year={before}"),
        ("to_unrecorded", "/do/cycle_declare_unrecorded?year={before}&back=/{year}/setup"),
    ),
    "calendar_missing": (
        ("to_calendar", "/do/calendar_import?year={year}&back=/{year}/setup"),
        ("to_provisional", "/do/cycle_accept_provisional_calendar?year={year}&back=/{year}/setup"),
    ),
    "carried_items_missing": (("to_change", "/{year}/setup/change"),),
}
"""Obstacle to the pages where it is mended, with the code of each link's text."""

_ACTS: Final = {"prepare": "cycle_prepare", "approve": "cycle_approve_rulebook"}


def _page(request: Request) -> Response:
    with visiting(request, "readiness") as visit:
        return _setup(visit, int(request.path_params["year"]))


def _setup(
    visit: Visit,
    year: int,
    *,
    tried: str = "",
    refused: Refused | None = None,
    given: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response:
    look = visit.look
    row = queries.subject(look.session, f"cycle:{year}")
    roles = look.reader.roles
    years = city.cycles(look)
    return page(
        visit,
        "setup/setup.html",
        "setup",
        status=409 if refused else 422 if faults else 200,
        year=year,
        cycle=city.cycle_values(look, row) if row else None,
        windows=_windows(visit, year)
        if row and row.state != "preparing" and "rulebook" in row.record
        else [],
        conditions=_conditions(visit, year) if row and row.state == "preparing" else [],
        years=years,
        following=max([one["year"] for one in years], default=look.today.year - 1) + 1,
        rules=rules(visit, year),
        tab=tabs(visit, year),
        office="office" in roles,
        group="group" in roles,
        tried=tried,
        in_the_way=look.voice.entries(refused.unmet) if refused else [],
        given={"document": "", "on_behalf_of": "group" if "group" not in roles else "", **(given or {})},
        faults=dict(faults or {}),
    )


def _windows(visit: Visit, year: int) -> list[Values]:
    """When each stage opens and is due by the rulebook of a year."""
    book = book_of(visit.look, year)
    return [
        {"stage": stage, "opens": book.opens(stage, year), "due": book.due(stage, year)} for stage in STAGES
    ]


def rules(visit: Visit, year: int) -> Values:
    """The rulebook of a year in short: its name, its digest, how many figures rest on what and wait for the office."""
    book = book_of(visit.look, year)
    every = [one for rows in by_clause(visit.look, book).values() for one in rows]
    evidence: dict[str, int] = {}
    for one in every:
        evidence[one["evidence"]] = evidence.get(one["evidence"], 0) + 1
    return {
        "name": book.zh if visit.lang == "zh" else book.en,
        "digest": book.digest,
        "count": len(every),
        "evidence": evidence,
        "open": sum(1 for one in every if one["to_confirm"] and not one["confirmed"]),
        "to_confirm": sum(1 for one in every if one["to_confirm"]),
    }


def tabs(visit: Visit, year: int) -> Values:
    """What the tabs above every page of this kind need."""
    reader = visit.look.reader
    return {
        "year": year,
        "office": "office" in reader.roles,
        "service": may_ask(reader, "settings"),
    }


def _conditions(visit: Visit, year: int) -> list[Values]:
    """Every condition for opening: each obstacle with where it is mended, and what is met already."""
    found = city.readiness(visit.look, year)["obstacles"]
    missing = {one["code"] for one in found}
    told = missing | {"roster_empty"} | ({"post_vacant"} if "roster_empty" in missing else set())
    met = [{"code": code, "met": True} for code in CONDITIONS if code not in told]
    obstacles = [{**one, "met": False, "mended": _where(one, year)} for one in found]
    return [*obstacles, *met]


def _where(one: Values, year: int) -> list[tuple[str, str]]:
    department = (one["about"] or "").rpartition(":")[2]
    parts = {"year": year, "before": year - 1, "department": department}
    return [(code, path.format_map(parts)) for code, path in _MENDED.get(one["code"], ())]


def _take(entered: Entered) -> Response:
    """A year prepared, or its rulebook approved as it was shown. Raises NotFound for any other deed."""
    did = entered.text("do")
    if did not in _ACTS:
        raise NotFound(did)
    shown = int(entered.request.path_params["year"])
    year = shown
    try:
        if did == "prepare":
            year = _new_year(entered)
        answer = asked(entered, BY_NAME[_ACTS[did]], {"year": year})
    except (Unusable, Refused) as trouble:
        if isinstance(trouble, Refused):
            raise_if_forbidden(trouble)
        with visiting(entered.request, "readiness") as visit:
            return _setup(
                visit,
                shown,
                tried=did,
                refused=trouble if isinstance(trouble, Refused) else None,
                faults=trouble.faults if isinstance(trouble, Unusable) else None,
                given=dict(entered.items()),
            )
    return back(done.told(f"/{year}/setup", answer))


def _new_year(entered: Entered) -> int:
    """The year to prepare. Raises Unusable where it is none."""
    text = narrow(entered.text("new_year"))
    if not re.fullmatch("[1-9][0-9]{3}", text):
        raise Unusable({"new_year": words.phrase("problem.field", "other", entered.lang)})
    return int(text)


def raise_if_forbidden(refused: Refused) -> None:
    """Raises it again where it is not theirs to do at all: nothing they fill in would mend that."""
    if not theirs(refused):
        raise refused


def require_office(visit: Visit) -> None:
    """Raises Refused for whoever only reads here: of several acts at once each would be refused for the same."""
    if "office" not in visit.look.reader.roles:
        raise Refused(Unmet("role_missing", {"roles": "office"}))


ROUTES: Final = (
    read("/{year:year}/setup", _page),
    take("/{year:year}/setup", _take),
)
