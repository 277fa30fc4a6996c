"""The grading room: the ranking, the quota, the ties to rule on, what-if before anything is proposed; then the acts."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from itertools import product
from math import factorial, prod
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import facts as gathering
from cycle.board import city
from cycle.board.ranking import Ranking, differences, ranking
from cycle.web import charts, done
from cycle.web.doing import BY_NAME, asked
from cycle.web.entry import Visit, visiting
from cycle.web.forms import Unusable, narrow
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take
from workflows import words
from workflows.errors import Refused
from workflows.rulebook import GRADES

Values = dict[str, Any]

_ACTS: Final = {
    "running": ("propose",),
    "proposed": ("ratify", "withdraw_proposal"),
    "ratified": ("amend",),
    "closed": ("amend",),
}
"""What is asked for, by state of the year: by the office, and by the group what it decides."""
_BY_GROUP: Final = frozenset({"withdraw_proposal", "ratify", "amend"})
MOST_RULINGS: Final = 12
"""Ways to give out the seats of a tie that are offered one by one; where there are more each grade is chosen."""
_MOST_CHANGE: Final = Decimal(100)


def _page(request: Request) -> Response:
    with visiting(request, "ties") as visit:
        return _room(visit, int(request.path_params["year"]))


def _room(visit: Visit, year: int, refused: Refused | None = None, tried: str = "") -> Response:
    look = visit.look
    cycle = city.cycle_of(look, year)
    book = gathering.rulebook_of(look.session, cycle)
    now = ranking(look, year)
    who, change = _asked_change(visit)
    after = ranking(look, year, {who: change}) if now and who and change else None
    category = visit.request.query_params.get("category", "")
    return page(
        visit,
        "grading.html",
        "grading",
        status=409 if refused else 200,
        year=year,
        cycle=city.cycle_values(look, cycle),
        ranking=now,
        rows=[row for row in now.rows if category in ("", row["category"])] if now else [],
        category=category,
        categories=_categories(now),
        cuts=_cut_rows(now) if now and not category else {},
        shares=book.quota,
        rates=book.award_rates,
        ties=[{**tie, "rulings": rulings(tie)} for tie in city.ties(look, year)],
        who=who,
        change=visit.request.query_params.get("change", ""),
        what_if=differences(now, after) if now and after else None,
        acts=_acts(look.reader.roles, cycle.state),
        office="office" in look.reader.roles,
        in_the_way=look.voice.entries(refused.unmet) if refused else [],
        tried=tried,
        grades=GRADES,
        without=words.word("web", "comma", visit.lang).join(look.voice.name(one) for one in now.without)
        if now
        else "",
        **_drawn(visit, now),
    )


def _acts(roles: Collection[str], state: str) -> list[str]:
    """What the reader may ask for about the whole year."""
    group = "group" in roles
    return [one for one in _ACTS.get(state, ()) if "office" in roles or (group and one in _BY_GROUP)]


def _asked_change(visit: Visit) -> tuple[str, int]:
    """The department and the change of its total, in hundredths, that is to be tried; zero where it is none."""
    query = visit.request.query_params
    try:
        change = Decimal(narrow(query.get("change", "0")) or "0")
    except InvalidOperation:
        return "", 0
    if not change.is_finite():
        return "", 0
    return query.get("who", ""), int(max(-_MOST_CHANGE, min(change, _MOST_CHANGE)) * 100)


def _categories(now: Ranking | None) -> list[tuple[str, int]]:
    codes = dict.fromkeys(row["category"] for row in now.rows) if now else {}
    return [(code, sum(1 for row in now.rows if row["category"] == code)) for code in codes] if now else []


def _cut_rows(now: Ranking) -> dict[int, tuple[str, int]]:
    """After which row (counted from 1) a cut line stands: the grade that ends there and its seats so far."""
    return {seats: (grade, seats) for grade, seats in now.cuts.items() if 0 < seats < len(now.rows)}


def rulings(tie: Values) -> list[dict[str, str]]:
    """Every way to give out the seats of a tie, department to grade; none where they are more than MOST_RULINGS."""
    members = [one["department"] for one in tie["departments"]]
    seats: dict[str, int] = tie["seats"]
    if factorial(len(members)) // prod(map(factorial, seats.values())) > MOST_RULINGS:
        return []
    return [
        dict(zip(members, choice, strict=True))
        for choice in product(seats, repeat=len(members))
        if all(choice.count(grade) <= seats[grade] for grade in seats)
    ]


def _moved(now: Ranking) -> list[Values]:
    """Whose rank moved most against the year before, the greatest movement first."""
    rows = [row for row in now.rows if row["movement"]]
    return sorted(rows, key=lambda row: (-abs(row["movement"]), row["rank"]))[:9]


def _drawn(visit: Visit, now: Ranking | None) -> Values:
    """What the charts of the room are drawn from: the grades over their seats, and who moved."""
    if now is None or not now.rows:
        return {}
    named = {grade: words.word("grade", grade, visit.lang).capitalize() for grade in GRADES}
    moved = _moved(now)
    return {
        "grade_names": named,
        "quota": charts.quota(now.given, now.quota, named),
        "moved": moved,
        "moves": charts.moves(
            [(row["department"], row["name"], row["previous_rank"], row["rank"]) for row in moved]
        ),
    }


def _rule(entered: Entered) -> Response:
    """The group's ruling on a tie: a `choice` names each department with its grade, else each has its own field."""
    year = int(entered.request.path_params["year"])
    choice = entered.text("choice").split(",")
    named = [(f"ruling[{one.partition('=')[0]}]", one.partition("=")[2]) for one in choice if "=" in one]
    form = entered.but([*entered.items(), *named])
    try:
        answer = asked(form, BY_NAME["cycle_rule_tie"], {"year": year})
    except (Unusable, Refused) as trouble:
        with visiting(entered.request, "ties") as visit:
            return _room(visit, year, trouble if isinstance(trouble, Refused) else None, "rule_tie")
    return back(done.told(f"/{year}/grading", answer))


ROUTES: Final = (
    read("/{year:year}/grading", _page),
    take("/{year:year}/grading/ties", _rule),
)
