"""What the service says of itself: its letters, which may be held back, and the gaps in its watch over deadlines."""

from __future__ import annotations

from workflows import post_guards as p
from workflows.engine import NONE, Machine, Move

_ANY = (NONE, "flowing", "paused")

MAIL = Machine(
    name="mail",
    states=("flowing", "paused"),
    final=("flowing", "paused"),
    moves=(
        Move(
            "set_letterhead",
            (NONE, "flowing"),
            "flowing",
            ("office", "admin", "import"),
            (p.letterhead_fits,),
        ),
        Move("set_letterhead", ("paused",), None, ("office", "admin", "import"), (p.letterhead_fits,)),
        Move("pause", (NONE, "flowing"), "paused", ("office", "admin"), reason=True),
        Move("resume", ("paused",), "flowing", ("office", "admin")),
        Move("hold_digests", (NONE, "flowing"), "flowing", ("office",), (p.digests_flow,)),
        Move("hold_digests", ("paused",), None, ("office",), (p.digests_flow,)),
        Move("retry_letters", (NONE, "flowing"), "flowing", ("office", "admin")),
        Move("retry_letters", ("paused",), None, ("office", "admin")),
        Move("release_digests", ("flowing", "paused"), None, ("office",), (p.digests_held,)),
    ),
)

SCHEDULER = Machine(
    name="scheduler",
    states=("watching",),
    final=("watching",),
    moves=(Move("note_outage", (NONE, "watching"), "watching", ("system",), reason=True),),
)
