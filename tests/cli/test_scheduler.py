"""What the service does by itself, at the command line: passes, the log of what was done, the watch."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from cycle.db import Statement
from cycle.jobs.passes import make_pass
from cycle.operations.advance import consider
from cycle.queries import SubjectRow
from cycle.settings import Settings
from cycle.worker import jobs
from tests.cast import CLERK, DEPARTMENTS, GENERAL, HEAD, LEADER, LIAISON, City
from tests.cli.conftest import BAD_INPUT, DONE, REFUSED, UNEXPECTED, Shell, ShellAt
from tests.cli.served import served
from tests.held import key_of
from workflows import words
from workflows.wake import stamp


@pytest.fixture
def desk(shell_at: ShellAt) -> tuple[Shell, City]:
    """A city whose plans have opened, one pass after."""
    shell, city = shell_at("running")
    shell.at("2025-01-10 09:00")
    make_pass(city.service, "test")
    return shell, city


def watched(city: City, *days: str) -> None:
    """Passes at these instants, so that there is no outage before the next."""
    for day in days:
        city.at(day)
        with city.service.database.write() as session:
            Statement("UPDATE job SET at = :at, slot = :at WHERE name = 'sweep'").run(
                session, at=stamp(city.clock.now())
            )


def unchanged(city: City) -> list[Any]:
    """What a look must leave as it is."""
    tables = ("subject", "history", "alarm", "fired_rung", "reminder", "outbox", "job", "job_run", "deadline")
    return [city.select(f"SELECT * FROM {table}") for table in tables]


# --- a look ---


def test_a_look_lists_rungs_with_whom_they_reach_and_changes_nothing(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    before = unchanged(city)
    found = shell.do("sweep", "--dry-run", "--at", "2025-03-03T09:00")
    assert unchanged(city) == before
    assert found["moves"] == []
    (told,) = [one for one in found["rungs"] if one["subject"] == key_of(GENERAL) and not one["dropped"]]
    assert (told["rung"], told["due"], told["at"]) == ("+1", "2025-02-28", "2025-03-03T01:00:00.000000Z")
    assert [(to["person"], to["channel"]) for to in told["to"]] == [
        (LIAISON[GENERAL], "mail"),
        (HEAD[GENERAL], "mail"),
        (LEADER[GENERAL], "digest"),
    ]
    said = shell.say("sweep", "--dry-run", "--at", "2025-03-03 09:00").out
    assert "截止后第1个工作日（红）" in said
    assert "不再提醒" in said


def test_a_look_and_the_pass_at_that_instant_agree(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    for at in ("2025-02-10 09:00", "2025-02-28 09:00", "2025-03-07 09:00", "2025-03-08 00:00"):
        watched(city, at)
        looked = shell.do("sweep", "--dry-run")
        passed = shell.do("sweep")
        would = {(one["subject"], one["action"]) for one in looked["moves"]}
        assert would == {(one["subject"], one["action"]) for one in passed["moved"]}
        if would:
            assert all(one["dropped"] for one in looked["rungs"])
            continue
        fires = {(one["deadline"], one["rung"], not one["dropped"]) for one in looked["rungs"]}
        assert fires == {
            (one["deadline"], one["rung"], one["outcome"] == "told") for one in passed["reminded"]
        }
        meant = {(one["deadline"], to["person"]) for one in looked["rungs"] for to in one["to"]}
        assert meant == {(one["deadline"], to["person"]) for one in passed["reminded"] for to in one["to"]}
    assert {city.state(department) for department in DEPARTMENTS} == {"plan.lapsed"}


def without_team(city: City) -> None:
    """Everybody's three forms are accepted, central review is due, nobody has a review team."""
    for filed, window in (("02-10", "plan"), ("07-05", "midyear"), ("11-15", "yearend")):
        city.at(f"2025-{filed}")
        city.sweep()
        for department in DEPARTMENTS:
            city.file(department, text=window)
            city.move(department, "accept")
    watched(city, "2025-12-11 09:00")


def test_what_the_clock_may_not_do_is_said_by_the_look_and_by_the_pass(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    without_team(city)
    looked = shell.do("sweep", "--dry-run")
    passed = shell.do("sweep")
    for found in (looked["moves"], passed["refused"]):
        said = {(one["subject"], one["action"], entry["code"]) for one in found for entry in one["unmet"]}
        assert said == {(key_of(each), "open_central_review", "team_short") for each in DEPARTMENTS}
    for command in (("sweep", "--dry-run"), ("sweep",)):
        out = shell.say(*command).out
        assert "还不能办" in out
        assert "考核组" in out


def test_a_look_names_what_is_broken_and_goes_on_to_the_others(
    desk: tuple[Shell, City], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, city = desk
    watched(city, "2025-03-08 00:00")

    def considered(desk: Any, row: SubjectRow, *given: Any, **more: Any) -> Any:
        if row.department == GENERAL:
            raise KeyError("forms")
        return consider(desk, row, *given, **more)

    monkeypatch.setattr("cycle.board.due.consider", considered)
    found = {one["subject"]: one["error"] for one in shell.do("sweep", "--dry-run")["moves"]}
    assert found == {key_of(each): "KeyError: 'forms'" if each == GENERAL else None for each in DEPARTMENTS}
    assert "出了故障" in shell.say("sweep", "--dry-run").out


def test_an_instant_is_only_for_looking(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    before = unchanged(city)
    said = shell.say("sweep", "--at", "2025-03-03T09:00")
    assert (said.code, "还没有到的时刻" in said.err) == (BAD_INPUT, True)
    assert shell.say("sweep", "--dry-run", "--at", "tomorrow").code == BAD_INPUT
    assert unchanged(city) == before


# --- a pass ---


def test_a_pass_after_an_outage_moves_the_grace_and_says_until_when(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    shell.at("2025-03-12 09:00")
    looked = shell.do("sweep", "--dry-run")
    assert {(one["action"], one["until"]) for one in looked["moves"]} == {("shift_grace", "2025-03-13")}
    said = shell.say("sweep")
    assert said.code == DONE
    assert "按停机办理" in said.out
    assert "顺延至2025年3月13日" in said.out
    assert {city.state(department) for department in DEPARTMENTS} == {"plan.drafting"}
    again = shell.do("sweep")
    assert (again["outage"], again["moved"], again["reminded"]) == (None, [], [])
    assert "没有到期的事项" in shell.say("sweep").out


def test_a_pass_that_finds_something_broken_names_it_and_leaves_with_1(
    desk: tuple[Shell, City], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, city = desk
    watched(city, "2025-02-10 09:00")
    broken = key_of(GENERAL)

    def remind(session: Any, key: str, *_: Any) -> list[Any]:
        if key == broken:
            raise ValueError("cannot be read")
        return []

    monkeypatch.setattr("cycle.operations.reminding.remind", remind)
    said = shell.ask("sweep", code=UNEXPECTED)
    assert [(one["subject"], one["error"]) for one in said.json["failed"]] == [
        (broken, "ValueError: cannot be read")
    ]
    status = shell.do("scheduler", "status")
    assert [(one["subject"], one["times"]) for one in status["setbacks"]] == [(broken, 1)]
    assert "提醒，1次没有办成" in shell.say("scheduler", "status").out


def test_a_clock_that_is_behind_does_nothing_and_says_so(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    shell.at("2025-01-10 08:00")
    said = shell.say("sweep")
    assert (said.code, "时钟" in said.out) == (UNEXPECTED, True)


# --- the log and the watch ---


def test_the_log_says_in_words_what_each_run_did(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    watched(city, "2025-03-07 09:00")
    shell.do("sweep")
    watched(city, "2025-03-08 00:00")
    shell.do("sweep")
    runs = shell.do("scheduler", "log")["runs"]
    assert [run["job"] for run in runs] == ["sweep"] * 3
    assert runs[0]["did"] == {"moved.lapse": 3}
    said = shell.say("scheduler", "log").out
    assert "转为逾期未报3件" in said
    assert "提醒3条" in said
    assert "lapse 3" in shell.say("scheduler", "log", "--lang", "en").out
    assert len(shell.do("scheduler", "log", "--limit", "1")["runs"]) == 1
    assert shell.do("scheduler", "log", "--job", "backup")["runs"] == []
    assert shell.say("scheduler", "log", "--job", "nothing").code == BAD_INPUT


def test_the_status_warns_where_nobody_has_watched_for_more_than_an_hour(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    shell.at("2025-01-10 10:00")
    status = shell.do("scheduler", "status")
    assert (status["last_pass"], status["late"]) == ("2025-01-10T01:00:00.000000Z", False)
    shell.at("2025-01-10 10:01")
    assert shell.do("scheduler", "status")["late"] is True
    said = shell.say("scheduler", "status").out
    assert "上一次检查期限：2025-01-10 09:00（1小时前）" in said
    assert "已有一小时以上没有检查期限" in said


def test_the_status_knows_jobs_outages_and_the_oldest_letter(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    shell.do("worker", "--once")
    status = shell.do("scheduler", "status")
    done = {one["job"]: one["done_for"] for one in status["jobs"] if one["done_for"]}
    assert done == {
        "history": "2025-01-10",
        "promises": "2025-01-10",
        "evidence": "2025-01-10",
        "backup": "2025-01-10",
    }
    assert status["oldest_waiting"] is None
    assert status["mail"]["sent"] >= 3
    assert [gap["until"] for gap in status["outages"]] == ["2025-01-10T01:00:00.000000Z"]


@pytest.mark.parametrize("lang", words.LANGS)
def test_every_job_of_the_worker_and_all_it_counts_has_a_word(desk: tuple[Shell, City], lang: str) -> None:
    shell, city = desk
    catalogue = words.catalogue(lang)
    listed = jobs(city.service, Settings(home=shell.home), "test")
    assert {job.name for job in listed} <= set(catalogue["scheduler.job"])
    counted = {"told", "superseded", "spared", "outage"}
    for job in listed:
        counted |= set(job.work())
    assert counted <= set(catalogue["scheduler.did"])


# --- the worker ---


def test_once_does_every_job_in_turn(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    answer = shell.do("worker", "--once")
    assert [one["job"] for one in answer["jobs"]] == [
        job.name for job in jobs(city.service, Settings(home=shell.home), "test")
    ]
    assert all(one["ok"] for one in answer["jobs"])
    assert len(list((shell.home / "mail").glob("*.eml"))) >= 3
    assert len(list((shell.home / "backups").glob("*.db"))) == 1
    assert "没有要办的" in shell.say("worker", "--once").out


def test_once_leaves_with_1_where_a_job_broke_and_does_the_others(desk: tuple[Shell, City]) -> None:
    shell, _ = desk
    shell.home.mkdir(parents=True)
    (shell.home / "backups").write_text("in the way", encoding="utf-8")
    said = shell.ask("worker", "--once", code=UNEXPECTED)
    assert [one["job"] for one in said.json["jobs"] if not one["ok"]] == ["backup"]
    assert len(list((shell.home / "mail").glob("*.eml"))) >= 3


def test_a_worker_needs_a_database_that_is_there(bare: Shell) -> None:
    assert bare.say("worker", "--once").code == BAD_INPUT


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_watches_until_it_is_told_to_end(desk: tuple[Shell, City], number: signal.Signals) -> None:
    shell, _ = desk
    with served(shell, "worker") as service:
        service.hear("每30秒")
        service.tell(number)
        assert service.end() == DONE
    said = service.said
    assert "开始值守" in said[0]
    assert "mail" in said[1]
    assert "检查期限 每30秒" in said[2]
    service.hear("结束值守")
    events = [line["event"] for line in service.lines]
    assert (events[0], events[-1]) == ("service began", "service ended")
    assert events.count("told to end") == 1


# --- the language of somebody's letters ---


def test_the_language_of_somebodys_letters_is_part_of_their_entry(desk: tuple[Shell, City]) -> None:
    shell, city = desk
    person = LIAISON[GENERAL]
    shell.both("person", "change", person, "--mail-lang", "en")
    assert city.row(f"person:{person}").record["lang"] == "en"
    add = ["person", "add", "p-new", "--name", "新人", "--email", "n@example.gov.cn", "--home", GENERAL]
    shell.both(*add, "--role", "department", "--mail-lang", "zh")
    assert city.row("person:p-new").record["lang"] == "zh"
    change = ["person", "change", person, "--mail-lang", "fr", "--as", CLERK, "--reason", "x"]
    assert shell.ask(*change, code=REFUSED).unmet == ["lang_unknown"]
    assert "`zh`或者`en`" in shell.say(*change).err
