"""The service as one process: pages for people and the interface for programs, served over HTTP.

The only importer of `uvicorn`.
"""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send

from cycle.api import app as api
from cycle.api.body_limit import BodyLimit
from cycle.api.noted import Noted
from cycle.ending import until_told
from cycle.service import Service, open_service
from cycle.settings import Settings
from cycle.web import app as web
from cycle.web.imports import MOST_SENT
from cycle.web.troubles import too_large

LOG: Final = logging.getLogger("cycle.app")

GRACE: Final = 20
"""Seconds that requests at work have to end once the service is told to stop."""

MOST_AT_ONCE: Final = 1000
"""Connections at once; whoever comes on top is told to come again (503)."""


_OF_PROGRAMS: Final = re.compile(r"/api(/.*)?|/healthz|/readyz|/metrics", re.DOTALL)
_WITH_EVIDENCE: Final = re.compile(r"/evidence/.*")
_WITH_ROWS: Final = re.compile(r"/imports/.*")
"""Paths of pages to which files are sent."""


@dataclass(frozen=True, slots=True)
class Surfaces:
    """One application of two: what programs ask for goes to `programs`, all else to `people`.

    `pages` is what answers people, without what surrounds it.
    """

    programs: Starlette
    pages: Starlette
    people: ASGIApp

    @property
    def state(self) -> State:
        """What both work with."""
        return self.programs.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        theirs = scope["type"] == "lifespan" or _OF_PROGRAMS.fullmatch(scope["path"])
        await (self.programs if theirs else self.people)(scope, receive, send)


def create_app(settings: Settings | None = None, service: Service | None = None) -> Surfaces:
    """The application for any ASGI server (`uvicorn --factory cycle.app:create_app`).

    The watch over deadlines is not part of it: `cycle serve` runs both, `cycle worker` the watch alone.
    """
    chosen = settings or Settings()
    shared = service or open_service(chosen)
    programs = api.build(shared, chosen)
    wider = ((_WITH_EVIDENCE, (chosen.evidence_max_mb + 1) * 2**20), (_WITH_ROWS, MOST_SENT))
    pages = web.build(shared, chosen)
    bounded = BodyLimit(pages, chosen.api_body_limit, too_large, programs.state.awaited, wider)
    return Surfaces(programs, pages, Noted(bounded, programs.state.figures))


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 is any free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=2048)
    # What it accepts takes this over. The event loop sets it only on sockets made for TCP by name, and without it the
    # second part of every answer waits for the browser's word about the first, 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def answer(app: Surfaces, listening: socket.socket, *, proxies: str, told: Event | None = None) -> None:
    """Answer requests until `told` is set, where there is none until the process is told to end; requests at work
    have GRACE to end.

    `proxies` are the addresses, with commas, that are believed when they say whom they ask for.
    """
    if told is None:
        with until_told() as event:
            answer(app, listening, proxies=proxies, told=event)
        return
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=proxies,
            timeout_graceful_shutdown=GRACE,
            limit_concurrency=MOST_AT_ONCE,
        ),
        app.state.awaited.give_up,
        told,
    )
    server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """`ending` is called once `told` is set: what is not all here by then is not waited for."""

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None], told: Event) -> None:
        super().__init__(config)
        self._ending = ending
        self._told = told

    async def on_tick(self, counter: int) -> bool:
        """Whether to end; asked ten times a second."""
        return await super().on_tick(counter) or self._told.is_set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the requests that are still being sent, then wait for those at work."""
        LOG.info("told to end", extra={"fields": {"requests": len(self.server_state.tasks)}})
        self._ending()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them to `until_told`: the library's way raises them again when the server has ended well."""
        yield
