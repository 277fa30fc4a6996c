"""The weekly sheets: once a week with the digest of its first working day, each reader their own departments."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cycle.board.rows import BoardRow, board
from cycle.db import Session
from cycle.jobs.digests import write_digests
from cycle.jobs.weekly import due
from tests.cast import (
    CLERK,
    DEPARTMENTS,
    DISCIPLINE,
    GENERAL,
    LEADER,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    THIRD,
    City,
    CityAt,
    book,
    person,
)
from tests.held import COLLEAGUE, YEAR, ZONE
from tests.jobs.mailbox import mails, new_digests, reads_english

ONE, OTHER = LEADER[DISCIPLINE], LEADER[GENERAL]
OFFICE = {CLERK, COLLEAGUE, THIRD, *OFFICE_AT_HOME.values()}
KINDS = {"leader_weekly", "office_weekly"}
STATES = "各部门进展"
NAMES = {GENERAL: "办公室", DISCIPLINE: "纪委", PERSONNEL: "组织部"}


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


def weeklies(city: City, first: str, last: str) -> list[str]:
    """The days on which the clerk got a weekly sheet, somebody calling every morning and afternoon."""
    day, found = date.fromisoformat(first), []
    while day <= date.fromisoformat(last):
        for hour in ("09:00", "10:00", "16:00"):
            city.at(f"{day} {hour}")
            found += [day.isoformat()] * (new_digests(city).get(CLERK) is not None)
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        # the Sunday of 26 January and the Saturday of 8 February are worked, 28 January to 4 February are not
        ("2025-01-13", "2025-02-11", ["2025-01-13", "2025-01-20", "2025-01-27", "2025-02-05", "2025-02-10"]),
        # the Sunday of 28 September and the Saturday of 11 October are worked, 1 to 8 October are not
        ("2025-09-22", "2025-10-13", ["2025-09-22", "2025-09-29", "2025-10-09", "2025-10-13"]),
    ],
)
def test_a_sheet_is_written_on_the_first_working_day_of_every_week(
    city: City, first: str, last: str, expected: list[str]
) -> None:
    assert weeklies(city, first, last) == expected


def test_a_week_begun_late_still_gets_its_sheet_once(city: City) -> None:
    assert weeklies(city, "2025-01-15", "2025-01-19") == ["2025-01-15"]


def test_leaders_see_their_own_departments_and_the_office_all_of_them(city: City) -> None:
    city.at("2025-01-13")
    written = new_digests(city)
    assert {who: mail.kind for who, mail in written.items()} == {
        **dict.fromkeys((ONE, OTHER), "leader_weekly"),
        **dict.fromkeys([who for who in written if who not in (ONE, OTHER)], "office_weekly"),
    }
    assert set(written) >= OFFICE
    assert {name for name, _ in written[ONE].sections()[STATES]} == {"纪委", "组织部"}
    assert {name for name, _ in written[OTHER].sections()[STATES]} == {"办公室"}
    assert {name for name, _ in written[CLERK].sections()[STATES]} == set(NAMES.values())
    assert f"{YEAR}年度" in written[CLERK].body


def test_the_sheet_takes_the_place_of_the_digest_of_the_day(city: City) -> None:
    city.at("2025-03-03 09:00")
    city.sweep()  # all three are a working day late
    city.at("2025-03-03 09:30")
    written = new_digests(city)
    assert {mail.kind for mail in written.values()} == KINDS
    assert written[ONE].sections()["分管部门的逾期事项"] == [("纪委", "年度计划"), ("组织部", "年度计划")]
    assert written[ONE].body.startswith("■ 逾期（红）")
    assert "2个逾期" in written[ONE].title
    waiting = "SELECT count(*) FROM reminder WHERE outcome = 'digest' AND digest IS NULL"
    assert city.select(waiting) == [(0,)]
    city.at("2025-03-03 15:00")
    assert new_digests(city) == {}


def test_the_office_sees_what_lies_ahead_counted_by_department(city: City) -> None:
    city.at("2025-02-24")
    city.sweep()
    body = new_digests(city)[CLERK].body
    assert "2月25日（周二）：向3个部门发送提醒" in body
    assert "2月27日（周四）：3个部门" in body
    assert "2月28日（周五）：3个部门" in body
    assert "3月3日（周一）：3件逾期事项" in body
    assert "宽限期满" not in body  # the seventh is more than a week away


def test_what_lies_ahead_of_a_complaint_not_yet_told_is_not_counted_for_those_at_home(city: City) -> None:
    city.at("2025-02-10")
    for department in city.departments:
        city.file(department)
        city.move(department, "accept")
    city.at("2025-03-18")
    about = {
        "year": YEAR,
        "department": GENERAL,
        "on": "2025-03-18",
        "text": "窗口态度生硬",
        "source": "call",
    }
    city.do("complaint", person(CLERK), action="receive", **about)
    city.at("2025-04-07")
    with city.service.database.read() as session:
        sheets = due(session, city.clock.now(), ZONE)
    everybody = [(one.day, one.code, one.count) for one in sheets[CLERK].ahead]
    assert everybody == [
        (date(2025, 4, 9), "yellow", 1),
        (date(2025, 4, 10), "red", 1),
        (date(2025, 4, 14), "red", 1),
    ]
    assert sheets[OFFICE_AT_HOME[PERSONNEL]].ahead == sheets[CLERK].ahead
    assert sheets[OFFICE_AT_HOME[GENERAL]].ahead == ()


def test_a_lapse_is_announced_for_the_last_day_of_grace(city: City) -> None:
    city.at("2025-03-03")
    city.sweep()
    body = new_digests(city)[CLERK].body
    assert "3月7日（周五）：3个部门宽限期满" in body
    assert "3月8日" not in body


def test_a_window_is_announced_to_those_who_are_not_exempt(city: City) -> None:
    city.at("2025-06-30")
    city.move(GENERAL, "exempt")
    assert "7月1日（周二）：半年自评窗口开启，涉及2个部门" in new_digests(city)[CLERK].body


def test_clocks_of_several_reviewers_count_as_one_department(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-22")
    body = new_digests(city)[CLERK].body
    assert "12月29日（周一）：3个部门" in body
    assert "9个部门" not in body


def test_an_exempted_department_has_no_row(city: City) -> None:
    city.at("2025-01-13")
    city.move(GENERAL, "exempt")
    written = new_digests(city)
    assert {name for name, _ in written[CLERK].sections()[STATES]} == {"纪委", "组织部"}
    assert OTHER not in written


@pytest.mark.parametrize("stage", ["registered", "installed"])
def test_nothing_is_written_while_no_year_runs(city_at: CityAt, stage: str) -> None:
    city = city_at(stage)
    city.at("2025-01-13")
    assert write_digests(city.service) == 0
    if stage == "installed":
        city.whole("prepare", rulebook=book().content())
        assert write_digests(city.service) == 0
    assert mails(city) == []


def test_two_years_that_overlap_are_told_apart(city_at: CityAt) -> None:
    city = city_at("pending")
    city.at("2026-01-06")
    city.whole("prepare", YEAR + 1, rulebook=book().content())
    city.whole("approve_rulebook", YEAR + 1, digest=book().digest)
    city.whole("open", YEAR + 1)
    city.at("2026-01-12")
    city.sweep()
    mail = new_digests(city)[CLERK]
    rows = mail.sections()[STATES]
    assert len(rows) == 2 * len(DEPARTMENTS)
    assert sorted(matter for _, matter in rows) == ["2025年度待评定"] * 3 + ["年度计划填报"] * 3
    assert f"{YEAR + 1}年度" in mail.body


def test_the_group_gets_no_weekly_sheet(city: City) -> None:
    city.at("2025-01-13")
    assert MEMBER not in new_digests(city)


def test_a_leader_who_reads_english_gets_an_english_sheet(city: City) -> None:
    reads_english(city, ONE)
    city.at("2025-01-13")
    mail = new_digests(city)[ONE]
    assert mail.lang == "en"
    assert mail.title.startswith("[Appraisal] ")
    assert len(mail.lines()) == 2


@pytest.mark.parametrize("nobody", ["exempt", "sent"])
def test_the_board_is_not_built_where_nobody_is_to_see_it(
    city: City, monkeypatch: pytest.MonkeyPatch, nobody: str
) -> None:
    """A leader whose only department is exempt gets none this week, however often it is asked."""
    city.at("2025-01-20")
    if nobody == "exempt":
        city.move(GENERAL, "exempt")
    assert new_digests(city)
    built: list[int] = []

    def counted(session: Session, year: int, now: datetime, zone: ZoneInfo) -> list[BoardRow]:
        built.append(year)
        return board(session, year, now, zone)

    monkeypatch.setattr("cycle.jobs.weekly.board", counted)
    for _ in range(3):
        assert write_digests(city.service) == 0
    assert built == []
    city.at("2025-01-27")
    assert new_digests(city)
    assert built
