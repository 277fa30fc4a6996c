"""What keeps others out: forms are taken only from where they were shown; browsers are told their limits."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import FormData, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cycle.operations.sessions import Standing

POLICY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_ALWAYS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_YEAR_OF_SECONDS: Final = 31_536_000
_DOOR: Final = "cycle_door"
"""The cookie that a form carries a copy of where nobody has signed in yet."""

_ELSEWHERE: Final = ("cross-site", "same-site")
"""What a browser says of a form that stood on a page of another host, in its own words."""


class OtherPage(Exception):
    """A form that was not shown to whoever sends it."""


def check_csrf(request: Request, form: FormData, standing: Standing) -> None:
    """Raises OtherPage unless the form carries the session's own token and comes from a page of this host."""
    check_origin(request)
    given = form.get("csrf") or request.headers.get("x-csrf-token") or ""
    if not isinstance(given, str) or not standing.carries(given):
        raise OtherPage


def check_door(request: Request, form: FormData) -> None:
    """Raises OtherPage unless a form of somebody who has not signed in carries the copy of this browser's cookie.

    Otherwise a page elsewhere could sign a browser in as somebody else, who then reads what is written there.
    """
    check_origin(request)
    given, kept = form.get("csrf"), request.cookies.get(cookie_name(request, _DOOR), "")
    if not isinstance(given, str) or not kept or not _same(given, kept):
        raise OtherPage


def door_token(request: Request) -> str:
    """What such a form carries: what the browser keeps already, else something new."""
    return request.cookies.get(cookie_name(request, _DOOR)) or secrets.token_urlsafe(32)


def keep_door(request: Request, response: Response, token: str) -> None:
    """Have the browser keep it."""
    keep(request, response, _DOOR, token)


def keep(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Have the browser keep a cookie for this host alone, out of reach of scripts and of other hosts' forms."""
    response.set_cookie(
        cookie_name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=_encrypted(request),
        httponly=True,
        samesite="lax",
    )


def drop(request: Request, response: Response, name: str) -> None:
    """Have the browser forget a cookie."""
    encrypted = _encrypted(request)
    response.delete_cookie(
        cookie_name(request, name), path="/", secure=encrypted, httponly=True, samesite="lax"
    )


def cookie_name(request: Request, name: str) -> str:
    """What a cookie is called. Where requests come encrypted no other host can plant one of that name."""
    return f"__Host-{name}" if _encrypted(request) else name


def _encrypted(request: Request) -> bool:
    return request.url.scheme == "https"


def _same(given: str, kept: str) -> bool:
    return compare_digest(given.encode("utf-8", "surrogatepass"), kept.encode("utf-8", "surrogatepass"))


def check_origin(request: Request) -> None:
    """Raises OtherPage where the browser says that the form stood on a page of another host."""
    if request.headers.get("sec-fetch-site") in _ELSEWHERE:
        raise OtherPage
    said = request.headers.get("origin") or request.headers.get("referer") or ""
    if said and not is_here(request, said):
        raise OtherPage


def is_here(request: Request, address: str) -> bool:
    """Whether a whole address is one of this host."""
    return _host(address) == request.url.netloc.casefold()


def _host(address: str) -> str:
    """The host an address names; empty for what is no address."""
    try:
        return urlsplit(address).netloc.casefold()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Sound:
    """Middleware: a NUL in an address, which no text here may hold, is read as U+FFFD, as browsers do in a page."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            query = scope.get("query_string", b"").replace(b"\0", b"%00")
            if "\0" in scope["path"] or b"%00" in query:
                path, query = scope["path"].replace("\0", "\ufffd"), query.replace(b"%00", b"%EF%BF%BD")
                scope = {**scope, "path": path, "query_string": query}
        await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Headers:
    """Middleware: what every answer tells the browser. Pages are kept nowhere, files as long as their name says."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        lasting = scope["path"].startswith("/static/vendor/")

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                kept = "public, max-age=31536000, immutable" if lasting else "no-cache"
                if not scope["path"].startswith("/static/"):
                    kept = "no-store"
                headers.setdefault("Cache-Control", kept)
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR_OF_SECONDS}")
            await send(message)

        await self.app(scope, receive, dressed)
