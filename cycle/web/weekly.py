"""One leader's week on one sheet: what of their departments is late or falls due, and which letters went out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import queries
from cycle.board import desk, post_office
from cycle.board.look import Look
from cycle.board.year import board_of
from cycle.keys import split_key
from cycle.people import holder
from cycle.sight import may_ask
from cycle.web.entry import Visit, visiting
from cycle.web.pages import page
from cycle.web.places import year_of
from cycle.web.results import tabs
from cycle.web.searched import by_sound
from cycle.web.taking import read
from workflows import words
from workflows.errors import NotFound, Refused, Unmet

Values = dict[str, Any]

AHEAD: Final = 7
"""How many days ahead the sheet looks, and how many back for letters."""
_PART: Final = 100


def _page(request: Request) -> Response:
    with visiting(request, "due") as visit:
        leaders = _leaders(visit.look)
        who = _who(visit, leaders)
        year = year_of(visit)
        charge = leaders.get(who, frozenset())
        due = _due(visit.look, charge)
        rows = [row for row in board_of(visit.look, year) if row["department"] in charge]
        pressing = {one["department"] for one in due}
        return page(
            visit,
            "weekly.html",
            "weekly",
            year=year,
            tabs=tabs(visit, year) if visit.look.reader.whole else [],
            who=who,
            leaders=sorted(leaders, key=lambda one: by_sound((one, visit.look.voice.name(one))))
            if visit.look.reader.whole
            else [],
            until=visit.look.today + timedelta(days=AHEAD),
            since=visit.look.today - timedelta(days=AHEAD),
            n=len(charge),
            late=[one for one in due if one["workdays_left"] < 0],
            soon=[one for one in due if one["workdays_left"] >= 0],
            quiet=[row for row in rows if row["department"] not in pressing],
            letters=_letters(visit, who, charge),
        )


def _leaders(look: Look) -> dict[str, frozenset[str]]:
    """Every leader in charge today whom the reader may read for: all for the whole business, else themselves alone."""
    found: dict[str, set[str]] = {}
    for row in queries.of_kind(look.session, "department"):
        leader = holder(row.record, "leader", look.today)
        if row.state == "active" and leader and (look.reader.whole or row.department in look.reader.charge):
            found.setdefault(leader, set()).add(row.department)
    return {leader: frozenset(departments) for leader, departments in found.items()}


def _who(visit: Visit, leaders: Mapping[str, frozenset[str]]) -> str:
    """Whose sheet it is: the one asked for, else the visitor's own, else the first. Raises NotFound, Refused."""
    reader = visit.look.reader
    if not reader.whole and "leader" not in reader.roles:
        raise Refused(Unmet("role_missing", {"roles": "leader,office,group"}))
    asked = visit.request.query_params.get("leader", "")
    if asked and asked not in leaders:
        raise NotFound(asked)
    if asked or reader.person in leaders or not leaders:
        return asked or reader.person
    return min(leaders, key=visit.look.voice.name)


def _due(look: Look, charge: frozenset[str]) -> list[Values]:
    """What is late or due within the days ahead, of any year, the nearest first, with its words and its page."""
    until = look.today + timedelta(days=AHEAD)
    rows = [one for one in desk.due(look, until=until) if one["department"] in charge]
    return [{**one, "word": _word(look, one), "path": _path(one)} for one in rows]


def _word(look: Look, one: Values) -> str:
    known = words.catalogue(look.voice.lang)["letter.form"]
    stage, state = str(one["state"]).partition(".")[0], str(one["state"])
    if one["kind"] == "appraisal":
        return words.word("stage", stage, look.voice.lang)
    return known.get(state) or words.word("kind", str(one["kind"]), look.voice.lang)


def _path(one: Values) -> str:
    if one["kind"] == "appraisal" or not _is_matter(str(one["subject"])):
        return f"/{one['year']}/departments/{one['department']}"
    number = str(one["subject"]).rpartition(":")[2]
    return f"/{one['year']}/matters/{one['kind']}/{one['department']}/{number}"


def _is_matter(key: str) -> bool:
    """Whether a key has a number of its own at its end, as those of matters have."""
    return key.count(":") == 3


def _letters(visit: Visit, who: str, charge: frozenset[str]) -> Sequence[Values]:
    """The letters of the last days to the leader or about their departments, as far as the visitor sees them."""
    if not may_ask(visit.look.reader, "letter"):
        return []
    return [
        one
        for one in _of_days(visit.look)
        if one["to"]["person"] == who or _department(one["subject"] or "") in charge
    ]


def _of_days(look: Look) -> Iterator[Values]:
    """The letters of the last days, the newest first; read in parts, since there are years of them."""
    since, offset = look.now - timedelta(days=AHEAD), 0
    while True:
        part, _count = post_office.letters(look, limit=_PART, offset=offset)
        for one in part:
            if datetime.fromisoformat(one["at"]) < since:
                return
            yield one
        if len(part) < _PART:
            return
        offset += _PART


def _department(key: str) -> str:
    try:
        return split_key(key)[2]
    except NotFound:
        return ""


ROUTES: Final = (read("/weekly", _page),)
