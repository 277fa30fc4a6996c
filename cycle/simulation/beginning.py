"""The first instant of a run: a roster and the working days known are taken into the empty registers."""

from __future__ import annotations

from dataclasses import replace

from cycle.calendar_seed import seed
from cycle.clock import VirtualClock
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import perform
from cycle.operations.setup import roster_arguments
from cycle.permissions import Act
from cycle.roster import Roster
from cycle.service import Service
from cycle.simulation.loop import start_of
from cycle.simulation.plan import Plan


def begin(service: Service, plan: Plan, roster: Roster) -> None:
    """Install the roster at the plan's first instant. The database is migrated and empty."""
    calendar = seed(range(plan.first - 1, plan.last + 3))
    at_start = replace(service, clock=VirtualClock(start_of(plan, service.zone)))
    act = Act("roster", kind="import", document="名册和工作日表")
    perform(at_start, OPERATIONS["install"], "install", act, roster_arguments(roster, calendar))
