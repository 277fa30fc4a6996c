"""What a message looks like on the wire, read back by the standard library."""

from __future__ import annotations

import email
import email.header
import email.policy
from datetime import date, timedelta, timezone
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest

from notifications.errors import SenderRefused
from notifications.mime import Sender, build
from notifications.notices import Event
from notifications.outbox import Parcel
from tests.notifications.letters import parcel

SENDER = Sender("市绩效考评办公室", "kaohe@example.gov.cn")
EAST = timezone(timedelta(hours=8))
EVENT = Event(
    "appraisal:2026:x:plan@kaohe", 3, date(2026, 2, 28), "年度计划到期；请按时报送", cancelled=False
)
LONG = "关于进一步做好二〇二六年度机关绩效考评工作并按期报送年度计划、半年自评、年终书面报告的催办通知" * 3


def content(given: Parcel, sender: Sender = SENDER) -> bytes:
    return build(given, sender, zone=EAST).content


def read(given: Parcel, sender: Sender = SENDER) -> EmailMessage:
    message = email.message_from_bytes(content(given, sender), policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    assert not any(part.defects for part in message.walk())
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_headers_say_who_what_and_when() -> None:
    given = parcel()
    message = read(given)
    assert str(message["From"]) == "市绩效考评办公室 <kaohe@example.gov.cn>"
    assert str(message["To"]) == "韩雪峰 <han@example.gov.cn>"
    assert message["Subject"] == given.title
    assert message["Message-ID"] == given.message_id
    assert message["Date"] == "Tue, 10 Feb 2026 09:00:00 +0800"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["MIME-Version"] == "1.0"


def test_both_texts_come_back_as_they_were() -> None:
    given = parcel(body="你部门\n期限：2月28日\n.\n", html="<p>你部门</p>\n" * 200)
    message = read(given)
    assert message.get_content_type() == "multipart/alternative"
    assert body(message, "plain") == given.body
    assert body(message, "html") == given.html


def test_an_empty_text_is_a_text() -> None:
    assert body(read(parcel(body="")), "plain") == ""


def test_the_same_row_gives_the_same_bytes() -> None:
    given = parcel(event=EVENT)
    assert content(given) == content(given)
    assert content(given) == content(parcel(event=EVENT, attempts=7, copies=2))
    assert content(given) != content(parcel("b", event=EVENT))


@pytest.mark.parametrize("event", [None, EVENT])
def test_every_line_is_short_ascii_and_ends_as_mail_lines_do(event: Event | None) -> None:
    mail = build(parcel(title=LONG, name="欧阳" * 30, event=event), SENDER, zone=EAST)
    lines = mail.content.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert lines[-1] == b""
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert mail.content.isascii()
    assert not mail.utf8


@pytest.mark.parametrize(
    "title",
    [
        *("Plan due", "Plan due: 3 days", LONG, LONG[1:], "a" * 300, "=?utf-8?b?aGk=?=", " led and trailed "),
        *("两　字", "𠮷野家𠮷" * 20, "a,b;c<d>", '引"号"'),
    ],
)
def test_a_title_comes_back_as_it_was(title: str) -> None:
    message = email.message_from_bytes(content(parcel(title=title)))  # decoded by the letter of the standard
    assert str(email.header.make_header(email.header.decode_header(message["Subject"]))) == title


@pytest.mark.parametrize(
    "name", ["Han Xuefeng", "韩雪峰", "Han, Xuefeng", 'a "b" <c@d.cn>', "喆堃昇珺", "x" * 39]
)
def test_a_name_is_no_second_address(name: str) -> None:
    addresses = read(parcel(name=name))["To"].addresses
    assert [(found.display_name, found.addr_spec) for found in addresses] == [(name, "han@example.gov.cn")]


def test_a_person_without_a_name_is_written_to_by_address() -> None:
    assert str(read(parcel(name=""))["To"]) == "han@example.gov.cn"


@pytest.mark.parametrize(
    "mark", ["\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x7f"]
)
@pytest.mark.parametrize("place", ["title", "name", "address", "message_id"])
def test_no_header_can_hold_a_second_one(place: str, mark: str) -> None:
    with pytest.raises(ValueError, match=r"a header|one mail address"):
        content(parcel(**{place: f"a@b.cn{mark}Bcc: evil@example.com"}))


@pytest.mark.parametrize("address", ["a@b.cn,c@d.cn", "a@b.cn, c@d.cn", "x <a@b.cn>", ""])
def test_only_one_bare_address_is_written_to(address: str) -> None:
    with pytest.raises(ValueError, match="not one mail address"):
        content(parcel(address=address))
    with pytest.raises(SenderRefused, match="not one mail address"):
        content(parcel(), Sender("office", address))


def test_half_a_character_is_refused_as_a_value() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        content(parcel(title="\udce4"))


def test_an_address_in_another_script_needs_a_server_that_can() -> None:
    mail = build(parcel(address="韩雪峰@考核.example"), SENDER, zone=EAST)
    assert mail.utf8
    assert "<韩雪峰@考核.example>".encode() in mail.content


def calendar(given: Parcel) -> tuple[EmailMessage, Any]:
    (attached,) = read(given).iter_attachments()
    assert isinstance(attached, EmailMessage)
    data = attached.get_payload(decode=True)
    assert isinstance(data, bytes)
    return attached, icalendar.Calendar.from_ical(data)


def test_a_deadline_comes_as_a_file_for_the_calendar() -> None:
    attached, found = calendar(parcel(event=EVENT))
    (entry,) = found.walk("VEVENT")
    assert attached.get_filename() == "deadline.ics"
    assert attached.get_content_type() == "text/calendar"
    assert attached["Content-Type"].params["method"] == found["METHOD"] == "PUBLISH"
    assert (entry["UID"], entry["SEQUENCE"], entry["SUMMARY"]) == (EVENT.uid, 3, EVENT.title)
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (date(2026, 2, 28), date(2026, 3, 1))
    assert entry["DTSTAMP"].dt == parcel().at
    assert entry["STATUS"] == "CONFIRMED"


def test_a_cancelled_deadline_is_taken_out_of_the_calendar() -> None:
    gone = Event(EVENT.uid, 4, EVENT.day, EVENT.title, cancelled=True)
    attached, found = calendar(parcel(event=gone))
    (entry,) = found.walk("VEVENT")
    assert attached["Content-Type"].params["method"] == found["METHOD"] == "CANCEL"
    assert (entry["UID"], entry["SEQUENCE"], entry["STATUS"]) == (EVENT.uid, 4, "CANCELLED")


def test_the_texts_are_still_there_beside_a_calendar_file() -> None:
    message = read(parcel(event=EVENT))
    assert message.get_content_type() == "multipart/mixed"
    assert body(message, "plain") == parcel().body
    assert body(message, "html") == parcel().html
