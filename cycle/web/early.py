"""A stage opened before its day: the office may do it, for one department at a time and knowing that it does."""

from __future__ import annotations

from cycle.board.windows import windows
from cycle.web.entry import Visit
from cycle.web.shown import long_day
from workflows import words


def early(visit: Visit, action: str, year: int, section: str) -> str:
    """That an action opens a stage ahead of its day, as a section of the words says it; empty where it does not."""
    _, opens, stage = action.partition("open_")
    if not opens or not stage:
        return ""
    day = windows(visit.look, year)[stage][0]
    if visit.look.today >= day:
        return ""
    told = {"stage": words.word("stage", stage, visit.lang), "day": long_day(day, visit.lang)}
    return words.phrase(section, "early", visit.lang, **told)
