"""What results are used for: who does what next, by when, and the registers of a ratified year to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import facts as gathering
from cycle.board import city, department, matters, published, registers
from cycle.board.look import Look
from cycle.board.year import board_of
from cycle.sight import may_ask
from cycle.web.entry import Visit, visiting
from cycle.web.next_acts import next_acts
from cycle.web.pages import page
from cycle.web.results import tabs
from cycle.web.taking import read
from workflows import duties
from workflows.deadlines import workdays_left
from workflows.errors import Refused

Values = dict[str, Any]

_REGISTERS: Final[Mapping[str, Callable[[Look, int], list[Values]]]] = {
    "settlement": registers.settlement,
    "eligibility": registers.eligibility,
    "commendation": registers.commendation,
    "movement": registers.movement,
    "talks": registers.talks,
}
"""Register to where it is read; each has a list of the same name to take away."""
_DUTY_OF: Final = {
    "settlement": duties.AWARD,
    "eligibility": duties.ELIGIBILITY,
    "commendation": duties.COMMENDATION,
}
"""Register to the sort of duty by which what stands in it is carried out."""


def _page(request: Request) -> Response:
    year = int(request.path_params["year"])
    with visiting(request, "settlement") as visit:
        look = visit.look
        cycle = city.cycle_values(look, city.cycle_of(look, year))
        owed = _duties(visit, year)
        return page(
            visit,
            "uses.html",
            "uses",
            here=f"/{year}/results",
            year=year,
            years=[one["year"] for one in city.cycles(look)],
            tabs=tabs(visit, year),
            cycle=cycle,
            decided_on=published.ratified_day(look, year),
            registers=_registers(look, year),
            duties=owed,
            next={name: _next(owed, sort) for name, sort in _DUTY_OF.items()},
            rectifications=_rectifications(visit, year),
        )


def _registers(look: Look, year: int) -> dict[str, list[Values]]:
    """The registers the reader sees; none where the results do not stand."""
    found = {}
    for name, rows in _REGISTERS.items():
        if may_ask(look.reader, name):
            try:
                found[name] = rows(look, year)
            except Refused:
                return {}
    return found


def _duties(visit: Visit, year: int) -> list[Values]:
    """What remains to be done, the open ones first by their due date, each with what the visitor may do."""
    look = visit.look
    if not may_ask(look.reader, "duty"):
        return []
    calendar = gathering.standing_calendar(look.session)
    found = []
    for row in matters.of_year(look, "duty", year):
        due = row["deadlines"][0]["due"] if row["deadlines"] else None
        owner = row["record"].get("owner")
        open_ = row["state"] == "open"
        found.append(
            {
                **row,
                "duty": row["record"]["duty"],
                "owner": look.voice.name(owner) if owner else look.voice.who("office"),
                "due": due,
                "left": workdays_left(look.today, date.fromisoformat(due), calendar) if due else None,
                "acts": [one for one in next_acts(visit, row["subject"]) if one.mine] if open_ else [],
                "open": open_,
            }
        )
    return sorted(found, key=lambda row: (not row["open"], row["due"] or "9999", row["department"]))


def _next(owed: Sequence[Values], sort: str) -> Values | None:
    """How far what stands in a register is carried out; None where the reader sees no duty of it."""
    own = [one for one in owed if one["duty"] == sort and one["state"] != "revoked"]
    if not own:
        return None
    waiting = [one for one in own if one["open"]]
    return {
        "of": len(own),
        "open": len(waiting),
        "due": waiting[0]["due"] if waiting else None,
        "left": waiting[0]["left"] if waiting else None,
        "owners": list(dict.fromkeys(one["owner"] for one in waiting)),
    }


def _rectifications(visit: Visit, year: int) -> list[Values]:
    """The departments that are to put something right, the most urgent first, with how many steps are verified."""
    look = visit.look
    if not may_ask(look.reader, "rectification"):
        return []
    found = []
    for row in board_of(look, year):
        if not row["state"].startswith("rectification."):
            continue
        sheet = department.of_reader(look, visit.service, year, row["department"])
        steps = sheet["steps"]
        found.append({**row, "steps": len(steps), "verified": sum(1 for one in steps if one["verified"])})
    return found


ROUTES: Final = (read("/{year:year}/uses", _page),)
