"""A ratified year corrected, one department at a time: what would change is shown first, then it is asked for.

What is asked for is what was shown: the same fields, on the version of the year that stood then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.acts.asking import look_ahead
from cycle.board import city, ledger
from cycle.board import year as years
from cycle.board.actions import barred
from cycle.board.figures import book_of
from cycle.queries import SubjectRow
from cycle.web import amended, done
from cycle.web.doing import BY_NAME, asked, was_overtaken
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.forms import Unusable, below, sent, unfolded
from cycle.web.pages import page
from cycle.web.searched import by_sound
from cycle.web.setup import raise_if_forbidden
from cycle.web.taking import Entered, back, read, take
from cycle.web.widgets import Asked, Control, controls
from workflows import words
from workflows.errors import NotFound, Outdated, Refused, Unmet
from workflows.rulebook import GRADES, Rulebook
from workflows.scoring import show

Values = dict[str, Any]

_PATH: Final = "/{year:year}/amend"
_ROW: Final = BY_NAME["cycle_amend"]
_BLANK: Final = {"what": "", "points": "", "note": "", "again": ""}
_ROOM: Final = 5
"""So many new lines are offered."""
_OF_ACT: Final = ("reason", "document", "occurred_on")
_ON_PAGE: Final = frozenset({"line_again", "bonus_steps_in"})
"""Refusals that name a field of the interface; on the page it is a tick."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody filled in. `lines` are the new ones by their row, `faults` what is wrong by the name of a field."""

    reverse: Sequence[str] = ()
    lines: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    rulings: Mapping[str, str] = field(default_factory=dict)
    act: Sequence[tuple[str, str]] = ()
    faults: Mapping[str, str] = field(default_factory=dict)

    def fields(self) -> list[tuple[str, str]]:
        """All of it as the page names it, for a form that sends the same again."""
        return [
            *(("reverse", line) for line in self.reverse),
            *((f"lines[{n}][{name}]", value) for n, row in self.lines.items() for name, value in row.items()),
            *((f"rulings[{one}]", grade) for one, grade in self.rulings.items()),
            *self.act,
        ]

    def asked(self, department: str) -> list[tuple[str, str]]:
        """All of it as the act names it."""
        found = [("changes[0][department]", department)]
        found += [("changes[0][reverse]", line) for line in self.reverse]
        for place, row in enumerate(self.lines.values()):
            part, _, item = row["what"].partition(":")
            of = {"part": part, "item": item, **{name: row[name] for name in ("points", "note", "again")}}
            found += [(f"changes[0][lines][{place}][{name}]", value) for name, value in of.items()]
        return [*found, *((f"rulings[{one}]", grade) for one, grade in self.rulings.items()), *self.act]

    def named(self, fault: str) -> str:
        """The field of the page for a field of the act."""
        rows = list(self.lines)
        path = fault.removeprefix("changes[0][lines][").split("][")
        if path[0] == fault or not path[0].isdigit() or int(path[0]) >= len(rows):
            return fault
        name = path[-1].rstrip("]")
        return f"lines[{rows[int(path[0])]}][{'what' if name in ('part', 'item') else name}]"


def may_amend(visit: Visit, cycle: Mapping[str, Any]) -> bool:
    """Whether the visitor may ask for an amendment of a year (`city.cycle_values`) as it stands."""
    roles = visit.look.reader.roles
    return _amendable(cycle["state"], cycle["ratified_on"]) and ("office" in roles or "group" in roles)


def _amendable(state: str, ratified_on: object) -> bool:
    return state in ("ratified", "closed") and bool(ratified_on)


def _page(request: Request) -> Response:
    with visiting(request, "ties") as visit:
        return _amend(visit, int(request.path_params["year"]), request.query_params.get("department", ""))


def _amend(
    visit: Visit,
    year: int,
    name: str,
    wish: Wish | None = None,
    *,
    ahead: Sequence[Values] = (),
    seen: int = 0,
    refused: Refused | None = None,
    overtaken: bool = False,
) -> Response:
    """The page: whose points are corrected is chosen first. `ahead` is what would change, as the year was when `seen`.

    Raises NotFound for whoever has no result in the year, Refused for a visitor who may never ask for it.
    """
    look, meant = visit.look, wish or Wish()
    cycle = city.cycle_of(look, year)
    why = barred(visit.service, visit.session, cycle, "amend", visit.person.id)
    if why is not None:
        raise why
    open_ = _amendable(cycle.state, cycle.record.get("ratified_on"))
    results = {row["department"]: row for row in years.results(look, year)["results"]} if open_ else {}
    if name and open_ and name not in results:
        raise NotFound(f"appraisal:{year}:{name}")
    return page(
        visit,
        "amend.html",
        "amend",
        status=409 if refused or overtaken else 422 if meant.faults else 200,
        year=year,
        cycle=city.cycle_values(look, cycle),
        open=open_,
        departments=sorted(((one, row["name"]) for one, row in results.items()), key=by_sound),
        department=name,
        result=results.get(name),
        wish=meant,
        ahead=ahead,
        seen=seen,
        in_the_way=_in_the_way(visit, refused, overtaken=overtaken),
        **(_form(visit, cycle, name, meant, refused) if name and open_ else {}),
    )


def _form(visit: Visit, cycle: SubjectRow, name: str, wish: Wish, refused: Refused | None) -> Values:
    score = ledger.ledger(visit.look, cycle.year, name)
    own = {*_OF_ACT, *(f"lines[{n}][{one}]" for n in range(_ROOM) for one in _BLANK)}
    return {
        "lines": [line for line in score["lines"] if line["kind"] != ledger.STRUCK],
        "items": _items(visit, book_of(visit.look, cycle.year)),
        "rows": [{**_BLANK, **wish.lines.get(n, {}), "n": n} for n in range(_ROOM)],
        "ties": _ties(visit, wish, refused),
        "grades": GRADES,
        "controls": _controls(visit, cycle, wish),
        "elsewhere": [text for place, text in wish.faults.items() if place not in own],
    }


def _controls(visit: Visit, cycle: SubjectRow, wish: Wish) -> list[Control]:
    """What every act may come with."""
    every = controls(visit, _ROW, Asked({"year": cycle.year}, cycle), wish.act, wish.faults)
    return [one for one in every if one.name in _OF_ACT]


def _items(visit: Visit, book: Rulebook) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a line may be written for, part by part, with the points there are for it."""
    lang, name = visit.lang, visit.look.voice.name
    found = {"central": [(one.id, "most", show(one.points)) for one in book.indicators]}
    for part, those in book.parts.items():
        found[part] = [(item, "most", show(points)) for item, points in those.items()]
    found["deduction"] = [(one.id, "fixed", f"−{show(one.points)}") for one in book.deductions]
    found["bonus"] = [(one.id, "fixed", f"+{show(one.points)}") for one in book.bonuses]
    return [
        (
            words.word("part", part, lang),
            [
                (f"{part}:{item}", words.phrase("web.amend", kind, lang, name=name(item), points=points))
                for item, kind, points in those
            ],
        )
        for part, those in found.items()
    ]


def _ties(visit: Visit, wish: Wish, refused: Refused | None) -> list[tuple[str, str, str]]:
    """The departments whose grade is to be ruled on, with their names and the grade that was chosen."""
    unruled = [one for one in refused.unmet if one.code == "tie_unruled"] if refused else []
    named = [name for one in unruled for name in str(one.data["departments"]).split(",")]
    return [
        (one, visit.look.voice.name(one), wish.rulings.get(one, ""))
        for one in dict.fromkeys([*named, *wish.rulings])
    ]


def _in_the_way(visit: Visit, refused: Refused | None, *, overtaken: bool) -> list[Values]:
    if overtaken:
        return [was_overtaken(visit)]
    return [_worded(visit, one) for one in refused.unmet] if refused else []


def _worded(visit: Visit, unmet: Unmet) -> Values:
    (told,) = visit.look.voice.entries([unmet])
    if unmet.code not in _ON_PAGE:
        return told
    item = visit.look.voice.name(str(unmet.data["item"]))
    return {**told, "message": words.phrase("web.amend", unmet.code, visit.lang, item=item)}


def _take(entered: Entered) -> Response:
    """What would change, or the amendment. Raises NotFound for any other deed, or a year that is not ratified."""
    did, year = entered.text("do"), int(entered.request.path_params["year"])
    name, wish = entered.text("department"), _wish(entered)
    with visiting(entered.request, "ties") as visit:
        cycle = city.cycle_of(visit.look, year)
        why = barred(visit.service, visit.session, cycle, "amend", visit.person.id)
    if why is not None:
        raise why
    if (
        did not in ("look", "amend")
        or not name
        or not _amendable(cycle.state, cycle.record.get("ratified_on"))
    ):
        raise NotFound(did)
    items = [*wish.asked(name), *_in_whose_name(entered)]
    faults: Mapping[str, str] = {}
    refused, overtaken, ahead = None, False, None
    try:
        if did == "amend":
            bound = [("seen", entered.text("seen")), ("once", entered.text("once"))]
            answer = asked(entered.but([*items, *bound]), _ROW, {"year": year})
            return back(done.told(f"/{year}/amend?department={name}", answer))
        values = sent(_ROW, items, entered.lang)
        ahead = look_ahead(service_of(entered.request), entered.person, _ROW, {"year": year}, values)
    except Unusable as trouble:
        faults = {wish.named(one): text for one, text in trouble.faults.items()}
    except Refused as trouble:
        raise_if_forbidden(trouble)
        refused = trouble
    except Outdated:
        overtaken = True
    meant = replace(wish, faults=faults)
    with visiting(entered.request, "ties") as visit:
        told = amended.told(visit, year, ahead) if ahead else ()
        return _amend(
            visit, year, name, meant, ahead=told, seen=cycle.number, refused=refused, overtaken=overtaken
        )


def _in_whose_name(entered: Entered) -> list[tuple[str, str]]:
    """The office enters it for the group, whose act it is."""
    return [] if "group" in entered.person.roles else [("on_behalf_of", "group")]


def _wish(entered: Entered) -> Wish:
    items = entered.items()
    found = unfolded((name, value) for name, value in items if name.startswith(("lines[", "rulings[")))
    lines: dict[int, Mapping[str, str]] = {}
    for n in range(_ROOM):
        row = {**_BLANK, **_texts(below(found, "lines").get(str(n)), _BLANK)}
        if any(row.values()):
            lines[n] = row
    rulings = below(found, "rulings")
    return Wish(
        [value for name, value in items if name == "reverse"],
        lines,
        _texts(rulings, rulings),
        [(name, value) for name, value in items if name in _OF_ACT],
    )


def _texts(given: Any, names: Mapping[str, Any]) -> dict[str, str]:
    """The fields of one row that are text and not blank."""
    known = given if isinstance(given, Mapping) else {}
    return {
        name: known[name].strip()
        for name in names
        if isinstance(known.get(name), str) and known[name].strip()
    }


ROUTES: Final = (read(_PATH, _page), take(_PATH, _take))
