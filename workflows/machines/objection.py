"""One objection of a department to what was proposed (申诉): decided by the group before it ratifies.

An objection is about one proposal. When the office withdraws the proposal the objections to it that are not
decided are set aside into `withdrawn`: what they were about is gone, and the next proposal opens a full new window.
"""

from __future__ import annotations

from workflows import guards as g
from workflows import objection_guards as o
from workflows.engine import NONE, Machine, Move
from workflows.machines.matter_moves import redate
from workflows.machines.receipt_moves import receipts

OBJECTION = Machine(
    name="objection",
    states=("filed", "upheld", "dismissed", "withdrawn"),
    final=("upheld", "dismissed", "withdrawn"),
    moves=(
        Move(
            "file",
            (NONE,),
            "filed",
            ("department",),
            (o.grades_are_proposed, o.within_objections, o.about_something_known, g.text_given),
        ),
        Move("uphold", ("filed",), "upheld", ("group",), reason=True, document=True),
        Move("dismiss", ("filed",), "dismissed", ("group",), reason=True, document=True),
        Move("withdraw", ("filed",), "withdrawn", ("department",)),
        Move("set_aside", ("filed",), "withdrawn", ("system",)),
        redate("objection"),
        *receipts("upheld", "dismissed"),
    ),
)
