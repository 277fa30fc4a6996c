"""A database whose user may die at a commit: a worker that is killed, as its database sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cycle.db import Database, Session


class Died(BaseException):
    """The worker is no more. No error that anybody handles: only whoever watches over the run catches it."""


class Mortal(Database):
    """The same database as `real`, through the same connections; dies at the transaction it was told of."""

    def __init__(self, real: Database) -> None:
        self.url, self.dialect, self.engine = real.url, real.dialect, real.engine
        self._real = real
        self._left = 0
        self._committed = False

    def dies(self, nth: int, *, committed: bool) -> None:
        """Die in the n-th writing transaction from now (0: never), before it is committed or right after."""
        self._left, self._committed = nth, committed

    @contextmanager
    def write(self) -> Iterator[Session]:
        """As the real one. Raises Died."""
        last = self._left == 1
        self._left = max(0, self._left - 1)
        with self._real.write() as session:
            yield session
            if last and not self._committed:
                raise Died
        if last:
            raise Died

    def close(self) -> None:
        """Nothing: the connections are the real one's."""
