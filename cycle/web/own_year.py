"""A department's points line by line, its objections to them, what it has to put right and what it was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.board import city, department, ledger, matters, registers
from cycle.board.decided import decision
from cycle.sight import may_ask
from cycle.web import done
from cycle.web.amend import may_amend
from cycle.web.doing import BY_NAME, asked
from cycle.web.entry import Visit, visiting
from cycle.web.forms import Unusable
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take
from cycle.web.troubles import theirs
from workflows.errors import NotFound, Refused
from workflows.objection_guards import ABOUT

Values = dict[str, Any]

_PATH: Final = "/{year:year}/departments/{department}/score"
KINDS: Final = ("lost", "gained", "full", "struck")


def _place(request: Request) -> tuple[int, str]:
    return int(request.path_params["year"]), request.path_params["department"]


def _page(request: Request) -> Response:
    year, name = _place(request)
    with visiting(request, "lines") as visit:
        return score_page(visit, year, name)


def score_page(
    visit: Visit,
    year: int,
    name: str,
    *,
    given: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response:
    """The points as far as the reader is told; after a refused objection with what is in the way."""
    look = visit.look
    row = department.of_reader(look, visit.service, year, name)
    score = ledger.ledger(look, year, name)
    cycle = city.cycle_values(look, city.cycle_of(look, year))
    own = name in look.reader.own
    proposed = row["state"] == "grading.proposed"
    file = registers.years(look, name) if may_ask(look.reader, "years") else []
    asked_ = visit.request.query_params.get("show", "")
    return page(
        visit,
        "department/score.html",
        "own_year",
        status=409 if refused else 422 if faults else 200,
        year=year,
        row=row,
        own=own,
        score=score,
        kinds=(asked_,) if asked_ in KINDS else KINDS,
        cycle=cycle,
        may_amend=may_amend(visit, cycle),
        objecting=own and proposed and look.today.isoformat() <= (cycle["objections_until"] or ""),
        about=(given or visit.request.query_params).get("about", ""),
        text=(given or {}).get("text", ""),
        choices=_choices(score),
        objections=_objections(visit, year, name),
        result=next((one for one in file if one["year"] == year), None),
        duties=_duties(visit, year, name),
        in_the_way=look.voice.entries(refused.unmet) if refused else [],
        faults=faults or {},
    )


def _choices(score: Values) -> list[str]:
    """What an objection may be about: the grade, the points, each line that stands."""
    return [*ABOUT, *(line["id"] for line in score["lines"] if line["kind"] != ledger.STRUCK)]


def _objections(visit: Visit, year: int, name: str) -> list[Values]:
    if not may_ask(visit.look.reader, "objection"):
        return []
    rows = matters.of_year(visit.look, "objection", year)
    return [
        {**one, "decision": decision(visit.look, one["subject"])} for one in rows if one["department"] == name
    ]


def _duties(visit: Visit, year: int, name: str) -> list[Values]:
    """What followed from the result: commendation, what was lost."""
    if not may_ask(visit.look.reader, "duty"):
        return []
    return [one for one in matters.of_year(visit.look, "duty", year) if one["department"] == name]


def _take(entered: Entered) -> Response:
    """File an objection, or withdraw one."""
    year, name = _place(entered.request)
    where: Values = {"year": year, "department": name}
    did, path = entered.text("do"), f"/{year}/departments/{name}/score"
    number = entered.text("number")
    try:
        if did == "object":
            return back(done.told(f"{path}#objections", asked(entered, BY_NAME["objection_file"], where)))
        if did == "withdraw" and number.isascii() and number.isdigit() and len(number) < 10:
            where |= {"number": int(number)}
            return back(done.told(f"{path}#objections", asked(entered, BY_NAME["objection_withdraw"], where)))
    except (Refused, Unusable) as trouble:
        if isinstance(trouble, Refused) and not theirs(trouble):
            raise
        with visiting(entered.request, "lines") as visit:
            return score_page(
                visit,
                year,
                name,
                given=dict(entered.items()),
                refused=trouble if isinstance(trouble, Refused) else None,
                faults=trouble.faults if isinstance(trouble, Unusable) else None,
            )
    raise NotFound(did)


ROUTES: Final = (read(_PATH, _page), take(_PATH, _take))
