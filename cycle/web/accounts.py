"""Who can sign in: accounts listed, links to set a password given out, and who signed in or tried to.

A link is shown on the page that answers the form and nowhere else; nothing is kept to show it again. The form has no
key that keeps it from being taken twice: what is shown last is the link that opens, and any before it opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.acts.asking import act_of
from cycle.board.accounts import (
    LEFT,
    NONE,
    STATES,
    account_of,
    accounts,
    attempts,
    require_keeper,
)
from cycle.correspondence.letterhead import letterhead
from cycle.operations.accounts import mint
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import perform
from cycle.web.dated import dated
from cycle.web.entry import Visit, service_of, settings_of, visiting
from cycle.web.forms import narrow
from cycle.web.pages import page
from cycle.web.searched import by_sound, meets
from cycle.web.taking import Entered, read, take
from workflows import words
from workflows.errors import Conflict, Refused, Unmet

Values = dict[str, Any]

TO_INVITE: Final = (NONE, "invited")
"""Whom several at once may be invited: a password that stands is given up only with a reason, one by one."""
_SHOWN: Final = 100
_LOOKED_AT: Final = 1000
_MOST_HOURS: Final = 720


@dataclass(frozen=True, slots=True)
class Link:
    """What came of inviting somebody: the link, or the sentences why there is none."""

    person: str
    name: str
    email: str
    text: str = ""
    until: str = ""
    why: Sequence[str] = ()


def _page(request: Request) -> Response:
    with visiting(request, "account") as visit:
        require_keeper(visit.look)
        return _list(visit)


def _list(visit: Visit, told: str = "") -> Response:
    asked = visit.request.query_params
    rows = accounts(visit.look, visit.settings)
    state, text = asked.get("state", ""), asked.get("q", "")
    return page(
        visit,
        "accounts/list.html",
        "accounts",
        status=422 if told else 200,
        told=told,
        dated=dated(visit),
        rows=sorted((row for row in rows if _wanted(row, state, text)), key=_placed),
        counts={each: sum(1 for row in rows if row["state"] == each) for each in STATES},
        asked={"state": state, "q": text},
        admin=_keeps(visit),
        to_invite=TO_INVITE,
        hours=visit.settings.link_hours,
        most_hours=_MOST_HOURS,
    )


def _wanted(row: Mapping[str, Any], state: str, text: str) -> bool:
    """Whoever has left is shown only where they are asked for."""
    if state != row["state"] and (state or row["state"] == LEFT):
        return False
    return meets(text, [row["name"]], [row["person"], row["email"], row["home"]])


def _placed(row: Mapping[str, Any]) -> tuple[bool, tuple[str, ...]]:
    """Where an account stands in the list: those at which somebody waits first, then by name."""
    waits = row["locked_until"] or (row["state"] == "invited" and row["link_over"])
    return not waits, by_sound((row["person"], row["name"]))


def _keeps(visit: Visit) -> bool:
    return "admin" in visit.look.reader.roles


def _require_admin(visit: Visit) -> None:
    """Raises Refused for whoever only reads here."""
    require_keeper(visit.look)
    if not _keeps(visit):
        raise Refused(Unmet("role_missing", {"roles": "admin"}))


def _take(entered: Entered) -> Response:
    """Links for everybody who is ticked; each invitation is an act of its own, and each tells its result."""
    ticked = dict.fromkeys(value for name, value in entered.items() if name == "pick")
    picked = [entered.text("only")] if entered.text("only") else list(ticked)
    with visiting(entered.request, "account") as visit:
        _require_admin(visit)
        known = {one["person"]: one for one in accounts(visit.look, visit.settings)}
        if not picked:
            return _list(visit, "nobody_picked")
    return _links(entered, _made(entered, [known[one] for one in picked if one in known]))


def _made(entered: Entered, invited: Sequence[Values]) -> list[Link]:
    hours = _hours(entered)
    with visiting(entered.request, "account") as visit:
        place = letterhead(visit.session).link or str(entered.request.base_url)
    return [_link(entered, one, hours, place.rstrip("/")) for one in invited]


def _links(entered: Entered, made: Sequence[Link]) -> Response:
    with visiting(entered.request, "account") as visit:
        good = sum(1 for one in made if one.text)
        status = 200 if good else 409
        return page(visit, "accounts/links.html", "accounts", status=status, links=made, good=good)


def _hours(entered: Entered) -> int:
    """How long the links hold; what is no number is refused by the rules, as any other that does not fit."""
    text = narrow(entered.text("hours"))
    if not text:
        return settings_of(entered.request).link_hours
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _link(entered: Entered, one: Values, hours: int, place: str) -> Link:
    made = mint(one["person"])
    act = act_of(entered.person, {"reason": entered.text("reason")}, None)
    asked = {"person": one["person"], "sha256": made.sha256, "hours": hours}
    found = Link(one["person"], one["name"], one["email"])
    try:
        answer = perform(service_of(entered.request), OPERATIONS["invite"], "invite", act, asked)
    except Refused as refused:
        with visiting(entered.request, "account") as visit:
            told = visit.look.voice.entries(refused.unmet)
        return Link(found.person, found.name, found.email, why=[each["message"] for each in told])
    except Conflict:
        why = words.phrase("web.trouble", "conflict", entered.lang)
        return Link(found.person, found.name, found.email, why=[why])
    return Link(found.person, found.name, found.email, f"{place}/welcome/{made.text}", answer["expires"])


def _one(request: Request) -> Response:
    with visiting(request, "account") as visit:
        require_keeper(visit.look)
        return _account(visit, request.path_params["person"])


def _account(
    visit: Visit, who: str, why: Sequence[str] = (), given: Mapping[str, str] | None = None
) -> Response:
    row = account_of(visit.look, visit.settings, who)
    return page(
        visit,
        "accounts/one.html",
        "accounts",
        status=409 if why else 200,
        dated=dated(visit),
        row=row,
        why=why,
        given={"hours": visit.settings.link_hours, "reason": "", **(given or {})},
        admin=_keeps(visit),
        own=who == visit.person.id,
        needs_reason=row["account"] not in TO_INVITE,
        tries=attempts(visit.look, _SHOWN, who=who),
        most_hours=_MOST_HOURS,
    )


def _invite(entered: Entered) -> Response:
    """One link, for whoever the path names; a password that stands holds until the new one is set."""
    who = entered.request.path_params["person"]
    with visiting(entered.request, "account") as visit:
        _require_admin(visit)
        row = account_of(visit.look, visit.settings, who)
    (made,) = _made(entered, [row])
    if made.text:
        return _links(entered, [made])
    with visiting(entered.request, "account") as visit:
        return _account(visit, who, made.why, dict(entered.items()))


def _tries(request: Request) -> Response:
    with visiting(request, "account") as visit:
        require_keeper(visit.look)
        asked = request.query_params
        who, failed = asked.get("person", ""), asked.get("only", "") == "failed"
        found = attempts(visit.look, _LOOKED_AT, who=who, failed=failed)
        return page(
            visit,
            "accounts/tries.html",
            "accounts",
            here="/accounts",
            dated=dated(visit),
            tries=found[:_SHOWN],
            more=len(found) > _SHOWN,
            who_is=who,
            failed=failed,
            shown=_SHOWN,
        )


ROUTES: Final = (
    read("/accounts", _page),
    take("/accounts", _take),
    read("/accounts/{person}", _one),
    take("/accounts/{person}", _invite),
    read("/sign-ins", _tries),
)
