"""The worker's part of an hour: a pass, the digests, the letters; on a clock of its own, and mortal.

The jobs are the service's own. A pass is left out while it has nothing to do: nobody wrote a row since the last
one and no instant goes by at which anything is due. That it was made is noted before the next one that is not
left out, so that nobody takes the quiet for an outage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from cycle.clock import VirtualClock
from cycle.jobs.delivery import Mailers
from cycle.jobs.digests import write_digests
from cycle.jobs.failures import report_failures
from cycle.jobs.passes import Passed, make_pass
from cycle.operations.vigil import last_pass, note_pass
from cycle.queries_simulation import Watch
from cycle.service import Service
from cycle.simulation.courier import Courier
from cycle.simulation.faults import CLOCK_JUMP, CRASH, PAUSE, Faults
from cycle.simulation.hour import HOUR
from cycle.simulation.mortal import Died, Mortal
from cycle.simulation.post import through
from workflows.wake import stamp
from workflows.workdays import DIGEST_AT, MAIL_UNTIL, Calendar, mail_instant

HALF: Final = timedelta(minutes=30)
_PATIENCE: Final = timedelta(days=40)
"""How long after its end a run's letters may still be under way: holidays, and ten attempts."""

Refusals = list[tuple[str, str, tuple[str, ...]]]


@dataclass(slots=True)
class _Seen:
    """What the last pass left: its instant, the newest row it knew (-1 where one has to be made), what comes next."""

    at: datetime | None
    newest: int = -1
    next: str | None = None


class Clockwork:
    """One worker after another. `calendar` tells the working days as they stand."""

    def __init__(
        self,
        service: Service,
        ways: Mailers,
        faults: Faults,
        *,
        watch: Watch,
        courier: Courier,
        calendar: Callable[[], Calendar],
    ) -> None:
        self.zone = service.zone
        self.clock = VirtualClock(service.clock.now())
        self.real = service.database
        self.mortal = Mortal(service.database)
        self.service = Service(self.mortal, self.clock, service.zone)
        self.ways = through(faults, ways, self.clock, service.zone) if faults.kinds else ways
        self.faults = faults
        self.watch = watch
        self.courier = courier
        self.calendar = calendar
        self.refused: Refusals = []
        self.workers = 0
        self.noted = self._last_pass()
        self.seen = _Seen(self.noted)
        self.digested = self._digested(self.noted)
        self.away = False
        """No worker was there in the hour before."""
        self.sound = False
        """The tick before was an ordinary one: made, to its end, with the right clock."""
        self.touched = True
        """Somebody may have written since the tables were looked at last."""
        self.post: datetime | None = None
        """When the next message is due, as of that look."""

    def hour(self, hour: datetime) -> bool:
        """The tick at a full hour of local time; whether a pass looked at everything."""
        if self.faults.paused(hour):
            self.faults.counts[PAUSE] += not self.away
            self.away, self.sound = True, False
            return False
        self.away = False
        shown = self.faults.shown(hour)
        self.faults.counts[CLOCK_JUMP] += shown != hour
        return self._tick(hour, shown, passing=True)

    def half(self, hour: datetime) -> None:
        """The tick half an hour later: nothing is due then but digests, and the letters they are."""
        at = hour + HALF
        if self.away or not self.sound or self.digested == at.date() or not self._writes(at):
            return
        self._tick(at, at, passing=False)

    def finish(self, at: datetime) -> bool:
        """A last pass and its letters; False where it could not be made now."""
        self.clock.at = at.astimezone(UTC)
        if self.away or (self.seen.at is not None and self.seen.at > self.clock.at):
            return False
        self._pass()
        while (due := self._due()) is not None and self.clock.at < at + _PATIENCE:
            self.clock.at = mail_instant(
                max(self.clock.at + HOUR, due), self.calendar(), self.zone
            ).astimezone(UTC)
            self._letters()
        return True

    def _due(self) -> datetime | None:
        due = self.watch.post()
        return None if due is None else datetime.fromisoformat(due)

    def look_again(self) -> None:
        """People were at work: what was known of the tables may be past."""
        self.touched = True

    def note(self) -> None:
        """Note the passes that were left out."""
        if self.seen.at is not None and self.seen.at != self.noted:
            with self.real.write() as session:
                note_pass(session, self.noted, self.seen.at)
            self.noted = self.seen.at

    def _tick(self, tick: datetime, shown: datetime, *, passing: bool) -> bool:
        self.clock.at = shown.astimezone(UTC)
        nth, committed = self.faults.death(tick) if self.sound else (0, False)
        self.sound = shown == tick
        self.mortal.dies(nth, committed=committed)
        moved = False
        try:
            moved = passing and self._pass()
            self._digests()
            self._letters()
        except Died:
            self._died()
        except BaseExceptionGroup as group:
            if group.subgroup(Died) is None:
                raise
            self._died()
        self.mortal.dies(0, committed=False)
        return moved

    def _died(self) -> None:
        """Another worker takes over at the next full hour. It knows what the tables say."""
        self.faults.counts[CRASH] += 1
        self.workers += 1
        self.sound = False
        self.seen.newest, self.touched = -1, True
        found = self._last_pass()
        if found != self.noted:  # else passes left out since were noted by nobody but were made
            self.noted = self.seen.at = found

    def _pass(self) -> bool:
        """One pass, unless it can have nothing to do."""
        now, last = self.clock.at, self.seen.at
        if self._quiet(now, last):
            self.seen.at = now
            return False
        if not self.faults.kinds and last is not None and now < last:
            return False  # taken up again after a pass within this hour
        self.note()
        self.seen.newest, self.touched = -1, True
        passed = make_pass(self.service, self._worker())
        self._require_whole(passed)
        self.refused += [*passed.spared.refused, *passed.swept.refused]
        if passed.behind:
            self.sound = False
            return True
        self.noted = now
        self.seen = _Seen(now, *self.watch.look(stamp(now)))
        return True

    def _quiet(self, now: datetime, last: datetime | None) -> bool:
        seen = self.seen
        if last is None or seen.newest < 0 or not last <= now <= last + HOUR:
            return False
        if self.touched and self.watch.look(stamp(last))[0] != seen.newest:
            return False
        return seen.next is None or seen.next > stamp(now)

    def _require_whole(self, passed: Passed) -> None:
        """What breaks in a pass is a fault of the program and ends the run."""
        if passed.failed:
            raise RuntimeError(f"a pass broke: {passed.failed}")

    def _digests(self) -> None:
        at = self.clock.at.astimezone(self.zone)
        if self.digested != at.date() and self._writes(at):
            self.touched = True
            write_digests(self.service)
            report_failures(self.service)
            self.digested = at.date()

    def _writes(self, at: datetime) -> bool:
        """Whether digests are written at this local time."""
        return self.calendar().is_workday(at.date()) and DIGEST_AT <= at.time() < MAIL_UNTIL

    def _letters(self) -> None:
        if self.touched:
            self.post, self.touched = self._due(), False
        if self.post is None or self.post > self.clock.at:
            return
        if mail_instant(self.clock.at, self.calendar(), self.zone) == self.clock.at:
            self.touched = True
            self.courier.deliver(self.service, self.ways, self._worker())

    def _worker(self) -> str:
        return f"worker-{self.workers}"

    def _last_pass(self) -> datetime | None:
        with self.real.read() as session:
            return last_pass(session)

    def _digested(self, last: datetime | None) -> date | None:
        """The day on which digests were last written, as far as it matters: by the last pass."""
        if last is None:
            return None
        local = last.astimezone(self.zone)
        return local.date() if local.time() >= time(10) else None
