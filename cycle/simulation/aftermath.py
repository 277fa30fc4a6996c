"""After ratification: the admonition talk with who failed, and the cases of who failed twice running."""

from __future__ import annotations

from datetime import date

from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.simulation.hour import Hour

TALKED = ("rectification.drafting", "rectification.submitted", "rectification.lapsed")
STEPS = {"opened": 1, "studied": 2, "proposed": 3, "approved": 4, "rejected": 4}


def talk(hour: Hour, row: SubjectRow) -> None:
    """The leader in charge talks with the head of a department that failed, or has it recorded."""
    failed = row.record.get("result", {}).get("grade") == "failed"
    if row.state not in TALKED or row.record.get("talk") or not failed:
        return
    ratified = date.fromisoformat(row.record["ratified_on"])
    if hour.today < hour.after(ratified, hour.plan.behaviour.days.talk, "talk", row.key):
        return
    leader = hour.city.post(row.department, "leader", hour.today)
    on = hour.add(hour.today, -1).isoformat()
    document = hour.document("谈话记录", row.key)
    if hour.plan.draws.chance(hour.plan.behaviour.office.on_behalf, "talk on behalf", row.key):
        asked = {"subject": row.key, "action": "record_talk", "on": on}
        hour.behalf(leader, row.department, "move", document, **asked)
    else:
        hour.move(leader, row.key, "record_talk", on=on, document=document)


def case(hour: Hour, row: SubjectRow, ratified: date) -> None:
    """One step of a case: studied, handling proposed, decided by the committee, closed by the office."""
    step = STEPS.get(row.state)
    low, high = hour.plan.behaviour.days.case
    if step is None or hour.today < hour.after(ratified, (low * step, high * step), "case", row.key, step):
        return
    document = hour.document("党委纪要" if row.state == "proposed" else "领导小组纪要", row.key, row.state)
    if row.state == "opened":
        hour.behalf("group", row.department, "case", document, subject=row.key, action="study")
    elif row.state == "studied":
        reason = "连续不达标，建议对主要负责人作出组织处理"
        asked = {"subject": row.key, "action": "propose_handling", "text": reason}
        hour.behalf("group", row.department, "case", document, reason=reason, **asked)
    elif row.state == "proposed":
        rejected = hour.plan.draws.chance(hour.plan.behaviour.office.case_rejected, "rejected", row.key)
        action, reason = ("reject", "暂不作组织处理，继续督促整改") if rejected else ("approve", "")
        asked = {"subject": row.key, "action": action}
        hour.behalf("committee", row.department, "case", document, reason=reason, **asked)
    else:
        act = Act(hour.clerk(row.department), reason="已按决定办结")
        hour.alone("case", act, subject=row.key, action="close")
