"""Asks for pages over HTTP as browsers do: connections that stay open, one request after the other on each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from time import perf_counter
from typing import Final

from cycle.bench import rounds
from cycle.bench.asking import Unanswered
from cycle.bench.pages_served import HOST, Served

AT_ONCE: Final = 4
"""Connections that ask at the same time where pages a second are counted."""
_PATIENCE: Final = 120.0  # the first answer waits until the server has loaded


@dataclass(frozen=True, slots=True)
class Wanted:
    """One page of a server, and the cookie that is shown for it."""

    served: Served
    path: str
    cookie: str = ""


def page(wanted: Wanted) -> bytes:
    """The page. Raises Unanswered for any status but 200."""
    with closing(HTTPConnection(HOST, wanted.served.port, timeout=_PATIENCE)) as connection:
        return _asked(connection, wanted)


def waits(wanted: Wanted, count: int, before: Callable[[], object] = lambda: None) -> list[float]:
    """Seconds that each of so many answers took on one connection; `before` each something else is done, untimed."""
    taken = []
    with closing(HTTPConnection(HOST, wanted.served.port, timeout=_PATIENCE)) as connection:
        connection.connect()
        for _ in range(count):
            before()
            start = perf_counter()
            _asked(connection, wanted)
            taken.append(perf_counter() - start)
    return taken


def together(wanted: Wanted, count: int) -> float:
    """Seconds in which about so many answers came, asked for on several connections at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        each = [max(1, count // AT_ONCE)] * AT_ONCE
        return rounds.seconds(lambda: list(pool.map(lambda many: waits(wanted, many), each)))


def _asked(connection: HTTPConnection, wanted: Wanted) -> bytes:
    connection.request("GET", wanted.path, headers={"Cookie": wanted.cookie} if wanted.cookie else {})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise Unanswered(f"GET {wanted.path}: {answer.status} {body[:500]!r}")
    return body
