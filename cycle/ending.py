"""How the process ends: told once it ends what is at work, told twice or out of patience it leaves it.

What is left is undone by the database: every act and every step of a job is one transaction.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer
from types import FrameType
from typing import Final

LOG: Final = logging.getLogger("cycle.ending")

PATIENCE: Final = 45
"""Seconds from the first word to the end, whatever is still at work: less than what a service manager waits."""

OUT_OF_PATIENCE: Final = 1
"""The exit code where something was left at work because it took too long."""

PRESSED: Final = 130
"""The exit code where something may have been left at work because the process was told twice."""


@contextmanager
def until_told(patience: float = PATIENCE) -> Iterator[Event]:
    """An event that is set by the first Ctrl-C or request to end (SIGTERM).

    From then on the process has `patience` seconds; a second signal ends it at once.
    """
    asked = Event()
    late = Timer(patience, _leave, (OUT_OF_PATIENCE,))
    late.daemon = True

    def told(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            _leave(PRESSED)
        asked.set()
        late.start()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        late.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(code: int) -> None:
    """End without waiting for threads, which the interpreter would do: a job may wait for a server for minutes."""
    try:
        LOG.warning("left with work undone", extra={"fields": {"code": code}})
    finally:
        os._exit(code)
