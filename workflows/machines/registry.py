"""The things that outlive a year: departments with their posts, people, working days, confirmed figures."""

from __future__ import annotations

from workflows import registry_guards as r
from workflows.engine import NONE, Machine, Move
from workflows.guards import day_come

DEPARTMENT = Machine(
    name="department",
    states=("active", "closed"),
    moves=(
        Move("register", (NONE,), "active", ("office", "import"), (r.category_known,)),
        Move("rename", ("active",), None, ("office",), (r.name_given, r.day_given), document=True),
        Move("recategorise", ("active",), None, ("office",), (r.category_known,), document=True),
        Move(
            "appoint",
            ("active",),
            None,
            ("office", "import"),
            (r.post_known, r.day_given, r.person_active, r.post_role_held),
        ),
        Move("absorb", ("active",), None, ("office",), (day_come, r.others_given), document=True),
        Move("dissolve", ("active",), "closed", ("office",), (day_come,), reason=True, document=True),
    ),
)

PERSON = Machine(
    name="person",
    states=("active", "closed"),
    moves=(
        Move("register", (NONE,), "active", ("office", "import"), (r.id_free, r.roles_apart), confirmed=True),
        Move("change", ("active",), None, ("office",), (r.roles_apart,), reason=True, confirmed=True),
        Move("leave", ("active",), "closed", ("office",), (day_come,), reason=True),
    ),
)

CALENDAR = Machine(
    name="calendar",
    states=("current",),
    final=("current",),
    moves=(Move("import", (NONE, "current"), "current", ("office", "import"), document=True),),
)

REGULATION = Machine(
    name="regulation",
    states=("current",),
    final=("current",),
    moves=(
        Move(
            "confirm", (NONE, "current"), "current", ("office",), (r.figure_needs_confirming,), document=True
        ),
    ),
)
