"""Every machine by the kind of subject it moves."""

from __future__ import annotations

from workflows.engine import Machine
from workflows.machines.account import ACCOUNT
from workflows.machines.appraisal import APPRAISAL
from workflows.machines.bonus import BONUS
from workflows.machines.complaint import COMPLAINT
from workflows.machines.cycle import CYCLE
from workflows.machines.dispatch import DISPATCH
from workflows.machines.duty import DUTY
from workflows.machines.escalation import ESCALATION
from workflows.machines.evidence import EVIDENCE
from workflows.machines.finding import FINDING
from workflows.machines.objection import OBJECTION
from workflows.machines.post import MAIL, SCHEDULER
from workflows.machines.registry import CALENDAR, DEPARTMENT, PERSON, REGULATION
from workflows.machines.token import TOKEN

MACHINES: dict[str, Machine] = {
    m.name: m
    for m in (
        APPRAISAL,
        CYCLE,
        FINDING,
        COMPLAINT,
        DUTY,
        BONUS,
        OBJECTION,
        EVIDENCE,
        ESCALATION,
        DEPARTMENT,
        PERSON,
        CALENDAR,
        REGULATION,
        MAIL,
        SCHEDULER,
        DISPATCH,
        TOKEN,
        ACCOUNT,
    )
}
