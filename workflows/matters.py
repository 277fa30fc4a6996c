"""The matters beside a department's year: which there are, which of them still wait for a decision, whose turn it is.

A matter belongs to one department and one year. What is decided after the cut-off may count in a later year
(`carry_over`): its record then says so in `counts_in`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

MATTERS: Final = ("finding", "complaint", "bonus", "objection", "evidence", "duty")
"""Kinds of matter; each is a machine of its own, named alike."""

UNDECIDED: Final[Mapping[str, tuple[str, ...]]] = {
    "finding": ("recorded", "notified", "answered"),
    "complaint": ("received", "investigating", "heard"),
    "bonus": ("applied", "examined"),
    "objection": ("filed",),
    "duty": ("open",),
}
"""The states in which a matter holds up the year it counts in (method.inspection, use.failed)."""

CLOCKS: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("finding", "notified"): ("liaison", "answer_days"),
    ("finding", "answered"): ("office", "office_days"),
    ("finding", "confirmed"): ("liaison", "finding_rectify_days"),
    ("finding", "rectified"): ("office", "office_days"),
    ("complaint", "received"): ("office", "complaint_days"),
    ("complaint", "investigating"): ("liaison", "answer_days"),
    ("complaint", "heard"): ("office", "office_days"),
    ("bonus", "applied"): ("office", "office_days"),
    ("bonus", "examined"): ("group", "bonus_days"),
    ("objection", "filed"): ("group", "objection_decide_days"),
    ("duty", "open"): ("office", "duty_days"),
}
"""Kind and state to whose clock runs there and the rulebook's figure for it, in working days. None of them lapses."""

OUTSIDE: Final = ("exempted", "dissolved")
"""Where a matter ends without points: its appraisal is exempted, or will never be, the department being dissolved.

Its record then says `counted: false` and in `outside` which of the two; a reinstatement does not change that.
"""

KEY: Final = "key"
"""The severity of a finding that is followed until it is rectified."""


def counting_year(year: int, record: Mapping[str, Any]) -> int:
    """The year a matter of `year` counts in: its own unless it was carried over."""
    return int(record.get("counts_in") or year)


def undecided(kind: str, state: str) -> bool:
    """Whether a matter still waits for its decision."""
    return state in UNDECIDED.get(kind, ())


def key_open(kind: str, state: str, record: Mapping[str, Any]) -> bool:
    """Whether it is a confirmed key finding whose rectification is not verified."""
    return kind == "finding" and state in ("confirmed", "rectified") and record.get("severity") == KEY
