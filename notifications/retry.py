"""What becomes of a message by the server's answer: sent, tried again and when, or given to the dead letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.errors import AnswerLost, DeliveryFault, Unreachable

ATTEMPTS = 10
"""So many refusals for now are final."""
UNKNOWN = 3
"""So many lost answers are final: more copies would only annoy."""

_BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240))
_AFTER_LOST_ANSWER = timedelta(minutes=15)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(minutes=15)
"""How long a server that cannot be reached is left alone, at least and at most."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took it."""

    answer: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Refused for now; to be tried again at `at`."""

    code: int | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """A dead letter, for the office to see. `taken`: this last time the server may have taken it all the same."""

    code: int | None
    text: str
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The server may have taken it; to be tried again at `at`."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Released:
    """Given back unsent, the attempt not counted; to be looked at again at `at`."""

    at: datetime


Outcome = Sent | Retry | Failed | Unknown | Released


def after(answer: str | DeliveryFault, *, attempts: int, copies: int, now: datetime) -> Outcome:
    """The outcome of attempt number `attempts` (from 1); `copies`: how often the server may have taken it before."""
    if isinstance(answer, str):
        return Sent(answer)
    if isinstance(answer, Unreachable):
        return Released(now)  # the server is left alone, not the message
    lost = isinstance(answer, AnswerLost)
    if not answer.again or attempts >= ATTEMPTS or (lost and copies + 1 >= UNKNOWN):
        return Failed(answer.code, answer.text, taken=lost)
    if lost:
        return Unknown(answer.text, now + _AFTER_LOST_ANSWER)
    return Retry(answer.code, answer.text, now + _BACK_OFF[min(attempts, len(_BACK_OFF)) - 1])


def pause(since: datetime, now: datetime) -> timedelta:
    """How long to leave a server alone that cannot be reached since then: a quarter of that, 1 to 15 minutes."""
    return min(max((now - since) / 4, SHORTEST), LONGEST)
