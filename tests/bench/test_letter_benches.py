"""Letters are compared with the same bytes handed over ready-made, and everything arrives.

How large the ratios are is never asserted: the machine may be busy.
"""

import smtplib
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from cycle.bench import building, letters, memory
from cycle.bench.beds import Bed, SqliteBed
from cycle.bench.copies import copy
from cycle.bench.letters import Undelivered, content, subjects, totals, written
from cycle.bench.moves import drafting, make, move_of, names, on_plan_day
from cycle.bench.office import APPRAISAL, PATTERN
from cycle.bench.sink import HOST, taking
from cycle.db import Statement
from notifications.outbox import Parcel, message_id
from tests.bench.conftest import TINY, measured

POSTED = Statement("SELECT key, message_id, title, body FROM outbox")


@pytest.fixture
def port() -> Iterator[int]:
    with taking() as port:
        yield port


@pytest.fixture
def letter(tmp_path: Path) -> Parcel:
    (one,) = written(drafting(SqliteBed(tmp_path), 1), subjects(1))
    return one


def test_letters_are_compared_from_the_rung_on_and_from_the_outbox_on(bed: Bed) -> None:
    found = letters.run(bed, TINY)
    assert [one.code for one in found] == ["letters", "delivery"]
    for one in found:
        measured(one, bed.name)
        assert one.counts["letters_sent"] == TINY.letters


def test_letters_that_stay_away_are_no_fair_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "deliver", lambda _office, _port: None)
    with pytest.raises(Undelivered, match="instead of"):
        letters.run(SqliteBed(tmp_path), TINY)


def test_a_delivering_process_is_measured_with_many_letters_and_with_few(bed: Bed) -> None:
    found = memory.run(bed, TINY)
    measured(found, bed.name)
    assert (found.counts["letters_many"], found.counts["letters_few"]) == (5, 1)


def test_a_letter_is_built_without_and_with_its_calendar_entry(tmp_path: Path) -> None:
    plain, whole = building.run(SqliteBed(tmp_path), TINY)
    measured(plain, "sqlite")
    measured(whole, "sqlite")
    assert plain.counts["bytes_each"] < whole.counts["bytes_each"]


def said(message: EmailMessage) -> list[tuple[str, str]]:
    """The headers a reader sees and every part's text, line ends apart."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    texts = [(part.get_content_type(), "\n".join(part.get_content().split())) for part in parts]
    return [(name, message[name]) for name in ("Date", "From", "To", "Subject", "Message-ID")] + texts


def test_the_message_object_says_what_our_bytes_say(letter: Parcel) -> None:
    ours = content(letter)
    other = building.as_message_object(letter, building.calendar_entry(letter))
    parsed: list[EmailMessage] = [message_from_bytes(one, policy=policy.SMTP) for one in (ours, other)]
    assert said(parsed[0]) == said(parsed[1])
    assert len(said(parsed[0])) == 8


@pytest.mark.parametrize("way", ["one by one", "at once", "byte by byte"])
def test_the_sink_counts_what_it_takes_however_it_comes(port: int, way: str) -> None:
    commands = [b"EHLO us\r\n", b"MAIL FROM:<a@b.example>\r\n", b"RCPT TO:<c@d.example>\r\n", b"DATA\r\n"]
    message = [b"Subject: one\r\n\r\nNOOP\r\n..\r\nend\r\n.\r\n", b"QUIT\r\n"]
    pieces: dict[str, Callable[[Sequence[bytes]], list[bytes]]] = {
        "one by one": list,
        "at once": lambda lines: [b"".join(lines)],
        "byte by byte": lambda lines: [bytes([each]) for line in lines for each in line],
    }
    with smtplib.SMTP(HOST, port) as client:
        assert client.sock is not None
        for piece in pieces[way]([*commands, *message]):
            client.sock.sendall(piece)
        answers = client.sock.makefile("rb").read().split(b"\r\n")
        client.close()
    assert [answer[:3] for answer in answers] == [b"250", b"250", b"250", b"354", b"250", b"221", b""]
    assert totals(port) == (1, len(message[0]))


def test_copied_letters_have_names_and_message_ids_of_their_own(bed: Bed) -> None:
    office = on_plan_day(drafting(bed, 0))
    make(office, [move_of(PATTERN, number) for number in range(4)])
    with office.database.write() as session:
        copy(session, APPRAISAL, PATTERN, names(2))
        rows = POSTED.run(session).fetchall()
    office.close()
    assert len(rows) == 6
    for key, given, title, body in rows:
        department = key.split(":")[2].partition("#")[0]
        assert given == message_id(key, "cycle.invalid")
        assert f"部门{department}" in title + body
