"""The two moves by which receipt is acknowledged, the same in every table that has them."""

from __future__ import annotations

from workflows.engine import Move
from workflows.receipts import ACKNOWLEDGE, NOTE, receipts_named, receipts_wait


def receipts(*states: str) -> tuple[Move, ...]:
    """The department acknowledges; or the office notes whom it told, say by telephone. The state stays."""
    return (
        Move(ACKNOWLEDGE, states, None, ("department",), (receipts_named,), receipts_wait),
        Move(NOTE, states, None, ("office",), (receipts_named,), receipts_wait, reason=True),
    )
