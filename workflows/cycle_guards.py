"""The conditions of acts on the whole cycle: opening, proposing, ruling on ties, ratifying, closing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.guards import today


def nothing_blocking(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """What other subjects put in the way; each entry names its subject."""
    yield from facts.blocking


def document_matches(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The group approves one rulebook: the digest it saw must be the one prepared."""
    if facts.asked.extra.get("digest") != facts.rulebook.digest:
        yield Unmet("rulebook_differs", {"digest": facts.rulebook.digest[:12]})


def objections_over(facts: Facts, now: datetime) -> Iterator[Unmet]:
    until = facts.record.get("objections_until")
    if until and today(facts, now) <= date.fromisoformat(until):
        yield Unmet("objection_window_open", {"until": until})
    if facts.objections:
        yield Unmet("objection_undecided", {"matters": ",".join(facts.objections)})


def ties_ruled(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    for name, tie in sorted(facts.record.get("ties", {}).items()):
        if not tie.get("ruling"):
            yield Unmet("tie_unruled", {"tie": name, "departments": ",".join(tie["departments"])})


def ruling_fits(tie: Mapping[str, Any], ruling: Mapping[str, str]) -> bool:
    """Whether every member of the tie gets a grade, and each grade as often as their positions hold its seats."""
    return Counter(ruling.get(member, "") for member in tie["departments"]) == Counter(tie["seats"])


def tie_ruling_fits(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Every member gets a grade, and each grade as often as the group's positions hold its seats."""
    name = str(facts.asked.extra.get("tie", ""))
    tie = facts.record.get("ties", {}).get(name)
    if tie is None:
        yield Unmet("tie_unknown", {"tie": name})
        return
    ruling: Mapping[str, str] = facts.asked.extra.get("ruling", {})
    if set(ruling) != set(tie["departments"]):
        yield Unmet("tie_members_differ", {"tie": name, "departments": ",".join(tie["departments"])})
    elif not ruling_fits(tie, ruling):
        seats = ",".join(f"{grade}={count}" for grade, count in sorted(tie["seats"].items()))
        yield Unmet("tie_seats_differ", {"tie": name, "seats": seats})


def every_appraisal_closed(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.open_appraisals:
        yield Unmet("appraisals_open", {"count": facts.open_appraisals})


def something_open(facts: Facts, _now: datetime) -> bool:
    """A route: after the amendment at least one appraisal is not closed, or one duty open."""
    return bool(facts.open_appraisals or facts.open_duties)


def everything_shut(facts: Facts, _now: datetime) -> bool:
    """A route: after the amendment every appraisal is closed or exempt, and no duty open."""
    return not (facts.open_appraisals or facts.open_duties)
