"""A form that came when its session was over: nothing of it is written, and its page says so once it is seen again."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from starlette.requests import Request
from starlette.routing import Match, Route

from cycle.web import guard
from cycle.web.guard import OtherPage
from cycle.web.taking import local

MARK: Final = "unwritten"
"""What the address of a page carries whose form was not written."""

_TOLD_ONCE: Final = frozenset({MARK, "done", "waits", "unchanged"})


def is_marked(path: str) -> bool:
    """Whether an address carries the mark."""
    return MARK in dict(parse_qsl(urlsplit(path).query))


def way_back(request: Request) -> str:
    """The page the form stood on, marked; the first page where none is known. Empty for a form of another host.

    That is the page the browser names, else the one at the address the form was sent to.
    """
    try:
        guard.check_origin(request)
    except OtherPage:
        return ""
    said = request.headers.get("referer", "")
    named = urlsplit(said if guard.is_here(request, said) else "")
    asked = [one for one in parse_qsl(named.query) if one[0] not in _TOLD_ONCE]
    if not _stands(request, named.path):
        named, asked = urlsplit(request.url.path), []
    path = named.path if _stands(request, named.path) else "/"
    return f"{path}?{urlencode([*asked, (MARK, '1')])}"


def _stands(request: Request, path: str) -> bool:
    """Whether a page is read at a path."""
    asked = {**request.scope, "method": "GET", "path": unquote(path)}
    pages = (route for route in request.app.routes if isinstance(route, Route))
    return local(path) == path and any(route.matches(asked)[0] is Match.FULL for route in pages)
