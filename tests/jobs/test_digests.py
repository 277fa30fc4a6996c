"""Digests: one mail a person and working day, of everything that came due and still stands."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from cycle.clock import VirtualClock
from cycle.db import Database, Session
from cycle.jobs import digests
from cycle.jobs.digests import DigestsBroken, write_digests
from cycle.operations.perform import writing
from cycle.service import Service
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LIAISON,
    MEMBER,
    OTHER_MEMBER,
    PERSONNEL,
    REVIEWERS,
    THIRD,
    City,
    CityAt,
    person,
)
from tests.held import YEAR, ZONE
from tests.jobs.late_plans import (
    GROUP,
    LEADERS,
    ONE,
    OTHER,
    OWN,
    PLAN,
    RECTIFICATION,
    fire,
)
from tests.jobs.mailbox import mails, new_digests, reads_english


@pytest.fixture
def city(city_at: CityAt) -> City:
    """All three plans are late; this week's sheets have gone out."""
    city = city_at("running")
    city.at("2025-03-03")
    city.sweep()
    assert write_digests(city.service) > 0
    return city


@pytest.mark.parametrize(
    ("at", "written"),
    [
        ("2025-03-05 09:29:59.999999", False),
        ("2025-03-05 09:30", True),
        ("2025-03-05 17:59:59.999999", True),
        ("2025-03-05 18:00", False),
        ("2025-03-06 00:00", False),
        ("2025-03-08 10:00", False),
        ("2025-03-09 10:00", False),
    ],
)
def test_digests_are_written_on_working_days_from_half_past_nine_to_six(
    city: City, at: str, written: bool
) -> None:
    fire(city, "2025-03-05")
    city.at(at)
    assert set(new_digests(city)) == ({ONE, OTHER} if written else set())


def test_a_make_up_sunday_is_a_working_day(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-01-17")
    city.file(GENERAL)
    city.at("2025-01-20")
    assert new_digests(city)  # the sheets of the week
    fire(city, "2025-01-24")
    city.at("2025-01-25 10:00")
    assert new_digests(city) == {}  # a Saturday
    city.at("2025-01-26 10:00")
    assert new_digests(city)[CLERK].kind == "office_digest"


def test_nobody_gets_a_second_one_on_the_same_day(city: City) -> None:
    fire(city, "2025-03-05")
    city.at("2025-03-05 09:30")
    assert set(new_digests(city)) == {ONE, OTHER}
    assert new_digests(city) == {}
    city.at("2025-03-05 15:00")
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-03-10")
    fire(city, "2025-03-06")
    city.at("2025-03-06 09:30")
    assert new_digests(city) == {}  # nothing new came due


def test_what_comes_due_after_the_digest_of_the_day_waits_for_the_next(city_at: CityAt) -> None:
    city = city_at("running")
    fire(city, "2025-03-03")
    city.at("2025-03-05 09:30")
    assert "逾期1个工作日" not in new_digests(city)[ONE].body  # late as of the day it is written
    city.at("2025-03-05 11:00")
    city.sweep()  # the rungs of the day, noticed late
    assert new_digests(city) == {}
    city.at("2025-03-06 09:30")
    written = new_digests(city)
    assert set(written) == {ONE, OTHER}
    assert written[ONE].sections() == {LEADERS: [("纪委", PLAN), ("组织部", PLAN)]}


def test_another_worker_that_was_first_leaves_nothing_to_write(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    fire(city, "2025-03-05")
    city.at("2025-03-05 09:30")
    first: list[int] = []

    @contextmanager
    def overtaken(service: Service) -> Iterator[Session]:
        if not first:
            first.append(write_digests_of(service))
        with writing(service) as session:
            yield session

    def write_digests_of(service: Service) -> int:
        with monkeypatch.context() as patch:
            patch.setattr("cycle.jobs.digests.writing", writing)
            return write_digests(service)

    monkeypatch.setattr("cycle.jobs.digests.writing", overtaken)
    assert write_digests(city.service) == 0
    assert first == [2]
    assert len(mails(city, "leader_digest")) == 2


def test_two_workers_at_once_write_each_digest_once(city: City) -> None:
    fire(city, "2025-03-07")
    city.at("2025-03-07 09:30")
    url = city.service.database.url.render_as_string(hide_password=False)
    services = [Service(Database(url), VirtualClock(city.clock.at), ZONE) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        written = list(pool.map(write_digests, services))
    for service in services:
        service.database.close()
    told = [mail.recipient for mail in mails(city) if mail.kind in ("leader_digest", "group_digest")]
    assert len(told) == len(set(told)) == sum(written) > 5


def test_what_was_dealt_with_meanwhile_is_left_out_and_marked_settled(city: City) -> None:
    fire(city, "2025-03-05")
    city.at("2025-03-05 09:10")
    city.file(GENERAL)
    city.file(DISCIPLINE)
    city.at("2025-03-05 09:30")
    written = new_digests(city)
    assert set(written) == {ONE}
    assert written[ONE].sections() == {LEADERS: [("组织部", PLAN)]}
    (line,) = written[ONE].lines()
    assert "■ 逾期（红）" in line
    assert "2月28日（周五）" in line
    assert "逾期3个工作日" in line
    told = city.select("SELECT deadline, digest FROM reminder WHERE outcome = 'digest' AND rung = '+3'")
    assert {name.split("#")[0]: digest for name, digest in told} == {
        f"appraisal:{YEAR}:{GENERAL}": "settled",
        f"appraisal:{YEAR}:{DISCIPLINE}": "settled",
        f"appraisal:{YEAR}:{PERSONNEL}": f"digest:2025-03-05:{ONE}",
    }


def test_held_digests_wait_and_come_whole_with_the_latest_of_each_clock(city: City) -> None:
    city.do("hold_digests", person(CLERK))
    for day in ("2025-03-05", "2025-03-07"):
        fire(city, day)
        city.at(f"{day} 10:00")
        assert new_digests(city) == {}
    city.do("release_digests", person(CLERK))
    written = new_digests(city)
    assert written[ONE].sections() == {LEADERS: [("纪委", PLAN), ("组织部", PLAN)]}
    assert all("逾期5个工作日" in line for line in written[ONE].lines())
    assert MEMBER in written
    waiting = "SELECT count(*) FROM reminder WHERE outcome = 'digest' AND digest IS NULL"
    assert city.select(waiting) == [(0,)]


def test_everybody_finds_their_lines_under_their_own_heading(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-27")
    city.file(GENERAL)  # the office has until 6 March
    city.at("2025-03-03")
    city.sweep()
    write_digests(city.service)
    for day in ("2025-03-05", "2025-03-06", "2025-03-07"):
        fire(city, day)
    city.at("2025-03-07 09:30")
    written = new_digests(city)
    assert {name: mail.kind for name, mail in written.items() if name in (ONE, MEMBER, CLERK, THIRD)} == {
        ONE: "leader_digest",
        MEMBER: "group_digest",
        CLERK: "office_digest",
        THIRD: "office_digest",
    }
    assert OTHER not in written  # the plan in the leader's charge is with the office
    late = [("纪委", PLAN), ("组织部", PLAN)]
    assert written[ONE].sections() == {LEADERS: late}
    assert written[MEMBER].sections() == {GROUP: late}
    # a head who is of the group has a letter about the own department, the others are reported
    assert written[HEAD[DISCIPLINE]].sections() == {GROUP: late[1:]}
    assert written[CLERK].sections() == {OWN: [("办公室", "年度计划待审")]}
    (line,) = written[CLERK].lines()
    assert "3月6日（周四）" in line
    assert "绩效办" in line


def test_a_reviewer_is_told_of_marks_due_today_in_yellow(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-22")
    write_digests(city.service)
    ((due,),) = city.select("SELECT DISTINCT due FROM deadline WHERE state = 'central_review.marking'")
    fire(city, due)
    city.at(f"{due} 09:30")
    mail = new_digests(city)[REVIEWERS[0]]
    assert mail.kind == "office_digest"
    assert "3个部门" in mail.title
    assert [department for department, _ in mail.sections()[OWN]] == ["办公室", "纪委", "组织部"]
    assert all("▲ 临期（黄）" in line for line in mail.lines())
    assert mail.body.startswith("▲ 临期（黄）")


def test_who_is_a_leader_and_of_the_group_gets_one_mail_with_both_sections(city: City) -> None:
    city.both("change_person", person(CLERK), id=ONE, roles=["leader", "group"])
    fire(city, "2025-03-07")
    city.at("2025-03-07 09:30")
    mail = new_digests(city)[ONE]
    assert mail.kind == "group_digest"
    assert mail.sections() == {GROUP: [("办公室", PLAN)], LEADERS: [("纪委", PLAN), ("组织部", PLAN)]}


def test_a_clock_of_ones_own_is_no_report_about_others(city_at: CityAt) -> None:
    city = city_at("ratified")
    fire(city, "2026-03-03")
    city.at("2026-03-03 10:00")
    write_digests(city.service)
    for day in ("2026-03-09", "2026-03-10"):  # the talk and the written rectification are due on the ninth
        fire(city, day)
        city.at(f"{day} 09:30")
    found = new_digests(city)[ONE].sections()
    assert found[LEADERS] == [("组织部", RECTIFICATION)]
    assert found[OWN] == [("组织部", f"{RECTIFICATION}（诫勉谈话）")]


def test_the_groups_own_clock_is_of_the_whole_city(city_at: CityAt) -> None:
    city = city_at("pending")
    city.whole("propose")
    city.at("2026-01-19")
    write_digests(city.service)
    ((due,),) = city.select("SELECT due FROM deadline WHERE who = 'group' AND status = 'open'")
    fire(city, due)
    city.at(f"{due} 09:30")
    mail = new_digests(city)[MEMBER]
    assert list(mail.sections()) == [OWN]
    assert [whose for whose, _ in mail.sections()[OWN]] == ["全市"]


def test_somebody_who_left_gets_none_and_holds_up_nobody(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-20")
    city.file(GENERAL)
    city.at("2025-02-24")
    write_digests(city.service)
    fire(city, "2025-02-27")
    city.at("2025-02-27 09:10")
    city.do("leave", person(CLERK), id=THIRD, on="2025-02-27")
    city.at("2025-02-27 09:30")
    written = new_digests(city)
    assert CLERK in written
    assert THIRD not in written
    ((digest,),) = city.select("SELECT DISTINCT digest FROM reminder WHERE person = :who", who=THIRD)
    assert digest.removeprefix("digest:2025-02-27:") in set(written) - {THIRD}  # who is still of the office
    assert new_digests(city) == {}


def test_a_digest_that_cannot_be_written_holds_up_nobody_elses_and_is_named(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    fire(city, "2025-03-05")
    city.at("2025-03-05 09:30")
    write = digests._write

    def broken(session: Session, service: Service, who: str, *more: Any) -> int:
        if who == ONE:
            raise ValueError("no words")
        return write(session, service, who, *more)

    with monkeypatch.context() as patch:
        patch.setattr(digests, "_write", broken)
        with pytest.raises(DigestsBroken, match=f"^{ONE}: ValueError: no words$"):
            write_digests(city.service)
    assert [mail.recipient for mail in mails(city, "leader_digest")] == [OTHER]
    assert set(new_digests(city)) == {ONE}


def test_a_request_for_more_time_is_listed_as_one(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-26")
    city.move(GENERAL, "ask_extension", due="2025-03-11")
    city.at("2025-03-03")
    write_digests(city.service)
    fire(city, "2025-03-05")  # the office has five working days
    city.at("2025-03-05 09:30")
    assert new_digests(city)[CLERK].sections() == {OWN: [("办公室", "年度计划（延期申请）")]}


def test_the_year_is_named_where_two_are_listed(city_at: CityAt) -> None:
    """The plans of the new year are late while the rectification of the old one is."""
    city = city_at("ratified")
    city.open_year(YEAR + 1)
    city.at("2026-03-02")
    city.sweep()
    city.do("hold_digests", person(CLERK))
    for day in ("2026-03-03", "2026-03-10"):
        fire(city, day)
    city.do("release_digests", person(CLERK))
    city.at("2026-03-10 10:00")
    found = new_digests(city)[ONE].sections()
    assert ("组织部", f"2025年度{RECTIFICATION}") in found[LEADERS]
    assert ("组织部", "2026年度年度计划") in found[LEADERS] + found.get(GROUP, [])


def test_a_lapse_is_reported_also_where_the_next_window_opened_in_the_same_pass(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-07-05")
    city.sweep()
    assert city.state(GENERAL) == "midyear.drafting"
    city.at("2025-07-07 09:30")
    mail = new_digests(city)[OTHER_MEMBER]
    assert len(mail.sections()[GROUP]) == 3
    assert all("逾期未报" in line for line in mail.lines())


@pytest.mark.parametrize("settled", ["readmit", "exempt"])
def test_a_lapse_that_was_dealt_with_is_no_longer_reported(city: City, settled: str) -> None:
    fire(city, "2025-03-08")
    city.at("2025-03-10 09:10")
    if settled == "readmit":
        city.move(GENERAL, "readmit", due="2025-03-14")
    else:
        city.move(GENERAL, "exempt")
    city.at("2025-03-10 09:30")
    rows = new_digests(city)[MEMBER].sections()[GROUP]
    assert [department for department, _ in rows] == ["纪委", "组织部"]


def test_a_reader_of_english_gets_an_english_digest(city: City) -> None:
    reads_english(city, OTHER)
    fire(city, "2025-03-05")
    city.at("2025-03-05 09:30")
    mail = new_digests(city)[OTHER]
    assert mail.lang == "en"
    (line,) = mail.lines()
    assert "28 February" in line
    assert "3 working days" in line


def test_auditors_and_administrators_get_no_digest(city: City) -> None:
    fire(city, "2025-03-07")
    city.at("2025-03-07 09:30")
    assert not {AUDITOR, ADMIN, LIAISON[GENERAL]} & set(new_digests(city))
