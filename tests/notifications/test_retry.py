"""When a message is tried again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.errors import AnswerLost, Permanent, Temporary, Unreachable, WrongPassword
from notifications.retry import ATTEMPTS, Failed, Released, Retry, Sent, Unknown, after, pause
from tests.notifications.letters import AT, minutes


def test_a_taken_message_is_sent() -> None:
    assert after("250 ok", attempts=9, copies=2, now=AT) == Sent("250 ok")


@pytest.mark.parametrize(
    ("attempts", "wait"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 120), (6, 240), (7, 240), (9, 240)]
)
def test_a_message_refused_for_now_waits_longer_each_time(attempts: int, wait: int) -> None:
    outcome = after(Temporary(450, "later"), attempts=attempts, copies=0, now=AT)
    assert outcome == Retry(450, "later", minutes(wait))


def test_the_tenth_refusal_is_final() -> None:
    outcome = after(Temporary(450, "later"), attempts=ATTEMPTS, copies=0, now=AT)
    assert outcome == Failed(450, "later")


def test_a_message_refused_for_good_is_not_tried_again() -> None:
    assert after(Permanent(550, "no"), attempts=1, copies=0, now=AT) == Failed(550, "no")


def test_a_lost_answer_is_asked_for_twice_more() -> None:
    lost = AnswerLost("timeout")
    for copies in (0, 1):
        outcome = after(lost, attempts=1, copies=copies, now=AT)
        assert outcome == Unknown("timeout", minutes(15))
    assert after(lost, attempts=3, copies=2, now=AT) == Failed(None, "timeout", taken=True)
    assert after(lost, attempts=10, copies=0, now=AT) == Failed(None, "timeout", taken=True)


@pytest.mark.parametrize("fault", [Unreachable("down"), WrongPassword("no", 535)])
def test_an_unreachable_server_costs_no_attempt(fault: Unreachable) -> None:
    outcome = after(fault, attempts=ATTEMPTS, copies=2, now=minutes(20))
    assert outcome == Released(minutes(20)), "the server is left alone, not the message"


@pytest.mark.parametrize(("waited", "wait"), [(-5, 1), (0, 1), (4, 1), (20, 5), (60, 15), (9999, 15)])
def test_the_pause_grows_with_the_outage_from_one_minute_to_fifteen(waited: int, wait: int) -> None:
    assert pause(AT, minutes(waited)) == timedelta(minutes=wait)


def test_a_fault_says_what_the_server_said() -> None:
    assert str(Temporary(450, "later")) == "450 later"
    assert str(Temporary(None, "gone")) == "gone"
    assert (WrongPassword("no", 535).reason, WrongPassword("no", 535).code) == ("wrong_password", 535)
