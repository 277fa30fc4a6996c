"""Whose a digest line is on the day it is written, and whether its matter still stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from cycle import calendar_seed
from cycle.db import Session, Statement
from cycle.jobs import digests
from cycle.jobs.digests import SETTLED, DigestsBroken, write_digests
from cycle.operations.sweep import spare
from cycle.service import Service
from tests.cast import (
    CLERK,
    GENERAL,
    INSPECTOR,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    City,
    CityAt,
    person,
)
from tests.held import COLLEAGUE, YEAR, instant, key_of
from tests.jobs.late_plans import (
    GROUP,
    LEADERS,
    ONE,
    OTHER,
    OWN,
    PLAN,
    appointed,
    fire,
    held,
    released,
)
from tests.jobs.mailbox import Mail, mails, new_digests


@pytest.fixture
def city(city_at: CityAt) -> City:
    """All three plans are late; this week's sheets have gone out."""
    city = city_at("running")
    city.at("2025-03-03")
    city.sweep()
    assert write_digests(city.service) > 0
    return city


# --- whose it is on the day it is written ---


def test_who_came_to_be_in_charge_is_told_and_not_who_was(city: City) -> None:
    held(city, "2025-03-05")
    appointed(city, GENERAL, ONE, "2025-03-05")
    written = released(city, "2025-03-06 10:00")
    assert set(written) == {ONE}
    assert written[ONE].sections() == {LEADERS: [("办公室", PLAN), ("纪委", PLAN), ("组织部", PLAN)]}
    told = city.select(
        "SELECT person, digest FROM reminder WHERE rung = '+3' AND role = 'leader' ORDER BY person"
    )
    assert told == sorted([*[(ONE, f"digest:2025-03-06:{ONE}")] * 2, (OTHER, f"digest:2025-03-06:{ONE}")])
    assert new_digests(city) == {}


def test_who_joined_the_group_is_told_with_the_others_once(city: City) -> None:
    held(city, "2025-03-07")
    city.both("change_person", person(CLERK), id=INSPECTOR, roles=["inspector", "group"])
    written = released(city, "2025-03-07 10:00")
    assert written[INSPECTOR].sections() == written[MEMBER].sections()
    assert len(written[MEMBER].sections()[GROUP]) == 3
    city.at("2025-03-10 10:00")
    assert not {INSPECTOR, MEMBER} & set(new_digests(city)) - set(mails_of_the_week(city))


def mails_of_the_week(city: City) -> list[str]:
    return [mail.recipient for mail in mails(city) if mail.kind.endswith("_weekly")]


def test_who_joined_is_not_told_twice_where_a_colleagues_digest_broke(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(city, "2025-03-06", "2025-03-07")
    city.both("change_person", person(CLERK), id=INSPECTOR, roles=["inspector", "group"])
    city.do("release_digests", person(CLERK))
    city.at("2025-03-07 10:00")
    write = digests._write

    def broken(session: Session, service: Service, who: str, *more: Any) -> int:
        if who == MEMBER:
            raise ValueError("no words")
        return write(session, service, who, *more)

    with monkeypatch.context() as patch:
        patch.setattr(digests, "_write", broken)
        with pytest.raises(DigestsBroken):
            write_digests(city.service)
    city.at("2025-03-10 10:00")
    written = new_digests(city)
    assert MEMBER in written
    assert INSPECTOR not in written


def test_what_nobody_is_there_for_is_a_dead_letter_naming_the_role(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-22")
    write_digests(city.service)
    ((due,),) = city.select("SELECT DISTINCT due FROM deadline WHERE state = 'central_review.marking'")
    held(city, due)
    gone = REVIEWERS[0]
    city.at(f"{due} 09:10")
    city.do("leave", person(CLERK), id=gone, on=due)
    city.at(f"{due} 10:00")
    city.do("release_digests", person(CLERK))
    assert write_digests(city.service) > 0
    (dead,) = mails(city, to=gone)
    assert (dead.address, dead.status) == ("", "failed")
    assert dead.name == city.row(f"person:{gone}").record["name"]
    assert [department for department, _ in dead.sections()[OWN]] == ["办公室", "纪委", "组织部"]
    assert write_digests(city.service) == 0
    assert city.select("SELECT DISTINCT digest FROM reminder WHERE person = :who", who=gone) == [(dead.key,)]


def test_a_decision_for_a_post_that_nobody_held_goes_to_who_holds_it_or_to_the_dead_letters(
    city: City,
) -> None:
    new = {"id": "xinban", "name": "新设办", "category": "party", "posts": {}}
    city.do("register_department", person(CLERK), **new)
    city.ask("xinban", "enrol", person(CLERK), stage="plan", due="2025-03-10")
    city.at("2025-03-10 09:00")
    city.sweep()
    fire(city, "2025-03-11")
    ((name,),) = city.select(
        "SELECT deadline FROM fired_rung WHERE subject = :key AND rung = '+1'", key=key_of("xinban")
    )
    with city.service.database.write() as session:
        Statement("DELETE FROM reminder WHERE deadline = :name").run(session, name=name)
        Statement(
            "INSERT INTO reminder (deadline, rung, person, role, address, outcome)"
            " VALUES (:name, '+1', 'leader', 'leader', '', 'digest')"
        ).run(session, name=name)
    city.at("2025-03-11 10:00")
    write_digests(city.service)
    (dead,) = [mail for mail in mails(city, "leader_digest") if not mail.address]
    assert (dead.recipient, dead.name, dead.status) == ("leader", "分管领导", "failed")
    assert dead.sections() == {LEADERS: [("新设办", PLAN)]}
    with city.service.database.write() as session:
        Statement("UPDATE reminder SET digest = NULL WHERE deadline = :name").run(session, name=name)
    appointed(city, "xinban", ONE, "2025-03-12")
    city.at("2025-03-12 10:00")
    assert ("新设办", PLAN) in new_digests(city)[ONE].sections()[LEADERS]


# --- what a department was not told of, its own people in the office are not told of either ---


AT_HOME = OFFICE_AT_HOME[GENERAL]
WHOSE = "SELECT person, digest FROM reminder WHERE deadline LIKE :about AND rung = :rung AND role = :role"


def complained(city: City, rung: str = "0") -> str:
    """A complaint, a rung of the office's clock of which fires; its key. The sheets of that week have gone out."""
    city.at("2025-03-04")
    about = {
        "year": YEAR,
        "department": GENERAL,
        "on": "2025-03-04",
        "text": "窗口态度生硬",
        "source": "call",
    }
    key = str(city.do("complaint", person(CLERK), action="receive", **about)["subject"])
    ((due,),) = city.select("SELECT due FROM deadline WHERE subject = :key", key=key)
    day = calendar_seed.seed((YEAR,)).add(date.fromisoformat(due), int(rung))
    city.at(f"{day - timedelta(days=day.weekday())} 10:00")
    write_digests(city.service)
    fire(city, day.isoformat())
    city.at(f"{day} 10:00")
    return key


def told(city: City, key: str, rung: str, role: str) -> dict[str, str | None]:
    return dict(city.select(WHOSE, about=f"{key}#%", rung=rung, role=role))


def listed(mail: Mail) -> bool:
    """Whether a letter lists the complaint."""
    return any("投诉" in matter for section in mail.sections().values() for _, matter in section)


def test_a_complaint_not_yet_told_is_in_no_digest_of_those_at_home_in_the_department(city: City) -> None:
    key = complained(city)
    written = new_digests(city)
    assert [who for who in (CLERK, COLLEAGUE, OFFICE_AT_HOME[PERSONNEL]) if not listed(written[who])] == []
    assert AT_HOME not in written
    rows = told(city, key, "0", "office")
    assert rows[AT_HOME] in {mail.key for mail in written.values()}
    assert None not in rows.values()
    assert new_digests(city) == {}


def test_where_everybody_of_a_body_is_at_home_it_is_settled_and_no_dead_letter(city: City) -> None:
    group = [key.partition(":")[2] for (key,) in city.select("SELECT key FROM subject WHERE kind = 'person'")]
    group = [who for who in group if "group" in city.row(f"person:{who}").record["roles"]]
    for who in group:
        city.both("change_person", person(CLERK), id=who, home=GENERAL)
    key = complained(city, "+5")
    written = new_digests(city)
    assert listed(written[CLERK])
    assert [who for who in group if who in written and listed(written[who])] == []
    assert told(city, key, "+5", "group") == dict.fromkeys(group, SETTLED)
    assert city.select("SELECT key FROM outbox WHERE status = 'failed'") == []


# --- what still stands is the matter, whichever of its clocks was decided on ---


def test_an_extension_refused_leaves_the_matter_late_and_lists_it_once(city: City) -> None:
    held(city, "2025-03-05")
    city.ask(GENERAL, "ask_extension", person(LIAISON[GENERAL]), due="2025-03-20")
    city.at("2025-03-05 15:00")
    city.move(GENERAL, "refuse_extension")
    fire(city, "2025-03-07")  # the new clock's own +5
    written = released(city, "2025-03-07 10:00")
    assert written[OTHER].sections() == {LEADERS: [("办公室", PLAN)]}
    (line,) = written[OTHER].lines()
    assert "2月28日（周五）" in line
    assert "逾期5个工作日" in line


def test_an_extension_refused_after_the_last_rung_does_not_settle_it(city: City) -> None:
    held(city, "2025-03-07")
    city.ask(GENERAL, "ask_extension", person(LIAISON[GENERAL]), due="2025-03-20")
    city.at("2025-03-07 15:00")
    city.move(GENERAL, "refuse_extension")
    written = released(city, "2025-03-07 16:00")
    assert ("办公室", PLAN) in written[OTHER].sections()[LEADERS]
    assert ("办公室", PLAN) in written[MEMBER].sections()[GROUP]


def test_an_extension_granted_settles_what_was_late(city: City) -> None:
    held(city, "2025-03-05")
    city.ask(GENERAL, "ask_extension", person(LIAISON[GENERAL]), due="2025-03-20")
    city.move(GENERAL, "extend")
    written = released(city, "2025-03-06 10:00")
    assert set(written) == {ONE}
    assert city.select("SELECT digest FROM reminder WHERE rung = '+3' AND person = :who", who=OTHER) == [
        ("settled",)
    ]


def test_a_date_the_calendar_moved_is_shown_as_it_stands_and_what_is_no_longer_due_is_left_out(
    city_at: CityAt,
) -> None:
    city = city_at("running")
    city.at("2025-02-20")
    city.file(GENERAL)  # the office has until 27 February
    city.at("2025-02-24")
    write_digests(city.service)
    held(city, "2025-02-27")
    days = city.row(f"calendar:{YEAR}").record["days"]
    city.do(
        "import_calendar",
        person(CLERK),
        year=YEAR,
        holidays=sorted([*days["holidays"], "2025-02-27"]),
        makeup=days["makeup"],
    )
    ((due,),) = city.select("SELECT due FROM deadline WHERE who = 'office' AND status = 'open'")
    written = released(city, "2025-02-28 10:00")
    assert due > "2025-02-28"
    assert CLERK not in written


def test_a_date_an_outage_moved_leaves_the_matter_late(city: City) -> None:
    """The end of grace lay in the outage: the clock is another one, as late as before."""
    held(city, "2025-03-05")
    city.at("2025-03-10 09:00")
    spare(city.service, instant("2025-03-07 20:00"))
    assert city.open_deadlines(key_of(GENERAL)) == [("liaison", "2025-02-28", "2025-03-11")]
    written = released(city, "2025-03-10 10:00")
    assert ("办公室", PLAN) in written[OTHER].sections()[LEADERS]
