"""How a matter was decided last: when, why, by which document. For whoever sees the matter."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from cycle.board.look import Look
from cycle.db import Statement
from workflows.ledger import parsed
from workflows.workdays import local_day

_DECISIONS: Final = ("uphold", "dismiss", "refuse", "approve", "confirm", "drop", "substantiate", "set_aside")
_LAST: Final = Statement(
    "SELECT body FROM history WHERE subject = :subject"
    f" AND action IN ({', '.join(repr(one) for one in _DECISIONS)}) ORDER BY number DESC LIMIT 1"
)


def decision(look: Look, key: str) -> dict[str, Any] | None:
    """`action`, `on`, `reason` and `document` of the last decision on a subject; None before there is one."""
    row = _LAST.run(look.session, subject=key).fetchone()
    if row is None:
        return None
    body = parsed(row[0])
    on = body["occurred_on"] or local_day(datetime.fromisoformat(body["at"]), look.zone).isoformat()
    return {
        "action": body["action"],
        "on": on,
        "reason": body["reason"] or None,
        "document": body["document"] or None,
    }
