"""What the service does by itself, as its log tells it: counts and ids; where something broke, the trace."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cycle.db import Statement
from cycle.jobs.delivery import send_letters
from cycle.jobs.passes import make_pass
from cycle.logs import lines_to
from cycle.operations import reminding
from cycle.settings import Settings
from cycle.worker import Job, jobs, run
from notifications.errors import Permanent
from notifications.mailer import MemoryMailer
from tests.cast import GENERAL, City, CityAt
from tests.held import key_of
from tests.jobs.mailbox import mails

SAID = "550 <zhou@example.gov.cn> no such user"


@pytest.fixture
def city(city_at: CityAt) -> City:
    city = city_at("running")
    city.at("2025-02-10 09:00")
    return city


def told(city: City, do: Callable[[], Any], level: str = "info") -> list[dict[str, Any]]:
    """The lines of the log while something is done."""
    out = io.StringIO()
    with lines_to(out, city.clock, city.service.zone, form="json", level=level):
        do()
    return [json.loads(line) for line in out.getvalue().split("\n")[:-1]]


def test_a_pass_is_told_with_its_counts_and_one_that_had_nothing_to_do_is_not(city: City) -> None:
    (line,) = told(city, lambda: make_pass(city.service, "w"))
    assert (line["event"], line["job"], line["failed"]) == ("job", "sweep", 0)
    assert line["did"]["told"] >= 3
    assert told(city, lambda: make_pass(city.service, "w")) == []


def test_every_run_is_told_where_everything_is_asked_for(city: City) -> None:
    nothing = Job("backup", timedelta(1), dict)
    (line,) = told(city, lambda: run(city.service, nothing, "w"), "debug")
    assert (line["event"], line["job"], line["level"]) == ("job begins", "backup", "debug")


def test_a_job_that_breaks_is_told_with_its_trace(city: City) -> None:
    def breaks() -> dict[str, int]:
        raise OSError("disk full")

    lines = told(city, lambda: run(city.service, Job("backup", timedelta(1), breaks), "w"))
    assert [(line["level"], line["event"], line["job"]) for line in lines] == [
        ("error", "job broke", "backup"),
        ("info", "job", "backup"),
    ]
    assert lines[0]["trace"].endswith("OSError: disk full")
    assert lines[1]["failed"] == 1


def test_what_breaks_of_one_subject_is_told_once_with_its_trace(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    remind = reminding.remind

    def broken(session: Any, key: str, *given: Any) -> Any:
        if key == key_of(GENERAL):
            raise ValueError("cannot be read")
        return remind(session, key, *given)

    monkeypatch.setattr(reminding, "remind", broken)
    broke, job = told(city, lambda: make_pass(city.service, "w"))
    assert (broke["event"], broke["subject"], broke["action"]) == ("subject broke", key_of(GENERAL), "remind")
    assert broke["trace"].endswith("ValueError: cannot be read")
    assert (job["failed"], job["did"]["told"] >= 2) == (1, True)


def test_each_attempt_to_send_is_told_without_to_whom_and_what(city: City) -> None:
    make_pass(city.service, "w")
    letters = mails(city, "reminder")
    refused: Iterator[Any] = iter((Permanent(550, SAID), RuntimeError(SAID)))
    mailer = MemoryMailer(lambda _: next(refused, None))
    lines = told(city, lambda: send_letters(city.service, lambda: mailer, "w", 1))
    attempts = [line for line in lines if line["event"] == "attempt"]
    assert [(line["became"], line.get("fault"), line.get("code"), line["level"]) for line in attempts] == [
        ("failed", "Permanent", 550, "warning"),
        ("failed", "Permanent", None, "warning"),
        *[("sent", None, None, "info")] * (len(letters) - 2),
    ]
    assert len({line["message"] for line in attempts}) == len(letters)
    (broke,) = [line for line in lines if line["event"] == "message broke"]
    assert broke["message"] == attempts[1]["message"]
    text = json.dumps(attempts, ensure_ascii=False)
    assert "zhou" not in text
    for letter in letters:
        assert letter.title not in text


def test_an_idle_minute_asks_little_and_writes_only_that_somebody_watched(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night's work done and every letter sent, the service costs next to nothing."""
    listed = jobs(city.service, Settings(home=tmp_path), "w")
    for _ in range(2):
        for job in listed:
            assert run(city.service, job, "w")
    found: list[str] = []
    original = Statement.run

    def counted(statement: Statement, *given: Any, **named: Any) -> Any:
        cursor = original(statement, *given, **named)
        text = statement.texts["sqlite"]
        if text.startswith("SELECT"):
            found.append("read")
        elif cursor.rowcount > 0:
            found.append(text.partition(" SET")[0])
        else:
            found.append("nothing written")
        return cursor

    monkeypatch.setattr(Statement, "run", counted)
    minute = timedelta(minutes=1)
    for job in listed:
        for _ in range(max(1, minute // job.every)):
            city.clock.at += timedelta(seconds=1)
            assert run(city.service, job, "w")
    written = [each for each in found if each not in ("read", "nothing written")]
    assert set(written) == {"UPDATE job"}
    assert len(found) <= 80
