"""Figures for whoever watches over the service: requests by route, and how long they took.

The only importer of `prometheus_client`. Each application has a registry of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEDIA: Final = CONTENT_TYPE_LATEST
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Figures:
    """What is counted; `text` is how Prometheus reads it."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.durations = Histogram(
            "cycle_request_seconds",
            "Seconds a request took, by method, template of its route and status.",
            ("method", "route", "status"),
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self.last_pass_age = Gauge(
            "cycle_last_pass_age_seconds",
            "Seconds since the last look for due deadlines; NaN before the first.",
            registry=self._registry,
        )

    def text(self) -> bytes:
        """Everything counted so far."""
        return generate_latest(self._registry)


@dataclass(frozen=True, slots=True)
class Timed:
    """Middleware that counts each request. What no route answers is counted together."""

    app: ASGIApp
    figures: Figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, began = 500, perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            # The router leaves its route in the scope; its template names no department or person.
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            labels = (method, route, str(status))
            self.figures.durations.labels(*labels).observe(perf_counter() - began)
