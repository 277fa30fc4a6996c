"""Working-day sums, checked by hand against the State Council's notices written out below."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.workdays import (
    Calendar,
    day_end,
    day_start,
    digest_instant,
    local_day,
    mail_instant,
    thaw,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")

# The holidays of each notice as first and last day, then its make-up days.
NOTICES: dict[int, tuple[list[tuple[str, str]], list[str]]] = {
    2024: (
        [
            ("01-01", "01-01"),
            ("02-10", "02-17"),
            ("04-04", "04-06"),
            ("05-01", "05-05"),
            ("06-10", "06-10"),
            ("09-15", "09-17"),
            ("10-01", "10-07"),
        ],
        ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    ),
    2025: (
        [
            ("01-01", "01-01"),
            ("01-28", "02-04"),
            ("04-04", "04-06"),
            ("05-01", "05-05"),
            ("05-31", "06-02"),
            ("10-01", "10-08"),
        ],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    2026: (
        [
            ("01-01", "01-03"),
            ("02-15", "02-23"),
            ("04-04", "04-06"),
            ("05-01", "05-05"),
            ("06-19", "06-21"),
            ("09-25", "09-27"),
            ("10-01", "10-07"),
        ],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}


def notice_days(year: int) -> tuple[frozenset[date], frozenset[date]]:
    spans, makeup = NOTICES[year]
    off = set()
    for first, last in spans:
        day = date.fromisoformat(f"{year}-{first}")
        while day <= date.fromisoformat(f"{year}-{last}"):
            off.add(day)
            day += timedelta(days=1)
    return frozenset(off), frozenset(date.fromisoformat(f"{year}-{day}") for day in makeup)


def notice_calendar() -> Calendar:
    calendar = Calendar()
    for year in NOTICES:
        calendar = calendar.with_year(year, *notice_days(year))
    return calendar


CALENDAR = notice_calendar()

SUMS = [
    # New Year 2024: one Monday off
    ("2023-12-29", 1, "2024-01-02"),
    ("2024-01-01", 0, "2024-01-02"),
    ("2024-01-02", -1, "2023-12-29"),
    # Spring Festival 2024: Sundays 02-04 and 02-18 are worked, New Year's Eve 02-09 too
    ("2024-02-02", 1, "2024-02-04"),
    ("2024-02-05", -1, "2024-02-04"),
    ("2024-02-05", -2, "2024-02-02"),
    ("2024-02-09", 1, "2024-02-18"),
    ("2024-02-09", 2, "2024-02-19"),
    ("2024-02-10", 0, "2024-02-18"),
    ("2024-02-18", -1, "2024-02-09"),
    ("2024-02-19", -1, "2024-02-18"),
    # the leap day is a Thursday
    ("2024-02-28", 1, "2024-02-29"),
    ("2024-02-28", 2, "2024-03-01"),
    ("2024-02-29", 0, "2024-02-29"),
    ("2024-03-01", -1, "2024-02-29"),
    # Tomb-sweeping 2024: Sunday 04-07 is worked
    ("2024-04-03", 1, "2024-04-07"),
    ("2024-04-03", 2, "2024-04-08"),
    ("2024-04-05", -1, "2024-04-03"),
    # Labour Day 2024: Sunday 04-28 and Saturday 05-11 are worked
    ("2024-04-26", 1, "2024-04-28"),
    ("2024-04-26", 4, "2024-05-06"),
    ("2024-05-10", 1, "2024-05-11"),
    ("2024-05-12", -1, "2024-05-11"),
    # Dragon Boat 2024: a Monday off, nothing worked for it
    ("2024-06-07", 1, "2024-06-11"),
    # Mid-autumn and National Day 2024: 09-14, 09-29 and 10-12 are worked
    ("2024-09-13", 1, "2024-09-14"),
    ("2024-09-13", 2, "2024-09-18"),
    ("2024-09-27", 1, "2024-09-29"),
    ("2024-09-27", 3, "2024-10-08"),
    ("2024-10-08", 5, "2024-10-14"),
    ("2024-10-14", -5, "2024-10-08"),
    # over the year's end
    ("2024-12-31", 1, "2025-01-02"),
    # Spring Festival 2025: Sunday 01-26 and Saturday 02-08 are worked
    ("2025-01-24", 1, "2025-01-26"),
    ("2025-01-24", 3, "2025-02-05"),
    ("2025-02-05", -1, "2025-01-27"),
    ("2025-02-07", 1, "2025-02-08"),
    ("2025-02-10", -1, "2025-02-08"),
    ("2025-01-27", 30, "2025-03-17"),
    # the annual plan due 2025-02-28
    ("2025-02-28", 5, "2025-03-07"),
    ("2025-02-28", -14, "2025-02-10"),
    ("2025-02-28", -15, "2025-02-08"),
    # Tomb-sweeping, Labour Day (Sunday 04-27 worked), Dragon Boat 2025
    ("2025-04-03", 1, "2025-04-07"),
    ("2025-04-25", 1, "2025-04-27"),
    ("2025-04-30", 1, "2025-05-06"),
    ("2025-05-30", 1, "2025-06-03"),
    # a due date on a Sunday
    ("2025-07-20", 0, "2025-07-21"),
    ("2025-11-30", 0, "2025-12-01"),
    # National Day 2025: Sunday 09-28 and Saturday 10-11 are worked
    ("2025-09-26", 1, "2025-09-28"),
    ("2025-10-01", 0, "2025-10-09"),
    ("2025-10-09", -14, "2025-09-12"),
    ("2025-10-09", -7, "2025-09-23"),
    ("2025-10-09", -3, "2025-09-28"),
    ("2025-10-09", -1, "2025-09-30"),
    ("2025-10-09", 1, "2025-10-10"),
    ("2025-10-09", 3, "2025-10-13"),
    ("2025-10-09", 5, "2025-10-15"),
    # New Year 2026: Sunday 01-04 is worked
    ("2025-12-31", 1, "2026-01-04"),
    ("2025-12-31", 2, "2026-01-05"),
    ("2026-01-01", 0, "2026-01-04"),
    # Spring Festival 2026: Saturdays 02-14 and 02-28 are worked
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-02-13", 2, "2026-02-24"),
    ("2026-02-24", -1, "2026-02-14"),
    ("2026-02-27", 1, "2026-02-28"),
    ("2026-02-28", 0, "2026-02-28"),
    ("2026-02-28", 5, "2026-03-06"),
    ("2026-02-28", -14, "2026-02-03"),
    # Tomb-sweeping, Labour Day (Saturday 05-09 worked), Dragon Boat 2026
    ("2026-04-03", 1, "2026-04-07"),
    ("2026-04-30", 1, "2026-05-06"),
    ("2026-04-30", 4, "2026-05-09"),
    ("2026-05-11", -1, "2026-05-09"),
    ("2026-06-18", 1, "2026-06-22"),
    # Mid-autumn and National Day 2026: Sunday 09-20 and Saturday 10-10 are worked
    ("2026-09-18", 1, "2026-09-20"),
    ("2026-09-24", 1, "2026-09-28"),
    ("2026-09-30", 1, "2026-10-08"),
    ("2026-09-30", 3, "2026-10-10"),
    ("2026-09-30", 4, "2026-10-12"),
    ("2026-10-12", -1, "2026-10-10"),
    # into a year without a table: New Year's Day counts as the Friday it is
    ("2026-12-31", 1, "2027-01-01"),
]


@pytest.mark.parametrize(("day", "n", "expected"), SUMS)
def test_working_days_are_counted_as_the_notices_say(day: str, n: int, expected: str) -> None:
    assert CALENDAR.add(date.fromisoformat(day), n) == date.fromisoformat(expected)


@pytest.mark.parametrize(("year", "expected"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_the_working_days_its_notice_leaves(year: int, expected: int) -> None:
    assert CALENDAR.count(date(year - 1, 12, 31), date(year, 12, 31)) == expected
    assert CALENDAR.count(date(year, 12, 31), date(year - 1, 12, 31)) == -expected


@pytest.mark.parametrize(
    ("year", "expected"), [(2024, "2024-01-17"), (2025, "2025-01-17"), (2026, "2026-01-19")]
)
def test_the_twelfth_working_day_of_a_year(year: int, expected: str) -> None:
    assert CALENDAR.workday_of_year(year, 12) == date.fromisoformat(expected)


def test_working_days_of_a_year_count_from_one() -> None:
    assert CALENDAR.workday_of_year(2026, 1) == date(2026, 1, 4)
    with pytest.raises(ValueError, match="count from 1"):
        CALENDAR.workday_of_year(2026, 0)


def test_a_year_without_a_table_counts_monday_to_friday_and_is_provisional() -> None:
    assert CALENDAR.provisional(date(2027, 1, 1))
    assert CALENDAR.provisional(date(2023, 12, 31))
    assert not CALENDAR.provisional(date(2026, 12, 31))
    assert CALENDAR.add(date(2027, 9, 30), 5) == date(2027, 10, 7)
    assert CALENDAR.next(date(2027, 10, 2)) == date(2027, 10, 4)
    assert Calendar().add(date(2031, 2, 28), -40) == date(2031, 1, 3)


def test_a_known_year_may_have_no_holiday_at_all() -> None:
    calendar = Calendar().with_year(2030, [], [])
    assert not calendar.provisional(date(2030, 5, 1))
    assert calendar.is_workday(date(2030, 5, 1))


def test_a_new_table_replaces_its_year_and_no_other() -> None:
    changed = CALENDAR.with_year(2025, [date(2025, 9, 3)], [date(2025, 9, 6)])
    assert changed.is_workday(date(2025, 10, 1))
    assert not changed.is_workday(date(2025, 9, 3))
    assert changed.is_workday(date(2025, 9, 6))
    assert not changed.is_workday(date(2026, 10, 1))
    assert not CALENDAR.is_workday(date(2025, 10, 1))


def test_a_table_that_contradicts_itself_is_refused() -> None:
    saturday, monday = date(2026, 1, 10), date(2026, 1, 12)
    with pytest.raises(ValueError, match="both a holiday and a make-up day: 2026-01-10"):
        Calendar(frozenset({saturday}), frozenset({saturday}), frozenset({2026}))
    with pytest.raises(ValueError, match="Saturday or Sunday: 2026-01-12"):
        Calendar(frozenset(), frozenset({monday}), frozenset({2026}))
    with pytest.raises(ValueError, match="without a table: 2026-01-12"):
        Calendar(frozenset({monday}), frozenset(), frozenset({2025}))
    with pytest.raises(ValueError, match="outside 2025: 2026-01-12"):
        Calendar().with_year(2025, [monday], [])


def test_the_content_is_plain_sorted_json_by_year() -> None:
    calendar = Calendar().with_year(2030, [date(2030, 10, 1), date(2030, 1, 1)], [date(2030, 9, 29)])
    assert calendar.with_year(2029, [], []).content() == {
        "2029": {"holidays": [], "makeup": []},
        "2030": {"holidays": ["2030-01-01", "2030-10-01"], "makeup": ["2030-09-29"]},
    }


def test_a_thawed_calendar_equals_the_frozen_one() -> None:
    assert thaw(CALENDAR.content()) == CALENDAR
    assert hash(thaw(CALENDAR.content())) == hash(CALENDAR)
    assert thaw({}) == Calendar()


# --- against a plain walk from day to day ---

YEARS = frozenset({2024, 2025, 2026})
DAYS = st.dates(date(2023, 6, 1), date(2027, 6, 30))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    inside = st.dates(date(2024, 1, 1), date(2026, 12, 31))
    off = draw(st.frozensets(inside, max_size=60))
    worked = draw(st.frozensets(inside, max_size=30))
    return Calendar(off, frozenset(day for day in worked - off if day.weekday() >= 5), YEARS)


def walk(calendar: Calendar, day: date, n: int) -> date:
    step = timedelta(days=-1 if n < 0 else 1)
    if n == 0:
        day, n = day - step, 1
    for _ in range(abs(n)):
        day += step
        while not calendar.is_workday(day):
            day += step
    return day


@settings(deadline=None)
@given(calendars(), DAYS, st.integers(-90, 90))
def test_adding_agrees_with_walking_day_by_day(calendar: Calendar, day: date, n: int) -> None:
    assert calendar.add(day, n) == walk(calendar, day, n)


@settings(deadline=None)
@given(calendars(), DAYS, DAYS, st.integers(-60, 60), st.integers(-60, 60))
def test_adding_keeps_the_order_of_days_and_of_numbers(
    calendar: Calendar, one: date, other: date, n: int, m: int
) -> None:
    assert calendar.add(min(one, other), n) <= calendar.add(max(one, other), n)
    fewer, more = sorted((n, m))
    assert calendar.add(one, fewer) <= calendar.add(one, more)
    if fewer < more and calendar.is_workday(one):
        assert calendar.add(one, fewer) < calendar.add(one, more)


@settings(deadline=None)
@given(calendars(), DAYS, st.integers(-60, 60))
def test_from_a_working_day_there_and_back_again(calendar: Calendar, day: date, n: int) -> None:
    start = calendar.next(day)
    there = calendar.add(start, n)
    assert calendar.is_workday(there)
    assert calendar.add(there, -n) == start
    assert calendar.count(start, there) == n


@settings(deadline=None)
@given(calendars())
def test_content_and_thaw_are_inverse(calendar: Calendar) -> None:
    assert thaw(calendar.content()) == calendar


# --- where instants meet the calendar ---


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("utc", "expected"),
    [
        ("2025-10-08T15:59:59.999999", "2025-10-08"),
        ("2025-10-08T16:00:00", "2025-10-09"),
        ("2025-10-08T23:59:59.999999", "2025-10-09"),
        ("2025-10-09T00:00:00", "2025-10-09"),
        ("2024-02-28T16:00:00", "2024-02-29"),
        ("2024-02-29T16:00:00", "2024-03-01"),
        ("2025-12-31T16:00:00", "2026-01-01"),
    ],
)
def test_from_midnight_to_eight_the_local_day_is_not_the_utc_day(utc: str, expected: str) -> None:
    instant = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert local_day(instant, SHANGHAI) == date.fromisoformat(expected)


def test_an_instant_without_a_zone_has_no_local_day() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        local_day(datetime(2025, 10, 9), SHANGHAI)  # noqa: DTZ001 -- naive on purpose


def test_a_day_begins_and_ends_at_local_midnight() -> None:
    assert day_start(date(2024, 2, 29), SHANGHAI) == datetime(2024, 2, 28, 16, tzinfo=UTC)
    assert day_end(date(2024, 2, 29), SHANGHAI) == datetime(2024, 2, 29, 16, tzinfo=UTC)
    assert day_end(date(2024, 2, 29), SHANGHAI) == day_start(date(2024, 3, 1), SHANGHAI)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2025-09-28T09:00:00", "2025-09-28T09:00:00"),  # a make-up Sunday
        ("2025-09-30T08:00:00", "2025-09-30T08:00:00"),
        ("2025-09-30T07:59:59.999999", "2025-09-30T08:00:00"),
        ("2025-09-30T17:59:59.999999", "2025-09-30T17:59:59.999999"),
        ("2025-09-30T18:00:00", "2025-10-09T08:00:00"),
        ("2025-09-30T00:00:00", "2025-09-30T08:00:00"),
        ("2025-10-01T09:00:00", "2025-10-09T08:00:00"),
        ("2025-10-08T23:59:59", "2025-10-09T08:00:00"),
        ("2025-10-11T12:00:00", "2025-10-11T12:00:00"),  # a make-up Saturday
        ("2025-10-12T07:00:00", "2025-10-13T08:00:00"),
    ],
)
def test_mail_goes_out_in_office_hours_of_working_days_only(at: str, expected: str) -> None:
    assert mail_instant(local(at), CALENDAR, SHANGHAI) == local(expected)
    assert mail_instant(local(at).astimezone(UTC), CALENDAR, SHANGHAI) == local(expected)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2025-09-28T09:00:00", "2025-09-28T09:30:00"),
        ("2025-09-28T09:30:00", "2025-09-28T09:30:00"),
        ("2025-09-28T09:30:00.000001", "2025-09-29T09:30:00"),
        ("2025-09-30T10:00:00", "2025-10-09T09:30:00"),
        ("2025-10-04T03:00:00", "2025-10-09T09:30:00"),
    ],
)
def test_a_digest_goes_out_at_half_past_nine_of_a_working_day(at: str, expected: str) -> None:
    assert digest_instant(local(at), CALENDAR, SHANGHAI) == local(expected)


@settings(deadline=None)
@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1)))  # noqa: DTZ001 -- made aware below
def test_a_mail_instant_is_never_earlier_and_stays_where_it_is(at: datetime) -> None:
    asked = at.replace(tzinfo=SHANGHAI)
    first = mail_instant(asked, CALENDAR, SHANGHAI)
    assert first >= asked
    assert CALENDAR.is_workday(first.date())
    assert 8 <= first.hour < 18
    assert mail_instant(first, CALENDAR, SHANGHAI) == first
