"""The first filling of the working-day table, from the library that knows the State Council's notices.

The library is data to start from, not the authority: an imported table (`cycle.calendar_file`) replaces it.
Nothing else imports the library.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import chinese_calendar

from workflows.workdays import Calendar


def seed(years: Iterable[int]) -> Calendar:
    """The calendar of those of `years` the library has data for.

    A year it does not know is left out, so `Calendar.provisional` is true of its days; it never raises.
    """
    known = frozenset(year for year in years if _known(year))
    return Calendar(
        holidays=frozenset(day for day in chinese_calendar.holidays if day.year in known),
        makeup=frozenset(day for day in chinese_calendar.workdays if day.year in known),
        years=known,
    )


def _known(year: int) -> bool:
    # Next year's notice appears in November; until a release carries it, the library raises.
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
