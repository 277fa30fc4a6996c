"""How much one may send: a body over its limit is refused before it is all here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from re import Pattern

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TooLarge = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """Middleware. `most` bytes, or what `wider` says of a path; `too_large` words the refusal."""

    app: ASGIApp
    most: int
    too_large: TooLarge
    wider: Sequence[tuple[Pattern[str], int]] = field(default=())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = next((size for path, size in self.wider if path.fullmatch(scope["path"])), self.most)
        if _declared(scope) > most:
            await self.too_large(Request(scope))(scope, receive, send)
            return
        await self.app(scope, _counting(receive, most), send)


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _counting(receive: Receive, most: int) -> Callable[[], Awaitable[Message]]:
    """Receive, but raise (413) once more than `most` bytes came: a length need not be declared, or be true."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413)
        return message

    return counted
