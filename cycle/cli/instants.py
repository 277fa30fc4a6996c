"""Instants as a clerk reads and writes them: on the office's own clock, and how long ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cycle.cli.command import Work
from cycle.cli.terminal import BadInput
from workflows import words
from workflows.scoring import folded

_STEPS = (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))


def shown(work: Work, at: str | datetime | None) -> str:
    """Day and minute in the office's zone; empty for nothing. Takes instants as the tables hold them too."""
    if not at:
        return ""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return instant.astimezone(work.service.zone).strftime("%Y-%m-%d %H:%M")


def short(work: Work, at: str | None) -> str:
    """As `shown`, without the year where it is this year's."""
    return shown(work, at).removeprefix(f"{work.today.year}-")


def ago(work: Work, at: str | datetime) -> str:
    """How long ago, in the largest unit of which one has gone by."""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    gone = work.service.clock.now() - instant
    for code, step in _STEPS:
        if gone >= step:
            return words.phrase("scheduler", f"ago_{code}", work.terminal.lang, count=gone // step)
    return words.word("scheduler", "ago_now", work.terminal.lang)


def typed(text: str, field: str, zone: ZoneInfo) -> datetime:
    """An ISO instant, the office's own time where it names no zone. Raises BadInput."""
    try:
        found = datetime.fromisoformat(folded(text))
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(zone)
    except (ValueError, OverflowError) as error:
        raise BadInput("bad_instant", field=field, value=text) from error
