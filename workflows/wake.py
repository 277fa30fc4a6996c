"""When the system has to look at a subject again: the earliest instant at which the clock may move it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from workflows.deadlines import lapse_instant
from workflows.rulebook import Rulebook

_OPENS_NEXT = {"plan": "midyear", "midyear": "yearend", "yearend": "central_review"}
OPENING = {"plan": "open_midyear", "midyear": "open_yearend", "yearend": "open_central_review"}


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """00:00 local of `day`, where windows open, Sunday or not."""
    return datetime.combine(day, time(), zone)


def stamp(at: datetime) -> str:
    """An instant as the history writes it: UTC, microseconds, Z. Sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def appraisal_wake(
    state: str, record: Mapping[str, Any], year: int, book: Rulebook, zone: ZoneInfo
) -> str | None:
    """The next instant at which `due_action` may answer for an appraisal; None where only people act."""
    stage, _, part = state.partition(".")
    form: Mapping[str, Any] = record.get("forms", {}).get(stage, {})
    if part == "drafting":
        if form.get("asked"):
            return None
        return stamp(lapse_instant(date.fromisoformat(form["grace_until"]), zone))
    if part in ("accepted", "lapsed") and stage in _OPENS_NEXT:
        return stamp(midnight(book.opens(_OPENS_NEXT[stage], year), zone))
    if state == "grading.ratified":
        return stamp(midnight(date.fromisoformat(record["ratified_on"]), zone))
    return None


def cycle_wake(
    state: str, record: Mapping[str, Any], year: int, book: Rulebook, zone: ZoneInfo
) -> str | None:
    """A running cycle opens its plans on the day; a ratified one is looked at until every appraisal is closed."""
    if state == "running" and not record.get("plans_opened"):
        return stamp(midnight(book.opens("plan", year), zone))
    if state == "ratified":
        return stamp(midnight(date.fromisoformat(record["ratified_on"]), zone))
    return None


def due_action(state: str, *, failed: bool, key_findings: bool) -> str | None:
    """What the clock does with an appraisal whose instant has come: it acts by the clock alone."""
    stage, _, part = state.partition(".")
    if part == "drafting":
        return "lapse"
    if part in ("accepted", "lapsed") and stage in OPENING:
        return OPENING[stage]
    if state == "grading.ratified":
        return "start_rectification" if failed or key_findings else "close"
    return None
