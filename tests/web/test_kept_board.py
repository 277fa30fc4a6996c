"""A board that is kept is the board that would be written: whatever changes is seen at once, by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cycle.board.moment import hours
from cycle.operations import alarms, sessions
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import perform
from cycle.service import Service
from cycle.web import board
from cycle.web.app import build
from cycle.web.entry import COOKIE
from cycle.web.kept import MOST, Kept
from tests.cast import (
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    LEADER,
    LIAISON,
    MEMBER,
    PERSONNEL,
    THIRD,
    for_body,
    person,
)
from tests.held import YEAR, instant
from tests.web.conftest import Desk, DeskAt

BOARD = f"/{YEAR}/board"
BERLIN = ZoneInfo("Europe/Berlin")  # clocks were put forward there on 30 March 2025
_OWN = re.compile(r'name="(?:csrf|once)" value="([^"]+)"')


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    """A plan is being written everywhere."""
    made = desk_at("running")
    made.city.at(f"{YEAR}-02-20")
    return made


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that a board was written."""
    found: list[int] = []
    really = board.board_page

    def noted(*args: Any, **more: Any) -> Any:
        found.append(1)
        return really(*args, **more)

    monkeypatch.setattr(board, "board_page", noted)
    return found


def shown(desk: Desk, who: str = CLERK, **query: str) -> str:
    """A board without what belongs to one answer alone."""
    answer = desk.get(BOARD, who, **query)
    assert answer.status_code == 200
    return _OWN.sub("", answer.text)


def come_again(desk: Desk, who: str = CLERK) -> None:
    """Somebody signs in again, where the session before has ended for want of anything done."""
    browser = desk.browser(who)
    begun = sessions.begin(desk.city.service, desk.settings, who)
    browser.cookies.set(COOKIE, begun.cookie)
    desk.begun[who] = begun


def anew(desk: Desk, who: str = CLERK, **query: str) -> str:
    """The same written from nothing."""
    before, desk.app.state.kept = desk.app.state.kept, Kept()
    try:
        return shown(desk, who, **query)
    finally:
        desk.app.state.kept = before


def test_a_board_is_written_once_while_nothing_changes(desk: Desk, written: list[int]) -> None:
    first = desk.get(BOARD, CLERK)
    second = desk.get(BOARD, CLERK)
    assert len(written) == 1
    assert second.text != first.text
    assert _OWN.sub("", second.text) == _OWN.sub("", first.text)
    assert dict(second.headers) | {"content-length": ""} == dict(first.headers) | {"content-length": ""}


def test_every_answer_carries_the_sessions_own_token_and_a_key_of_its_own(desk: Desk) -> None:
    own = [set(_OWN.findall(desk.get(BOARD, CLERK).text)) for _ in range(2)]
    csrf = desk.begun[CLERK].csrf
    assert all(csrf in one and len(one) == 2 for one in own)
    assert own[0] & own[1] == {csrf}
    come_again(desk)
    there = set(_OWN.findall(desk.get(BOARD, CLERK).text))
    assert desk.begun[CLERK].csrf in there
    assert csrf not in there


def test_an_act_is_seen_at_once(desk: Desk) -> None:
    before = shown(desk)
    desk.city.move(GENERAL, "ask_extension", due=f"{YEAR}-03-14")
    after = shown(desk)
    assert after != before
    assert after == anew(desk)


def test_an_act_of_another_process_is_seen_at_once(desk: Desk) -> None:
    with ExitStack() as open_:
        there = Desk(desk.city, build(desk.city.service, desk.settings), desk.settings, open_)
        shown(there)
        told = desk.post(BOARD, CLERK, {"do": "chase", "once": "k", "pick": [GENERAL]})
        assert "✓ 已催办" in told.text
        before = shown(there)
        assert "✓ 已催办" not in before
        assert before == anew(there)
        desk.city.move(GENERAL, "ask_extension", due=f"{YEAR}-03-14")
        assert shown(there) != before
        assert shown(there) == anew(there)


def test_a_working_day_table_and_a_new_name_are_seen_at_once(desk: Desk) -> None:
    before = shown(desk)
    days = desk.city.row(f"calendar:{YEAR}").record["days"]
    holidays = [*days["holidays"], f"{YEAR}-02-24"]
    desk.city.do("import_calendar", person(CLERK), year=YEAR, holidays=holidays, makeup=days["makeup"])
    tabled = shown(desk)
    assert tabled != before
    assert tabled == anew(desk)
    desk.city.do("rename", person(CLERK), department=GENERAL, name="综合办公室", on=f"{YEAR}-02-21")
    assert "综合办公室" not in shown(desk)
    desk.city.at(f"{YEAR}-02-21 00:00")
    come_again(desk)
    assert "综合办公室" in shown(desk)


def test_the_board_that_is_kept_is_the_one_the_clock_wants(desk: Desk) -> None:
    """Through the end of a window, its grace and the lapse: just before and at every change of the clock."""
    seen = set()
    for day in range(17):
        morning = instant(f"{YEAR}-02-24 00:00") + timedelta(days=day)
        for at in (timedelta(0), timedelta(hours=9)):
            desk.city.clock.at = morning + at - timedelta(microseconds=1)
            come_again(desk)
            before = shown(desk)
            assert before == anew(desk)
            desk.city.clock.at = morning + at
            after = shown(desk)
            assert after == anew(desk)
            seen |= {before, after}
        desk.city.sweep()
        assert shown(desk) == anew(desk)
    assert len(seen) > 20


def test_everybody_has_a_board_of_their_own(desk: Desk) -> None:
    people = (CLERK, THIRD, AUDITOR, MEMBER, LIAISON[GENERAL], LIAISON[DISCIPLINE], LEADER[GENERAL])
    first = [shown(desk, who) for who in people]
    assert first == [shown(desk, who) for who in people]
    assert first == [anew(desk, who) for who in people]
    assert f"departments/{DISCIPLINE}" not in shown(desk, LIAISON[GENERAL])
    assert f"departments/{DISCIPLINE}" in shown(desk, LIAISON[DISCIPLINE])


def test_every_address_and_language_has_a_board_of_its_own(desk: Desk) -> None:
    whole, turn = shown(desk), shown(desk, turn="office")
    assert whole != turn
    assert (whole, turn) == (shown(desk), shown(desk, turn="office"))
    desk.speak(CLERK, "en")
    assert shown(desk) == anew(desk) != whole
    desk.speak(CLERK, "zh")
    assert shown(desk) == whole


def test_what_waits_in_the_bar_is_counted_for_every_answer(desk: Desk) -> None:
    before = shown(desk, MEMBER)
    desk.city.do(
        "move",
        for_body("group"),
        subject=f"appraisal:{YEAR}:{PERSONNEL}",
        action="exempt",
    )
    after = shown(desk, MEMBER)
    assert after != before
    assert after == anew(desk, MEMBER)


def test_what_was_just_done_is_told_once(desk: Desk, written: list[int]) -> None:
    answer = desk.city.do("move", person(CLERK), subject=f"appraisal:{YEAR}:{GENERAL}", action="chase")
    done = f"{answer['subject']}/{answer['number']}"
    assert 'role="status"><p>' in desk.get(BOARD, CLERK, done=done).text
    assert 'role="status"><p>' not in desk.get(BOARD, CLERK).text
    desk.get(BOARD, CLERK, done=done)
    assert len(written) == 3


def test_whoever_signed_out_or_lost_the_role_is_shown_nothing_that_was_kept(desk: Desk) -> None:
    shown(desk)
    shown(desk, THIRD)
    desk.post("/sign-out", CLERK)
    assert desk.get(BOARD, CLERK).status_code == 303
    desk.city.both("change_person", person(CLERK), id=THIRD, roles=["admin"])
    assert desk.get(BOARD, THIRD).status_code == 403


def test_auditors_leave_their_trace_whether_the_board_was_kept_or_not(desk: Desk) -> None:
    for _ in range(2):
        shown(desk, AUDITOR)
    read = desk.city.select("SELECT count(*) FROM read_log WHERE person = :who", who=AUDITOR)
    assert read == [(2,)]


def test_only_so_many_are_kept(desk: Desk, written: list[int]) -> None:
    for number in range(MOST + 1):
        shown(desk, q=str(number))
    shown(desk, q="1")
    assert len(written) == MOST + 1
    shown(desk, q="0")
    assert len(written) == MOST + 2


@contextmanager
def held_up(monkeypatch: pytest.MonkeyPatch, service: Service, department: str) -> Iterator[None]:
    """Somebody else's act has written its rows and is committed at the end of the block."""
    there, go_on = Event(), Event()
    really = alarms.follow

    def waiting(*args: Any) -> None:
        really(*args)
        monkeypatch.setattr(alarms, "follow", really)
        there.set()
        assert go_on.wait(60)

    def act() -> None:
        subject = f"appraisal:{YEAR}:{department}"
        perform(service, OPERATIONS["move"], "move", person(CLERK), {"subject": subject, "action": "chase"})

    monkeypatch.setattr(alarms, "follow", waiting)
    thread = Thread(target=act)
    thread.start()
    try:
        assert there.wait(60)
        yield
    finally:
        go_on.set()
        thread.join()


def test_a_row_entered_earlier_and_committed_later_is_seen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, written: list[int]
) -> None:
    if desk.city.service.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    desk.browser(CLERK)
    with held_up(monkeypatch, desk.city.service, GENERAL):
        desk.city.move(DISCIPLINE, "chase")
        shown(desk)
    shown(desk)
    assert len(written) == 2


@pytest.mark.parametrize(
    ("turns", "stays"),
    [(datetime(2025, 3, 24, 9, tzinfo=BERLIN), "until"), (datetime(2025, 3, 31, 9, tzinfo=BERLIN), "now")],
)
def test_today_and_what_lies_ahead_may_turn_at_two_hours_where_clocks_are_put_forward(
    turns: datetime, stays: str
) -> None:
    """A rung of today fires, a rung of the last day ahead comes into sight: either is a moment of its own."""
    week = timedelta(days=7)
    rung = turns.astimezone(UTC)
    at = rung - week if stays == "now" else rung
    before, after = (hours(at + step, BERLIN, week) for step in (timedelta(microseconds=-1), timedelta(0)))
    assert before != after
    assert getattr(before, stays) == getattr(after, stays)
