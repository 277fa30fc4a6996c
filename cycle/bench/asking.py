"""Asks an ASGI application in this process: no socket and no client of its own, so what is timed is the application.

Both sides of a comparison are asked so, one question after the other: at once they would fight over the
interpreter, and bare writers over SQLite's lock, until some of them starve. Over a network each answer costs the
server's parsing on top, the same for either side, which brings their ratio nearer to one: what is found here is the
less flattering figure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp

Message = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One request; a body is JSON."""

    method: str
    address: str
    token: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    body: bytes


class Unanswered(Exception):
    """An answer was not 200, so the time it took says nothing."""


@contextmanager
def running(app: ASGIApp) -> Iterator[Asking]:
    """The application between its start and its end."""
    with asyncio.Runner() as runner:
        asking = Asking(app, runner)
        runner.run(asking.begin())
        try:
            yield asking
        finally:
            runner.run(asking.end())


class Asking:
    """An application that runs, asked from outside its event loop."""

    def __init__(self, app: ASGIApp, runner: asyncio.Runner) -> None:
        self._app = app
        self._runner = runner
        self._told: asyncio.Queue[Message] = asyncio.Queue()
        self._ready: asyncio.Queue[Message] = asyncio.Queue()
        self._lifespan: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Let the application start up."""
        scope: Message = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        self._lifespan = asyncio.ensure_future(self._live(scope))
        await self._pass("startup")

    async def _live(self, scope: Message) -> None:
        await self._app(scope, self._told.get, self._ready.put)

    async def end(self) -> None:
        """Let it end what it began."""
        await self._pass("shutdown")
        if self._lifespan is not None:
            await self._lifespan

    async def _pass(self, stage: str) -> None:
        await self._told.put({"type": f"lifespan.{stage}"})
        told = await self._ready.get()
        if told["type"] != f"lifespan.{stage}.complete":
            raise Unanswered(str(told))

    def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """Every answer, one question after the other. Raises Unanswered."""
        return self._runner.run(self._ask(questions))

    async def _ask(self, questions: Sequence[Question]) -> list[Answer]:
        return [await self._one(question) for question in questions]

    async def _one(self, question: Question) -> Answer:
        status, parts = 0, []

        async def receive() -> Message:
            return {"type": "http.request", "body": question.body, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            parts.append(message.get("body", b""))

        await self._app(_scope(question), receive, send)
        answer = Answer(status, b"".join(parts))
        if answer.status != 200:
            raise Unanswered(f"{question.method} {question.address}: {status} {answer.body[:500]!r}")
        return answer


def _scope(question: Question) -> Message:
    address = urlsplit(question.address)
    headers = [(b"host", b"bench"), (b"accept-language", b"zh")]
    if question.token:
        headers.append((b"authorization", f"Bearer {question.token}".encode()))
    if question.body:
        headers += [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(question.body)).encode()),
        ]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": question.method,
        "scheme": "http",
        "path": address.path,
        "raw_path": address.path.encode(),
        "query_string": address.query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("bench", 80),
        "state": {},
    }
