"""The courier of a simulation: the service's own, run after run on one loop and one thread.

A loop of its own for every run, and a thread for every step of it, would cost more than the sending.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache, partial
from typing import Any, Self

from cycle.jobs.delivery import Mailers, may_send
from cycle.service import Service
from notifications.courier import Delivered, deliver


class _AtOnce(asyncio.SelectorEventLoop):
    """A loop that does itself what it would give to a thread, before it says that it has it."""

    def run_in_executor(  # type: ignore[override]  # what is done at once has no need to be typed through
        self, _executor: object, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except BaseException as error:  # noqa: BLE001 - handed on to whoever waits, as a thread would
            done.set_exception(error)
        return done


class Courier:
    """Holds the loop; used as a context."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=_AtOnce)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._runner.close()

    def deliver(self, service: Service, ways: Mailers, worker: str) -> Delivered:
        """As `send_letters`, at an instant that does not pass: whether letters may leave is asked once.

        On one connection, so that the order of sending is part of what can be repeated.
        """
        allowed = cache(partial(may_send, service))
        return self._runner.run(
            deliver(service.database, ways, service.clock, worker, may_send=allowed, connections=1)
        )
