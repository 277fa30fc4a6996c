"""With what people sign in to the pages: invited by an administrator, with a password of their own, suspended at need.

An administrator gives out a link and never learns a password; the hash of one is in no history.
"""

from __future__ import annotations

from workflows import account_guards as a
from workflows.engine import NONE, Machine, Move
from workflows.registry_guards import person_active

_INVITING = (person_active, a.by_another, a.hours_fit)

ACCOUNT = Machine(
    name="account",
    states=("invited", "active", "suspended"),
    final=("active",),
    moves=(
        Move("invite", (NONE, "invited"), "invited", ("admin",), _INVITING),
        Move("invite", ("active",), None, ("admin",), _INVITING, reason=True),
        Move("set_password", ("invited", "active"), "active", ("owner",), (a.link_right, a.link_fresh)),
        Move("change_password", ("active",), None, ("owner",), (a.password_right,)),
        Move("suspend", ("invited", "active"), "suspended", ("admin",), reason=True),
        Move(
            "resume",
            ("suspended",),
            "active",
            ("admin",),
            (person_active, a.by_another),
            when=a.with_password,
            reason=True,
        ),
        Move(
            "resume",
            ("suspended",),
            "invited",
            ("admin",),
            (person_active, a.by_another),
            when=a.without_password,
            reason=True,
        ),
    ),
)
