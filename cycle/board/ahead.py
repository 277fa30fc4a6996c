"""What the clock will do in the days ahead if nobody acts, as a reader may know it; plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cycle.board.look import Look
from cycle.board.preview import RungAhead, rungs_ahead
from cycle.board.untold import untold_matters
from cycle.queries import SubjectRow
from workflows import words

Values = dict[str, Any]


def reminders_ahead(look: Look, until: datetime, year: int | None = None) -> list[Values]:
    """Every rung that will fire by `until`, whom it reaches and how; none of what their own people do not know yet."""
    hidden = untold_matters(look)
    rungs = rungs_ahead(look.session, look.now, until, look.zone)
    return [
        _rung(look, one)
        for one in rungs
        if year in (None, one.clock.year) and one.clock.subject not in hidden
    ]


def moves_ahead(look: Look, found: Sequence[tuple[SubjectRow, str]], year: int | None = None) -> list[Values]:
    """What the clock itself will do, of `operations.sweep.due`: at its instant, or at once where that has gone by."""
    return [_move(look, row, action) for row, action in found if year in (None, row.year)]


def _move(look: Look, row: SubjectRow, action: str) -> Values:
    at = max(datetime.fromisoformat(row.wake), look.now) if row.wake else look.now
    return {
        "at": at.astimezone(look.zone).isoformat(),
        "subject": row.key,
        "year": row.year,
        "department": row.department or None,
        "name": look.voice.name(row.department) if row.department else None,
        "action": action,
        "action_word": words.action(action, look.voice.lang, row.kind),
    }


def _rung(look: Look, one: RungAhead) -> Values:
    clock = one.clock
    return {
        "at": one.at.isoformat(),
        "subject": clock.subject,
        "year": clock.year or None,
        "department": clock.department or None,
        "name": look.voice.name(clock.department) if clock.department else None,
        "rung": one.rung,
        "colour": one.colour,
        "state": clock.deadline.state,
        "due": clock.deadline.due.isoformat(),
        "to": [
            {"role": to.role, "person": to.person, "name": to.name, "channel": to.channel} for to in one.to
        ],
    }
