"""One piece of evidence beside a form, an indicator, a target or a matter (method.self, content.2.2).

What was replaced or refused stays in the record with its hash: an auditor sees every version there was.
"""

from __future__ import annotations

from workflows import evidence_guards as e
from workflows.engine import NONE, Machine, Move

_DECIDES = ("office", "reviewer")

EVIDENCE = Machine(
    name="evidence",
    states=("offered", "accepted", "refused", "withdrawn"),
    final=("accepted", "withdrawn"),
    moves=(
        Move(
            "offer",
            (NONE,),
            "offered",
            ("department",),
            (e.year_takes_evidence, e.about_known, e.room_left),
        ),
        Move(
            "replace",
            ("offered", "refused"),
            "offered",
            ("department",),
            (e.year_takes_evidence, e.another_file, e.room_left),
        ),
        Move("accept", ("offered",), "accepted", _DECIDES, (e.version_seen,)),
        Move("refuse", ("offered",), "refused", _DECIDES, (e.version_seen,), reason=True),
        Move("withdraw", ("offered",), "withdrawn", ("department",), (e.year_takes_evidence,)),
    ),
)
