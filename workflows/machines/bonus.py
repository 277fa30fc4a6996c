"""One application for a bonus, from the department's request to the ledger line (score.bonus.*)."""

from __future__ import annotations

from workflows import bonus_guards as b
from workflows import guards as g
from workflows.engine import NONE, Machine, Move
from workflows.machines.matter_moves import carry, redate
from workflows.machines.receipt_moves import receipts

BONUS = Machine(
    name="bonus",
    states=("applied", "examined", "approved", "refused", "withdrawn"),
    final=("approved", "refused", "withdrawn"),
    moves=(
        Move(
            "apply",
            (NONE,),
            "applied",
            ("department",),
            (b.year_unsettled, b.honour_named, g.day_come, b.of_the_year),
            b.for_honour,
            document=True,
        ),
        Move(
            "apply",
            (NONE,),
            "applied",
            ("department",),
            (b.year_unsettled, g.text_given, g.day_come, b.of_the_year),
            b.for_outstanding,
        ),
        Move("withdraw", ("applied",), "withdrawn", ("department",)),
        Move("examine", ("applied",), "examined", ("group", "office"), (g.text_given,), b.for_honour),
        Move("examine", ("applied",), "examined", ("group",), (g.text_given,), b.for_outstanding),
        Move(
            "approve",
            ("examined",),
            "approved",
            ("group",),
            (b.decision_possible,),
            b.for_honour,
            document=True,
        ),
        Move(
            "approve",
            ("examined",),
            "approved",
            ("chief",),
            (b.decision_possible,),
            b.for_outstanding,
            document=True,
        ),
        Move("refuse", ("examined",), "refused", ("group",), (), b.for_honour, reason=True),
        Move("refuse", ("examined",), "refused", ("chief",), (), b.for_outstanding, reason=True),
        Move(
            "overturn",
            ("approved",),
            "refused",
            ("group",),
            (b.undoing_possible,),
            reason=True,
            document=True,
        ),
        Move("annul", ("approved",), "refused", ("system",), reason=True),
        Move("recount", ("approved",), None, ("system",)),
        carry("bonus"),
        redate("bonus"),
        *receipts("approved", "refused"),
    ),
)
