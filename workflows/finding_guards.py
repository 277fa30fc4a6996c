"""The conditions of findings and complaints: what has to be said, when it is decided, what may be named with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from workflows.engine import NONE
from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.guards import today
from workflows.matters import KEY, OUTSIDE, counting_year

INSPECTION: Final = "score.deduct.1"
"""What inspections deduct by: our own finding. Every other ground rests on a document of somebody's."""

COMPLAINT: Final = "score.deduct.2"
"""What a substantiated complaint deducts by."""

SOURCES: Final = (
    "special_inspection",
    "open_visit",
    "covert_visit",
    "activity",
    "notice",
    "circular",
    "report",
)
COMPLAINT_SOURCES: Final = ("letter", "call", "visit", "online", "transferred")
"""By which way a complaint comes; never who complains."""
ORDINARY: Final = "ordinary"
SEVERITIES: Final = (ORDINARY, "typical", KEY)
AWARD_POSTS: Final = ("person", "head", "deputy")
"""Who loses the award by a veto: whoever did it, the head, the deputy in charge (use.reward)."""

LEDGER_SHUT: Final = ("grading.proposed", "grading.ratified", "rectification", "closed", "exempted")
"""States and stages of an appraisal whose ledger takes no deduction."""


def _record(facts: Facts) -> Mapping[str, Any]:
    """What is asked to be recorded."""
    found: Mapping[str, Any] = facts.asked.extra.get("record", {})
    return found


def item_of(facts: Facts) -> str:
    """The ground of a finding, while it is being recorded and after."""
    return str((facts.record or _record(facts)).get("item", ""))


def finding_whole(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A ground of the rulebook that is no complaint's, a source and a severity there are."""
    wanted, item = _record(facts), item_of(facts)
    if item == COMPLAINT:
        yield Unmet("item_of_complaints", {"item": item})
    elif item not in {deduction.id for deduction in facts.rulebook.deductions}:
        yield Unmet("item_unknown", {"part": "deduction", "item": item})
    if wanted.get("source") not in SOURCES:
        yield Unmet("source_unknown", {"source": str(wanted.get("source", ""))})
    if wanted.get("severity") not in SEVERITIES:
        yield Unmet("severity_unknown", {"severity": str(wanted.get("severity", ""))})


def another_one(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The same thing is not written down twice by mistake; `extra.alike` is the one there is already."""
    alike = str(facts.asked.extra.get("alike", ""))
    if alike:
        yield Unmet("finding_again", {"matter": alike})


def way_known(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    source = _record(facts).get("source", "")
    if source not in COMPLAINT_SOURCES:
        yield Unmet("complaint_source_unknown", {"source": str(source)})


def document_behind(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """An inspection is the office's own; a circular, a notice, a violation is somebody's document."""
    if item_of(facts) != INSPECTION and not facts.asked.document.strip():
        yield Unmet("document_missing")


def not_of_later_year(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """What happened after the year is the next year's; what happened before may be found late."""
    if facts.asked.on is not None and facts.asked.on.year > facts.year:
        yield Unmet("day_of_later_year", {"year": facts.year})


def deduction_possible(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The appraisal it counts in is there and not proposed yet; `extra.standing` is its state."""
    standing = str(facts.asked.extra.get("standing", NONE))
    year = counting_year(facts.year, facts.record)
    if standing == NONE:
        yield Unmet("appraisal_absent", {"year": year})
    elif standing in LEDGER_SHUT or standing.partition(".")[0] in LEDGER_SHUT:
        yield Unmet("deduction_too_late", {"machine": "appraisal", "year": year, "state": standing})


def decision_possible(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """What is under way when its department leaves the year is still decided, without points."""
    if facts.asked.extra.get("standing") not in OUTSIDE:
        yield from deduction_possible(facts, now)


def undoing_possible(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """What was decided without points is undone without a ledger."""
    if not facts.record.get("outside"):
        yield from deduction_possible(facts, now)


def heard_itself(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """A department speaks for itself; whoever investigates writes for it only once its days are over."""
    if facts.asked.role != "department":
        yield from answer_term_over(facts, now)


def answer_term_over(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """Nobody is found guilty unheard: without an answer the department's days pass first."""
    open_: Mapping[str, Mapping[str, Any]] = facts.record.get("deadlines", {})
    due = max((date.fromisoformat(kept["due"]) for kept in open_.values()), default=None)
    if due is not None and today(facts, now) <= due:
        yield Unmet("answer_awaited", {"due": due.isoformat()})


def worth_circulating(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.record.get("severity") == ORDINARY:
        yield Unmet("finding_ordinary")


def not_published(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.record.get("published"):
        yield Unmet("published_already")


def veto_possible(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The rulebook allows a veto beside this ground, and none stands."""
    item = item_of(facts)
    if item not in {deduction.id for deduction in facts.rulebook.deductions if deduction.veto}:
        yield Unmet("veto_impossible", {"item": item})
    if facts.record.get("veto"):
        yield Unmet("veto_standing")


def persons_named(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Who loses the award is named, each with the place they lose it in."""
    persons: Sequence[Mapping[str, str]] = (_record(facts).get("veto") or {}).get("persons", ())
    if not persons:
        yield Unmet("persons_missing")
    for person in persons:
        if not person["name"].strip():
            yield Unmet("person_unnamed")
        if person["post"] not in AWARD_POSTS:
            yield Unmet("award_post_unknown", {"name": person["name"], "as": person["post"]})


def veto_there(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.record.get("veto"):
        yield Unmet("veto_absent")


def veto_lifted(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A veto is the group's: it goes before the ground it stands on does."""
    if facts.record.get("veto"):
        yield Unmet("veto_to_lift")


def accountability_recorded(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Whoever is responsible for a substantiated complaint is held to account (method.complaint)."""
    if not facts.record.get("accountability"):
        yield Unmet("accountability_missing")


def was_substantiated(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.record.get("line") and not facts.record.get("outside"):
        yield Unmet("complaint_not_substantiated")
