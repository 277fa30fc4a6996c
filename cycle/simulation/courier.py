"""The courier of a simulation: the service's own, run after run on one loop and one thread.

A loop of its own for every run, and a thread for every step of it, would cost more than the sending.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from typing import Any, Self, TypeVar

from cycle.jobs.delivery import Mailers, may_send
from cycle.service import Service
from notifications.courier import Delivered, deliver

_T = TypeVar("_T")


class _AtOnce(ThreadPoolExecutor):
    """Does what it is given before it says that it has it."""

    def submit(self, fn: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        done: Future[_T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - handed on to whoever waits, as a thread would
            done.set_exception(error)
        return done


class Courier:
    """Holds the loop; used as a context."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.get_loop().set_default_executor(_AtOnce(max_workers=1))
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
