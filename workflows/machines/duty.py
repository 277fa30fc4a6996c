"""What remains to be done about a result: eligibility lost, awards lost, commendation, accountability.

The system opens what follows from the results and revokes it when a later version takes its ground away. The
group, or the office with the decision in hand, opens what nobody but people can decide (use.accountability).
"""

from __future__ import annotations

from workflows.duty_guards import due_ahead_if_set, owner_fits, year_not_archived
from workflows.engine import NONE, Machine, Move
from workflows.guards import text_given
from workflows.machines.matter_moves import redate

DUTY = Machine(
    name="duty",
    states=("open", "closed", "waived", "revoked"),
    final=("closed", "waived", "revoked"),
    moves=(
        Move("open", (NONE,), "open", ("system",), reason=True),
        Move(
            "hold_to_account",
            (NONE,),
            "open",
            ("group", "office"),
            (text_given, year_not_archived, due_ahead_if_set),
            reason=True,
            document=True,
        ),
        Move("assign_owner", ("open",), None, ("office",), (owner_fits,)),
        Move("hand_back", ("open",), None, ("system",), reason=True),
        redate("duty"),
        Move("close", ("open",), "closed", ("office",), (text_given,), document=True),
        Move("waive", ("open",), "waived", ("group",), reason=True, document=True),
        Move("revoke", ("open", "closed", "waived"), "revoked", ("system",), reason=True),
    ),
)
