"""Working days as data: Monday to Friday, less the holidays, plus the make-up days (调休补班).

The calendar counts local dates. Where an instant meets it the zone is passed in, and 24:00 of a day is
written as 00:00 of the day after.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

SATURDAY: Final = 5  # as `date.weekday()` counts: Monday is 0

MAIL_FROM: Final = time(8)
MAIL_UNTIL: Final = time(18)
DIGEST_AT: Final = time(9, 30)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of the years there is a table for; every other year counts Monday to Friday.

    `holidays` are days off, be they weekdays or weekend days that a notice names; `makeup` are Saturdays
    and Sundays worked instead; `years` are the years whose table is known, also one without any such day.
    Raises ValueError where the table contradicts itself: a day in both sets, a make-up day that is no
    weekend day, a day of a year not in `years`.
    """

    holidays: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    _off: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _on: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._check()
        weekdays_off = (day.toordinal() for day in self.holidays if day.weekday() < SATURDAY)
        object.__setattr__(self, "_off", tuple(sorted(weekdays_off)))
        object.__setattr__(self, "_on", tuple(sorted(day.toordinal() for day in self.makeup)))

    def _check(self) -> None:
        if both := self.holidays & self.makeup:
            raise ValueError(f"both a holiday and a make-up day: {_iso(both)}")
        if weekdays := [day for day in self.makeup if day.weekday() < SATURDAY]:
            raise ValueError(f"a make-up day is a Saturday or Sunday: {_iso(weekdays)}")
        if strays := [day for day in self.holidays | self.makeup if day.year not in self.years]:
            raise ValueError(f"days of a year without a table: {_iso(strays)}")

    def is_workday(self, day: date) -> bool:
        if day.weekday() < SATURDAY:
            return day not in self.holidays
        return day in self.makeup

    def next(self, day: date) -> date:
        """`day` itself if it is a working day, else the first working day after it."""
        return self.add(day, 0)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day` (n > 0) or before it (n < 0), not counting `day`; n = 0 is `next`.

        Raises OverflowError or ValueError outside the years 1 to 9999.
        """
        ordinal = day.toordinal()
        if n < 0:
            return date.fromordinal(self._back(ordinal, -n))
        if n == 0:
            ordinal, n = ordinal - 1, 1
        return date.fromordinal(self._ahead(ordinal, n))

    def count(self, after: date, upto: date) -> int:
        """How many working days lie after `after` up to and with `upto`; negative if `upto` is earlier."""
        return self._rank(upto.toordinal()) - self._rank(after.toordinal())

    def provisional(self, day: date) -> bool:
        """Whether the year of `day` has no table, so that its working days are only assumed."""
        return day.year not in self.years

    def workday_of_year(self, year: int, n: int) -> date:
        """The n-th working day of `year`, counting from 1."""
        if n < 1:
            raise ValueError(f"working days of a year count from 1, not {n}")
        return self.add(date(year, 1, 1) - timedelta(days=1), n)

    def with_year(self, year: int, holidays: Iterable[date], makeup: Iterable[date]) -> Calendar:
        """A calendar in which the table of `year` is the given one; the other years stay.

        Raises ValueError for a day outside `year` and for whatever `Calendar` refuses.
        """
        off, on = frozenset(holidays), frozenset(makeup)
        if strays := [day for day in off | on if day.year != year]:
            raise ValueError(f"days outside {year}: {_iso(strays)}")
        return Calendar(
            holidays=off.union(day for day in self.holidays if day.year != year),
            makeup=on.union(day for day in self.makeup if day.year != year),
            years=self.years | {year},
        )

    def content(self) -> dict[str, dict[str, list[str]]]:
        """As plain JSON, the same for equal calendars: year → holidays and makeup, sorted ISO dates."""
        return {
            str(year): {
                "holidays": sorted(day.isoformat() for day in self.holidays if day.year == year),
                "makeup": sorted(day.isoformat() for day in self.makeup if day.year == year),
            }
            for year in sorted(self.years)
        }

    def _rank(self, ordinal: int) -> int:
        """How many working days there are from the beginning of time up to and with this day."""
        # Day 1 of the proleptic calendar is a Monday, so whole weeks are multiples of seven.
        weeks, rest = divmod(ordinal, 7)
        return weeks * 5 + min(rest, 5) - bisect_right(self._off, ordinal) + bisect_right(self._on, ordinal)

    def _ahead(self, ordinal: int, n: int) -> int:
        # A stride of as many days as working days are missing can fall short but never overshoot,
        # and a stride that falls short by nothing was made of working days only.
        target = self._rank(ordinal) + n
        while missing := target - self._rank(ordinal):
            ordinal += missing
        return ordinal

    def _back(self, ordinal: int, n: int) -> int:
        target = self._rank(ordinal - 1) - n
        while missing := self._rank(ordinal - 1) - target:
            ordinal -= missing
        return ordinal


def thaw(content: Mapping[str, Mapping[str, Sequence[str]]]) -> Calendar:
    """The calendar that `Calendar.content` describes. Raises KeyError or ValueError for anything else."""
    return Calendar(
        holidays=frozenset(
            date.fromisoformat(day) for table in content.values() for day in table["holidays"]
        ),
        makeup=frozenset(date.fromisoformat(day) for table in content.values() for day in table["makeup"]),
        years=frozenset(int(year) for year in content),
    )


def local_day(instant: datetime, zone: tzinfo) -> date:
    """The date on the office's wall at `instant`. Not the UTC date: at UTC+8 they differ until 08:00."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone has no local day")
    return instant.astimezone(zone).date()


def day_start(day: date, zone: tzinfo) -> datetime:
    """00:00 local; windows and the cut-off act at it, working day or not."""
    return datetime.combine(day, time(), tzinfo=zone)


def day_end(day: date, zone: tzinfo) -> datetime:
    """24:00 local, written as 00:00 of the day after."""
    return day_start(day + timedelta(days=1), zone)


def mail_instant(at: datetime, calendar: Calendar, zone: tzinfo) -> datetime:
    """`at`, if it lies on a working day in 08:00 <= t < 18:00 local, else the next 08:00 of a working day."""
    day = local_day(at, zone)
    local = at.astimezone(zone)
    if calendar.is_workday(day) and MAIL_FROM <= local.time() < MAIL_UNTIL:
        return local
    day = calendar.next(day) if local.time() < MAIL_FROM else calendar.add(day, 1)
    return datetime.combine(day, MAIL_FROM, tzinfo=zone)


def digest_instant(at: datetime, calendar: Calendar, zone: tzinfo) -> datetime:
    """The first 09:30 of a working day not before `at`."""
    today = local_day(at, zone)
    first = datetime.combine(calendar.next(today), DIGEST_AT, tzinfo=zone)
    return first if first >= at else datetime.combine(calendar.add(today, 1), DIGEST_AT, tzinfo=zone)


def _iso(days: Iterable[date]) -> str:
    return ", ".join(sorted(day.isoformat() for day in days))
