"""The charts of a year, each with its table: how it goes on, points and grades, who moved, who was late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.board import charted, city, registers
from cycle.board.charted import Going, Scored
from cycle.board.look import Look
from cycle.board.rows import STAGES
from cycle.sight import may_ask
from cycle.web import charts
from cycle.web.entry import Visit, visiting
from cycle.web.pages import page
from cycle.web.results import tabs
from cycle.web.taking import read
from cycle.web.years_chart import chart
from workflows import words
from workflows.errors import NotFound
from workflows.rulebook import GRADES
from workflows.scoring import to_hundredths

Values = dict[str, Any]

_PARTS: Final = ("central", "public", "leader", "bonus")
_CAME: Final = ("on_time", "little", "much", "lapsed")
_MONTHS_AFTER: Final = 3
"""A year's drawing goes on into the next one, in which it is graded."""


def _page(request: Request) -> Response:
    year = int(request.path_params["year"])
    with visiting(request, "results") as visit:
        look = visit.look
        cycle = city.cycle_values(look, city.cycle_of(look, year))
        scored = charted.scored(look, year)
        moved = charted.moved(look, year)
        return page(
            visit,
            "year_charts.html",
            "charts",
            here=f"/{year}/results",
            year=year,
            years=[one["year"] for one in city.cycles(look)],
            tabs=tabs(visit, year),
            cycle=cycle,
            **_going(visit, year),
            **_graded(visit, year, scored),
            scored=scored,
            composition=_composition(visit, scored),
            without=words.word("web", "comma", visit.lang).join(
                look.voice.name(one) for one in scored.without
            ),
            moved=moved,
            movement=_movement(moved),
            mine=look.reader.own,
            months={n: words.word("web.charts", f"month_{n}", visit.lang) for n in range(1, 13)},
            grades=GRADES,
            **_years(visit),
        )


def _say(visit: Visit, code: str, **data: object) -> str:
    return words.phrase("web.charts", code, visit.lang, **data)


def _going(visit: Visit, year: int) -> Values:
    """How the year goes on and how forms came in; nothing for those who see one department's year or none."""
    look = visit.look
    if not may_ask(look.reader, "appraisal"):
        return {"going": {}, "stairs": None, "lateness": {}, "came": ()}
    going = charted.progress(look, year)
    of = max((one.done + one.at + one.ahead for one in going.values()), default=0)
    if of < 2:
        return {"going": {}, "stairs": None, "lateness": {}, "came": ()}
    lateness = charted.lateness(look, year)
    counts = {stage: {kind: row[kind] for kind in _CAME} for stage, row in lateness.items()}
    return {
        "going": going,
        "of": of,
        "stairs": _stairs(visit, year, going, of),
        "lateness": lateness,
        "came": charts.came_in(counts),
        "came_told": {stage: _told(visit, row) for stage, row in lateness.items()},
        "stage_names": {stage: _say(visit, f"stage_{stage}") for stage in lateness},
    }


def _stairs(visit: Visit, year: int, going: Mapping[str, Going], of: int) -> charts.Staircase | None:
    ends = {stage: one.ended for stage, one in going.items() if one.ended}
    if not ends:
        return None
    last = max(max(days) for days in ends.values())
    until = max(date(year + 1, _MONTHS_AFTER, 31), last)
    named = {stage: _say(visit, f"short_{stage}") for stage in STAGES}
    first = min(date(year, 1, 1), *(min(days) for days in ends.values()))
    return charts.staircase(ends, of, named, first=first, last=until, today=visit.look.today)


def _told(visit: Visit, row: Mapping[str, int]) -> str:
    """How the forms of a stage came in, as the words at the end of its bar; what there is none of is left out."""
    kinds = [kind for kind in (*_CAME, "returns") if row[kind]]
    return _say(visit, "between").join(_say(visit, f"told_{kind}", n=row[kind]) for kind in kinds)


def _graded(visit: Visit, year: int, scored: Scored) -> Values:
    found = charted.graded(visit.look, year)
    rows = [
        (row["name"], row["grade"], to_hundredths(row["total"]))
        for row in scored.rows
        if row["total"] is not None
    ]
    named = {grade: words.word("grade", grade, visit.lang).capitalize() for grade in GRADES}
    lowest = {
        grade: min((total for _, one, total in rows if one == grade), default=None) for grade in GRADES[:-1]
    }
    cuts = {
        grade: _say(visit, "from", grade=named[grade], total=f"{total / 100:.2f}")
        for grade, total in lowest.items()
        if total is not None
    }
    whole = visit.look.reader.whole
    return {
        "graded": found,
        "grade_names": named,
        "quota": charts.quota(found.given, found.seats, named) if found.status != "none" else None,
        "swarm": charts.swarm(rows, cuts) if whole else None,
        "lowest": {grade: None if total is None else f"{total / 100:.2f}" for grade, total in lowest.items()}
        if whole
        else {},
    }


def _composition(visit: Visit, scored: Scored) -> charts.Bars | None:
    """The bars of the departments whose points the reader sees; where only the total is known it is one part."""
    rows = []
    for row in scored.rows:
        parts = {part: to_hundredths(row[part]) for part in _PARTS if row[part] is not None}
        known = parts if "central" in parts else {"whole": to_hundredths(row["total"])}
        off = to_hundredths(row["deductions"]) if row["deductions"] is not None and known is parts else 0
        rows.append(charts.Made(row["name"], known, abs(off), row["total"]))
    return charts.bars(rows, {part: _say(visit, f"part_{part}") for part in _PARTS}) if rows else None


def _movement(moved: charted.Moved) -> tuple[charts.Move, ...]:
    known = [row for row in moved.rows if row["by"] is not None]
    return charts.moves([(row["department"], row["name"], row["previous"], row["rank"]) for row in known])


def _years(visit: Visit) -> Values:
    """One department over the years: the one asked for, else the reader's own where it is one."""
    look = visit.look
    names = _readable(look)
    asked = visit.request.query_params.get("department", "")
    if asked and asked not in names:
        raise NotFound(f"department:{asked}")
    own = sorted(look.reader.own)
    meant = asked or (own[0] if own else next(iter(names), ""))
    file = registers.years(look, meant) if meant else []
    return {"departments": names, "department": meant, "file": file, "line": chart(file)}


def _readable(look: Look) -> dict[str, str]:
    """The departments whose years the reader sees, by id."""
    if not may_ask(look.reader, "years"):
        return {}
    everybody = look.reader.whole
    mine = look.reader.own | look.reader.charge
    rows = city.departments(look)
    return {row["department"]: row["name"] for row in rows if everybody or row["department"] in mine}


ROUTES: Final = (read("/{year:year}/charts", _page),)
