"""What waits for a decision: acts that a second person confirms, and what the leading group has to rule on."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.acts.asking import require_waiting, told_to
from cycle.board import city, desk, matters, pending
from cycle.board.look import Look
from cycle.operations import perform
from cycle.operations.catalogue import OPERATIONS, PREVIEWS
from cycle.sight import may_ask
from cycle.web import amended, done
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take
from workflows import words
from workflows.errors import Conflict, Refused

Values = dict[str, Any]

_DECIDED_BY_GROUP: Final = ("bonus", "objection")
_OPEN: Final = ("running", "proposed", "ratified")


def _page(request: Request) -> Response:
    with visiting(request, "pending") as visit:
        return _decisions(visit)


def _decisions(visit: Visit, refused: Refused | None = None, of: str = "") -> Response:
    return page(
        visit,
        "decisions.html",
        "decisions",
        status=409 if refused else 200,
        rows=[_told(visit, one) for one in desk.waiting(visit.look)],
        rulings=_rulings(visit.look),
        in_the_way=visit.look.voice.entries(refused.unmet) if refused else [],
        of=of,
    )


def _told(visit: Visit, one: Values) -> Values:
    head, *below = pending.lines(visit.look, one)
    return {
        **one,
        "own": one["actor"] == visit.person.id,
        "head": head.replace(one["id"], "").strip(" ：:，,"),
        "below": [line.strip() for line in below],
        **(_amended(visit, one) if one["operation"] == "amend" else {}),
    }


def _amended(visit: Visit, one: Values) -> Values:
    """What a waiting amendment would change, or why it can no longer be confirmed."""
    try:
        found = perform.preview_waiting(visit.service, PREVIEWS, one["id"])
    except Refused as refused:
        return {"why": [told["message"] for told in visit.look.voice.entries(refused.unmet)]}
    except Conflict:
        return {"why": [words.phrase("web.amend", "waits_stale", visit.lang)]}
    shown = told_to(visit.service, visit.person, {"subject": one["subject"], **found})
    return {"ahead": amended.told(visit, one["year"], shown)}


def _rulings(look: Look) -> list[Values]:
    """What only the group decides: matters laid before it, of every year that is open. In January two are."""
    kinds = [kind for kind in _DECIDED_BY_GROUP if may_ask(look.reader, kind)]
    return [
        {**row, "kind": kind}
        for year in [one["year"] for one in city.cycles(look) if one["state"] in _OPEN]
        for kind in kinds
        for row in matters.of_year(look, kind, year)
        if any(one["who"] == "group" for one in row["deadlines"])
    ]


def _take(entered: Entered) -> Response:
    request = entered.request
    service, name, by = service_of(request), request.path_params["pending"], entered.person.id
    require_waiting(service, entered.person, name)
    if entered.text("do") == "drop":
        perform.drop(service, name, by)
        return back("/decisions")
    try:
        answer = perform.confirm(service, OPERATIONS, name, by, entered.text("once"))
    except Refused as refused:
        with visiting(request, "pending") as visit:
            return _decisions(visit, refused, name)
    return back(done.told("/decisions", told_to(service, entered.person, answer)))


ROUTES: Final = (read("/decisions", _page), take("/decisions/{pending}", _take))
