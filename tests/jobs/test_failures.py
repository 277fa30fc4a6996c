"""The letter about letters: what died and what broke, to the office once a working day, each letter once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cycle.db import Statement
from cycle.jobs import run_log
from cycle.jobs.failures import report_failures
from cycle.operations import setbacks
from cycle.worker import Job, run
from notifications import outbox
from notifications.retry import Failed
from tests.cast import CLERK, GENERAL, LIAISON, THIRD, City, CityAt, person
from tests.held import key_of
from tests.jobs.mailbox import Mail, mails, reads_english
from workflows import words
from workflows.errors import Unmet

KIND = "delivery_failures"


@pytest.fixture
def city(city_at: CityAt) -> City:
    """A city on a Monday, a letter on its way."""
    city = city_at("running")
    city.at("2025-02-10 09:00")
    city.sweep()
    assert mails(city, "reminder")
    return city


def die(city: City, key: str, answer: str = "550 no such user") -> None:
    """What becomes of a letter the server refuses for good."""
    with city.service.database.write() as session:
        Statement(
            "UPDATE outbox SET status = 'failed', next_at = NULL, attempts = 3, answer = :answer WHERE key = :key"
        ).run(session, key=key, answer=answer)


def letter(city: City) -> Mail:
    """The letter of the department's liaison."""
    return mails(city, "reminder", to=LIAISON[GENERAL])[0]


def report(city: City, day: str) -> list[Mail]:
    """The letters about letters written on a day at ten; the clerk's is among them or there are none."""
    city.at(f"{day} 10:00")
    before = {mail.key for mail in mails(city, KIND)}
    written = report_failures(city.service)
    found = [mail for mail in mails(city, KIND) if mail.key not in before]
    assert written == len(found)
    assert not found or CLERK in {mail.recipient for mail in found}
    return found


def test_where_nothing_failed_nothing_is_written(city: City) -> None:
    assert report(city, "2025-02-11") == []


def test_the_office_is_told_who_did_not_get_what_and_why(city: City) -> None:
    dead = letter(city)
    die(city, dead.key)
    told = report(city, "2025-02-11")
    assert len(told) == 8
    assert {mail.key for mail in told} == {f"failures:2025-02-11:{mail.recipient}" for mail in told}
    for word in (dead.title, dead.name, dead.address, "2月10日", "550 no such user", "3次"):
        assert word in told[0].body
    assert told[0].body.startswith("■")


@pytest.mark.parametrize("at", ["2025-02-11 09:29", "2025-02-11 18:00", "2025-02-15 10:00"])
def test_it_waits_for_half_past_nine_of_a_working_day(city: City, at: str) -> None:
    die(city, letter(city).key)
    city.at(at)
    assert report_failures(city.service) == 0
    assert len(report(city, "2025-02-17")) == 8


def test_it_is_written_once_a_day_and_each_dead_letter_told_once(city: City) -> None:
    first, second, third = mails(city, "reminder")
    die(city, first.key)
    assert len(report(city, "2025-02-11")) == 8
    die(city, second.key)
    assert report(city, "2025-02-11") == []
    (told, *_) = report(city, "2025-02-12")
    assert (first.address in told.body, second.address in told.body) == (False, True)
    assert report(city, "2025-02-13") == []
    assert third.status == "pending"


def test_a_letter_that_dies_days_after_it_was_written_is_told_too(city: City) -> None:
    early, late, _ = mails(city, "reminder")
    die(city, early.key)
    assert report(city, "2025-02-11")
    die(city, late.key)  # written before the report, given up after it
    (told, *_) = report(city, "2025-02-13")
    assert late.address in told.body


def test_a_letter_sent_again_that_dies_again_is_told_again(city: City) -> None:
    dead = letter(city)
    die(city, dead.key)
    assert report(city, "2025-02-11")
    with city.service.database.write() as session:
        assert outbox.again(session, dead.key, city.clock.at)
        outbox.claim(session, city.clock.at, "w", 1000, setbacks.PAUSE)
        outbox.settle(session, dead.key, "w", 1, Failed(550, "gone"), now=city.clock.at)
    (told, *_) = report(city, "2025-02-12")
    assert dead.address in told.body


def test_setbacks_are_told_every_working_day_they_last(city: City) -> None:
    broken = [(key_of(GENERAL), "remind", "ValueError", "no words")]
    setbacks.keep(city.service, failed=broken, refused=[], done=[])
    (told, *_) = report(city, "2025-02-11")
    assert "2025年度办公室" in told.body
    assert "ValueError: no words" in told.body
    assert report(city, "2025-02-11") == []
    assert len(report(city, "2025-02-12")) == 8


def test_a_letter_about_letters_never_tells_of_itself(city: City) -> None:
    die(city, letter(city).key)
    for mail in report(city, "2025-02-11"):
        die(city, mail.key)
    assert report(city, "2025-02-12") == []


def test_a_reader_of_english_is_told_in_english(city: City) -> None:
    reads_english(city, THIRD)
    die(city, letter(city).key)
    broken = [("cycle:2025", "close", "ValueError", "no words")]
    setbacks.keep(city.service, failed=broken, refused=[], done=[])
    (told,) = [mail for mail in report(city, "2025-02-11") if mail.recipient == THIRD]
    assert told.title.startswith("[Appraisal] ")
    assert "10 February" in told.body


def test_a_post_without_a_holder_is_a_dead_letter_that_is_told(city: City) -> None:
    new = {"id": "xinban", "name": "新设办", "category": "party", "posts": {}}
    city.do("register_department", person(CLERK), **new)
    city.ask("xinban", "enrol", person(CLERK), stage="plan", due="2025-03-10")
    city.at("2025-02-11 09:00")
    city.sweep()
    (dead,) = [mail for mail in mails(city, "window_opened") if mail.status == "failed"]
    assert (dead.recipient, dead.address, dead.answer) == ("liaison", "", "address")
    (told, *_) = report(city, "2025-02-11")
    assert dead.title in told.body
    assert "没有可用的邮箱地址" in told.body


# --- what broke by the run log ---


def ran(city: City, job: str, *failed: str) -> None:
    run_log.add(city.service, job, city.clock.at, "one", did={}, failed=failed)


def test_a_pass_that_broke_as_a_whole_is_told(city: City) -> None:
    def broken() -> dict[str, int]:
        raise RuntimeError("no pass is possible")

    for _ in range(2):
        assert not run(city.service, Job("sweep", timedelta(seconds=30), broken), "one")
    (told, *_) = report(city, "2025-02-11")
    assert "检查期限，受阻2次，RuntimeError: no pass is possible" in told.body
    assert report(city, "2025-02-12") == []


def test_what_a_pass_set_aside_is_not_told_twice_what_it_could_not_spare_is(city: City) -> None:
    ran(city, "sweep", f"{key_of(GENERAL)} lapse ValueError: bad", f"{key_of(GENERAL)}  ValueError: bad")
    assert report(city, "2025-02-11") == []
    ran(
        city,
        "sweep",
        f"{key_of(GENERAL)} lapse ValueError: bad",
        f"{key_of(GENERAL)} shift_grace KeyError: form",
    )
    (told, *_) = report(city, "2025-02-12")
    assert f"{key_of(GENERAL)} shift_grace KeyError: form" in told.body
    assert "ValueError" not in told.body


def test_a_clock_that_stands_behind_is_told_in_words_also_where_it_dates_its_entries_before_the_last_letter(
    city: City,
) -> None:
    die(city, letter(city).key)
    assert report(city, "2025-02-11")
    run_log.add(city.service, "failures", city.clock.at, "one", did={"reports": 8})
    city.at("2025-02-09 10:00")
    ran(city, "sweep", "clock behind the last pass of 2025-02-11T02:00:00.000000Z")
    (told, *_) = report(city, "2025-02-12")
    assert words.word("scheduler", "behind", "zh") in told.body
    assert "clock" not in told.body
    run_log.add(city.service, "failures", city.clock.at, "one", did={"reports": 8})
    assert report(city, "2025-02-13") == []


def test_what_was_promised_and_not_kept_is_told_as_the_last_look_found_it(city: City) -> None:
    reads_english(city, THIRD)
    ran(city, "promises", "alarm_stray appraisal:2025:zuzhi appraisal:2025:zuzhi#1.1")
    name = f"{key_of(GENERAL)}#1.1"
    ran(city, "promises", *(f"letter_missing {key_of(GENERAL)} {name} {rung}" for rung in ("-14", "-7")))
    told = {mail.recipient: mail.body for mail in report(city, "2025-02-11")}
    assert f"2025年度办公室，受阻2次，{words.word('promise', 'letter_missing', 'zh')}" in told[CLERK]
    assert words.word("promise", "letter_missing", "en") in told[THIRD]
    assert words.word("promise", "alarm_stray", "zh") not in told[CLERK]
    assert report(city, "2025-02-12") == []


def test_a_look_at_the_promises_that_broke_is_told_as_it_came(city: City) -> None:
    ran(city, "promises", "KeyError: plan")
    (told, *_) = report(city, "2025-02-11")
    assert "核对提醒，受阻1次，KeyError: plan" in told.body


def test_one_department_is_not_several_in_english(city: City) -> None:
    reads_english(city, THIRD)
    refused = [("cycle:2025", "close", [Unmet("appraisals_open", {"count": 1})])]
    setbacks.keep(city.service, failed=[], refused=refused, done=[])
    (told,) = [mail for mail in report(city, "2025-02-11") if mail.recipient == THIRD]
    assert "not closed yet: 1;" in told.body
    assert "1 departments" not in told.body
