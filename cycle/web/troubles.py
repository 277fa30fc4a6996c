"""What goes wrong, as a page in the reader's language: a stable code in its source, never a trace."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cycle.board import names
from cycle.db import UNREACHABLE, DatabaseUnfit, Overtaken
from cycle.logs import REQUEST, place
from cycle.web.entry import NotSignedIn, language, service_of, visiting
from cycle.web.guard import OtherPage
from cycle.web.pages import bare, page
from cycle.web.shown import unmarked
from cycle.web.unwritten import way_back
from workflows import words
from workflows.errors import Conflict, NotFound, Outdated, Refused
from workflows.workdays import local_day

LOG: Final = logging.getLogger("cycle.web")

_STATUS: Final[Mapping[str, int]] = {
    "forbidden": 403,
    "other_page": 403,
    "not_found": 404,
    "conflict": 409,
    "refused": 409,
    "too_large": 413,
    "unexpected": 500,
    "unavailable": 503,
}
_OUT: Final = "/sign-out"
_NOT_THEIRS: Final = frozenset({"role_missing", "relation_missing", "recused", "own_record", "not_own_act"})


def mount(app: Starlette) -> None:
    """Make a page of everything that can go wrong."""
    app.add_exception_handler(NotSignedIn, _to_sign_in)
    handlers: tuple[tuple[type[Exception], Handler], ...] = (
        (OtherPage, _other_page),
        (Refused, _refused),
        (Outdated, _overtaken),
        (Conflict, _conflict),
        (NotFound, _not_found),
        (HTTPException, _http),
        (Overtaken, _unavailable),
        (DatabaseUnfit, _unavailable),
        *((error, _unavailable) for error in UNREACHABLE),
        (Exception, _unexpected),
    )
    for kind, handler in handlers:
        app.add_exception_handler(kind, _in_thread(handler))


Handler = Callable[[Request, Any], Response]


def _in_thread(handler: Handler) -> Callable[[Request, Any], Awaitable[Response]]:
    async def handle(request: Request, error: Any) -> Response:
        return await run_in_threadpool(handler, request, error)

    return handle


async def _to_sign_in(request: Request, _error: Exception) -> Response:
    """Whoever read, or sent a form, comes back to the page after signing in; nothing of the form is written."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if here == _OUT:
        return RedirectResponse("/sign-in?out=1", 303)
    if request.method == "POST":
        here = way_back(request)
    wanted = request.method in ("GET", "POST") and here not in ("", "/")
    return RedirectResponse(f"/sign-in?{urlencode({'next': here})}" if wanted else "/sign-in", 303)


def _trouble(request: Request, code: str, unmet: Any = (), **more: str) -> Response:
    """The page for a trouble: with the visitor's places if they have signed in."""
    given: dict[str, Any] = {"status": _STATUS[code], "code": code, **more}
    try:
        with visiting(request) as visit:
            told = visit.look.voice.entries(unmet)
            return page(visit, "trouble.html", "trouble", in_the_way=told, **given)
    except NotSignedIn:
        return bare(request, "trouble.html", "trouble", in_the_way=_told(request, unmet), **given)


def _told(request: Request, unmet: Any) -> list[dict[str, Any]]:
    lang, service = language(request), service_of(request)
    with service.database.read() as session:
        called = names.called(session, local_day(service.clock.now(), service.zone), lang)
    return [{"code": one.code, "message": unmarked(words.say(one, lang, called))} for one in unmet]


def theirs(refused: Refused) -> bool:
    """Whether somebody is refused an act that is theirs to do; else there is nothing for them to mend."""
    return _NOT_THEIRS.isdisjoint(one.code for one in refused.unmet)


def _refused(request: Request, error: Refused) -> Response:
    return _trouble(request, "refused" if theirs(error) else "forbidden", error.unmet)


def _other_page(request: Request, _error: Exception) -> Response:
    """Where only the session is another one, the page to open anew is one of ours."""
    return _trouble(request, "other_page", anew=way_back(request))


def _overtaken(request: Request, _error: Exception) -> Response:
    return _trouble(request, "conflict")


def _conflict(request: Request, error: Exception) -> Response:
    """Where only the database gave way to another transaction there is nothing to decide anew."""
    busy = isinstance(error.__cause__, Overtaken)
    return _unavailable(request, error) if busy else _trouble(request, "conflict")


def _not_found(request: Request, _error: Exception) -> Response:
    return _trouble(request, "not_found")


def _http(request: Request, error: HTTPException) -> Response:
    code = {413: "too_large", 404: "not_found", 405: "not_found"}.get(error.status_code, "other_page")
    made = _trouble(request, code)
    made.status_code = error.status_code
    made.headers.update(error.headers or {})
    return made


def too_large(request: Request) -> Response:
    """The page for a body that is over its limit; it was not read."""
    return bare(request, "trouble.html", "trouble", status=413, code="too_large", in_the_way=[])


def _unavailable(request: Request, error: Exception) -> Response:
    LOG.warning("database unavailable", exc_info=error, extra={"fields": place(request.scope)})
    return _logged(request, "unavailable")


def _unexpected(request: Request, error: Exception) -> Response:
    LOG.error("request broke", exc_info=error, extra={"fields": place(request.scope)})
    return _logged(request, "unexpected")


def _logged(request: Request, code: str) -> Response:
    """The page for what is no fault of the visitor, with what it is called in the log."""
    given = {"code": code, "in_the_way": [], "called": REQUEST.get()}
    return bare(request, "trouble.html", "trouble", status=_STATUS[code], **given)
