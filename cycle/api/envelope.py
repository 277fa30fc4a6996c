"""What every answer has, whatever answers: headers for browsers and caches, and a sentence where something broke."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cycle.api.problems import LOG, document
from cycle.logs import place


@dataclass(frozen=True, slots=True)
class Envelope:
    """Middleware. What broke goes to the log with its trace, and to the caller without."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Cache-Control", "private, no-cache")
                headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            await send(message)

        try:
            await self.app(scope, receive, dressed)
        except Exception:
            LOG.exception("request broke", extra={"fields": place(scope)})
            if begun:
                raise
            await document(Request(scope), "unexpected")(scope, receive, dressed)
