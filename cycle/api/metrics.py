"""Figures for whoever watches over the service: requests by route, and how long they took (see `noted`).

The only importer of `prometheus_client`. Each application has a registry of its own.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest

MEDIA: Final = CONTENT_TYPE_LATEST
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
