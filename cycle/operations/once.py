"""An idempotency key is used once: the same actor, key and request again get the first answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from cycle.clock import Clock
from cycle.db import Session, Statement
from workflows import ledger
from workflows.errors import Conflict
from workflows.wake import stamp

_SEEN = Statement("SELECT request, answer FROM once WHERE actor = :actor AND key = :key")
_RESERVE = Statement(
    "INSERT INTO once (actor, key, request, answer, at) VALUES (:actor, :key, :request, '', :at)"
    " ON CONFLICT (actor, key) DO NOTHING"
)
_REMEMBER = Statement("UPDATE once SET answer = :answer WHERE actor = :actor AND key = :key")


def once(
    session: Session, do: Callable[[], dict[str, Any]], *, actor: str, key: str, request: str, clock: Clock
) -> dict[str, Any]:
    """What `do` answers, or what it answered when `actor` used `key` first; without a key always `do`.

    `request` is the digest of all that was asked for. Raises Conflict for a key used for another request.
    """
    if not key:
        return do()
    taken = _RESERVE.run(session, actor=actor, key=key, request=request, at=stamp(clock.now()))
    if taken.rowcount != 1:
        # On PostgreSQL the reservation waited for whoever came first: their answer is there by now.
        first, answer = _SEEN.run(session, actor=actor, key=key).fetchone()
        if first != request:
            raise Conflict(f"key {key} was used for another request")
        seen: dict[str, Any] = json.loads(answer)
        return seen
    answered = do()
    _REMEMBER.run(session, actor=actor, key=key, answer=ledger.canonical(answered))
    return answered
