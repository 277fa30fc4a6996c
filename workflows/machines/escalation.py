"""The case of a department that failed in two recorded years running (use.consecutive).

The system opens it and reports; the leading group studies and proposes, the party committee decides.
"""

from __future__ import annotations

from workflows.engine import NONE, Machine, Move

_LIVE = ("opened", "studied", "proposed", "approved", "rejected", "closed")

ESCALATION = Machine(
    name="case",
    states=("opened", "studied", "proposed", "approved", "rejected", "closed", "revoked"),
    moves=(
        Move("open", (NONE, "revoked"), "opened", ("system",), reason=True),
        Move("study", ("opened",), "studied", ("group",), document=True),
        Move("propose_handling", ("studied",), "proposed", ("group",), reason=True, document=True),
        Move("approve", ("proposed",), "approved", ("committee",), document=True),
        Move("reject", ("proposed",), "rejected", ("committee",), reason=True, document=True),
        Move("close", ("approved", "rejected"), "closed", ("office",), reason=True),
        Move("revoke", _LIVE, "revoked", ("system",), reason=True),
    ),
)
