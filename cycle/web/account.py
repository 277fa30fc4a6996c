"""One's own account: the password, the language of the pages, where one has signed in and who tried to."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.operations import sessions, sign_in
from cycle.operations.passwords import change
from cycle.security import Busy
from cycle.web import guard
from cycle.web.done import Note
from cycle.web.entry import COOKIE, service_of, standing_of, visiting
from cycle.web.pages import Texts, page
from cycle.web.sign_in import address_of, door_of, remember
from cycle.web.taking import Entered, back, read, take
from workflows import words
from workflows.errors import NotFound, Refused, Unmet

_SHOWN: Final = 10
_DONE: Final = ("password", "language", "ended")


def _page(request: Request) -> Response:
    return _account(request)


def _account(
    request: Request, *, told: str = "", unmet: tuple[Unmet, ...] = (), status: int = 200
) -> Response:
    with visiting(request) as visit:
        who, settings = visit.person.id, visit.settings
        places = sessions.of_person(visit.session, who, visit.now, settings)
        values: dict[str, Any] = {
            "here_id": visit.standing.id,
            "sessions": places,
            "tries": sign_in.recent(visit.session, _SHOWN, who),
            "langs": [(lang, words.word("web.sign_in", "own_language", lang)) for lang in words.LANGS],
            "told": told,
            "unmet": visit.look.voice.entries(unmet),
            "length": settings.password_length,
        }
        code = request.query_params.get("told", "")
        if code in _DONE and request.method == "GET":
            values["done"] = Note("green", Texts("web.account", visit.lang)(f"done_{code}"))
        return page(visit, "account.html", "account", status=status, **values)


def _take(entered: Entered) -> Response:
    """One form of the page, by what it is for. Raises NotFound for any other."""
    deeds = {"password": _password, "language": _language, "end": _end, "end_others": _end_others}
    deed = deeds.get(entered.text("do"))
    if deed is None:
        raise NotFound(entered.text("do"))
    return deed(entered)


def _password(entered: Entered) -> Response:
    """A new password: every session is over, and a new one begins here."""
    request, form = entered.request, entered.form
    present, password, again = (str(form.get(name) or "") for name in ("present", "password", "again"))
    if password != again:
        return _account(request, told="differs", status=422)
    known = {"address": address_of(request), "lang": _standing(request).lang}
    try:
        begun = change(door_of(request), entered.person, present, password, **known)
    except Refused as refused:
        return _account(request, unmet=refused.unmet, status=422)
    except Busy:
        return _account(request, told="busy", status=503)
    answer = back("/account?told=password")
    guard.keep(request, answer, COOKIE, begun.cookie)
    return answer


def _language(entered: Entered) -> Response:
    """The language of the pages from now on, here and when signing in at this browser again."""
    request, lang = entered.request, entered.text("lang")
    if lang not in words.LANGS:
        raise NotFound(lang)
    sessions.speak(service_of(request), _standing(request), lang)
    answer = back("/account?told=language")
    remember(request, answer, lang)
    return answer


def _end(entered: Entered) -> Response:
    """One of one's own sessions is over; where it is this one, one has signed out."""
    request, name = entered.request, entered.text("session")
    here = _standing(request).id == name
    if not sessions.end_own(service_of(request), entered.person.id, name):
        raise NotFound(name)
    if not here:
        return back("/account?told=ended")
    answer = back("/sign-in?out=1")
    guard.drop(request, answer, COOKIE)
    return answer


def _end_others(entered: Entered) -> Response:
    """All but this one are over."""
    request = entered.request
    sessions.end_others(service_of(request), _standing(request))
    return back("/account?told=ended")


def _standing(request: Request) -> sessions.Standing:
    service = service_of(request)
    with service.database.read() as session:
        return standing_of(request, session, service.clock.now())[0]


ROUTES: Final = (read("/account", _page), take("/account", _take))
