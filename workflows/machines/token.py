"""What a program signs in with in somebody's name: issued once for a limited time, revoked at any time.

Only its owner issues one: whoever issues a token sees its secret, and an administrator sees no marks.
"""

from __future__ import annotations

from workflows import token_guards as t
from workflows.engine import NONE, Machine, Move
from workflows.registry_guards import person_active

TOKEN = Machine(
    name="token",
    states=("issued", "revoked"),
    final=("revoked",),
    moves=(
        Move(
            "issue",
            (NONE,),
            "issued",
            ("owner",),
            (person_active, t.purpose_given, t.scope_fits, t.days_fit, t.within_its_own),
        ),
        Move("revoke", ("issued",), "revoked", ("admin", "owner"), reason=True),
    ),
)
