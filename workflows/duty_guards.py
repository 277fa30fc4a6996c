"""The conditions of acts on duties, and what duties ask of the year they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.guards import today

OWNERS: Final = frozenset({"office", "group", "leader", "inspector"})
"""Roles in which somebody may be given a duty."""


def year_not_archived(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A year that is archived has no open duty and takes none: an amendment opens it again."""
    if facts.cycle_state == "closed":
        yield Unmet("year_archived", {"year": facts.year})


def due_ahead_if_set(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """The day by which it is done, where the act sets one, is not over already."""
    if facts.asked.due is not None and facts.asked.due < today(facts, now):
        yield Unmet("due_past", {"today": today(facts, now).isoformat()})


def owner_fits(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Who owns a duty does the appraisal's business and is not of the department it is about.

    `extra.person_roles` are their roles; `extra.person_belongs`: home, or a post, is there.
    """
    extra, owner = facts.asked.extra, facts.asked.member
    if not extra.get("person_active"):
        yield Unmet("person_unknown", {"person": owner})
        return
    if not OWNERS.intersection(extra.get("person_roles", ())):
        yield Unmet("owner_role_missing", {"person": owner})
    if extra.get("person_belongs"):
        yield Unmet("owner_at_home", {"person": owner})


def every_duty_done(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A year is archived once each of its duties is closed, waived with a document or revoked."""
    if facts.open_duties:
        yield Unmet("duties_open", {"count": facts.open_duties})
