"""What remains to be done about a result: eligibility lost, awards lost, commendation, accountability.

The system opens what follows from the results and revokes it when a later version takes its ground away. The
group, or the office with the decision in hand, opens what nobody but people can decide (use.accountability).
"""

from __future__ import annotations

from workflows.duty_guards import year_not_archived
from workflows.engine import NONE, Machine, Move
from workflows.guards import text_given
from workflows.machines.matter_moves import redate
from workflows.registry_guards import person_active

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
            (text_given, year_not_archived),
            reason=True,
            document=True,
        ),
        Move("assign_owner", ("open",), None, ("office",), (person_active,)),
        redate("duty"),
        Move("close", ("open",), "closed", ("office",), (text_given,), document=True),
        Move("waive", ("open",), "waived", ("group",), reason=True, document=True),
        Move("revoke", ("open", "closed", "waived"), "revoked", ("system",), reason=True),
    ),
)
