"""A leader's departments: how each stands, and the rating of five respects in a minute, on its facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import facts as gathering
from cycle import queries
from cycle.board import department, matters
from cycle.board.look import Look
from cycle.board.passed import passed
from cycle.board.year import board_of
from cycle.queries import lines
from cycle.sight import may_ask
from cycle.web import done
from cycle.web.doing import BY_NAME, asked, was_overtaken
from cycle.web.entry import Visit, visiting
from cycle.web.forms import Unusable
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take
from workflows.errors import NotFound, Outdated, Refused
from workflows.rulebook import Rulebook
from workflows.rulebook_build import keyed
from workflows.scoring import show

Values = dict[str, Any]


def _list(request: Request) -> Response:
    year = int(request.path_params["year"])
    with visiting(request, "appraisal") as visit:
        return page(visit, "charge_list.html", "charge", year=year, rows=_charged(visit, year))


def _charged(visit: Visit, year: int) -> list[Values]:
    """The departments in the visitor's charge, the most urgent first, with what they gave so far."""
    look = visit.look
    rows = [row for row in board_of(look, year) if row["department"] in look.reader.charge]
    return [{**row, "rated": _rated(look, year, row["department"])} for row in rows]


def _rated(look: Look, year: int, name: str) -> dict[str, int]:
    """Respect to hundredths, as rated."""
    return {
        line.item: line.points
        for line in lines(look.session, f"appraisal:{year}:{name}")
        if line.part == "leader"
    }


def _page(request: Request) -> Response:
    with visiting(request, "appraisal") as visit:
        return _form(visit, int(request.path_params["year"]), request.path_params["department"])


def _form(
    visit: Visit,
    year: int,
    name: str,
    *,
    given: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    faults: Mapping[str, str] | None = None,
    overtaken: bool = False,
) -> Response:
    look = visit.look
    if name not in look.reader.charge:
        raise NotFound(name)
    values = department.of_reader(look, visit.service, year, name)
    rows = _charged(visit, year)
    place = next(at for at, row in enumerate(rows) if row["department"] == name)
    book = gathering.rulebook_of(look.session, queries.subject(look.session, f"cycle:{year}"))
    rated = _rated(look, year, name)
    return page(
        visit,
        "charge.html",
        "charge",
        status=409 if refused or overtaken else 422 if faults else 200,
        year=year,
        row=values,
        rows=rows,
        place=place,
        respects=_respects(look, book, rated, given or {}),
        levels=_levels(look, book),
        known=_known(look, year, name),
        rated=rated,
        before=sum(_rated(look, year - 1, name).values()),
        acts={one["action"]: one for one in values["actions"]},
        in_the_way=[was_overtaken(visit)]
        if overtaken
        else look.voice.entries(refused.unmet if refused else ()),
        given=dict(given or {}),
        faults=dict(faults or {}),
    )


def _respects(look: Look, book: Rulebook, rated: Mapping[str, int], given: Mapping[str, str]) -> list[Values]:
    """The respects of a rating in the rulebook's order, with the level chosen or given before."""
    found = []
    for place, (item, most) in enumerate(book.parts["leader"].items()):
        percent = rated[item] * 100 // most if item in rated and most else None
        before = next((code for code, share in book.levels["leader"].items() if share == percent), "")
        level = given.get(f"ratings[{place}][level]", before)
        values = {"item": item, "name": look.voice.name(item), "most": show(most)}
        found.append({**values, "place": place, "level": level, "given": item in rated})
    return found


def _levels(look: Look, book: Rulebook) -> list[Values]:
    """The levels of a rating, the best first, with what each is worth of one respect."""
    content: Any = keyed(book.content())
    most = max(book.parts["leader"].values())
    return [
        {
            "code": code,
            "word": content["levels"]["leader"][code][look.voice.lang],
            "points": show(most * percent // 100),
        }
        for code, percent in book.levels["leader"].items()
    ]


def _known(look: Look, year: int, name: str) -> list[tuple[str, int]]:
    """What is known of the department's year in figures: late, sent back, findings, complaints."""
    stages = passed(look, year).get(name, {}).values()
    found = [("late", sum(1 for one in stages if one.late)), ("returned", sum(one.returns for one in stages))]
    for kind in ("finding", "complaint"):
        if may_ask(look.reader, kind):
            rows = [one for one in matters.of_year(look, kind, year) if one["department"] == name]
            found.append((kind, len(rows)))
    return found


def _take(entered: Entered) -> Response:
    request = entered.request
    year, name = int(request.path_params["year"]), request.path_params["department"]
    with visiting(request, "appraisal") as visit:
        if name not in visit.look.reader.charge:
            raise NotFound(name)
        rows = [row["department"] for row in _charged(visit, year)]
    try:
        answer = asked(entered, BY_NAME["appraisal_rate"], {"year": year, "department": name})
    except (Unusable, Refused, Outdated) as trouble:
        with visiting(request, "appraisal") as visit:
            return _form(
                visit,
                year,
                name,
                given=dict(entered.items()),
                refused=trouble if isinstance(trouble, Refused) else None,
                faults=trouble.faults if isinstance(trouble, Unusable) else {},
                overtaken=isinstance(trouble, Outdated),
            )
    after = rows[rows.index(name) + 1 :]
    return back(done.told(f"/{year}/charge/{after[0]}" if after else f"/{year}/charge", answer))


ROUTES: Final = (
    read("/{year:year}/charge", _list),
    read("/{year:year}/charge/{department}", _page),
    take("/{year:year}/charge/{department}", _take),
)
