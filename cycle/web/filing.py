"""A form of a department: written, kept as a draft, saved, signed off, handed in, withdrawn; more time asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.acts.asking import ask, require_sight
from cycle.board import department
from cycle.operations import forms
from cycle.operations.perform import Answer
from cycle.web import done, form_compared, form_content, mending
from cycle.web.doing import BY_NAME, asked
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.form_page import Given, Place, Standing, faults_of, last_targets, parts, standing
from cycle.web.forms import Unusable
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take, whole
from cycle.web.troubles import theirs
from workflows import words
from workflows.errors import Conflict, NotFound, Outdated, Refused, Unmet
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
    "overwrite": "",
    "handover": "appraisal_hand_over",
    "sign_off": "appraisal_sign_off",
    "submit": "appraisal_submit",
}
"""What follows once what was typed is saved."""
_HANDED_IN: Final = frozenset({"submitted", "accepted", "underway"})


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
    sent: Mapping[str, str] | None = None,
) -> Response:
    """The page; after a refusal with every condition that does not hold and what was typed.

    `sent` are the fields of the form that was sent (`did`), `faults` what is wrong with those of a small one.
    """
    kept = standing(visit, place)
    row = department.of_reader(visit.look, visit.service, place.year, place.department)
    actions = {one["action"]: one for one in row["actions"]} if _is_open(row, place.form) else {}
    writing = "save_form" in actions and ("sign_off" not in actions or _wants_to_write(visit, given))
    draft = forms.draft_read(visit.service, visit.person.id, place.key) if writing else None
    entries = _worded(visit, place, refused.unmet) if refused else []
    at = f"{place.path}?write=1" if "save_form" in actions and not writing else ""
    if given is None:
        given = Given(draft.content, draft.base) if draft else Given()
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
        parts=parts(visit, place, kept, _shown(given, entries) if writing else Given()),
        **_compared(visit, place, kept, given, writing=writing),
        handed_in=_handed_in(visit, place, row) if did in _THEN else None,
        unmet=mending.located(_unmet(row, place, actions), at, signs="sign_off" in actions),
        returned=[
            {**one, "href": f"{at}#{mending.part_anchor(one['part'])}"}
            for one in row["forms"][place.form]["returned"] or ()
        ],
        refused=mending.located(entries, at, signs="sign_off" in actions),
        did=did,
        overtaken=overtaken,
        small=(sent or {}) if did in _PLAIN else {},
        carried={name: text for name, text in (sent or {}).items() if name.startswith("content[")},
        faults=faults or {},
        given=visit.request.query_params,
        before=last_targets(visit, place),
        signed_by=kept.record.get("signed_by") if row["forms"][place.form]["signed"] else None,
        handed=_handed(kept) and _is_open(row, place.form),
    )


def _compared(visit: Visit, place: Place, kept: Standing, given: Given, *, writing: bool) -> Values:
    """What was typed beside what is saved, where that was saved meanwhile, or nothing can be saved any more.

    `differing` are the parts; `behind` is whether a choice is due, `base` the digest that the page is bound to,
    `saved` who saved what it is compared with.
    """
    current = given.base is None or given.base == kept.digest
    told = given.content is not None and not (writing and current)
    differing = form_compared.differing(visit, kept.content, given.content or {}) if told else []
    behind = bool(differing) and writing
    return {
        "base": given.base if behind else kept.digest,
        "behind": behind,
        "differing": differing,
        "saved": form_compared.last_done(visit, place, "save_form", "drafting") if behind else None,
    }


def _shown(given: Given, entries: list[Values]) -> Given:
    return replace(given, faults={**given.faults, **faults_of(entries)})


def _handed_in(visit: Visit, place: Place, row: Values) -> Values | None:
    """Who handed the form in and when, while it is with the office or was accepted."""
    form, _, phase = str(row["state"]).partition(".")
    if form != place.form or phase not in _HANDED_IN:
        return None
    return form_compared.last_done(visit, place, "submit", "submitted")


def _worded(visit: Visit, place: Place, unmet: Sequence[Unmet]) -> list[Values]:
    """Refusals in words: a text that is too long is one of the form, points are told as people write them here."""
    voice, whole = visit.look.voice, Unmet("form_too_long", {"form": place.form, "most": MOST_LETTERS})
    entries = voice.entries([whole if one.code == "text_too_long" else one for one in unmet])
    for one in entries:
        if one["code"] == "self_mark_malformed" and one["data"]["entry"] == "points":
            name = voice.name(one["data"]["item"])
            one["message"] = words.phrase("web.filing", "points_unreadable", visit.lang, name=name)
    return entries


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
            return form_page(visit, place, Given(content, _base(entered), blank=2 * _MORE), did=did)
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
            Given(content, _base(entered)) if content is not None else None,
            did="save" if did == "overwrite" else did,
            refused=refused,
            faults=faults,
            overtaken=overtaken is not None,
            sent=dict(entered.items()),
        )


def _done(entered: Entered, place: Place, did: str, content: Content | None) -> str:
    """Do it; the path to go on to. Raises Refused, Unusable, Conflict, NotFound."""
    service = service_of(entered.request)
    if did == "drop":
        require_sight(service, entered.person, place.key)
        forms.draft_drop(service, entered.person.id, place.key)
        return place.path
    if did in _PLAIN:
        made = asked(entered, BY_NAME[_PLAIN[did]], place.where)
        _keep(entered, place, content)
        return done.told(place.path, made)
    with visiting(entered.request, "forms") as visit:
        kept = standing(visit, place)
    answer: Answer | None = None
    if content is not None and form_content.same(kept.content, content):
        forms.draft_drop(service, entered.person.id, place.key)
        number = kept.number
    else:
        number = _bound(entered, place, kept, "over" if did == "overwrite" else "digest")
        if content is not None:
            answer = _ask(entered, place, "appraisal_save_form", {"content": content}, number)
            number = int(answer["number"])
    then = _THEN[did]
    if did == "handover" and _is_with_the_head(entered, place):
        then = ""
    if then:
        answer = _ask(entered, place, then, {}, number)
    return done.told(place.path, answer) if answer else f"{place.path}?unchanged=1"


def _base(entered: Entered) -> str | None:
    """The digest of what was saved when the writing began, as the page had it; None where it had none."""
    return entered.text("digest") if "digest" in entered.form else None


def _bound(entered: Entered, place: Place, kept: Standing, field: str) -> int:
    """The version to act on: the one that stands, if the form itself is still what `field` says was shown.

    Raises Outdated where something else is saved by now; without the field the number that was seen decides.
    """
    if field not in entered.form:
        return whole(entered.text("seen")) or kept.number
    if entered.text(field) != kept.digest:
        raise Outdated(place.key, kept.number)
    return kept.number


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
            forms.draft_save(
                service_of(entered.request), entered.person.id, place.key, content, _base(entered)
            )
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
        kept = forms.draft_save(service, entered.person.id, place.key, content, _base(entered))
    except Refused as refused:
        why = list(refused.unmet)
    with visiting(entered.request, "forms") as visit:
        entries = _worded(visit, place, why)
        return page(visit, "department/kept.html", "filing", kept=kept, in_the_way=entries)


ROUTES: Final = (read(_PATH, _page), take(_PATH, _take), take(f"{_PATH}/draft", _draft))
