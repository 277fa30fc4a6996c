"""Every machine by the kind of subject it moves."""

from __future__ import annotations

from workflows.engine import Machine
from workflows.machines.appraisal import APPRAISAL
from workflows.machines.cycle import CYCLE
from workflows.machines.escalation import ESCALATION
from workflows.machines.post import MAIL, SCHEDULER
from workflows.machines.registry import CALENDAR, DEPARTMENT, PERSON, REGULATION

MACHINES: dict[str, Machine] = {
    m.name: m
    for m in (APPRAISAL, CYCLE, ESCALATION, DEPARTMENT, PERSON, CALENDAR, REGULATION, MAIL, SCHEDULER)
}
