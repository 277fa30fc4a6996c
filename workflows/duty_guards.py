"""The conditions of acts on duties, and what duties ask of the year they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from workflows.errors import Unmet
from workflows.facts import Facts


def year_not_archived(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A year that is archived has no open duty and takes none: an amendment opens it again."""
    if facts.cycle_state == "closed":
        yield Unmet("year_archived", {"year": facts.year})


def every_duty_done(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A year is archived once each of its duties is closed, waived with a document or revoked."""
    if facts.open_duties:
        yield Unmet("duties_open", {"count": facts.open_duties})
