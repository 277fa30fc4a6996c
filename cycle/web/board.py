"""The board: who is late, whose turn it is, and what to do about it, for many departments at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.acts.asking import ask
from cycle.acts.table import Row
from cycle.board import city
from cycle.board.look import Look
from cycle.board.moment import moment
from cycle.board.passed import passed
from cycle.board.preview import RungAhead, rungs_ahead
from cycle.board.untold import untold_matters
from cycle.board.year import board_of
from cycle.sight import Seen, shows
from cycle.web.doing import BY_NAME
from cycle.web.early import early
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.forms import narrow
from cycle.web.kept import kept
from cycle.web.pages import page
from cycle.web.searched import letters, spoken
from cycle.web.taking import Entered, read, take
from workflows import words
from workflows.errors import Conflict, NotFound, Refused
from workflows.workdays import local_day

Values = dict[str, Any]

ONWARD: Final[Mapping[str, str]] = {
    "plan.submitted": "accept",
    "midyear.submitted": "accept",
    "yearend.submitted": "accept",
    "rectification.submitted": "accept",
    "plan.accepted": "open_midyear",
    "midyear.accepted": "open_yearend",
    "yearend.accepted": "open_central_review",
    "yearend.lapsed": "open_central_review",
    "inspection.open": "settle",
}
"""What the office does to move a department on, by state."""

_LAMPS: Final = ("red", "yellow", "blue", "green", "grey")
_GROUPS: Final = ("late", "soon", "office", "team", "on_time", "resting", "exempt")
_ORDERS: Final = ("late", "roster", "pinyin")
_AHEAD: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one department's act in a bulk: done or the sentence why not."""

    department: str
    name: str
    done: bool
    why: str = ""


def _page(request: Request) -> Response:
    with visiting(request, "appraisal") as visit:
        year = int(request.path_params["year"])
        at = moment(visit.session, visit.now, visit.service.zone, _AHEAD)
        return kept(visit, at, lambda stand_ins: board_page(visit, year, stand_ins=stand_ins))


def board_page(
    visit: Visit,
    year: int,
    outcomes: Sequence[Outcome] = (),
    did: str = "",
    picked: Sequence[str] = (),
    *,
    told: str = "",
    stand_ins: Mapping[str, Any] = MappingProxyType({}),
) -> Response:
    """The board of a year as the visitor asks for it; after a bulk act with what came of each row.

    `told` is the code of why a bulk was not begun. `stand_ins` are written in place of what belongs to one answer only.
    """
    asked = visit.request.query_params
    rows = _rows(visit.look, year)
    chosen = [row for row in rows if _wanted(row, asked)]
    order = asked.get("order") if asked.get("order") in _ORDERS else "late"
    office = "office" in visit.look.reader.roles
    return page(
        visit,
        "board.html",
        "board",
        status=422 if told else 200,
        told=told,
        year=year,
        cycle=city.cycle_values(visit.look, city.cycle_of(visit.look, year)),
        cycles=city.cycles(visit.look),
        rows=rows,
        groups=list(_grouped(chosen, str(order))),
        shown=len(chosen),
        lamps={lamp: sum(1 for row in rows if row["lamp"]["colour"] == lamp) for lamp in _LAMPS},
        turns={turn: sum(1 for row in rows if turn in row["turn_kinds"]) for turn in _turns(rows)},
        categories=sorted({row["category"] for row in rows}),
        asked={name: asked.get(name, "") for name in ("lamp", "turn", "category", "order", "q", "stage")},
        office=office,
        outcomes={one.department: one for one in outcomes},
        did=did,
        picked=frozenset(picked),
        week=_week(visit) if shows(visit.look.reader, "readiness", Seen()) else [],
        **stand_ins,
    )


def _rows(look: Look, year: int) -> list[Values]:
    ends = passed(look, year)
    rows = board_of(look, year)
    numbers = {row.department: row.number for row in look.appraisals(year)}
    for row in rows:
        row["number"] = numbers.get(row["department"], 0)
        row["passed"] = ends.get(row["department"], {})
        row["turn_kinds"] = [turn if not look.voice.is_person(turn) else "team" for turn in row["turn"]]
        row["turn_names"] = [look.voice.who(turn) for turn in row["turn"] if look.voice.is_person(turn)]
    return rows


def _turns(rows: Sequence[Values]) -> list[str]:
    known = dict.fromkeys(turn for row in rows for turn in row["turn_kinds"])
    first = ("office", "liaison", "team")
    return [turn for turn in first if turn in known] + sorted(known.keys() - set(first))


def _wanted(row: Values, asked: Mapping[str, str]) -> bool:
    lamp, turn, category, stage = (asked.get(name, "") for name in ("lamp", "turn", "category", "stage"))
    text = narrow(asked.get("q", "")).casefold()
    return (
        lamp in ("", row["lamp"]["colour"])
        and (not turn or turn in row["turn_kinds"])
        and category in ("", row["category"])
        and stage in ("", row["state"].partition(".")[0])
        and (
            not text
            or text in row["name"].casefold()
            or text in row["department"]
            or text in letters(row["name"])
        )
    )


def pinyin(row: Values) -> list[str]:
    """Where a name stands in an alphabetical list."""
    return [*spoken(row["name"]), row["department"]]


def _grouped(rows: Sequence[Values], order: str) -> Iterator[tuple[str, list[Values]]]:
    if order != "late":
        by = (lambda row: row["department"]) if order == "roster" else pinyin
        yield "", sorted(rows, key=by)
        return
    for group in _GROUPS:
        found = [row for row in rows if _group(row) == group]
        if found:
            yield group, found


def _group(row: Values) -> str:
    colour = row["lamp"]["colour"]
    if row["state"] == "exempted":
        return "exempt"
    if colour in ("red", "yellow"):
        return "late" if colour == "red" else "soon"
    for turn in ("office", "team"):
        if turn in row["turn_kinds"]:
            return turn
    return "on_time" if row["due"] else "resting"


def _week(visit: Visit) -> list[tuple[Any, list[Values]]]:
    """What the system will do in the next days, day by day: rungs of one kind and instant are one line."""
    until = visit.now + _AHEAD
    days: dict[Any, dict[tuple[datetime, str, str], Values]] = {}
    hidden = untold_matters(visit.look)
    for one in rungs_ahead(visit.session, visit.now, until, visit.look.zone):
        if one.clock.subject in hidden:
            continue
        at = one.at.astimezone(visit.look.zone)
        lines = days.setdefault(local_day(one.at, visit.look.zone), {})
        key = (at, one.rung, one.clock.deadline.state)
        line = lines.setdefault(key, _line(visit, one, at))
        name = visit.look.voice.name(one.clock.department or one.clock.subject)
        if name not in line["departments"]:
            line["departments"].append(name)
        line["people"] |= {to.person for to in one.to}
    return [(day, list(lines.values())) for day, lines in sorted(days.items())]


def _line(visit: Visit, one: RungAhead, at: datetime) -> Values:
    state = visit.look.voice.standing(one.clock.kind, one.clock.deadline.state)
    return {
        "at": f"{at:%H:%M}",
        "rung": one.rung,
        "colour": one.colour,
        "state": state,
        "departments": [],
        "people": set(),
    }


def _take(entered: Entered) -> Response:
    """Chase, or move on, every department that is ticked; each is an act of its own, and each tells its result."""
    request, year = entered.request, int(entered.request.path_params["year"])
    did = entered.text("do")
    picked = dict(_picked(value) for name, value in entered.items() if name == "pick")
    if did not in ("chase", "onward"):
        raise NotFound(did)
    with visiting(request, "appraisal") as visit:
        known = {row["department"]: row for row in board_of(visit.look, year)}
        voice = visit.look.voice
        left = {action: early(visit, action, year, "web.board") for action in ONWARD.values()}
        left[""] = words.phrase("web.board", "nothing_onward", voice.lang)
        chosen = {one: shown for one, shown in picked.items() if one in known}
        if not chosen:
            return board_page(visit, year, told="nobody_picked")
    outcomes = []
    for department, (state, number) in chosen.items():
        action, seen = (did, None) if did == "chase" else (ONWARD.get(state, ""), f'"{number}"')
        why = left.get(action, "")
        outcomes.append(_one(entered, voice, known[department], action, year, seen=seen, why=why))
    with visiting(request, "appraisal") as visit:
        return board_page(visit, year, outcomes, did, list(chosen))


def _picked(value: str) -> tuple[str, tuple[str, str]]:
    """A department that is ticked, and its state and version as the board showed them."""
    department, _, shown = value.partition(":")
    state, _, number = shown.partition(":")
    return department, (state, number)


def _one(
    entered: Entered, voice: Any, known: Values, action: str, year: int, *, seen: str | None, why: str
) -> Outcome:
    """Ask for one department's act, on the version that was `seen` where it takes a step.

    `why` is for what reason it is left to the department's own page.
    """
    department, name = known["department"], known["name"]
    if why:
        return Outcome(department, name, done=False, why=why)
    row: Row = BY_NAME[f"appraisal_{action}"]
    key = f"{entered.text('once')}-{department}" if entered.text("once") else None
    where = {"year": year, "department": department}
    try:
        ask(service_of(entered.request), entered.person, row, where, {}, key=key, seen=seen)
    except Refused as refused:
        told = [one["message"] for one in voice.entries(refused.unmet)]
        return Outcome(
            department, name, done=False, why=words.word("web", "semicolon", voice.lang).join(told)
        )
    except Conflict:
        return Outcome(department, name, done=False, why=words.phrase("web.trouble", "conflict", voice.lang))
    return Outcome(department, name, done=True)


ROUTES: Final = (read("/{year:year}/board", _page), take("/{year:year}/board", _take))
