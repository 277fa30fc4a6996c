"""The night's work: one check a night, whatever it finds is told; a copy that can be relied on or none."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from cycle.checkpoint import load
from cycle.db import Database, Statement
from cycle.jobs import run_log
from cycle.jobs.failures import report_failures
from cycle.jobs.nightly import KEPT, BackupUnfit, CheckpointUnfit, back_up, check_history, rotate
from cycle.settings import Settings
from cycle.verify import verify
from cycle.worker import jobs, run
from tests.cast import AUDITOR, CLERK, GENERAL, City, CityAt, person
from tests.held import key_of
from tests.history.attacker import Attacker
from tests.jobs.mailbox import mails

KEY = key_of(GENERAL)


@pytest.fixture
def city(city_at: CityAt) -> City:
    city = city_at("running")
    city.at("2025-01-11 01:00")
    return city


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints"


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


# --- the history ---


def test_a_checkpoint_is_kept_and_the_auditors_are_sent_its_digest(city: City, folder: Path) -> None:
    (verdict,) = check_history(city.service, folder, "one")
    assert verdict.ok
    assert files(folder) == ["checkpoint-2025-01-11.json"]
    assert load(folder / "checkpoint-2025-01-11.json").digest == verdict.digest
    told = mails(city, "checkpoint")
    assert {mail.recipient for mail in told} == {AUDITOR, "p-qiao-zhe"}
    assert str(verdict.digest) in told[0].body
    assert "2025-01-11 01:00" in told[0].body
    assert not told[0].body.startswith("■")


def test_the_check_is_made_once_a_night_whoever_asks(city: City, folder: Path) -> None:
    assert check_history(city.service, folder, "one")
    assert check_history(city.service, folder, "two") == []
    city.at("2025-01-12 00:59")  # still the night before
    assert check_history(city.service, folder, "one") == []
    city.at("2025-01-12 01:00")
    (verdict,) = check_history(city.service, folder, "two")
    assert verdict.against is not None
    assert files(folder) == ["checkpoint-2025-01-11.json", "checkpoint-2025-01-12.json"]


def test_a_row_changed_behind_the_guards_is_told_and_no_checkpoint_is_made(city: City, folder: Path) -> None:
    attacker = Attacker(city.service.database)
    body = attacker.one("SELECT body FROM history WHERE subject = :s AND number = 1", s=KEY)
    attacker.change("UPDATE history SET body = :b WHERE subject = :s AND number = 1", b=f"{body} ", s=KEY)
    (verdict,) = check_history(city.service, folder, "one")
    assert not verdict.ok
    assert files(folder) == []
    told = mails(city, "checkpoint")
    assert {AUDITOR, CLERK} <= {mail.recipient for mail in told}
    assert len(told) == 10
    for mail in told:
        assert mail.body.startswith("■")
        assert "未通过" in mail.title
        assert f"{KEY}#1 · 内容与散列不符" in mail.body
    attacker.change("UPDATE history SET body = :b WHERE subject = :s AND number = 1", b=body, s=KEY)


def test_a_tail_cut_off_is_noticed_by_the_checkpoint_before(city: City, folder: Path) -> None:
    for office in ("绩效办", "市绩效办"):
        city.do("set_letterhead", person(CLERK), office=office)
    assert check_history(city.service, folder, "one")[0].ok
    Attacker(city.service.database).cut("mail:office")
    assert verify(city.service.database).ok  # by itself the history adds up
    city.at("2025-01-12 01:00")
    (verdict,) = check_history(city.service, folder, "one")
    assert [fault.code for fault in verdict.faults] == ["tail_cut"]
    assert files(folder) == ["checkpoint-2025-01-11.json"]


def test_a_damaged_checkpoint_stops_the_check_says_which_and_is_tried_again_after_an_hour(
    city: City, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path)
    folder = tmp_path / "checkpoints"
    (history,) = [job for job in jobs(city.service, settings, "one") if job.name == "history"]
    assert run(city.service, history, "one")
    file = folder / "checkpoint-2025-01-11.json"
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    city.at("2025-01-12 01:00")
    assert not run(city.service, history, "one")
    with city.service.database.read() as session:
        (last,) = run_log.recent(session, 1, "history")
    assert last.failed[0].startswith("CheckpointUnfit: checkpoint-2025-01-11.json: not_json: ")
    assert files(folder) == [file.name]
    file.write_bytes(whole)
    city.at("2025-01-12 01:59:59")
    assert check_history(city.service, folder, "two") == []
    city.at("2025-01-12 02:00")
    assert check_history(city.service, folder, "two")[0].ok


def test_a_check_that_breaks_leaves_the_night_to_be_done(city: City, folder: Path) -> None:
    folder.mkdir()
    (folder / "checkpoint-2025-01-10.json").write_text("{}")
    with pytest.raises(CheckpointUnfit, match=r"^checkpoint-2025-01-10\.json: version"):
        check_history(city.service, folder, "one")
    assert mails(city, "checkpoint") == []


def runs_of_promises(city: City) -> list[run_log.Run]:
    with city.service.database.read() as session:
        return run_log.recent(session, 10, "promises")


def test_the_reminders_are_looked_at_as_well_and_the_office_is_told_not_the_auditors(
    city: City, folder: Path
) -> None:
    city.sweep()
    check_history(city.service, folder, "one")
    assert runs_of_promises(city) == []
    with city.service.database.write() as session:
        Statement("DELETE FROM alarm WHERE subject = :key").run(session, key=KEY)
    city.at("2025-01-13 01:00")
    check_history(city.service, folder, "one")
    check_history(city.service, folder, "two")
    (noted,) = runs_of_promises(city)
    assert [text.split()[:2] for text in noted.failed] == [["alarm_missing", KEY]]
    assert all("期限" not in mail.body for mail in mails(city, "checkpoint"))
    city.at("2025-01-13 10:00")
    assert report_failures(city.service) > 0
    assert "期限还在走" in mails(city, "delivery_failures", to=CLERK)[0].body


def test_a_check_of_the_history_that_breaks_does_not_keep_the_reminders_from_being_looked_at(
    city: City, folder: Path
) -> None:
    city.sweep()
    with city.service.database.write() as session:
        Statement("DELETE FROM alarm WHERE subject = :key").run(session, key=KEY)
    folder.mkdir()
    (folder / "checkpoint-2025-01-10.json").write_text("{")
    for _ in range(2):
        with pytest.raises(CheckpointUnfit):
            check_history(city.service, folder, "one")
        city.at("2025-01-11 03:00")
    assert len(runs_of_promises(city)) == 1  # once a night, however often the history is tried


# --- the copy ---


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "back ups #1"


def on_sqlite(city: City) -> City:
    if city.service.database.dialect != "sqlite":
        pytest.skip("PostgreSQL has tools of its own")
    return city


def test_a_copy_opens_verifies_and_ends_where_the_database_did(city: City, backups: Path) -> None:
    on_sqlite(city)
    rows = city.rows()
    (made,) = back_up(city.service, backups, "one")
    assert files(backups) == ["cycle-2025-01-11.db"]
    city.at("2025-02-20")
    city.file(GENERAL)  # the copy is of the night
    copied = Database(f"sqlite:///{made}")
    verdict = verify(copied)
    copied.close()
    assert (verdict.ok, verdict.checked.rows) == (True, rows)


def test_a_copy_is_made_once_a_night(city: City, backups: Path) -> None:
    on_sqlite(city)
    assert back_up(city.service, backups, "one")
    assert back_up(city.service, backups, "two") == []
    city.at("2025-01-12 01:00")
    assert [file.name for file in back_up(city.service, backups, "two")] == ["cycle-2025-01-12.db"]


def test_postgresql_is_left_alone(city: City, backups: Path) -> None:
    if city.service.database.dialect == "sqlite":
        pytest.skip("of PostgreSQL")
    assert back_up(city.service, backups, "one") == []
    assert not backups.exists()
    assert city.select("SELECT name FROM job WHERE name = 'backup'") == []


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-8192])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def no_database(file: Path) -> None:
    file.write_bytes(b"x" * 4096)


def behind(file: Path) -> None:
    connection = sqlite3.connect(file)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DELETE FROM history WHERE seq = (SELECT max(seq) FROM history)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("spoil", [cut_short, empty, no_database, behind])
def test_a_broken_copy_is_refused_and_nothing_of_it_remains(
    city: City, backups: Path, monkeypatch: pytest.MonkeyPatch, spoil: object
) -> None:
    on_sqlite(city)
    assert callable(spoil)
    real = Database.copy_to

    def broken(self: Database, file: Path) -> None:
        real(self, file)
        spoil(file)

    monkeypatch.setattr(Database, "copy_to", broken)
    with pytest.raises(BackupUnfit, match=r"^cycle-2025-01-11\.part: "):
        back_up(city.service, backups, "one")
    assert files(backups) == []


def test_a_copy_that_could_not_be_finished_leaves_nothing_and_the_one_before_stands(
    city: City, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_sqlite(city)
    back_up(city.service, backups, "one")

    def full(_self: Database, file: Path) -> None:
        file.write_bytes(b"SQLite format 3")
        raise OSError(28, "No space left on device")

    city.at("2025-01-12 01:00")
    with monkeypatch.context() as patch:
        patch.setattr(Database, "copy_to", full)
        with pytest.raises(OSError, match="No space left"):
            back_up(city.service, backups, "one")
    assert files(backups) == ["cycle-2025-01-11.db"]
    city.at("2025-01-12 02:00")
    assert back_up(city.service, backups, "one")


def test_what_a_process_that_died_left_half_written_does_not_stop_the_next_copy(
    city: City, backups: Path
) -> None:
    on_sqlite(city)
    backups.mkdir()
    (backups / "cycle-2025-01-11.part").write_bytes(b"half")
    assert back_up(city.service, backups, "one")
    assert files(backups) == ["cycle-2025-01-11.db"]


def test_two_weeks_of_copies_and_the_first_of_each_month_are_kept(tmp_path: Path) -> None:
    start = date(2025, 1, 30)
    days = [start + timedelta(days=at) for at in range(65)]
    for day in days:
        (tmp_path / f"cycle-{day}.db").touch()
        rotate(tmp_path)
    (tmp_path / "notes.db").touch()
    (tmp_path / "cycle-old.db").touch()
    assert rotate(tmp_path) == []
    first = ["2025-01-30", "2025-02-01", "2025-03-01"]
    newest = [str(day) for day in days[-KEPT:]]
    assert files(tmp_path) == sorted(
        [f"cycle-{day}.db" for day in [*first, *newest]] + ["cycle-old.db", "notes.db"]
    )
    assert KEPT == 14


def test_rotation_says_what_it_dropped(tmp_path: Path) -> None:
    for day in range(1, 17):
        (tmp_path / f"cycle-2025-03-{day:02}.db").touch()
    assert [file.name for file in rotate(tmp_path)] == ["cycle-2025-03-02.db"]
