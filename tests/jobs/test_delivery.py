"""When letters may leave, and by which way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from cycle import worker
from cycle.jobs import away
from cycle.jobs.delivery import mailers, may_send, send_in_turn, send_letters, smtp_of
from cycle.jobs.run_log import recent
from cycle.settings import Settings
from cycle.worker import Job, jobs, run
from notifications import outbox
from notifications.errors import ConnectionRejected, DeliveryFault, Unreachable, WrongPassword
from notifications.folder import FolderMailer
from notifications.mailer import STEPS, MemoryMailer, SmtpMailer
from notifications.outbox import Parcel
from tests.cast import CLERK, GENERAL, City, CityAt, person
from tests.held import instant
from tests.jobs.mailbox import mails


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


@pytest.mark.parametrize(
    ("at", "may"),
    [
        ("2025-03-03 07:59:59.999999", False),
        ("2025-03-03 08:00", True),
        ("2025-03-03 12:00", True),
        ("2025-03-03 17:59:59.999999", True),
        ("2025-03-03 18:00", False),
        ("2025-03-03 23:59", False),
        ("2025-03-08 10:00", False),  # a Saturday
        ("2025-03-09 10:00", False),  # a Sunday
        ("2025-01-26 10:00", True),  # a Sunday that is worked
        ("2025-01-26 18:00", False),
        ("2025-01-29 10:00", False),  # a Wednesday in the Spring Festival
        ("2025-10-09 10:00", True),
        ("2027-03-03 10:00", True),  # a year without a table
    ],
)
@pytest.mark.parametrize("paused", [False, True])
def test_letters_leave_in_office_hours_of_working_days_and_never_while_paused(
    city: City, at: str, *, may: bool, paused: bool
) -> None:
    if paused:
        city.do("pause_mail", person(CLERK))
    assert may_send(city.service, instant(at)) is (may and not paused)


def test_letters_leave_again_once_mail_is_resumed(city: City) -> None:
    city.do("pause_mail", person(CLERK))
    city.do("resume_mail", person(CLERK))
    assert may_send(city.service, instant("2025-03-03 10:00"))


def script_of(*faults: Unreachable | None) -> MemoryMailer:
    """A way out on which so many tries in turn go wrong, then none."""
    left = iter(faults)
    return MemoryMailer(lambda _: next(left, None))


@dataclass
class Desk:
    """One worker's delivery job over a way out of the test's."""

    city: City
    home: Path
    mailer: MemoryMailer
    name: str = "w1"

    def deliver(self, text: str = "") -> int:
        """Do the job, at another instant where it is named; how often the server was tried."""
        if text:
            self.city.at(text)
        tries: list[Parcel] = []
        script = self.mailer.script

        def counted(parcel: Parcel) -> DeliveryFault | None:
            tries.append(parcel)
            return script(parcel)

        self.mailer.script = counted
        listed = jobs(
            self.city.service, Settings(home=self.home, smtp_connections=1), self.name, lambda: self.mailer
        )
        assert run(self.city.service, next(each for each in listed if each.name == "deliver"), self.name)
        self.mailer.script = script
        return len(tries)

    def logged(self) -> list[tuple[dict[str, int], list[str]]]:
        """What the log says of the job, the oldest first."""
        with self.city.service.database.read() as session:
            return [(dict(each.did), list(each.failed)) for each in recent(session, 100, "deliver")][::-1]

    def away(self) -> away.Away | None:
        with self.city.service.database.read() as session:
            return away.away(session)


@pytest.fixture
def desk(city: City, tmp_path: Path) -> Desk:
    """Three letters due."""
    city.at("2025-02-10 09:00")
    city.sweep()
    return Desk(city, tmp_path, MemoryMailer())


DOWN = ConnectionRejected("nothing answers")


def test_a_server_that_is_away_is_left_alone_for_longer_and_longer_whatever_waits(desk: Desk) -> None:
    desk.mailer = MemoryMailer(lambda _: WrongPassword("no", 535))
    tried = []
    for _ in range(6 * 60 * 2):  # two hours, every ten seconds
        if desk.deliver():
            tried.append(desk.city.clock.at)
        desk.city.clock.at += timedelta(seconds=10)
    pauses = [later - sooner for sooner, later in pairwise(tried)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=1), timedelta(minutes=15))
    assert len(tried) < 25


def test_letters_leave_as_soon_as_the_server_is_back_however_long_it_was_away(desk: Desk) -> None:
    desk.mailer = script_of(DOWN, DOWN)
    assert [desk.deliver(f"2025-02-10 {at}") for at in ("09:00", "09:00:50", "09:01")] == [1, 0, 1]
    assert desk.away() == away.Away(
        instant("2025-02-10 09:00"), "connection_refused", "nothing answers", instant("2025-02-10 09:02")
    )
    assert desk.deliver("2025-02-10 09:02") == 3
    assert desk.away() is None
    assert desk.deliver("2025-02-10 09:02:10") == 0


def test_several_workers_leave_the_same_server_alone_and_one_tries_it_again(desk: Desk) -> None:
    desk.mailer = script_of(DOWN, DOWN, DOWN)
    other = replace(desk, name="w2")
    assert desk.deliver("2025-02-10 09:00") == 1
    assert other.deliver("2025-02-10 09:00:30") == 0
    with desk.city.service.database.read() as session:
        assert away.away(session) is not None
    desk.city.at("2025-02-10 09:01")
    assert away.may_try(desk.city.service)
    assert other.deliver() == 0, "that is the other one's turn"
    assert other.deliver("2025-02-10 09:02") == 1, "who seems to have died of it"


def test_a_pause_noted_by_a_clock_that_stood_ahead_does_not_keep_the_letters(desk: Desk) -> None:
    desk.mailer = script_of(DOWN)
    assert desk.deliver("2025-02-10 15:00") == 1
    desk.city.at("2025-02-10 10:00")
    assert away.may_try(desk.city.service)


def test_why_the_server_is_away_is_logged_once_for_each_reason(desk: Desk) -> None:
    wrong = WrongPassword("no", 535)
    desk.mailer = script_of(DOWN, DOWN, wrong, wrong)
    for minute in (0, 1, 2, 3):
        assert desk.deliver(f"2025-02-10 09:0{minute}") == 1
    desk.deliver("2025-02-10 09:10")
    desk.city.sweep()
    assert desk.logged() == [
        ({}, ["ConnectionRejected: nothing answers"]),
        ({}, ["WrongPassword: 535 no"]),
        ({"sent": 3}, []),
    ]


def test_what_was_sent_before_the_server_went_away_is_logged_with_why(desk: Desk) -> None:
    desk.mailer = script_of(None, DOWN)
    desk.deliver()
    assert desk.logged() == [({"sent": 1}, ["ConnectionRejected: nothing answers"])]
    assert {mail.status for mail in mails(desk.city, "reminder")} == {"sent", "pending"}


def test_a_server_that_is_away_costs_no_letter_an_attempt(desk: Desk) -> None:
    desk.mailer = MemoryMailer(lambda _: DOWN)
    for minute in range(0, 50, 2):
        desk.deliver(f"2025-02-10 09:{minute:02}")
    assert desk.city.select("SELECT DISTINCT attempts, copies FROM outbox") == [(0, 0)]


@pytest.mark.parametrize(("timeout", "minutes"), [(1, 10), (60, 10), (600, 81)])
def test_a_lease_outlasts_twice_what_one_message_may_take(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, timeout: float, minutes: int
) -> None:
    ends: list[timedelta] = []
    begin = outbox.begin

    def begun(*given: Any, now: datetime, until: datetime) -> str:
        ends.append(until - now)
        return begin(*given, now=now, until=until)

    monkeypatch.setattr(outbox, "begin", begun)
    settings = Settings(home=desk.home, smtp_timeout=timeout)
    send_in_turn(desk.city.service, lambda: desk.mailer, "w", settings)
    assert set(ends) == {timedelta(minutes=minutes)}
    assert ends[0] > 2 * STEPS * timedelta(seconds=timeout)


def test_a_delivery_that_is_told_to_stop_ends_with_the_letter_in_hand(desk: Desk) -> None:
    stop = Event()
    desk.mailer.script = lambda _: stop.set()
    done = send_letters(desk.city.service, lambda: desk.mailer, "w", 1, stop=stop)
    assert (done.sent, done.released) == (1, 2)
    assert sorted(mail.status for mail in mails(desk.city, "reminder")) == ["pending", "pending", "sent"]


def test_a_worker_that_ends_stops_its_delivery(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Event] = []

    def none(*_about: Any, stop: Event) -> tuple[Job, ...]:
        given.append(stop)
        return ()

    monkeypatch.setattr(worker, "jobs", none)
    with worker.ticking(desk.city.service, Settings(home=desk.home), "w"):
        assert not given[0].is_set()
    assert given[0].is_set()


def test_of_several_errors_at_once_the_log_names_each(desk: Desk) -> None:
    def breaks() -> dict[str, int]:
        inner = ExceptionGroup("inner", [KeyError("b"), OSError("disk full")])
        raise ExceptionGroup("outer", [ValueError("a"), inner])

    assert not run(desk.city.service, Job("deliver", timedelta(1), breaks), "w")
    assert desk.logged() == [({}, ["ValueError: a", "KeyError: 'b'", "OSError: disk full"])]


def test_without_a_mail_server_letters_go_to_a_folder_and_are_marked_sent(city: City, tmp_path: Path) -> None:
    city.at("2025-02-10 09:00")
    city.sweep()
    settings = Settings(home=tmp_path, mail_from="office@example.invalid", mail_name="绩效办")
    assert isinstance(mailers(settings)(), FolderMailer)
    done = send_letters(city.service, mailers(settings), "one")
    assert done.sent == 3
    assert {mail.status for mail in mails(city, "reminder")} == {"sent"}
    written = sorted((tmp_path / "mail").glob("*.eml"))
    assert len(written) == 3
    subjects = {
        str(message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"]) for file in written
    }
    assert subjects == {mail.title for mail in mails(city, "reminder")}


def test_out_of_hours_nothing_is_sent_and_nothing_lost(city: City, tmp_path: Path) -> None:
    city.at("2025-02-10 09:00")
    city.sweep()
    city.at("2025-02-10 18:00")
    settings = Settings(home=tmp_path)
    assert send_letters(city.service, mailers(settings), "one").sent == 0
    assert {mail.status for mail in mails(city, "reminder")} == {"pending"}
    city.at("2025-02-11 08:00")
    assert send_letters(city.service, mailers(settings), "one").sent == 3


def test_the_settings_of_the_mail_server_reach_the_mailer(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        smtp_host="mail.example.invalid",
        smtp_port=2525,
        smtp_security="tls",
        smtp_user="office",
        smtp_password=SecretStr("geheim"),
        smtp_timeout=7,
        mail_from="office@example.invalid",
        mail_name="绩效办",
    )
    assert isinstance(mailers(settings)(), SmtpMailer)
    smtp = smtp_of(settings)
    assert (smtp.host, smtp.port, smtp.security, smtp.user) == ("mail.example.invalid", 2525, "tls", "office")
    assert (smtp.password, smtp.timeout, smtp.ca_file) == ("geheim", 7, None)
    assert (smtp.sender.name, smtp.sender.address) == ("绩效办", "office@example.invalid")


def test_a_department_that_files_takes_its_waiting_reminder_out_of_the_post(
    city: City, tmp_path: Path
) -> None:
    city.at("2025-02-10 09:00")
    city.sweep()
    city.file(GENERAL)
    done = send_letters(city.service, mailers(Settings(home=tmp_path)), "one")
    assert done.sent == 2
    assert sorted(mail.status for mail in mails(city, "reminder")) == ["sent", "sent", "void"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"mail_from": "绩效办 <jxb@city.gov.cn>"}, "mail_from"),
        ({"mail_from": "a@b.cn, c@d.cn"}, "mail_from"),
        ({"mail_from": ""}, "mail_from"),
        ({"mail_name": "绩效办\n二处"}, "mail_name"),
        ({"mail_name": "绩效办\u202e"}, "mail_name"),
        ({"mail_name": "\udcff"}, "mail_name"),
        (
            {"smtp_host": "mail.example.cn", "smtp_security": "none", "smtp_password": "geheim"},
            "smtp_password",
        ),
    ],
)
def test_settings_no_letter_could_leave_with_are_refused_at_start(given: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**given)
    assert [error["loc"] for error in caught.value.errors()] == [(named,)]
    assert "geheim" not in str(caught.value)


def test_a_password_in_a_file_is_not_sent_unencrypted_either(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("geheim", encoding="utf-8")
    with pytest.raises(ValidationError, match="CYCLE_SMTP_SECURITY"):
        Settings(smtp_host="10.1.2.3", smtp_security="none", smtp_password_file=file)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", ""])
def test_a_password_may_go_unencrypted_to_a_server_on_this_machine(host: str) -> None:
    given = SecretStr("geheim")
    settings = Settings(smtp_host=host, smtp_security="none", smtp_password=given)
    assert settings.smtp_secret == given.get_secret_value()


def test_a_name_of_the_sender_may_hold_any_words() -> None:
    assert Settings(mail_name="市　绩效办（试）", mail_from="考核@例子.cn").mail_name == "市　绩效办（试）"
