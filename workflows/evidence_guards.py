"""The conditions of evidence: what it is about, when it is taken, how much of it, which version is decided on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.matters import UNDECIDED

ROOM_MB: Final = 500
"""Everything one department hands in for one year, every version of every file; in MiB."""

FORMS: Final = ("plan", "midyear", "yearend", "rectification")
CLOSED: Final = frozenset({"none", "grading.proposed", "grading.ratified", "closed", "exempted"})
"""States of the year in which it takes no evidence but about a matter that is open."""


TAKING: Final = {**UNDECIDED, "finding": (*UNDECIDED["finding"], "confirmed", "rectified")}
"""The states in which a matter takes evidence: until it is decided, a finding until it is verified."""


def year_takes_evidence(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Before the proposal and while something is rectified; about a matter, while that one is open.

    `extra.appraisal` is the state of the appraisal, `extra.matter` the kind and state of the matter if it is one.
    """
    extra = facts.asked.extra
    state = str(extra["appraisal"])
    if extra.get("matter"):
        kind, course = extra["matter"]
        if course not in TAKING[kind]:
            yield Unmet("evidence_matter_decided", {"machine": kind, "state": course})
    elif state in CLOSED:
        yield Unmet("evidence_closed", {"machine": "appraisal", "state": state})


def about_known(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A form, an indicator, or what the operation found: a target of the plan, a matter of the department's year."""
    extra = facts.asked.extra
    about = str(extra["about"])
    known = about in FORMS or any(about == indicator.id for indicator in facts.rulebook.indicators)
    if not known and not extra["about_found"]:
        yield Unmet("evidence_about_unknown", {"about": about})


def room_left(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """`extra.held` and `extra.size` are bytes: what the department has handed in already, and the new file."""
    extra = facts.asked.extra
    if extra["held"] + extra["size"] > ROOM_MB << 20:
        yield Unmet("evidence_room_short", {"have": extra["held"] >> 20, "most": ROOM_MB})


def another_file(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A new version is another file than the one it replaces."""
    record = facts.record
    if record["versions"][str(record["version"])]["sha256"] == facts.asked.extra["sha256"]:
        yield Unmet("evidence_same")


def version_seen(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Whoever says which version they looked at decides on that one; 0 says nothing of it."""
    seen, newest = int(facts.asked.extra["version"]), int(facts.record["version"])
    if seen not in (0, newest):
        yield Unmet("evidence_replaced", {"version": seen, "newest": newest})
