"""The seeded table agrees with the notices, and a year the library does not know is left out."""

from datetime import date

import pytest

from cycle.calendar_seed import seed
from tests.workflows.test_workdays import NOTICES, notice_days
from workflows.workdays import SATURDAY, Calendar


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_the_seed_agrees_with_the_notice_written_out_by_hand(year: int) -> None:
    seeded, by_hand = seed([year]), Calendar().with_year(year, *notice_days(year))
    assert seeded.makeup == by_hand.makeup
    assert {day for day in seeded.holidays if day.weekday() < SATURDAY} == {
        day for day in by_hand.holidays if day.weekday() < SATURDAY
    }
    assert seeded.years == {year}


def test_a_year_the_library_does_not_know_is_provisional_and_does_not_crash() -> None:
    calendar = seed([1999, 2026, 2099])
    assert calendar.years == {2026}
    assert calendar.provisional(date(2099, 1, 2))
    assert not calendar.provisional(date(2026, 1, 2))
    assert calendar.add(date(2099, 1, 1), 1) == date(2099, 1, 2)


def test_no_year_gives_a_calendar_of_mondays_to_fridays() -> None:
    assert seed([]) == Calendar()


def test_only_the_years_asked_for_are_seeded() -> None:
    calendar = seed(range(2025, 2027))
    assert {day.year for day in calendar.holidays | calendar.makeup} == {2025, 2026}
    assert not calendar.is_workday(date(2025, 10, 1))
    assert calendar.is_workday(date(2024, 10, 1))
