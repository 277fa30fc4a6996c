"""Entries of the roster as forms: a person registered or changed, a department registered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.board import city, roster
from cycle.board.names import coded
from cycle.web import done
from cycle.web.doing import BY_NAME, asked
from cycle.web.entry import Visit, visiting
from cycle.web.forms import Unusable
from cycle.web.pages import page
from cycle.web.roster import around
from cycle.web.searched import by_sound
from cycle.web.setup import raise_if_forbidden, require_office
from cycle.web.taking import Entered, back, read, take
from workflows import words
from workflows.errors import Refused
from workflows.registry_guards import APART, BUSINESS_ROLES, POST_ROLES

Values = dict[str, Any]

ROLES: Final = (*sorted(BUSINESS_ROLES), *sorted(APART))
_PERSON: Final = {"id": "", "name": "", "email": "", "home": "", "lang": "zh", "reason": ""}
_DEPARTMENT: Final = {"id": "", "name": "", "category": "", "aliases": "", "since": ""}
_BETWEEN: Final = re.compile(r"[、,，;；]")


def _new_person(request: Request) -> Response:
    with visiting(request, "person") as visit:
        require_office(visit)
        return _person_form(visit, "")


def _person(request: Request) -> Response:
    with visiting(request, "person") as visit:
        roster.require_reader(visit.look)
        return _entry(visit, request.path_params["person"])


def _entry(visit: Visit, code: str, **values: Any) -> Response:
    row = roster.person(visit.look, code)
    stands = {**row, "id": code, "lang": row.get("lang", "zh"), "reason": ""}
    return _person_form(visit, code, row=row, stands=stands, **values)


def _person_form(
    visit: Visit,
    code: str,
    *,
    row: Values | None = None,
    stands: Mapping[str, Any] | None = None,
    given: Mapping[str, str] | None = None,
    ticked: Sequence[str] | None = None,
    faults: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    told: str = "",
) -> Response:
    shown = {**_PERSON, **(stands or {}), **(given or {})}
    head = given.get("office_head") == "1" if given else bool(stands and stands.get("office_head"))
    return page(
        visit,
        "roster/person.html" if code else "roster/new_person.html",
        "roster",
        status=409 if refused else 422 if faults or told else 200,
        **around(visit, "people"),
        row=row,
        given=shown,
        head=head,
        ticked=set(ticked if ticked is not None else (stands or {}).get("roles", ())),
        roles=ROLES,
        homes=sorted(roster.homes(visit.look), key=by_sound),
        langs=[(lang, words.word("web.sign_in", "own_language", lang)) for lang in words.LANGS],
        faults=dict(faults or {}),
        in_the_way=visit.look.voice.entries(refused.unmet) if refused else [],
        told=told,
    )


def _register_person(entered: Entered) -> Response:
    try:
        answer = asked(entered, BY_NAME["person_register"], {})
    except (Unusable, Refused) as trouble:
        with visiting(entered.request, "person") as visit:
            require_office(visit)
            return _person_form(visit, "", **_after(entered, trouble))
    return back(done.told("/roster/people", answer))


def _change_person(entered: Entered) -> Response:
    """Ask for what is another than it stands: a field left as it was is no part of the change."""
    code = entered.request.path_params["person"]
    with visiting(entered.request, "person") as visit:
        require_office(visit)
        stands = city.person_values(city.person_of(visit.look, code))
        if not _ticked(entered):
            faults = {"roles": words.word("problem.field", "missing", entered.lang)}
            return _entry(visit, code, faults=faults, **_given(entered))
        changed = _changed(entered, stands)
        if not changed:
            return _entry(visit, code, told="nothing_changed", **_given(entered))
    kept = [
        (name, value) for name, value in entered.items() if name in ("reason", "document", "once", "seen")
    ]
    form = entered.but([*kept, *changed])
    try:
        answer = asked(form, BY_NAME["person_change"], {"person": code})
    except (Unusable, Refused) as trouble:
        with visiting(entered.request, "person") as visit:
            return _entry(visit, code, **_after(entered, trouble))
    return back(done.told(f"/roster/people/{code}", answer))


def _changed(entered: Entered, stands: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for name in ("name", "email", "home", "lang"):
        said = entered.text(name)
        if said and said != stands.get(name, "zh" if name == "lang" else ""):
            found.append((name, said))
    roles = _ticked(entered)
    if sorted(roles) != sorted(stands["roles"]):
        found += [("roles", role) for role in roles]
    head = entered.items().count(("office_head", "1")) > 0
    if head != bool(stands.get("office_head")):
        found.append(("office_head", "1" if head else "0"))
    return found


def _ticked(entered: Entered) -> list[str]:
    return [value for name, value in entered.items() if name == "roles"]


def _given(entered: Entered) -> Values:
    return {"given": dict(entered.items()), "ticked": _ticked(entered)}


def _after(entered: Entered, trouble: Unusable | Refused) -> Values:
    """What a form is shown with again after it could not be taken. Raises what is nobody's to mend here."""
    if isinstance(trouble, Refused):
        raise_if_forbidden(trouble)
        return {**_given(entered), "refused": trouble}
    return {**_given(entered), "faults": trouble.faults}


def _new_department(request: Request) -> Response:
    with visiting(request, "department") as visit:
        require_office(visit)
        return _department_form(visit)


def _department_form(
    visit: Visit,
    *,
    given: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    people = [one for one in roster.people(visit.look) if one["state"] == "active"]
    return page(
        visit,
        "roster/new_department.html",
        "roster",
        status=409 if refused else 422 if faults else 200,
        **around(visit, "departments"),
        given={**_DEPARTMENT, **(given or {})},
        categories=coded(visit.session, visit.lang)["category"],
        holders={post: [one for one in people if role in one["roles"]] for post, role in POST_ROLES.items()},
        faults=dict(faults or {}),
        in_the_way=visit.look.voice.entries(refused.unmet) if refused else [],
    )


def _register_department(entered: Entered) -> Response:
    with visiting(entered.request, "department") as visit:
        require_office(visit)
    others = [(name, value) for name, value in entered.items() if name != "aliases"]
    several = [one.strip() for one in _BETWEEN.split(entered.text("aliases")) if one.strip()]
    form = entered.but([*others, *(("aliases", one) for one in several)])
    try:
        answer = asked(form, BY_NAME["department_register"], {})
    except (Unusable, Refused) as trouble:
        if isinstance(trouble, Refused):
            raise_if_forbidden(trouble)
        refused = trouble if isinstance(trouble, Refused) else None
        faults = trouble.faults if isinstance(trouble, Unusable) else None
        with visiting(entered.request, "department") as visit:
            return _department_form(visit, given=dict(entered.items()), faults=faults, refused=refused)
    return back(done.told(f"/roster/departments/{entered.text('id')}", answer))


ROUTES: Final = (
    read("/roster/new-person", _new_person),
    take("/roster/new-person", _register_person),
    read("/roster/people/{person}", _person),
    take("/roster/people/{person}", _change_person),
    read("/roster/new-department", _new_department),
    take("/roster/new-department", _register_department),
)
