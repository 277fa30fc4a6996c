"""One act on the registers at a time: whether a name is free or a post held is asked of many rows at once."""

from __future__ import annotations

from functools import wraps

from cycle.db import Statement
from cycle.operations.perform import Answer, Arguments, Operation, Transaction

_HOLD = Statement("SELECT pg_advisory_xact_lock(7001)")


def one_at_a_time(operation: Operation) -> Operation:
    """Let `operation` begin only once every other of its kind has ended (on SQLite any writer already does)."""

    @wraps(operation)
    def alone(work: Transaction, arguments: Arguments) -> Answer:
        if work.session.dialect == "postgresql":
            _HOLD.run(work.session)
        return operation(work, arguments)

    return alone
