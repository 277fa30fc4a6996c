"""Each request, once it is answered: counted, and told to the log. Neither knows what was asked or answered.

What stands in the log is the template of the route and what fills it, never a query, a body or a header.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cycle.api.metrics import Figures
from cycle.logs import REQUEST, asker, place

LOG: Final = logging.getLogger("cycle.request")
HEADER: Final = "X-Request-ID"
_SANE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


@dataclass(frozen=True, slots=True)
class Noted:
    """Middleware. What no route answers is counted together.

    A request keeps the id it comes with, if that is short and plain, and every line of the log within it has it.
    """

    app: ASGIApp
    figures: Figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, began = 500, perf_counter()
        called = _called(Headers(scope=scope).get(HEADER, ""))
        scope.setdefault("state", {})  # before anything copies the scope: who asks is found out within

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = called
            await send(message)

        outside = REQUEST.set(called)
        try:
            await self.app(scope, receive, noted)
        finally:
            seconds = perf_counter() - began
            about = place(scope)
            labels = (about["method"], about["route"], str(status))
            self.figures.durations.labels(*labels).observe(seconds)
            _tell(scope, about, status, seconds)
            REQUEST.reset(outside)


def _called(given: str) -> str:
    return given if _SANE.fullmatch(given) else secrets.token_hex(8)


def _tell(scope: Scope, about: Mapping[str, str], status: int, seconds: float) -> None:
    level = logging.WARNING if status >= 500 else logging.INFO
    if not LOG.isEnabledFor(level):
        return
    person, client = asker(scope), scope.get("client")
    fields: dict[str, object] = {**about, "status": status, "ms": round(seconds * 1000, 1)}
    if person:
        fields["person"] = person
    if client:
        fields["client"] = client[0]
    LOG.log(level, "request", extra={"fields": fields})
