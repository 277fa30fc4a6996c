"""The passing of virtual time: a pass of the clock every hour, people at work twice a working day.

A run can be taken up again. Where it stands is read from the history: it goes on with the first whole hour
after the last row. Nothing else is remembered, and in the hours between that row and the end of the run
before, nothing happened, so running to one instant and then to another gives the same history as running to
the other at once. People look at what is left to do, not at the minute: what a run broken off within an hour
had not done yet, they do when they next come to work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cycle import queries
from cycle.clock import VirtualClock
from cycle.operations.sweep import Swept, sweep
from cycle.queries_simulation import Watch, last_instant
from cycle.service import Service
from cycle.simulation import aftermath, changes, cycle_acts, filing, marking, reviewing
from cycle.simulation.city import City, read_city
from cycle.simulation.hour import AFTERNOON, MORNING, Hour, on_clock
from cycle.simulation.plan import Plan
from cycle.simulation.sight import OpenYear, look
from cycle.simulation.year_plan import Planner, YearPlan
from workflows.wake import stamp

HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Ran:
    """How far a run came. `refused` lists what was asked for in vain: subject, action, codes."""

    until: datetime
    finished: bool = False
    refused: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)


def start_of(plan: Plan, zone: ZoneInfo) -> datetime:
    """The first instant of virtual time."""
    return datetime.combine(date(plan.first, 1, 1), time(), zone)


def end_of(plan: Plan, zone: ZoneInfo) -> datetime:
    """The instant at which a run ends whatever is still open."""
    return datetime.combine(date(plan.last + 2, 1, 1), time(), zone)


def run(service: Service, plan: Plan, *, until: datetime) -> Ran:
    """Play the hours that are over by `until`, from where the history stands, to the end of the last year.

    The registers must be filled already. The service's own clock is not used. Raises Refused where a year
    cannot be opened or the office has not two people of different homes to act.
    """
    return _Run(service, plan).to(min(until, end_of(plan, service.zone)))


class _Run:
    def __init__(self, service: Service, plan: Plan) -> None:
        self.plan = plan
        self.zone = service.zone
        self.clock = VirtualClock(start_of(plan, service.zone).astimezone(UTC))
        self.service = on_clock(service, self.clock)
        self.planner = Planner(plan)
        self.city: City = self._read_city()
        self.swept = ("", -1)
        """The instant of the last pass that looked at every subject, and the newest row it knew."""

    def to(self, end: datetime) -> Ran:
        ran = Ran(until=end)
        with Watch(self.service.database) as watch:
            for hour in self._hours(end):
                self.clock.at = hour.astimezone(UTC)
                moved = self._pass(watch, ran)
                if hour.hour in (MORNING, AFTERNOON) and self.city.calendar.is_workday(hour.date()):
                    self._work(hour, ran)
                    moved = True
                if moved and self._over():
                    _whole(sweep(self.service))
                    return Ran(self.clock.at, finished=True, refused=ran.refused)
        return ran

    def _hours(self, end: datetime) -> Iterator[datetime]:
        """Local whole hours, each over by `end`."""
        with self.service.database.read() as session:
            last = last_instant(session)
        at = start_of(self.plan, self.zone).astimezone(UTC)
        if last is not None:
            local = datetime.fromisoformat(last).astimezone(self.zone)
            whole = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
            at = max(at, whole + HOUR)
        while at + HOUR <= end:
            yield at.astimezone(self.zone)
            at += HOUR

    def _pass(self, watch: Watch, ran: Ran) -> bool:
        """One pass; its answer stays while no row is written and no instant to wake at goes by."""
        now = stamp(self.clock.at)
        since, known = self.swept
        newest, wake = watch.look(since)
        if newest == known and (wake is None or wake > now):
            return False
        swept = _whole(sweep(self.service))
        ran.refused += swept.refused
        self.swept = (now, watch.look(now)[0])
        return True

    def _over(self) -> bool:
        if self.clock.at.year <= self.plan.last:  # a year is ratified after it has ended
            return False
        with self.service.database.read() as session:
            cycle = queries.subject(session, f"cycle:{self.plan.last}")
            ratified = cycle is not None and cycle.state in ("ratified", "closed")
            return ratified and queries.open_appraisals(session, self.plan.last) == 0

    def _read_city(self) -> City:
        with self.service.database.read() as session:
            return read_city(session, self.plan)

    def _work(self, start: datetime, ran: Ran) -> None:
        """Half a day of everybody's work."""
        hour = Hour(self.service, self.clock, self.plan, self.city, start, ran.refused)
        with self.service.database.read() as session:
            sight = look(session, self.plan, hour.today, notes=not hour.morning)
        for year, (cycle, ready) in sight.unopened.items():
            cycle_acts.prepare(hour, year, cycle, ready)
        for opened in sight.years:
            self._year(hour, opened)
        for row, ratified in sight.cases:
            if not hour.morning:
                aftermath.case(hour, row, ratified)

    def _year(self, hour: Hour, opened: OpenYear) -> None:
        settled = self.city.settled(self.plan.era(opened.cycle.year))
        year = self.planner.of(opened.cycle.year, opened.book, opened.roster, settled)
        rows = {row.department: row for row in opened.rows}
        if hour.morning:
            cycle_acts.grade(hour, opened.cycle, opened.rows, year, opened.marked)
            for row in opened.rows:
                filing.at_work(hour, row, year)
                aftermath.talk(hour, row)
                marking.in_the_morning(hour, row, year, opened.book, opened.marked)
            return
        for row in opened.rows:
            reviewing.at_work(hour, row, year, opened.book)
            marking.in_the_afternoon(hour, row, year, opened.book, opened.marked)
        if opened.cycle.state == "running":
            self._events(hour, year, rows)

    def _events(self, hour: Hour, year: YearPlan, rows: changes.Appraisals) -> None:
        """Last of the day, so that what was seen in the afternoon still held when it was acted on."""
        for event in year.events:
            if changes.happen(hour, year.year, event, rows):
                self.city = hour.city = self._read_city()


def _whole(swept: Swept) -> Swept:
    """A pass on which nothing broke; what does is a fault of the program and ends the run."""
    if swept.failed:
        raise RuntimeError(f"a pass broke: {swept.failed}")
    return swept
