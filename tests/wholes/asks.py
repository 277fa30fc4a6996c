"""What people ask for in the course of a year: whatever the tables allow where things stand, by whom it is usual.

Every choice is a number, so that whatever went wrong can be asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from cycle.permissions import Act
from tests.cast import (
    CLERK,
    DEPARTMENTS,
    INSPECTOR,
    MEMBER,
    OTHER_MEMBER,
    REVIEWERS,
    THIRD,
    book,
    marks,
    person,
)
from tests.filled_forms import whole
from tests.held import COLLEAGUE, YEAR
from tests.wholes.kept import Kept, Subject, Values
from tests.wholes.who_may import BODIES, MAY
from workflows.machines import MACHINES

CLERKS: Final = (CLERK, COLLEAGUE, THIRD)
MEMBERS: Final = (MEMBER, OTHER_MEMBER)
BESIDE: Final = ("finding", "complaint", "bonus", "objection", "evidence", "duty", "case")
SPARE: Final = ("p-ma-junchi", "p-duan-wenjing", "p-qiao-zhe", "p-liu-shufen", "p-tang-guoan", "p-wei-siyuan")
"""Who may leave and be missed little: an inspector, a clerk, an auditor, a member, a reviewer, a liaison."""

GROUNDS: Final = ("score.deduct.1", "score.deduct.3", "score.deduct.4", "score.deduct.5.3")
RARE: Final = ("exempt", "reopen", "withdraw_proposal", "withdraw", "overturn")
"""What would end too much too early if it came as often as the rest."""

OPERATIONS: Final = {"appraisal": "move", "acknowledge": "acknowledge", "note_receipt": "note_receipt"}
MADE: Final[Mapping[str, Sequence[str]]] = {
    "running": ("finding", "finding", "complaint", "bonus", "bonus", "evidence"),
    "proposed": ("objection", "objection", "objection", "duty", "finding"),
    "ratified": ("duty", "evidence", "objection"),
}
"""What begins while a year is at some state, by how often it does."""

BEGUN: Final = {
    "finding": ("finding", "record"),
    "complaint": ("complaint", "receive"),
    "bonus": ("apply_bonus", "apply"),
    "objection": ("file_objection", "file"),
    "evidence": ("offer_evidence", "offer"),
    "duty": ("hold_to_account", "hold_to_account"),
}
"""Kind to the operation that makes one, and the action its first row has."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: what it is about, what for, by whom. `key` is that of a subject that may not be there yet."""

    operation: str
    key: str
    action: str
    act: Act
    arguments: Mapping[str, Any]

    def by(self, act: Act) -> Ask:
        """The same, asked for by somebody else."""
        return replace(self, act=act)


def usual(kept: Kept, key: str, action: str, choice: int, today: date) -> Act:
    """Who usually asks for an action: whoever has one of its roles, in person or through the office."""
    kind = kept.matter(key).kind
    roles = [r for r, actions in MAY[kind].items() if r != "clock" and action in actions.split()]
    return _as(kept, key, roles[choice % len(roles)], choice, today) if roles else person(CLERK)


def _as(kept: Kept, key: str, role: str, choice: int, today: date) -> Act:
    clerk = person(CLERKS[choice % 3])
    matter = kept.matter(key)
    held = {
        post: next((p["person"] for p in matter.posts if matter.holds(p["person"], post, today)), CLERK)
        for post in ("liaison", "head", "leader")
    }
    if role == "group" and choice % 3 == 0:
        return person(MEMBERS[choice % 2])
    if role in BODIES:
        return replace(clerk, on_behalf_of=role)
    if role == "leader":
        return person(held["leader"]) if choice % 2 else replace(clerk, on_behalf_of=held["leader"])
    if role == "department":
        return person(held["head" if choice % 5 == 0 else "liaison"])
    if role == "reviewer":
        return person((*matter.team, REVIEWERS[0])[choice % (len(matter.team) + 1)])
    return {"office": clerk, "head": person(held["head"]), "inspector": person(INSPECTOR)}[role]


def possible(kept: Kept, kinds: Sequence[str], which: int, choice: int) -> tuple[str, str]:
    """One subject of these kinds and an action that people may ask for where it stands; empty where there is none."""
    found = [
        (key, actions)
        for kind in kinds
        for key, one in kept.of(kind)
        if (actions := _of_people(kept, key, one))
    ]
    if not found:
        return "", ""
    key, actions = found[which % len(found)]
    wanted = [a for a in actions if a not in RARE or choice % 4 == 3] or actions
    return key, wanted[choice % len(wanted)]


def _of_people(kept: Kept, key: str, one: Subject) -> list[str]:
    asked = " ".join(v for r, v in MAY[kept.matter(key).kind].items() if r != "clock").split()
    waits = any(not receipt.get("seen") for receipt in one.record.get("receipts", {}).values())
    found = [action for action in MACHINES[one.kind].possible(one.state) if action in asked]
    return [action for action in found if waits or action not in ("acknowledge", "note_receipt")]


def ask(kept: Kept, key: str, action: str, act: Act, *, choice: int, today: date) -> Ask:
    """The request itself, with what the action wants to know."""
    kind = key.partition(":")[0]
    operation = OPERATIONS.get(action) or OPERATIONS.get(kind, kind)
    operation = {"assign_owner": action, "replace": "replace_evidence"}.get(action, operation)
    given = arguments(kept, key, action, choice, today)
    if act.on_behalf_of == "team":
        given["member"] = (*kept.subjects[key].record.get("team", ()), CLERK)[0]
    return Ask(operation, key, action, act, given)


def arguments(kept: Kept, key: str, action: str, choice: int, today: date) -> Values:
    """Everything an action may want to know, most of it fit."""
    one = kept.subjects[key]
    own = _of_appraisal(kept, key, one, action, choice) if one.kind == "appraisal" else {}
    unseen = [int(n) for n, receipt in one.record.get("receipts", {}).items() if not receipt.get("seen")]
    return {
        "subject": key,
        "action": action,
        "text": "" if choice % 11 == 10 else "正文",
        "due": (today + timedelta(days=1 + choice % 20)).isoformat(),
        "on": today.isoformat(),
        "receipts": unseen[-1:] or [1],
        "persons": [{"name": "某某", "post": "head"}],
        "owner": CLERKS[choice % 3],
        "member": "",
        **own,
    }


def _of_appraisal(kept: Kept, key: str, one: Subject, action: str, choice: int) -> Values:
    lines = [line for line in kept.standing(key) if line["part"] != "central" or choice % 8 == 0]
    team = one.record.get("team", ())
    undecided = [k for k, m in sorted(kept.subjects.items()) if m.department == one.department and m.number]
    wanted: dict[str, Any] = {
        "save_form": {"content": whole(one.state.partition(".")[0], one.year, book(), f"正文{choice}")},
        "assign": {"member": REVIEWERS[choice % 3] if choice % 5 else INSPECTOR},
        "release": {"member": [*team, CLERK][choice % (len(team) + 1)]},
        "mark": {"marks": marks(choice % 7 * 10)},
        "acknowledge_spread": {"items": [book().indicators[0].id]},
        "rate": {"ratings": rated(choice)},
        "record_survey": {"item": list(book().parts["public"])[choice % 2], "counts": answers(choice)},
        "reverse_line": {"line": lines[choice % len(lines)]["id"] if lines else ""},
        "rule_missing": {"lines": [{"part": "public", "item": "survey", "points": choice % 4 * 100}]},
        "carry_over": {"matter": undecided[choice % len(undecided)], "new_year": one.year + 1},
        "verify_step": {"step": 1 + choice % 2},
        "report_progress": {"progress": [{"target": "1", "percent": choice % 101, "note": "进展"}]},
    }
    found: Values = wanted.get(action, {})
    return found


def rated(choice: int) -> list[Values]:
    """The leader's points, each respect a little less or all there is."""
    return [{"item": i, "points": most - choice % 3 * 10} for i, most in book().parts["leader"].items()]


def answers(choice: int) -> Values:
    """Answers to the survey."""
    return {"satisfied": 5 + choice % 7, "dissatisfied": choice % 3}


def what_begins(kept: Kept, choice: int) -> str:
    """The kind of what begins next."""
    kinds = MADE.get(kept.state(f"cycle:{YEAR}"), MADE["ratified"])
    return kinds[choice % len(kinds)]


def begun(kept: Kept, kind: str, department: str, *, choice: int, today: date, file: str) -> Ask:
    """Something new beside a department's year."""
    on = min(today, date(YEAR, 12, 31)).isoformat()
    key = f"{kind}:{YEAR}:{department}:new"
    bonuses = [bonus.id for bonus in book().bonuses]
    lines = kept.standing(f"appraisal:{YEAR}:{department}")
    about = ("grade", "points", lines[choice % len(lines)]["id"] if lines else "grade")
    wanted: dict[str, Values] = {
        "finding": {
            "item": GROUNDS[choice % 4],
            "source": "open_visit",
            "severity": ("ordinary", "typical", "key")[choice % 3],
        },
        "complaint": {"source": "call", "complainant": "某人"},
        "bonus": {
            "on": f"{YEAR}-01-08",
            "item": bonuses[choice % len(bonuses)],
            "award": "甲乙"[choice % 2],
            "granted_by": "上级机关",
            "collective": True,
        },
        "objection": {"about": about[choice % 3]},
        "evidence": {"about": ("plan", "yearend", "content.1.1")[choice % 3], "file": file, "name": "证.pdf"},
        "duty": {},
    }
    operation, action = BEGUN[kind]
    given = {"year": YEAR, "department": department, "on": on, "text": "情况", "action": action}
    given |= wanted[kind]
    return Ask(operation, key, action, usual(kept, key, action, choice, today), given)


def of_year(kept: Kept, choice: int, today: date) -> Ask | None:
    """An act on the whole year, as it stands; None where there is none to ask for."""
    key = f"cycle:{YEAR}"
    cycle = kept.subjects[key]
    wanted: Mapping[str, Sequence[str]] = {
        "running": ("propose",),
        "proposed": ("ratify", "ratify", "rule_tie", "withdraw_proposal"),
        "ratified": ("amend",),
        "closed": ("amend",),
    }
    actions = [a for a in wanted.get(cycle.state, ()) if a != "rule_tie" or cycle.record.get("ties")]
    if not actions:
        return None
    action = actions[choice % len(actions)]
    given: Values = {"year": YEAR}
    if action == "rule_tie":
        tie, kept_tie = next(iter(cycle.record["ties"].items()))
        seats = [grade for grade, free in (kept_tie["seats"]).items() for _ in range(free)]
        members = kept_tie["departments"][:: 1 if choice % 3 else -1]
        given |= {"tie": tie, "ruling": dict(zip(members, seats, strict=False))}
    if action == "amend":
        given |= {"changes": [_changed(kept, DEPARTMENTS[choice % 3], choice)]}
    return Ask(action, key, action, usual(kept, key, action, choice, today), given)


def _changed(kept: Kept, department: str, choice: int) -> Values:
    lines = [
        line
        for line in kept.standing(f"appraisal:{YEAR}:{department}")
        if line["part"] in ("deduction", "bonus")
    ]
    gone = [lines[choice % len(lines)]["id"]] if lines and choice % 2 else []
    ground = {"part": "deduction", "item": GROUNDS[choice % 4]}
    return {"department": department, "reverse": gone, "lines": [] if gone else [ground]}


def of_register(kept: Kept, choice: int, today: date) -> Ask:
    """Somebody comes to a post, or leaves for good."""
    if choice % 3 == 0:
        name = SPARE[choice // 3 % len(SPARE)]
        given = {"id": name, "on": today.isoformat()}
        return Ask("leave", f"person:{name}", "leave", person(CLERKS[choice % 2]), given)
    department = DEPARTMENTS[choice % 3]
    fit = [name for name, who in kept.people().items() if "department" in who["roles"]]
    given = {
        "department": department,
        "post": ("liaison", "head")[choice // 3 % 2],
        "person": fit[choice % len(fit)],
        "on": today.isoformat(),
    }
    return Ask("appoint", f"department:{department}", "appoint", person(CLERKS[choice % 3]), given)
