"""The passing of virtual time: the service's own worker every hour, people at work twice a working day.

A run can be taken up again. Where it stands is read from the history: it goes on with the first whole hour
after the last row. Nothing else is remembered, and in the hours between that row and the end of the run
before, nothing happened, so running to one instant and then to another gives the same history as running to
the other at once. People look at what is left to do, not at the minute: what a run broken off within an hour
had not done yet, they do when they next come to work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from cycle import queries
from cycle.clock import VirtualClock
from cycle.jobs.delivery import Mailers
from cycle.queries_simulation import Seen, Watch, last_instant
from cycle.service import Service
from cycle.simulation import (
    aftermath,
    changes,
    cycle_acts,
    duties,
    evidence,
    filing,
    incidents,
    marking,
    requests,
    reviewing,
    whole_city,
)
from cycle.simulation.city import City, read_city
from cycle.simulation.clockwork import Clockwork
from cycle.simulation.courier import Courier
from cycle.simulation.faults import Faults
from cycle.simulation.hour import AFTERNOON, HOUR, MORNING, Hour, on_clock
from cycle.simulation.plan import Plan
from cycle.simulation.post import Nowhere
from cycle.simulation.sight import OpenYear, look
from cycle.simulation.year_plan import Planner, YearPlan


@dataclass(slots=True)
class Ran:
    """How far a run came. `refused` lists what was asked for in vain: subject, action, codes; `faults` counts."""

    until: datetime
    finished: bool = False
    faults: Mapping[str, int] = field(default_factory=dict)
    refused: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)


def start_of(plan: Plan, zone: ZoneInfo) -> datetime:
    """The first instant of virtual time."""
    return datetime.combine(date(plan.first, 1, 1), time(), zone)


def end_of(plan: Plan, zone: ZoneInfo) -> datetime:
    """The instant at which a run ends whatever is still open."""
    return datetime.combine(date(plan.last + 2, 1, 1), time(), zone)


def run(
    service: Service,
    plan: Plan,
    *,
    until: datetime,
    ways: Mailers = Nowhere,
    faults: Collection[str] = (),
) -> Ran:
    """Play the hours that are over by `until`, from where the history stands, to the end of the last year.

    The registers must be filled already. The service's own clock is not used. Letters leave by `ways`, in the
    end all of them. With faults (`faults.KINDS`) a run is played at once. Raises Refused where a year cannot
    be opened or the office has not two people of different homes to act.
    """
    drawn = Faults(plan.draws, frozenset(faults))
    return _Run(service, plan, drawn).to(min(until, end_of(plan, service.zone)), ways)


class _Run:
    def __init__(self, service: Service, plan: Plan, faults: Faults) -> None:
        self.plan = plan
        self.zone = service.zone
        self.clock = VirtualClock(start_of(plan, service.zone).astimezone(UTC))
        self.service = on_clock(service, self.clock)
        self.planner = Planner(plan)
        self.faults = faults
        self.seen = Seen()
        self.city: City = self._read_city()

    def to(self, end: datetime, ways: Mailers) -> Ran:
        ran = Ran(until=end)
        with Watch(self.service.database) as watch, Courier() as courier:
            worker = Clockwork(
                self.service,
                ways,
                self.faults,
                watch=watch,
                courier=courier,
                calendar=lambda: self.city.calendar,
            )
            for hour in self._hours(end):
                self.clock.at = hour.astimezone(UTC)
                moved = worker.hour(hour)
                worker.half(hour)
                if hour.hour in (MORNING, AFTERNOON) and self.city.calendar.is_workday(hour.date()):
                    self._work(hour, ran)
                    worker.look_again()
                    moved = True
                if moved and self._over() and worker.finish(self.clock.at):
                    ran.until, ran.finished = self.clock.at, True
                    break
            worker.note()
        ran.refused += worker.refused
        ran.faults = {kind: self.faults.counts[kind] for kind in sorted(self.faults.kinds)}
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

    def _over(self) -> bool:
        if self.clock.at.year <= self.plan.last:  # a year is ratified after it has ended
            return False
        with self.service.database.read() as session:
            cycle = queries.subject(session, f"cycle:{self.plan.last}")
            ratified = cycle is not None and cycle.state in ("ratified", "closed")
            last = self.plan.last
            left = queries.open_appraisals(session, last) or queries.open_duties(session, last)
            return ratified and not left

    def _read_city(self) -> City:
        with self.service.database.read() as session:
            return read_city(session, self.plan)

    def _work(self, start: datetime, ran: Ran) -> None:
        """Half a day of everybody's work."""
        hour = Hour(self.service, self.clock, self.plan, self.city, start, ran.refused)
        with self.service.database.read() as session:
            sight = look(session, self.plan, hour.today, self.seen)
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
                filing.at_work(hour, row, year, opened.book)
                aftermath.talk(hour, row)
                marking.in_the_morning(hour, row, year, opened.book, opened.marked)
            incidents.in_the_morning(hour, opened.against, opened.book)
            evidence.in_the_morning(hour, opened.evidence, rows, opened.book)
            requests.in_the_morning(hour, opened.rows, year, opened.beside)
            if opened.results is not None:
                duties.at_work(hour, opened.results, opened.rows)
            return
        marking.survey(hour, opened.rows, year, opened.book, opened.marked)
        for row in opened.rows:
            reviewing.at_work(hour, row, year, opened.book)
            marking.in_the_afternoon(hour, row, year, opened.book, opened.marked)
        incidents.in_the_afternoon(hour, opened.rows, year, opened.against, opened.book)
        evidence.in_the_afternoon(hour, opened.evidence, rows, year, opened.book)
        requests.in_the_afternoon(hour, opened.rows, year, opened.beside, opened.book)
        if opened.cycle.state == "running":
            self._events(hour, year, rows, opened)

    def _events(self, hour: Hour, year: YearPlan, rows: changes.Appraisals, opened: OpenYear) -> None:
        """Last of the day, so that what was seen in the afternoon still held when it was acted on."""
        for event in year.events:
            if changes.happen(hour, year.year, event, rows, opened.book):
                self.city = hour.city = self._read_city()
        whole_city.at_work(hour, opened.cycle, opened.book)
