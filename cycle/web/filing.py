"""A form of a department: written, kept as a draft, saved, signed off, handed in, withdrawn; more time asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.acts.asking import ask, require_sight
from cycle.board import department
from cycle.operations import forms
from cycle.operations.perform import Answer
from cycle.web import done, form_content, mending
from cycle.web.doing import BY_NAME, asked
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.form_page import Given, Place, Standing, faults_of, last_targets, parts, standing
from cycle.web.forms import Unusable
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take, whole
from cycle.web.troubles import theirs
from workflows.errors import Conflict, NotFound, Refused, Unmet
from workflows.forms import ENTRIES, MOST_LETTERS, Content, told

Values = dict[str, Any]

_PATH: Final = "/{year:year}/departments/{department}/forms/{form}"
_MORE: Final = 3
_PLAIN: Final = {
    "ask_extension": "appraisal_ask_extension",
    "withdraw": "appraisal_withdraw",
    "add_step": "appraisal_add_step",
}
"""Acts that have a small form of their own on the page."""
_THEN: Final[Mapping[str, str]] = {
    "save": "",
    "handover": "appraisal_hand_over",
    "sign_off": "appraisal_sign_off",
    "submit": "appraisal_submit",
}
"""What follows once what was typed is saved."""


def _place(request: Request) -> Place:
    """Raises NotFound for what is no form."""
    given = request.path_params
    if given["form"] not in ENTRIES:
        raise NotFound(given["form"])
    return Place(int(given["year"]), given["department"], given["form"])


def _page(request: Request) -> Response:
    place = _place(request)
    with visiting(request, "forms") as visit:
        return form_page(visit, place)


def form_page(
    visit: Visit,
    place: Place,
    given: Given | None = None,
    *,
    did: str = "",
    refused: Refused | None = None,
    faults: Mapping[str, str] | None = None,
    overtaken: bool = False,
    small: Mapping[str, str] | None = None,
) -> Response:
    """The page; after a refusal with every condition that does not hold and what was typed.

    `small` are the fields of the small form that was sent (`did`), `faults` what is wrong with them.
    """
    kept = standing(visit, place)
    row = department.of_reader(visit.look, visit.service, place.year, place.department)
    actions = {one["action"]: one for one in row["actions"]} if _is_open(row, place.form) else {}
    writing = "save_form" in actions and ("sign_off" not in actions or _wants_to_write(visit, given))
    draft = forms.draft_read(visit.service, visit.person.id, place.key) if writing else None
    entries = _worded(visit, place, refused.unmet) if refused else []
    at = f"{place.path}?write=1" if "save_form" in actions and not writing else ""
    if given is None:
        given = Given(draft.content if draft else None)
    shown = Given(given.content, {**given.faults, **faults_of(entries)}, given.blank)
    return page(
        visit,
        "department/form.html",
        "filing",
        status=409 if refused or overtaken else 422 if faults else 200,
        place=place,
        row=row,
        form=row["forms"][place.form],
        kept=kept,
        actions=actions,
        open=_is_open(row, place.form),
        writing=writing,
        draft=draft if draft and not form_content.same(kept.content, draft.content) else None,
        parts=parts(visit, place, kept, shown),
        unmet=mending.located(_unmet(row, place, actions), at, signs="sign_off" in actions),
        returned=[
            {**one, "href": f"{at}#{mending.part_anchor(one['part'])}"}
            for one in row["forms"][place.form]["returned"] or ()
        ],
        refused=mending.located(entries, at, signs="sign_off" in actions),
        did=did,
        overtaken=overtaken,
        typed=given.content is not None,
        small=small or {},
        faults=faults or {},
        given=visit.request.query_params,
        before=last_targets(visit, place),
        signed_by=kept.record.get("signed_by") if row["forms"][place.form]["signed"] else None,
        handed=_handed(kept) and _is_open(row, place.form),
    )


def _worded(visit: Visit, place: Place, unmet: Sequence[Unmet]) -> list[Values]:
    """Refusals in words; a text that is too long is one of the form, not of a field nobody knows by its name."""
    whole = Unmet("form_too_long", {"form": place.form, "most": MOST_LETTERS})
    return visit.look.voice.entries([whole if one.code == "text_too_long" else one for one in unmet])


def _is_open(row: Values, form: str) -> bool:
    return str(row["state"]).partition(".")[0] == form


def _wants_to_write(visit: Visit, given: Given | None) -> bool:
    """Whoever may sign reads the form as it stands, unless they ask to write in it."""
    return "write" in visit.request.query_params or (given is not None and given.content is not None)


def _unmet(row: Values, place: Place, actions: Mapping[str, Values]) -> list[Values]:
    if not _is_open(row, place.form):
        return []
    if "submit" in actions:
        return list(actions["submit"]["unmet"])
    return list(row["forms"][place.form]["missing"] or ()) if row["state"].endswith(".drafting") else []


def _take(entered: Entered) -> Response:
    place, did = _place(entered.request), entered.text("do")
    content = form_content.typed(entered.items())
    if did == "more":
        with visiting(entered.request, "forms") as visit:
            return form_page(visit, place, Given(content, blank=2 * _MORE), did=did)
    if did not in (*_THEN, *_PLAIN, "drop"):
        raise NotFound(did)
    refused = overtaken = faults = None
    try:
        return back(_done(entered, place, did, content))
    except Refused as trouble:
        if not theirs(trouble):
            raise
        refused = trouble
    except Unusable as trouble:
        faults = trouble.faults
    except Conflict as trouble:
        overtaken = trouble
        _keep(entered, place, content)
    with visiting(entered.request, "forms") as visit:
        return form_page(
            visit,
            place,
            Given(content) if content is not None else None,
            did=did,
            refused=refused,
            faults=faults,
            overtaken=overtaken is not None,
            small=dict(entered.items()) if did in _PLAIN else None,
        )


def _done(entered: Entered, place: Place, did: str, content: Content | None) -> str:
    """Do it; the path to go on to. Raises Refused, Unusable, Conflict, NotFound."""
    service = service_of(entered.request)
    if did == "drop":
        require_sight(service, entered.person, place.key)
        forms.draft_drop(service, entered.person.id, place.key)
        return place.path
    if did in _PLAIN:
        return done.told(place.path, asked(entered, BY_NAME[_PLAIN[did]], place.where))
    with visiting(entered.request, "forms") as visit:
        kept = standing(visit, place)
    number = _bound(entered, kept)
    answer: Answer | None = None
    if content is not None and not form_content.same(kept.content, content):
        answer = _ask(entered, place, "appraisal_save_form", {"content": content}, number)
        number = int(answer["number"])
    elif content is not None:
        forms.draft_drop(service, entered.person.id, place.key)
    then = _THEN[did]
    if did == "handover" and _is_with_the_head(entered, place):
        then = ""
    if then:
        answer = _ask(entered, place, then, {}, number)
    return done.told(place.path, answer) if answer else f"{place.path}?unchanged=1"


def _bound(entered: Entered, kept: Standing) -> int:
    """The version that was looked at: the one that stands where the form itself is still what was shown."""
    shown = entered.text("seen")
    if entered.text("digest") == kept.digest or not whole(shown):
        return kept.number
    return whole(shown)


def _ask(entered: Entered, place: Place, name: str, sent: Values, number: int) -> Answer:
    once = entered.text("once")
    key = f"{once}-{name}" if once else None
    service = service_of(entered.request)
    return ask(service, entered.person, BY_NAME[name], place.where, sent, key=key, seen=f'"{number}"')


def _is_with_the_head(entered: Entered, place: Place) -> bool:
    """Whether the head was asked to sign just this. Raises Refused with all that is missing."""
    with visiting(entered.request, "forms") as visit:
        kept = standing(visit, place)
    missing = list(told(place.form, place.year, kept.record.get("gaps", ())))
    if missing:
        raise Refused(*missing)
    return _handed(kept)


def _handed(kept: Standing) -> bool:
    """Whether just what is saved was handed over to be signed."""
    return bool(kept.digest) and kept.record.get("handed") == kept.digest


def _keep(entered: Entered, place: Place, content: Content | None) -> None:
    """What was typed is not lost where somebody else was first."""
    if content is not None:
        try:
            forms.draft_save(service_of(entered.request), entered.person.id, place.key, content)
        except (Refused, NotFound):
            return


def _draft(entered: Entered) -> Response:
    """Keep what is being typed; answered with the words that say so."""
    place, content = _place(entered.request), form_content.typed(entered.items()) or {}
    service = service_of(entered.request)
    kept, why = None, []
    try:
        require_sight(service, entered.person, place.key)
        with visiting(entered.request, "forms") as visit:
            if standing(visit, place).row.state != f"{place.form}.drafting":
                raise NotFound(place.key)
        kept = forms.draft_save(service, entered.person.id, place.key, content)
    except Refused as refused:
        why = list(refused.unmet)
    with visiting(entered.request, "forms") as visit:
        entries = _worded(visit, place, why)
        return page(visit, "department/kept.html", "filing", kept=kept, in_the_way=entries)


ROUTES: Final = (read(_PATH, _page), take(_PATH, _take), take(f"{_PATH}/draft", _draft))
