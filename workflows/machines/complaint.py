"""One complaint against a department, from its receipt to whoever is held to account (method.complaint)."""

from __future__ import annotations

from workflows import finding_guards as f
from workflows import guards as g
from workflows.engine import NONE, Machine, Move
from workflows.machines.matter_moves import carry, redate

DESK = ("inspector", "office")

COMPLAINT = Machine(
    name="complaint",
    states=("received", "investigating", "heard", "substantiated", "unsubstantiated", "closed"),
    final=("closed",),
    moves=(
        Move(
            "receive",
            (NONE,),
            "received",
            DESK,
            (g.text_given, f.way_known, g.day_come, f.not_of_later_year, f.deduction_possible),
        ),
        Move("investigate", ("received",), "investigating", DESK),
        Move("hear", ("investigating",), "heard", ("department", *DESK), (g.text_given, f.heard_itself)),
        Move("substantiate", ("heard",), "substantiated", ("office",), (f.decision_possible,), reason=True),
        Move("dismiss", ("investigating", "heard"), "unsubstantiated", ("office",), reason=True),
        Move("hold_accountable", ("substantiated",), None, DESK, (g.text_given,)),
        Move("close", ("substantiated",), "closed", DESK, (f.accountability_recorded,)),
        Move("close", ("unsubstantiated",), "closed", DESK),
        Move(
            "overturn",
            ("substantiated", "closed"),
            "unsubstantiated",
            ("office",),
            (f.was_substantiated, f.undoing_possible),
            reason=True,
        ),
        Move("annul", ("substantiated", "closed"), "unsubstantiated", ("system",), reason=True),
        carry("complaint"),
        redate("complaint"),
    ),
)
