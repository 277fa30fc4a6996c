"""Any act on a page of its own: what it changes, what it needs, what is in the way; then the act itself.

The pages of each role have their own forms for what they do daily; whatever else the table of acts has is done here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import queries
from cycle.acts.asking import ask, require_sight
from cycle.acts.fields import ID_PATTERN
from cycle.acts.table import ROWS, Row
from cycle.board.actions import barred, possible
from cycle.db import Statement
from cycle.operations.advance import unborn
from cycle.operations.perform import Answer
from cycle.queries import SubjectRow
from cycle.web import done
from cycle.web.early import early
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.forms import Unusable, sent
from cycle.web.pages import page
from cycle.web.shown import moment
from cycle.web.taking import Entered, back, local, read, take
from cycle.web.widgets import Asked, controls, moves, weighs
from workflows import words
from workflows.engine import NONE
from workflows.errors import NotFound, Outdated, Refused, Unmet
from workflows.ledger import parsed

BY_NAME: Final[Mapping[str, Row]] = {row.name: row for row in ROWS}
_WHERE: Final = ("year", "department", "number", "person")
_OWN_PAGES: Final[Mapping[str, str]] = {"cycle_amend": "/{year}/amend"}
"""Acts whose form is more than fields in a row: they have a page of their own."""
_LATEST: Final = Statement("SELECT body FROM history WHERE subject = :subject ORDER BY number DESC")
_KINDS: Final = {"year": "[1-9][0-9]{3}", "number": "[1-9][0-9]{0,8}"}


def row_of(name: str) -> Row:
    """An act by its name. Raises NotFound."""
    if name not in BY_NAME:
        raise NotFound(name)
    return BY_NAME[name]


def place_of(row: Row, given: Mapping[str, str]) -> dict[str, Any]:
    """The parts of an act's path from what an address or a form says. Raises NotFound where one is missing."""
    found: dict[str, Any] = {}
    for part in (part for part in _WHERE if f"{{{part}}}" in row.path):
        text = given.get(part, "")
        if not re.fullmatch(_KINDS.get(part, ID_PATTERN), text) or len(text) > 64:
            raise NotFound(row.name)
        found[part] = int(text) if part in _KINDS else text
    return found


def asked(
    entered: Entered, row: Row, where: Mapping[str, Any], more: Mapping[str, Any] | None = None
) -> Answer:
    """Ask for an act with the fields of the form, and with `more`. Raises Unusable, and whatever the act raises.

    The form's `once` keeps it from being done twice, its `seen` binds it to the version that was shown.
    """
    service = service_of(entered.request)
    values = {**sent(row, entered.items(), entered.lang), **(more or {})}
    seen = f'"{entered.text("seen")}"' if entered.text("seen") else None
    return ask(service, entered.person, row, where, values, key=entered.text("once") or None, seen=seen)


def _page(request: Request) -> Response:
    with visiting(request) as visit:
        row = row_of(request.path_params["name"])
        where = place_of(row, request.query_params)
        shown = act_page(visit, row, where, back_to=request.query_params.get("back", "/"))
        own = _OWN_PAGES.get(row.name)
        return back(own.format_map(where)) if own else shown


def act_page(
    visit: Visit,
    row: Row,
    where: Mapping[str, Any],
    *,
    back_to: str,
    given: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    faults: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    overtaken: bool = False,
    known: Sequence[Unmet] = (),
) -> Response:
    """The page of one act; after a refusal with every condition that does not hold, and what was filled in.

    `overtaken`: somebody else was first, so that what stands now is shown with what was filled in.
    `known`: what will be in the way of it as it is `given`.
    Raises NotFound for what is not there, or not theirs to know of; Refused for whoever may never ask for it, unless
    that is what they were `refused` for: then there is no form.
    """
    key, about = row.subject(where), row.place.about.format_map(where)
    require_sight(visit.service, visit.person, about or key, new=bool(about))
    subject = queries.subject(visit.session, key) if key and not about else None
    if key and subject is None and not moves(row, NONE):
        raise NotFound(key)
    why = barred(
        visit.service, visit.session, subject or _new(row, about or key), row.action, visit.person.id
    )
    if why is not None and refused is None:
        raise why
    in_the_way = (
        visit.look.voice.entries(refused.unmet)
        if refused
        else [*_in_the_way(visit, row, subject), *visit.look.voice.entries(known)]
    )
    in_the_way = [was_overtaken(visit), *in_the_way] if overtaken else in_the_way
    filled_in = list(given.items()) if isinstance(given, Mapping) else given
    status = 409 if refused or overtaken else 422 if faults else 200
    return page(
        visit,
        "act.html",
        "act",
        status=status,
        row=row,
        where=where,
        subject=subject,
        called=visit.look.voice.in_year(about or key) if about or key else "",
        state=visit.look.voice.state(row.place.kind, subject.state) if subject else "",
        refused=refused is not None or overtaken,
        in_the_way=in_the_way,
        controls=controls(visit, row, Asked(where, subject), filled_in, faults or {}) if why is None else [],
        weighs=weighs(visit, row, Asked(where, subject)),
        offered=why is None,
        early=early(visit, row.action, where["year"], "web.act") if row.place.kind == "appraisal" else "",
        back_to=local(back_to),
    )


def _new(row: Row, key: str) -> SubjectRow:
    """What an act makes, as it stands before."""
    return unborn(key) if key else SubjectRow("", row.place.kind, 0, "", NONE, 0, "", {})


def was_overtaken(visit: Visit, key: str = "", *, left: str = "") -> dict[str, Any]:
    """That somebody else was first, as what is in the way of an act; of the subject `key` who did what, and when.

    That is what was done to it last, or last led out of a state whose name ends in `left`.
    """
    message = words.phrase("web.trouble", "conflict", visit.lang)
    for (sealed,) in _LATEST.run(visit.session, subject=key).fetchall() if key else ():
        body, kind = parsed(sealed), key.partition(":")[0]
        if not left or (body["before"].endswith(left) and not body["after"].endswith(left)):
            message = words.phrase(
                "web.trouble",
                "conflict_by",
                visit.lang,
                who=visit.look.voice.who(body["actor"]),
                at=moment(body["at"], visit.look.zone),
                what=words.action(body["action"], visit.lang, kind),
                state=visit.look.voice.state(kind, body["after"]),
            )
            break
    return {"code": "conflict", "message": message}


def _in_the_way(visit: Visit, row: Row, subject: Any) -> list[dict[str, Any]]:
    if subject is None:
        return []
    for one in possible(visit.service, visit.session, subject, visit.person.id):
        if one.action == row.action:
            return visit.look.voice.entries(one.in_the_way)
    return []


def _take(entered: Entered) -> Response:
    row = row_of(entered.request.path_params["name"])
    where = place_of(row, dict(entered.items()))
    path = local(entered.text("back"))
    try:
        return back(done.told(path, asked(entered, row, where)))
    except (Unusable, Refused, Outdated) as trouble:
        faults = trouble.faults if isinstance(trouble, Unusable) else {}
        refused = trouble if isinstance(trouble, Refused) else None
        with visiting(entered.request) as visit:
            return act_page(
                visit,
                row,
                where,
                back_to=path,
                given=entered.items(),
                faults=faults,
                refused=refused,
                overtaken=isinstance(trouble, Outdated),
            )


ROUTES: Final = (read("/do/{name}", _page), take("/do/{name}", _take))
