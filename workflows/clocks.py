"""Whose clock runs in which state, and until when: everyone has one, not only the departments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from workflows.deadlines import Term
from workflows.facts import Facts
from workflows.guards import failed
from workflows.marking import is_done, team
from workflows.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline about to be armed. `who` is a post, a person's id or a role; a term without grace never lapses.

    `grace_until` stands where the end of grace was set by itself (a refused extension, an outage of ours).
    """

    state: str
    who: str
    term: Term
    grace_until: date | None = None


def later(calendar: Calendar, *terms: Term) -> Term:
    """The term that falls due last."""
    return max(terms, key=lambda term: term.due(calendar))


def _office_review(facts: Facts, state: str, day: date) -> list[Clock]:
    return [Clock(state, "office", Term(day, facts.rulebook.office_days))]


def marking_term(facts: Facts, day: date) -> Term:
    """By when marks are due that are asked for on `day`."""
    window = Term(facts.rulebook.due("central_review", facts.year))
    return later(facts.calendar, window, Term(day, facts.rulebook.late_window_days))


def _marking(facts: Facts, state: str, day: date) -> list[Clock]:
    """Each member who still has something to mark; where nobody of a team has, the office completes."""
    members = team(facts.record)
    busy = [member for member in members if not is_done(facts.record, facts.rulebook, member)]
    if members and not busy:
        return [Clock(state, "office", Term(day, facts.rulebook.office_days))]
    return [Clock(state, member, marking_term(facts, day)) for member in busy]


def proposal_term(facts: Facts, day: date) -> Term:
    """By when the grades are to be proposed; once past, the office's ordinary days from `day`."""
    term = Term(date(facts.year, 12, 31), facts.rulebook.proposal_workday)
    return term if term.due(facts.calendar) > day else Term(day, facts.rulebook.office_days)


def _settling(facts: Facts, state: str, day: date) -> list[Clock]:
    return [Clock(state, "office", proposal_term(facts, day))]


def _pending(facts: Facts, state: str, day: date) -> list[Clock]:
    """The office proposes; a leader whose rating is not in has until the same day (method.leader)."""
    term = proposal_term(facts, day)
    rated = {line.item for line in facts.lines if line.part == "leader"}
    missing = any(item not in rated for item in facts.rulebook.parts["leader"])
    return [Clock(state, "office", term), *([Clock(state, "leader", term)] if missing else [])]


def talk_due(facts: Facts) -> bool:
    """Whether an admonition talk is still to be held (use.failed)."""
    fails = failed(facts) or facts.asked.extra.get("grade") == "failed"
    return fails and not facts.record.get("talk")


def _talk(facts: Facts, state: str, day: date) -> list[Clock]:
    """The leader's admonition talk is due with the written rectification (use.failed)."""
    if not talk_due(facts):
        return []
    due = facts.form("rectification").get("due")
    start = date.fromisoformat(facts.record.get("ratified_on", day.isoformat()))
    term = Term(date.fromisoformat(due)) if due else Term(start, facts.rulebook.rectification_due_days)
    return [Clock(state, "leader", term)]


def _written(facts: Facts, state: str, day: date) -> list[Clock]:
    return [*_office_review(facts, state, day), *_talk(facts, state, day)]


def _underway(facts: Facts, state: str, day: date) -> list[Clock]:
    ratified = date.fromisoformat(facts.record.get("ratified_on", day.isoformat()))
    term = later(facts.calendar, Term(ratified, facts.rulebook.rectification_verify_days), Term(day, 1))
    return [Clock(state, "liaison", term)]


_OF_STATE: dict[str, Callable[[Facts, str, date], list[Clock]]] = {
    "plan.submitted": _office_review,
    "midyear.submitted": _office_review,
    "yearend.submitted": _office_review,
    "rectification.submitted": _written,
    "central_review.marking": _marking,
    "inspection.open": _settling,
    "grading.pending": _pending,
    "rectification.lapsed": _talk,
    "rectification.underway": _underway,
}


def clocks_of(facts: Facts, state: str, day: date) -> list[Clock]:
    """The clocks that start when `state` is entered on `day`, the department's own filing apart."""
    arm = _OF_STATE.get(state)
    return arm(facts, state, day) if arm else []
