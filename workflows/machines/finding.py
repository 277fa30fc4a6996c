"""One thing found against a department, until it is decided and put right (method.inspection, score.deduct.*).

A special inspection, an open or covert visit, an absence, a notice, a circular, a violation: all of them are told
to the department and answered before the office decides. Complaints have a table of their own.
"""

from __future__ import annotations

from workflows import finding_guards as f
from workflows import guards as g
from workflows.engine import NONE, Machine, Move
from workflows.machines.matter_moves import carry, redate
from workflows.machines.receipt_moves import receipts

DESK = ("inspector", "office")
STANDING = ("confirmed", "rectified", "verified")
"""The states in which its deduction stands."""

FINDING = Machine(
    name="finding",
    states=("recorded", "notified", "answered", "confirmed", "dropped", "rectified", "verified"),
    final=("dropped", "verified"),
    moves=(
        Move(
            "record",
            (NONE,),
            "recorded",
            DESK,
            (
                f.finding_whole,
                g.text_given,
                g.day_come,
                f.not_of_later_year,
                f.document_behind,
                f.deduction_possible,
                f.another_one,
            ),
        ),
        Move("notify", ("recorded",), "notified", DESK),
        Move("answer", ("notified",), "answered", ("department",), (g.text_given,)),
        Move("confirm", ("notified",), "confirmed", ("office",), (f.answer_term_over, f.decision_possible)),
        Move("confirm", ("answered",), "confirmed", ("office",), (f.decision_possible,)),
        Move("drop", ("recorded", "notified", "answered"), "dropped", DESK, reason=True),
        Move("rectify", ("confirmed",), "rectified", ("department",), (g.text_given,)),
        Move("return", ("rectified",), "confirmed", DESK, reason=True),
        Move("verify", ("rectified",), "verified", DESK),
        Move(
            "overturn",
            STANDING,
            "dropped",
            ("office",),
            (f.undoing_possible, f.veto_lifted),
            reason=True,
        ),
        Move("annul", STANDING, "dropped", ("system",), (f.veto_lifted,), reason=True),
        Move(
            "publish",
            STANDING,
            None,
            ("office", "group"),
            (f.worth_circulating, f.not_published),
            document=True,
        ),
        Move(
            "veto",
            STANDING,
            None,
            ("group",),
            (f.veto_possible, f.persons_named),
            reason=True,
            document=True,
        ),
        Move("lift_veto", STANDING, None, ("group",), (f.veto_there,), reason=True, document=True),
        carry("finding"),
        redate("finding"),
        *receipts("notified", "answered", "confirmed", "dropped", "rectified", "verified"),
    ),
)
