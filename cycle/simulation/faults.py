"""What goes wrong on purpose, drawn from the seed: workers die or stand still, mail does not leave, clocks are off."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from cycle.simulation.draws import Draws
from cycle.simulation.hour import HOUR
from notifications.errors import AnswerLost, DeliveryFault, Permanent, Temporary

CRASH, PAUSE, SMTP_DOWN, CLOCK_JUMP = "crash", "pause", "smtp-down", "clock-jump"
KINDS: Final = (CRASH, PAUSE, SMTP_DOWN, CLOCK_JUMP)

_PAUSES: Final = ((2, 12), (13, 72), (73, 288))
"""Hours for which no pass is made: an evening, a weekend, up to twelve days."""
_DOWN: Final = ((1, 6), (7, 40), (41, 150))
"""Hours for which the mail server cannot be reached."""
_BACK: Final = (1, 180)
_AHEAD: Final = 300
"""Minutes by which the worker's clock is off. It is never ahead into another day, nor across a midnight."""
_DAY: Final = (6, 17)
_ANSWERS: Final = (
    (15, 421, "try again later"),
    (20, 450, "mailbox busy"),
    (10, 452, "out of storage"),
    (8, 550, "no such mailbox"),
)
"""Of a thousand attempts: how many are refused, and with what."""
_LOST: Final = 15
"""Of a thousand attempts: after how many the answer never comes."""


@dataclass(slots=True)
class Faults:
    """The faults of one run. Pure but for `counts`, in which others note what in fact went wrong."""

    draws: Draws
    kinds: frozenset[str] = frozenset()
    counts: Counter[str] = field(default_factory=Counter)
    _spans: dict[tuple[str, int, int], tuple[datetime, datetime] | None] = field(default_factory=dict)

    def paused(self, hour: datetime) -> bool:
        """Whether no worker is there in the hour that begins so."""
        return PAUSE in self.kinds and self._within(PAUSE, hour, _PAUSES, 70)

    def down(self, at: datetime) -> bool:
        """Whether the mail server cannot be reached."""
        return SMTP_DOWN in self.kinds and self._within(SMTP_DOWN, at, _DOWN, 80)

    def shown(self, hour: datetime) -> datetime:
        """What the worker's clock shows at a full hour."""
        about = hour.isoformat()
        if CLOCK_JUMP not in self.kinds or self.draws.between((1, 150), "jump", about) != 1:
            return hour
        first, last = _DAY
        room = min(_AHEAD, (last - hour.hour) * 60)
        if first <= hour.hour < last and self.draws.chance(50, "ahead", about):
            return hour + timedelta(minutes=self.draws.between((1, room), "minutes ahead", about))
        return hour - timedelta(minutes=self.draws.between(_BACK, "minutes back", about))

    def death(self, tick: datetime) -> tuple[int, bool]:
        """At which writing transaction of a tick the worker dies (0: never), and whether right after its commit.

        One fault at a time: the hour after it is an ordinary one.
        """
        about = tick.isoformat()
        following = tick.replace(minute=0) + HOUR
        if CRASH not in self.kinds or not self.draws.chance(8, "crash", about):
            return 0, False
        if self.paused(following) or self.shown(following) != following:
            return 0, False
        most = self.draws.pick((3, 12, 60), "crash how late", about)
        return self.draws.between((1, most), "crash at", about), self.draws.chance(50, "crash after", about)

    def answer(self, key: str, attempt: int) -> DeliveryFault | None:
        """What the mail server does with one attempt, if not what it should."""
        if SMTP_DOWN not in self.kinds:
            return None
        drawn = self.draws.between((1, 1000), "answer", key, attempt)
        if drawn <= _LOST:
            return AnswerLost("the answer did not come")
        drawn -= _LOST
        for share, code, text in _ANSWERS:
            if drawn <= share:
                return Permanent(code, text) if code >= 500 else Temporary(code, text)
            drawn -= share
        return None

    def _within(self, kind: str, at: datetime, lengths: tuple[tuple[int, int], ...], percent: int) -> bool:
        """Whether `at` lies in the span of its month, or in one that reaches over from the month before."""
        earlier = date(at.year, at.month, 1) - timedelta(days=1)
        months = ((at.year, at.month), (earlier.year, earlier.month))
        spans = (self._span(kind, at, month, lengths, percent) for month in months)
        return any(span is not None and span[0] <= at < span[1] for span in spans)

    def _span(
        self,
        kind: str,
        at: datetime,
        month: tuple[int, int],
        lengths: tuple[tuple[int, int], ...],
        percent: int,
    ) -> tuple[datetime, datetime] | None:
        name = (kind, *month)
        if name not in self._spans:
            self._spans[name] = None
            if self.draws.chance(percent, "span", *name):
                first = datetime(*month, 1, tzinfo=at.tzinfo)
                begins = first + HOUR * self.draws.between((0, 28 * 24 - 1), "span begins", *name)
                bounds = self.draws.pick(lengths, "span kind", *name)
                self._spans[name] = begins, begins + HOUR * self.draws.between(bounds, "span hours", *name)
        return self._spans[name]
