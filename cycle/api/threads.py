"""Which threads work at what: acts that wait for one another keep nobody from reading, and nothing from being watched.

More threads than these only fight over the interpreter, and SQLite has one writer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

T = TypeVar("T")

READING: Final = 4
"""Requests that read at once; they work in the threads of the framework."""

ACTING: Final = 4
"""Acts at once."""

WATCHING: Final = 2
"""Looks at whether the service can work."""

_LIMITERS: Final = {
    name: (RunVar[CapacityLimiter](f"cycle.{name}"), most)
    for name, most in (("acting", ACTING), ("watching", WATCHING))
}


def read_in_few_threads() -> None:
    """Have those who read work in READING threads. Called in the running loop."""
    to_thread.current_default_thread_limiter().total_tokens = READING


async def in_act_threads(do: Callable[..., T], *given: Any) -> T:
    """`do(*given)` in a thread for acts."""
    return await to_thread.run_sync(do, *given, limiter=_limiter("acting"))


async def in_watch_threads(do: Callable[..., T], *given: Any) -> T:
    """`do(*given)` in a thread for whoever watches over the service."""
    return await to_thread.run_sync(do, *given, limiter=_limiter("watching"))


def acting_apart(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, at work in a thread for acts; one that does not need a thread as it is."""
    if iscoroutinefunction(endpoint):
        return endpoint

    @wraps(endpoint)
    async def apart(**given: Any) -> Any:
        return await in_act_threads(partial(endpoint, **given))

    return apart


def _limiter(name: str) -> CapacityLimiter:
    """The limiter of the running loop: none outlives its loop."""
    kept, most = _LIMITERS[name]
    try:
        return kept.get()
    except LookupError:
        limiter = CapacityLimiter(most)
        kept.set(limiter)
        return limiter
