"""The door: signing in and out, and a first password by a link that works once. Passwords are looked at apart.

Whoever guesses keeps nobody from reading: what these forms ask for works in threads of its own, as many as passwords
are checked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cycle.board import names
from cycle.board.look import Look, look
from cycle.board.windows import windows
from cycle.correspondence.letterhead import letterhead
from cycle.operations import sessions, sign_in
from cycle.operations.passwords import Guest, guest, set_by_link
from cycle.operations.sessions import Begun
from cycle.operations.sign_in import Door
from cycle.security import Busy, Passwords
from cycle.web import guard
from cycle.web.entry import COOKIE, cookie_of, language, service_of, settings_of, standing_of
from cycle.web.guard import OtherPage
from cycle.web.pages import bare
from cycle.web.shown import long_day
from cycle.web.taking import Entered, back, form_of, local, read, take
from cycle.web.unwritten import MARK, is_marked
from workflows import words
from workflows.errors import NotFound, Refused, Unmet

PASSWORDS: Final = Passwords()
"""One for the whole process, so that it counts what it checks at once. An application may bring another one."""

AT_ONCE: Final = 4
LANG: Final = "cycle_lang"
_YEAR_OF_SECONDS: Final = 31_536_000
_MOST_FIELDS: Final = 20
_LIMITER: Final = RunVar[CapacityLimiter]("cycle.door")


def door_of(request: Request) -> Door:
    """What signing in works with here."""
    passwords = getattr(request.app.state, "passwords", PASSWORDS)
    return Door(service_of(request), settings_of(request), passwords)


def address_of(request: Request) -> str:
    """From where a request comes, as the server knows or a proxy it believes says."""
    return request.client.host if request.client else ""


def let_in(request: Request, begun: Begun, path: str) -> Response:
    """On to a page of our own, signed in anew: whatever session this browser had before is over."""
    service = service_of(request)
    with service.database.read() as session:
        former = sessions.find(session, cookie_of(request), service.clock.now(), settings_of(request))
    if former is not None:
        sessions.end(service, former)
    answer = back(path)
    guard.keep(request, answer, COOKIE, begun.cookie)
    return answer


def chosen(request: Request) -> str:
    """The language that was chosen at this browser; empty where none was."""
    kept = request.cookies.get(LANG, "")
    return kept if kept in words.LANGS else ""


def _taken(path: str, handler: Callable[[Request, FormData], Response]) -> Route:
    """Where somebody who has not signed in sends a form to."""

    async def endpoint(request: Request) -> Response:
        async with form_of(request, files=0, fields=_MOST_FIELDS) as form:
            return await to_thread.run_sync(handler, request, form, limiter=_limiter())

    return Route(path, endpoint, methods=["POST"])


def _limiter() -> CapacityLimiter:
    """The limiter of the running loop: none outlives its loop."""
    try:
        return _LIMITER.get()
    except LookupError:
        made = CapacityLimiter(AT_ONCE)
        _LIMITER.set(made)
        return made


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _page(request: Request) -> Response:
    """The page to sign in at; whoever has signed in goes on."""
    service, wanted = service_of(request), local(request.query_params.get("next", "/"))
    with service.database.read() as session:
        if sessions.find(session, cookie_of(request), service.clock.now(), settings_of(request)):
            return RedirectResponse(wanted, 303)
    told = "out" if "out" in request.query_params else MARK if is_marked(wanted) else ""
    return _door(request, wanted, told=told)


def _door(request: Request, wanted: str, *, told: str = "", name: str = "", status: int = 200) -> Response:
    settings = settings_of(request)
    values = {
        "told": told,
        "wanted": wanted,
        "typed": name,
        "failures": settings.lockout_failures,
        "minutes": settings.lockout_minutes,
        "idle": settings.session_idle_minutes,
        **_around(request),
    }
    return _with_token(request, "sign_in/door.html", status, values)


def _with_token(request: Request, template: str, status: int, values: Mapping[str, Any]) -> Response:
    """A page with a form for whoever has not signed in, in the language chosen here from now on."""
    token = guard.door_token(request)
    other = "en" if language(request) == "zh" else "zh"
    given = {"csrf": token, "other": other, "other_word": words.word("web.sign_in", "own_language", other)}
    answer = bare(request, template, "sign_in", status=status, **given, **values)
    guard.keep_door(request, answer, token)
    if request.query_params.get("lang") in words.LANGS:
        remember(request, answer, language(request))
    return answer


def remember(request: Request, answer: Response, lang: str) -> None:
    """The language chosen at this browser, also for when nobody has signed in."""
    encrypted = request.url.scheme == "https"
    answer.set_cookie(LANG, lang, max_age=_YEAR_OF_SECONDS, secure=encrypted, httponly=True, samesite="lax")


def _around(request: Request) -> dict[str, Any]:
    """What tells people that they are at the right door: whose it is, whom to ask, what everybody has before them."""
    service = service_of(request)
    with service.database.read() as session:
        head = letterhead(session)
        at = look(session, service.clock.now(), service.zone, language(request))
        year = names.year_meant(session)
        return {
            "office": head.office,
            "contact": head.contact,
            "year": year,
            "open": _open(at, year) if year else [],
            "long_day": lambda day: long_day(day, language(request)),
        }


def _open(at: Look, year: int) -> list[tuple[str, Any]]:
    """The stages of a year whose window is open today, each with its last day."""
    try:
        found = windows(at, year)
    except NotFound:  # a year that was imported or never opened has none
        return []
    return [(stage, last) for stage, (first, last) in found.items() if first <= at.today <= last]


def _sign_in(request: Request, form: FormData) -> Response:
    wanted, name = local(_text(form, "next")), _text(form, "name")
    try:
        guard.check_door(request, form)
        known = {"address": address_of(request), "lang": chosen(request)}
        found = sign_in.sign_in(door_of(request), name, _text(form, "password"), **known)
    except OtherPage:
        return _door(request, wanted, told="again", name=name, status=403)
    except Busy:
        return _door(request, wanted, told="busy", name=name, status=503)
    if isinstance(found, Begun):
        return let_in(request, found, wanted)
    answer = _door(request, wanted, told=found, name=name, status=429 if found == "too_many" else 403)
    if found == "too_many":
        answer.headers["Retry-After"] = str(settings_of(request).lockout_minutes * 60)
    return answer


def _sign_out(entered: Entered) -> Response:
    """The session is over here and at the server."""
    service = service_of(entered.request)
    with service.database.read() as session:
        standing, _ = standing_of(entered.request, session, service.clock.now())
    sessions.end(service, standing)
    answer = back("/sign-in?out=1")
    guard.drop(entered.request, answer, COOKIE)
    return answer


def _welcome(request: Request) -> Response:
    """The page to set a password at. Looking at it uses nothing up: mail programs look at links too."""
    return _set_page(request, _guest(request))


def _guest(request: Request) -> Guest | None:
    service = service_of(request)
    with service.database.read() as session:
        return guest(session, request.path_params["link"], service.clock.now())


def _set_page(
    request: Request, found: Guest | None, *, told: str = "", unmet: tuple[Unmet, ...] = (), status: int = 200
) -> Response:
    values = {
        "person": found.person if found else None,
        "told": told,
        "unmet": [{"code": one.code, "message": words.say(one, language(request))} for one in unmet],
        "length": settings_of(request).password_length,
        **_around(request),
    }
    return _with_token(request, "sign_in/welcome.html", status if found else 410, values)


def _set(request: Request, form: FormData) -> Response:
    found, password = _guest(request), _text(form, "password")
    try:
        guard.check_door(request, form)
        if found is None or password != _text(form, "again"):
            return _set_page(request, found, told="differs", status=422)
        link = request.path_params["link"]
        known = {"address": address_of(request), "lang": chosen(request)}
        return let_in(request, set_by_link(door_of(request), link, password, **known), "/")
    except OtherPage:
        return _set_page(request, found, told="again", status=403)
    except Busy:
        return _set_page(request, found, told="busy", status=503)
    except Refused as refused:
        return _set_page(request, _guest(request), unmet=refused.unmet, status=422)


ROUTES: Final[tuple[Route, ...]] = (
    read("/sign-in", _page),
    _taken("/sign-in", _sign_in),
    take("/sign-out", _sign_out),
    read("/welcome/{link}", _welcome),
    _taken("/welcome/{link}", _set),
)
