"""The register of the papers issued in a calendar year: numbered by series without a gap, and kept.

A number once given stays given: a paper that was wrong is marked void with a reason, and its number is not used again.
"""

from __future__ import annotations

from workflows import dispatch_guards as d
from workflows.engine import NONE, Machine, Move

DISPATCH = Machine(
    name="dispatch",
    states=("kept",),
    final=("kept",),
    moves=(
        Move(
            "issue_paper",
            (NONE, "kept"),
            "kept",
            ("office",),
            (d.year_of_issue, d.number_follows, d.not_issued_yet),
        ),
        Move("void_paper", ("kept",), None, ("office",), (d.number_stands,), reason=True),
    ),
)
