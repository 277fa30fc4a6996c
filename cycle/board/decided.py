"""How a matter was decided last: when, why, by which document. For whoever sees the matter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from cycle.board.look import Look
from cycle.history_stream import rows_of
from workflows.ledger import parsed
from workflows.workdays import local_day

_DECISIONS: Final = frozenset(
    {"uphold", "dismiss", "refuse", "approve", "confirm", "drop", "substantiate", "set_aside"}
)


def decision(look: Look, key: str) -> dict[str, Any] | None:
    """`action`, `on`, `reason` and `document` of the last decision on a subject; None before there is one."""
    body = last(look, key, _DECISIONS)
    if body is None:
        return None
    return {
        "action": body["action"],
        "on": day_of(body, look.zone),
        "reason": body["reason"] or None,
        "document": body["document"] or None,
    }


def last(look: Look, key: str, actions: Collection[str]) -> Mapping[str, Any] | None:
    """The newest row of a subject that is one of these acts; None where there is none."""
    bodies = [parsed(body) for body, _ in rows_of(look.session, key)]
    return next((body for body in reversed(bodies) if body["action"] in actions), None)


def day_of(body: Mapping[str, Any], zone: tzinfo) -> str:
    """The day a row tells of, as an ISO date: as stated, else the local day it was entered."""
    return str(body["occurred_on"] or local_day(datetime.fromisoformat(body["at"]), zone).isoformat())
