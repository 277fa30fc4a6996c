"""How much one may send, and for how long: a body over its limit, or too slow, is refused before it is all here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from re import Pattern
from typing import Final

from anyio import CancelScope, current_time
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TooLarge = Callable[[Request], Response]

SECONDS: Final = 30
"""What a body of any size may take, beside a second for every SLOWEST bytes it may have."""

SLOWEST: Final = 65_536


class Awaited:
    """The bodies that are still coming. Used in the loop of the application only."""

    def __init__(self) -> None:
        self._scopes: set[CancelScope] = set()
        self.ended = False

    def give_up(self) -> None:
        """Wait for none of them any more: the service ends."""
        self.ended = True
        for scope in self._scopes:
            scope.cancel()

    async def next(self, receive: Receive, until: float) -> Message:
        """The next part, waited for until that instant of the loop. Raises HTTPException: 408; 503 once given up."""
        with CancelScope(deadline=until) as scope:
            self._scopes.add(scope)
            try:
                if not self.ended:
                    return await receive()
            finally:
                self._scopes.discard(scope)
        raise HTTPException(503 if self.ended else 408, headers={"Connection": "close"})


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """Middleware. `most` bytes, or what `wider` says of a path; `too_large` words the refusal.

    `seconds` is what a body may take whatever its size.
    """

    app: ASGIApp
    most: int
    too_large: TooLarge
    awaited: Awaited
    wider: Sequence[tuple[Pattern[str], int]] = field(default=())
    seconds: float = SECONDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = next((size for path, size in self.wider if path.fullmatch(scope["path"])), self.most)
        if _declared(scope) > most:
            await self.too_large(Request(scope))(scope, receive, send)
            return
        await self.app(scope, self._limited(receive, most), send)

    def _limited(self, receive: Receive, most: int) -> Callable[[], Awaitable[Message]]:
        """Receive, but raise once more than `most` bytes came (413: a length need not be declared, or be true),
        or they come too slowly (408). What is waited for after the body is its sender's leaving, however long.
        """
        seen, whole, until = 0, False, 0.0

        async def limited() -> Message:
            nonlocal seen, whole, until
            if whole:
                return await receive()
            until = until or current_time() + self.seconds + most / SLOWEST
            message = await self.awaited.next(receive, until)
            seen += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if seen > most:
                raise HTTPException(413)
            return message

        return limited


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0
