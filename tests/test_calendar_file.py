"""A working-day table read from a file: whole years, every fault with its place, in two languages."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cycle.calendar_file import (
    ALWAYS_OFF,
    TEXTS,
    CalendarFault,
    CalendarFileInvalid,
    Table,
    message,
    read,
)
from workflows.workdays import Calendar

WHOLE_2027 = """date,kind
2027-01-01,holiday
2027-02-07,makeup
2027-02-08,holiday
2027-05-01,holiday
2027-10-01,holiday
2027-10-02,holiday
2027-10-03,holiday
2027-10-09,makeup
"""
ALSO_2026 = Calendar().with_year(2026, [date(2026, 10, 1)], [date(2026, 10, 10)])


def table_of(text: str, known_years: frozenset[int] = frozenset()) -> Table:
    return read(text.encode(), known_years=known_years)


def faults_of(data: str | bytes, known_years: frozenset[int] = frozenset()) -> tuple[CalendarFault, ...]:
    with pytest.raises(CalendarFileInvalid) as refused:
        read(data.encode() if isinstance(data, str) else data, known_years=known_years)
    return refused.value.faults


def places(faults: tuple[CalendarFault, ...]) -> list[tuple[int | None, str | None, str]]:
    return [(fault.row, fault.column, fault.code) for fault in faults]


def test_a_whole_year_is_read_and_put_into_the_calendar() -> None:
    table = table_of(WHOLE_2027)
    assert table.years == {2027}
    assert table.makeup == {date(2027, 2, 7), date(2027, 10, 9)}
    calendar = table.merged_into(ALSO_2026)
    assert calendar.years == {2026, 2027}
    assert not calendar.is_workday(date(2027, 2, 8))
    assert calendar.is_workday(date(2027, 10, 9))
    assert not calendar.is_workday(date(2026, 10, 1))


def test_importing_the_same_table_again_changes_nothing() -> None:
    once = table_of(WHOLE_2027).merged_into(ALSO_2026)
    assert table_of(WHOLE_2027, once.years).merged_into(once) == once


def test_a_later_table_of_a_year_replaces_the_earlier_one() -> None:
    once = table_of(WHOLE_2027).merged_into(Calendar())
    corrected = table_of(WHOLE_2027.replace("2027-02-08", "2027-02-09")).merged_into(once)
    assert corrected.is_workday(date(2027, 2, 8))
    assert not corrected.is_workday(date(2027, 2, 9))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headers_kinds_and_dates_are_understood(encoding: str) -> None:
    text = WHOLE_2027.replace("date,kind", "备注,类型,日期")
    for line in WHOLE_2027.splitlines()[1:]:
        day, kind = line.split(",")
        year, month, number = day.split("-")
        word = {"holiday": "节假日", "makeup": "补班"}[kind]
        text = text.replace(line, f"某，,{word} ,{year}年{int(month)}月{int(number)}日")
    assert read(text.encode(encoding), known_years=()) == table_of(WHOLE_2027)


def test_full_width_digits_slashes_blank_rows_and_crlf_do_no_harm() -> None:
    text = WHOLE_2027.replace("2027-01-01,holiday", "２０２７／１／１,Holiday\n ,\n")
    assert table_of(text.replace("\n", "\r\n")) == table_of(WHOLE_2027)


def test_every_fault_is_reported_at_once_with_its_row_and_column() -> None:
    text = (
        "日期,类型\n2027-02-30,节假日\n,补班\n2027-02-08,加班\n2027-02-08,\n2027-02-09,补班\n一月一日,休息\n"
    )
    assert places(faults_of(text)) == [
        (2, "date", "date_invalid"),
        (3, "date", "blank"),
        (4, "kind", "kind_unknown"),
        (5, "date", "day_duplicate"),
        (5, "kind", "blank"),
        (6, "kind", "makeup_on_weekday"),
        (7, "date", "date_invalid"),
        (7, "kind", "kind_unknown"),
    ]


def test_rows_are_counted_with_the_header_and_the_blank_ones() -> None:
    assert places(faults_of("date,kind\n\n\n2027-13-01,holiday\n")) == [(4, "date", "date_invalid")]


def test_a_duplicate_names_the_row_that_was_first_whatever_its_kind() -> None:
    (fault,) = faults_of(WHOLE_2027 + "2027-10-09,holiday\n")
    assert fault == CalendarFault(10, "date", "day_duplicate", (("date", "2027-10-09"), ("first", "9")))


def test_a_part_of_a_year_is_refused_so_that_it_cannot_replace_the_whole() -> None:
    faults = faults_of("date,kind\n2027-09-03,holiday\n", frozenset({2027}))
    assert [dict(fault.data)["date"] for fault in faults] == ["2027-01-01", "2027-10-01"]
    assert {fault.code for fault in faults} == {"year_incomplete"}
    assert {fault.row for fault in faults} == {None}


def test_a_row_fault_and_a_missing_day_are_told_together() -> None:
    text = WHOLE_2027.replace("2027-10-01,holiday\n", "").replace("2027-02-08,holiday", "2027-02-08,off")
    assert places(faults_of(text)) == [(4, "kind", "kind_unknown"), (None, None, "year_incomplete")]


def test_a_day_that_cannot_be_read_is_not_called_missing_as_well() -> None:
    assert places(faults_of(WHOLE_2027.replace("2027-10-01", "2027-10-1x"))) == [(6, "date", "date_invalid")]


def test_a_notice_may_reach_back_into_december() -> None:
    table = table_of(WHOLE_2027 + "2026-12-31,holiday\n", frozenset({2026}))
    assert table.years == {2027}
    calendar = table.merged_into(ALSO_2026)
    assert not calendar.is_workday(date(2026, 12, 31))
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2026, 10, 10))


def test_a_december_day_may_change_its_kind() -> None:
    known = Calendar().with_year(2026, [date(2026, 10, 1)], [date(2026, 12, 26)])
    table = table_of(WHOLE_2027 + "2026-12-26,holiday\n", known.years)
    assert not table.merged_into(known).is_workday(date(2026, 12, 26))
    assert (
        table_of(WHOLE_2027 + "2026-12-26,makeup\n", known.years)
        .merged_into(known)
        .is_workday(date(2026, 12, 26))
    )


def test_no_other_month_may_come_without_its_year() -> None:
    faults = faults_of(WHOLE_2027 + "2026-11-30,holiday\n", frozenset({2026}))
    assert {dict(fault.data)["year"] for fault in faults} == {"2026"}
    assert {fault.code for fault in faults} == {"year_incomplete"}


def test_december_alone_may_follow_the_table_it_belongs_to() -> None:
    known = table_of(WHOLE_2027).merged_into(ALSO_2026)
    table = table_of("date,kind\n2026-12-31,holiday\n", known.years)
    assert table.years == frozenset()
    assert table.merged_into(known) == Calendar(
        known.holidays | {date(2026, 12, 31)}, known.makeup, known.years
    )


def test_december_of_a_year_without_a_table_is_refused() -> None:
    assert places(faults_of(WHOLE_2027 + "2026-12-31,holiday\n")) == [(10, "date", "year_unknown")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [(None, None, "file_empty")]),
        (b"\n \n", [(None, None, "file_empty")]),
        (b"date,kind\n", [(None, None, "file_empty")]),
        (b"day,sort\n2027-01-01,holiday\n", [(1, "date", "column_missing"), (1, "kind", "column_missing")]),
        ("date,日期,kind\n".encode(), [(1, "date", "column_duplicate")]),
        (WHOLE_2027.encode("utf-16"), [(None, None, "encoding")]),
        (b"date,kind\n\x002027-01-01,holiday\n", [(None, None, "encoding")]),
        (b"date,kind\n\xff\xff\xff\n", [(None, None, "encoding")]),
        (b'date,kind\n"2027-01-01,holiday\n', [(None, None, "format")]),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    data: bytes, expected: list[tuple[int | None, str | None, str]]
) -> None:
    assert places(faults_of(data)) == expected


def test_every_fault_has_words_in_both_languages() -> None:
    seen = {
        fault.code: fault
        for fault in (
            *faults_of(
                "日期,类型\n2027-02-30,节假日\n,补班\n2027-02-08,加班\n2027-02-08,\n2027-02-09,补班\n"
            ),
            *faults_of("date,kind\n2027-09-03,holiday\n"),
            *faults_of(WHOLE_2027 + "2026-12-31,holiday\n"),
            *faults_of(""),
            *faults_of("date,日期\n"),
            *faults_of(b"\xff\xfe"),
            *faults_of('date,kind\n"'),
        )
    }
    assert seen.keys() == TEXTS.keys()
    for fault in seen.values():
        assert message(fault).endswith("。")
        assert message(fault, "en").endswith(".")
        assert "{" not in message(fault) + message(fault, "en")


def test_a_fault_reads_well() -> None:
    (fault,) = faults_of(WHOLE_2027.replace("2027-10-02,holiday", "2027-10-32,holiday"))
    assert message(fault) == "“2027-10-32”不是日期，请写成 2027-10-01。"
    assert message(fault, "en") == "2027-10-32 is no date; write it like 2027-10-01."
    missing = faults_of("day,kind\n2027-01-01,holiday\n")[0]
    assert message(missing) == "缺少“日期”列。"


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_whatever_the_bytes_the_answer_is_a_table_or_faults(data: bytes) -> None:
    try:
        table: Table | None = read(b"date,kind\n" + data, known_years=(2026,))
        faults: tuple[CalendarFault, ...] = ()
    except CalendarFileInvalid as refused:
        table, faults = None, refused.faults
    assert (table is None) == bool(faults)
    assert table is None or table.holidays or table.makeup


@settings(deadline=None)
@given(st.sets(st.dates(date(2027, 1, 1), date(2027, 12, 31))), st.integers(2025, 2032))
def test_a_table_written_out_reads_back(days: set[date], year: int) -> None:
    holidays = {day.replace(year=year) for day in days if (day.month, day.day) != (2, 29)}
    holidays |= {date(year, month, number) for month, number in ALWAYS_OFF}
    text = "date,kind\n" + "".join(f"{day},holiday\n" for day in holidays)
    assert table_of(text) == Table(frozenset(holidays), frozenset(), frozenset({year}))
