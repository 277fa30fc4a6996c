"""Receipts: a department acknowledges what it was sent back, ordered or told; the office notes a call."""

from __future__ import annotations

from typing import Any

from cycle import queries
from cycle.keys import split_key
from cycle.operations.advance import advance, answer
from cycle.operations.appraisals import typed
from cycle.operations.perform import Answer, Arguments, Transaction
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked
from workflows.receipts import ACKNOWLEDGE, ASKED_FOR, NOTE


def acknowledge(work: Transaction, arguments: Arguments) -> Answer:
    """The department acknowledges: `subject`, `receipts` (numbers of history rows of that subject)."""
    return _seen(work, arguments, ACKNOWLEDGE)


def note(work: Transaction, arguments: Arguments) -> Answer:
    """The office notes whom it told: `subject`, `receipts`; the act's reason says who was called and when."""
    return _seen(work, arguments, NOTE)


def _seen(work: Transaction, arguments: Arguments, action: str) -> Answer:
    key = typed(arguments["subject"], str, "subject")
    if split_key(key)[0] not in ASKED_FOR or queries.subject(work.session, key) is None:
        raise NotFound(key)
    extra: dict[str, Any] = {"receipts": tuple(dict.fromkeys(_numbers(arguments.get("receipts", ()))))}
    outcome = advance(
        work.session,
        key,
        action,
        act=work.act,
        clock=work.clock,
        zone=work.zone,
        asked=Asked(extra=extra),
    )
    return answer(outcome)


def _numbers(given: Any) -> list[str]:
    if not isinstance(given, list | tuple):
        raise Refused(Unmet("value_unusable", {"field": "receipts"}))
    return [str(typed(number, int, "receipts")) for number in given]
