"""The conditions of objections to a proposal of grades (申诉)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.guards import today

ABOUT: Final = ("grade", "points")
"""What an objection may be about beside one ledger line."""


def grades_are_proposed(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """`extra.standing` is the state of the appraisal concerned."""
    if facts.asked.extra.get("standing") != "grading.proposed":
        yield Unmet("nothing_proposed", {"year": facts.year})


def within_objections(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """`extra.until` is the last day for objections, empty where no proposal stands."""
    until = facts.asked.extra.get("until")
    if until and today(facts, now) > date.fromisoformat(until):
        yield Unmet("objection_window_over", {"until": until})


def about_something_known(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The grade, the points, or one of the lines that stand (`extra.lines`, by id)."""
    about = facts.asked.line
    if about not in ABOUT and about not in facts.asked.extra.get("lines", ()):
        yield Unmet("objection_about_unknown", {"line": about})
