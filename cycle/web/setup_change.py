"""Figures of a year's rulebook changed: what that would change is shown first, then it is asked for.

While a year is prepared the office puts another rulebook in place, and the group approves it anew; once it runs, the
group corrects it. What is shown and what is asked for are made of the same fields, on the version that was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.acts.asking import ask, look_ahead
from cycle.acts.table import Row
from cycle.board import city
from cycle.board.figures import book_of, by_clause, changed, figure_of, shown
from cycle.operations.perform import Answer
from cycle.operations.readiness import confirmed_figures
from cycle.queries import SubjectRow
from cycle.web import done
from cycle.web.doing import BY_NAME, was_overtaken
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.forms import below, narrow, unfolded
from cycle.web.pages import page
from cycle.web.setup import raise_if_forbidden
from cycle.web.taking import Entered, back, read, take
from workflows import corrections, words
from workflows.errors import NotFound, Outdated, Refused
from workflows.rulebook import Figure, Rulebook, RulebookInvalid, fault_text
from workflows.scoring import show

Values = dict[str, Any]

_ACT: Final[Mapping[str, Row]] = {
    "preparing": BY_NAME["cycle_prepare"],
    "running": BY_NAME["cycle_correct_rulebook"],
}
"""What is asked for, by state of the year."""
_GIVEN: Final = {"reason": "", "document": ""}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody filled in: the figures that are to be others, what is wrong with them, the rest of the form."""

    values: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    whole: Sequence[str] = ()
    given: Mapping[str, str] = field(default_factory=dict)


def _page(request: Request) -> Response:
    with visiting(request, "readiness") as visit:
        return _change(visit, int(request.path_params["year"]))


def _change(
    visit: Visit,
    year: int,
    wish: Wish | None = None,
    *,
    ahead: Values | None = None,
    refused: Refused | None = None,
    unconfirmed: Sequence[str] = (),
    told: str = "",
    overtaken: bool = False,
) -> Response:
    look, meant = visit.look, wish or Wish()
    cycle = city.cycle_of(look, year)
    book = book_of(look, year)
    roles = look.reader.roles
    may = "office" in roles or (cycle.state == "running" and "group" in roles)
    wrong = told or meant.faults or meant.whole
    return page(
        visit,
        "setup/change.html",
        "setup",
        status=409 if refused or overtaken else 422 if wrong else 200,
        here=f"/{year}/setup",
        year=year,
        act=_ACT[cycle.state].action if may and cycle.state in _ACT else "",
        for_group=cycle.state == "running" and "group" not in roles,
        needs_document=cycle.state == "running",
        sections=by_clause(look, book),
        digest=book.digest,
        number=cycle.number,
        ahead=ahead,
        wish=meant,
        given={**_GIVEN, **meant.given},
        in_the_way=[was_overtaken(visit)]
        if overtaken
        else look.voice.entries(refused.unmet if refused else ()),
        unconfirmed=unconfirmed if "office" in roles else (),
        told=told,
    )


def _take(entered: Entered) -> Response:
    """What would change, or the change itself. Raises NotFound for any other deed, or a year that is neither."""
    did, year = entered.text("do"), int(entered.request.path_params["year"])
    if did not in ("look", "confirm", "change"):
        raise NotFound(did)
    with visiting(entered.request, "readiness") as visit:
        cycle = city.cycle_of(visit.look, year)
        book = book_of(visit.look, year)
        if cycle.state not in _ACT:
            raise NotFound(entered.request.url.path)
        wish = _wish(entered, book)
        if wish.faults or not wish.values:
            return _change(visit, year, wish, told="" if wish.faults else "nothing_changed")
        try:
            new = changed(book, wish.values)
        except RulebookInvalid as invalid:
            return _change(visit, year, _faulty(wish, invalid, entered.lang))
    try:
        if did == "change":
            return back(done.told(f"/{year}/setup", _asked(entered, cycle, new)))
        if did == "confirm":
            _confirm(entered, new)
        ahead = _ahead(entered, cycle, book, new)
    except Refused as refused:
        raise_if_forbidden(refused)
        with visiting(entered.request, "readiness") as visit:
            open_ = _titles(visit, _unconfirmed(visit, new))
            return _change(visit, year, wish, refused=refused, unconfirmed=open_)
    except Outdated:
        given = {name: entered.text(name) for name in _GIVEN}
        with visiting(entered.request, "readiness") as visit:
            return _change(visit, year, replace(wish, given=given), overtaken=True)
    with visiting(entered.request, "readiness") as visit:
        return _change(visit, year, wish, ahead=_worded(visit, new, ahead))


def _wish(entered: Entered, book: Rulebook) -> Wish:
    """The figures that are to be others than they are, each of a kind that can stand there."""
    found = below(unfolded(entered.items()), "v")
    typed = {path: text for path, text in found.items() if isinstance(text, str)}
    values, faults = {}, {}
    for one in book.figures:
        text = narrow(typed.get(one.path, one.value))
        if text == one.value:
            continue
        values[one.path] = text
        try:
            changed(book, {one.path: text})
        except (KeyError, ValueError):
            faults[one.path] = words.phrase("problem.field", "other", entered.lang)
        except RulebookInvalid:
            continue  # one figure alone may break a sum that several together keep
    return Wish(values, faults, given=dict(entered.items()))


def _faulty(wish: Wish, invalid: RulebookInvalid, lang: str) -> Wish:
    """What is wrong with the whole: beside the figure it is about, or above all where it is about none of them."""
    faults, whole = {}, []
    for fault in invalid.faults:
        text = fault_text(fault, lang)
        path = figure_of(fault.path)
        if path in wish.values:
            faults[path] = text
        else:
            whole.append(f"{fault.path}　{text}" if fault.path else text)
    return Wish(wish.values, faults, whole, wish.given)


def _unconfirmed(visit: Visit, new: Rulebook) -> list[Figure]:
    """The figures of a rulebook that have to be confirmed still, as they would be."""
    confirmed = confirmed_figures(visit.session, new)
    return [one for one in new.to_confirm() if confirmed.get(one.path) != one.value]


def _titles(visit: Visit, figures: Iterable[Figure]) -> list[str]:
    """Figures with their values, in the reader's language."""
    zh = visit.lang == "zh"
    return [f"{one.zh if zh else one.en} {shown(one.value, visit.lang)}" for one in figures]


def _confirm(entered: Entered, new: Rulebook) -> None:
    """The office confirms whatever of the new rulebook it has not, by the document of the change."""
    with visiting(entered.request, "readiness") as visit:
        figures = _unconfirmed(visit, new)
    row, document = BY_NAME["regulation_confirm"], entered.text("document") or None
    for one in figures:
        values = {"figure": one.path, "rulebook": new.content(), "document": document}
        ask(service_of(entered.request), entered.person, row, {}, values)


def _sent(entered: Entered, cycle: SubjectRow, new: Rulebook) -> Values:
    common = {"reason": entered.text("reason") or None}
    if cycle.state == "preparing":
        return {"rulebook": new.content(), "replace": True, **common}
    group = "group" in entered.person.roles
    return {
        "rulebook": new.content(),
        "against": entered.text("against"),
        "document": entered.text("document") or None,
        "on_behalf_of": None if group else "group",
        **common,
    }


def _asked(entered: Entered, cycle: SubjectRow, new: Rulebook) -> Answer:
    return ask(
        service_of(entered.request),
        entered.person,
        _ACT[cycle.state],
        {"year": cycle.year},
        _sent(entered, cycle, new),
        key=entered.text("once") or None,
        seen=f'"{entered.text("seen")}"' if entered.text("seen") else None,
    )


def _ahead(entered: Entered, cycle: SubjectRow, book: Rulebook, new: Rulebook) -> Answer:
    if cycle.state == "running":
        row, where, sent = _ACT["running"], {"year": cycle.year}, _sent(entered, cycle, new)
        return look_ahead(service_of(entered.request), entered.person, row, where, sent)
    found = corrections.differences(book, new)
    differences = [{"path": one.path, "before": one.before, "after": one.after} for one in found]
    return {"differences": differences, "touched": [], "marks": [], "rescheduled": 0}


def _worded(visit: Visit, new: Rulebook, ahead: Answer) -> Values:
    """What a change would come to, in the reader's words; the other readings that go with it are left out."""
    lang, name = visit.lang, visit.look.voice.name
    titles = {one.path: one.zh if lang == "zh" else one.en for one in new.figures}
    return {
        "differences": [
            {
                "name": titles.get(figure_of(one["path"]), one["path"]),
                **{side: shown(one[side] or "—", lang) for side in ("before", "after")},
            }
            for one in ahead["differences"]
            if not one["path"].endswith(".other")
        ],
        "touched": [
            {
                "department": name(one["subject"].rpartition(":")[2]),
                "item": name(one["item"]),
                **{key: show(one[key]) for key in ("points", "before", "after")},
            }
            for one in ahead["touched"]
        ],
        "marks": [
            {
                "department": name(one["subject"].rpartition(":")[2]),
                "member": name(one["member"]),
                "items": [name(item) for item in one["items"]],
                "above": [name(item) for item in one["above"]],
            }
            for one in ahead["marks"]
        ],
        "rescheduled": ahead["rescheduled"],
        "unconfirmed": _titles(visit, _unconfirmed(visit, new)),
    }


ROUTES: Final = (
    read("/{year:year}/setup/change", _page),
    take("/{year:year}/setup/change", _take),
)
