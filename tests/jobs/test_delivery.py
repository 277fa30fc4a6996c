"""When letters may leave, and by which way."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pydantic import SecretStr

from cycle.jobs.delivery import mailers, may_send, send_letters, smtp_of
from cycle.settings import Settings
from notifications.folder import FolderMailer
from notifications.mailer import SmtpMailer
from tests.cast import CLERK, GENERAL, City, CityAt, instant, person
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
