"""The working days of a year, month by month, and what falls due in them."""

from __future__ import annotations

import calendar as months
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import facts as gathering
from cycle.board import desk
from cycle.sight import may_ask
from cycle.web.entry import Visit, visiting
from cycle.web.matters import KINDS
from cycle.web.pages import page
from cycle.web.places import year_of
from cycle.web.setup import tabs
from cycle.web.taking import read
from workflows.workdays import Calendar

Values = dict[str, Any]

_LAST: Final = 9998
"""The last year all weeks of which are in the calendar of the machine."""


def _page(request: Request) -> Response:
    with visiting(request, "calendar") as visit:
        asked = request.query_params.get("year", "")
        known = asked.isascii() and asked.isdigit() and len(asked) == 4
        year = min(max(int(asked), 1000), _LAST) if known else visit.look.today.year
        calendar = gathering.standing_calendar(visit.session)
        due = _due(visit, year)
        return page(
            visit,
            "calendar.html",
            "calendar",
            year=year,
            months=[(month, _weeks(calendar, year, month, due)) for month in range(1, 13)],
            provisional=calendar.provisional(date(year, 7, 1)),
            due=[one for day in sorted(due) for one in due[day]],
            **_above(visit),
        )


def _above(visit: Visit) -> Values:
    """For the office this stands among the pages of its setup."""
    year, office = year_of(visit), "office" in visit.look.reader.roles
    place = {"here": f"/{year}/setup"} if office else {}
    return {"office": office, "tab": tabs(visit, year), **place}


def _due(visit: Visit, year: int) -> dict[str, list[Values]]:
    """What the reader is told of that falls due in a year, by day."""
    found: dict[str, list[Values]] = {}
    if may_ask(visit.look.reader, "due"):
        for one in desk.due(visit.look, until=date(year, 12, 31)):
            if one["due"] >= f"{year:04}":
                told = {**one, "what": _what(visit, one), "path": _path(one)}
                found.setdefault(one["due"], []).append(told)
    return {day: _together(rows) for day, rows in found.items()}


def _together(rows: list[Values]) -> list[Values]:
    """What several people owe about one thing as one row that names them all."""
    found: dict[tuple[Any, ...], Values] = {}
    for one in rows:
        first = found.setdefault(
            (one["department"], one["year"], one["what"], one["path"]), {**one, "whose": []}
        )
        first["whose"].append(one["who_word"])
    return list(found.values())


def _what(visit: Visit, one: Values) -> str:
    return visit.look.voice.standing(one["kind"], one["state"])


def _path(one: Values) -> str:
    """Where a matter is looked at; empty for what is a department's year, or no matter."""
    number = one["subject"].rpartition(":")[2]
    return (
        f"/{one['year']}/matters/{one['kind']}/{one['department']}/{number}" if one["kind"] in KINDS else ""
    )


def _weeks(calendar: Calendar, year: int, month: int, due: dict[str, list[Values]]) -> list[list[Values]]:
    weeks = months.Calendar().monthdatescalendar(year, month)
    return [[_day(calendar, day, month, due) for day in week] for week in weeks]


def _day(calendar: Calendar, day: date, month: int, due: dict[str, list[Values]]) -> Values:
    works = calendar.is_workday(day)
    weekend = day.weekday() > 4
    return {
        "day": day,
        "inside": day.month == month,
        "works": works,
        "changed": works == weekend,
        "due": len(due.get(day.isoformat(), ())),
    }


ROUTES: Final = (read("/calendar", _page),)
