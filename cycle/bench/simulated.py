"""How fast whole years of a city pass in virtual time."""

from __future__ import annotations

from cycle import roster, schema
from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.office import YEAR, ZONE
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.service import Service
from cycle.simulation import behaviour, loop
from cycle.simulation.beginning import begin
from cycle.simulation.plan import Plan

CODE = "simulation"


def run(bed: Bed, sizes: Sizes) -> Finding:
    """Department-years a second: every act, reminder, letter and delivery, each committed to the disk by itself."""
    plan = Plan(YEAR, YEAR + sizes.years - 1, 1, behaviour.shipped())
    times = [_play(bed.fresh(), plan, sizes.city) for _ in range(sizes.few)]
    return Finding(
        code=CODE,
        database=bed.name,
        aim="",
        ratio=None,
        absolute={"department_years_per_second": rounds.rate(sizes.city * sizes.years, times)},
        counts={"departments": sizes.city, "years": sizes.years},
    )


def _play(url: str, plan: Plan, departments: int) -> float:
    service = Service(Database(url), VirtualClock(loop.start_of(plan, ZONE)), ZONE)
    schema.upgrade(service.database)
    begin(service, plan, roster.first(roster.read(), departments))
    end = loop.end_of(plan, ZONE)
    took = rounds.seconds(lambda: loop.run(service, plan, until=end))
    service.database.close()
    return took
