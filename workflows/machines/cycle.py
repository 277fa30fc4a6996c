"""The appraisal year of the whole city, as one table."""

from __future__ import annotations

from workflows import cycle_guards as c
from workflows.duty_guards import every_duty_done
from workflows.engine import NONE, Machine, Move

CYCLE = Machine(
    name="cycle",
    states=("preparing", "running", "proposed", "ratified", "closed"),
    moves=(
        Move("prepare", (NONE,), "preparing", ("office",)),
        Move("import_results", (NONE,), "closed", ("office", "import"), (c.nothing_blocking,), document=True),
        Move("declare_unrecorded", (NONE,), "closed", ("office",), reason=True),
        Move("replace_rulebook", ("preparing",), None, ("office",), reason=True),
        Move("approve_rulebook", ("preparing",), None, ("group",), (c.document_matches,), document=True),
        Move("accept_provisional_calendar", ("preparing",), None, ("office",), reason=True),
        Move("open", ("preparing",), "running", ("office",), (c.nothing_blocking,), document=True),
        Move(
            "correct_rulebook",
            ("running",),
            None,
            ("group",),
            (c.nothing_blocking,),
            reason=True,
            document=True,
            confirmed=True,
        ),
        Move(
            "move_dates",
            ("running",),
            None,
            ("office",),
            (c.nothing_blocking,),
            reason=True,
            document=True,
            confirmed=True,
        ),
        Move("open_plans", ("running",), None, ("system",)),
        Move("propose", ("running",), "proposed", ("office",), (c.nothing_blocking,)),
        Move("redate", ("proposed",), None, ("office", "import")),
        Move("withdraw_proposal", ("proposed",), "running", ("office", "group"), reason=True),
        Move("rule_tie", ("proposed",), None, ("group",), (c.tie_ruling_fits,), reason=True, document=True),
        Move(
            "ratify",
            ("proposed",),
            "ratified",
            ("group",),
            (c.objections_over, c.ties_ruled, c.nothing_blocking),
            document=True,
            confirmed=True,
        ),
        Move("close", ("ratified",), "closed", ("system",), (c.every_appraisal_closed, every_duty_done)),
        Move(
            "amend",
            ("ratified",),
            None,
            ("group",),
            (c.nothing_blocking,),
            reason=True,
            document=True,
            confirmed=True,
        ),
        Move(
            "amend",
            ("closed",),
            "ratified",
            ("group",),
            (c.nothing_blocking,),
            c.something_open,
            reason=True,
            document=True,
            confirmed=True,
        ),
        Move(
            "amend",
            ("closed",),
            None,
            ("group",),
            (c.nothing_blocking,),
            c.everything_shut,
            reason=True,
            document=True,
            confirmed=True,
        ),
    ),
)
