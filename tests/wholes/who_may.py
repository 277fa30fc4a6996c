"""Who may do what, told a second time and more simply: a role, a relation, a home, a second person.

Nothing here asks the service's own permissions. What follows from an act (a ledger line, a carried matter) is
nobody's to ask for and has a list of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

DEPARTMENTAL: Final = (
    *("appraisal", "case", "finding", "complaint", "bonus", "objection", "evidence", "duty"),
)
"""What is one department's, whose people in the office and the group withdraw from it."""

WHOLE: Final = "propose withdraw_proposal ratify amend"

MAY: Final[Mapping[str, Mapping[str, str]]] = {
    "appraisal": {
        "department": "save_form submit withdraw ask_extension report_progress add_step acknowledge",
        "head": "sign_off",
        "leader": "rate record_talk",
        "reviewer": "mark acknowledge_spread confirm_marks complete",
        "team": "mark confirm_marks",
        "group": "rule_missing exempt reinstate",
        "office": "open_plan open_midyear open_yearend open_central_review send_back readmit take_up accept extend"
        " refuse_extension chase assign release acknowledge_spread record_survey reverse_line complete carry_over"
        " settle add_step verify_step verify reopen enrol note_receipt",
        "clock": "open_plan open_midyear open_yearend open_central_review lapse start_rectification close",
    },
    "cycle": {
        "office": "propose withdraw_proposal",
        "group": "withdraw_proposal rule_tie ratify amend",
        "clock": "open_plans close",
    },
    "case": {
        "group": "study propose_handling",
        "committee": "approve reject",
        "office": "close",
        "clock": "open revoke",
    },
    "finding": {
        "office": "record notify confirm drop return verify overturn publish note_receipt",
        "inspector": "record notify drop return verify",
        "department": "answer rectify acknowledge",
        "group": "publish veto lift_veto",
    },
    "complaint": {
        "office": "receive investigate hear substantiate dismiss hold_accountable close overturn",
        "inspector": "receive investigate hear hold_accountable close",
        "department": "hear",
    },
    "bonus": {
        "department": "apply withdraw acknowledge",
        "office": "examine note_receipt",
        "group": "examine approve refuse overturn",
    },
    "outstanding bonus": {
        "department": "apply withdraw acknowledge",
        "group": "examine overturn",
        "chief": "approve refuse",
        "office": "note_receipt",
    },
    "objection": {
        "department": "file withdraw acknowledge",
        "group": "uphold dismiss",
        "office": "note_receipt",
        "clock": "set_aside",
    },
    "evidence": {
        "department": "offer replace withdraw",
        "office": "accept refuse",
        "reviewer": "accept refuse",
    },
    "duty": {
        "office": "hold_to_account assign_owner close",
        "group": "hold_to_account waive",
        "clock": "open revoke hand_back",
    },
    "department": {"office": "appoint"},
    "person": {"office": "leave"},
}
"""Kind to role to actions. `team`, `committee` and `chief` never sign in: the office acts for them."""

FOLLOWING: Final[Mapping[tuple[str, str], str]] = {
    ("finding", "confirm"): "appraisal.record_line",
    ("finding", "overturn"): "appraisal.reverse_line",
    ("finding", "veto"): "duty.open",
    ("finding", "lift_veto"): "duty.revoke",
    ("complaint", "substantiate"): "appraisal.record_line",
    ("complaint", "overturn"): "appraisal.reverse_line",
    ("bonus", "approve"): "appraisal.record_line bonus.recount",
    ("bonus", "overturn"): "appraisal.record_line appraisal.reverse_line bonus.recount",
    ("appraisal", "carry_over"): "finding.carry complaint.carry bonus.carry",
    ("cycle", "propose"): "appraisal.propose",
    ("cycle", "withdraw_proposal"): "appraisal.withdraw_proposal objection.lapse objection.set_aside",
    ("cycle", "ratify"): "appraisal.ratify case.open case.revoke duty.open duty.revoke",
    ("person", "leave"): "duty.hand_back",
    ("cycle", "amend"): "appraisal.amend finding.annul complaint.annul bonus.annul bonus.recount case.open"
    " case.revoke duty.open duty.revoke",
}
"""An act to all that may follow from it in the same transaction."""

TWO: Final = frozenset({("cycle", "ratify"), ("cycle", "amend")})
"""What needs a second person though nobody is acted for."""

BODIES: Final = ("group", "committee", "team", "chief")
WITHDRAWING: Final = ("office", "group", "leader", "reviewer", "inspector")


@dataclass(frozen=True, slots=True)
class Matter:
    """What is acted on: its kind as `MAY` names it, its department, who holds its posts, who reviews it.

    `concerned` are departments that an act on a whole year is about all the same.
    """

    kind: str
    department: str
    posts: Sequence[Mapping[str, Any]]
    team: Sequence[str]
    concerned: Sequence[str] = ()

    def holds(self, person: str, post: str, day: date) -> bool:
        """Whether somebody holds a post of the department on a day: whoever came to it last."""
        on = day.isoformat()
        held = [
            p["person"]
            for p in self.posts
            if p["post"] == post and p["from"] <= on and not ("until" in p and p["until"] <= on)
        ]
        return bool(held) and held[-1] == person


@dataclass(frozen=True, slots=True)
class Body:
    """One history row's account of who acted."""

    action: str
    actor: str
    on_behalf_of: str
    confirmed_by: str
    day: date


People = Mapping[str, Mapping[str, Any]]
"""Id to what the register knows of somebody: home, roles, active."""


def may_ask(people: People, matter: Matter, done: Body) -> str:
    """Why this must not be asked for, whoever confirms; empty where it may."""
    who = people.get(done.actor)
    if who is None or not who["active"]:
        return f"{done.actor} is nobody here"
    if done.on_behalf_of:
        return _for_another(people, matter, done)
    roles = [r for r, actions in MAY[matter.kind].items() if done.action in actions.split()]
    if not any(_fits(who, done.actor, role, matter, done.day) for role in roles):
        return f"{done.actor} {who['roles']} of {who['home']} is none of {roles}"
    return ""


def may(people: People, matter: Matter, done: Body) -> str:
    """Why this must not have been done; empty where it may."""
    two = done.on_behalf_of or (matter.kind, done.action) in TWO
    return may_ask(people, matter, done) or (_second(people, matter, done) if two else "")


def _fits(who: Mapping[str, Any], name: str, role: str, matter: Matter, day: date) -> bool:
    if role in WITHDRAWING and _at_home(name, who, matter, day):
        return False
    if role in ("department", "head"):
        posts = ("head",) if role == "head" else ("liaison", "head")
        return "department" in who["roles"] and any(matter.holds(name, post, day) for post in posts)
    if role == "leader":
        return "leader" in who["roles"] and matter.holds(name, "leader", day)
    if role == "reviewer":
        return "reviewer" in who["roles"] and name in matter.team
    return role in who["roles"]


def _at_home(name: str, who: Mapping[str, Any], matter: Matter, day: date) -> bool:
    """Whether it is their own department's: they come from there, or are its liaison or head on the day."""
    if who["home"] in {matter.department, *matter.concerned} - {""}:
        return True
    return any(matter.holds(name, post, day) for post in ("liaison", "head"))


def _for_another(people: People, matter: Matter, done: Body) -> str:
    """The office writes down what a body or the leader in charge decided."""
    clerk = people[done.actor]
    if "office" not in clerk["roles"] or _at_home(done.actor, clerk, matter, done.day):
        return f"{done.actor} writes nothing down here"
    role = done.on_behalf_of if done.on_behalf_of in BODIES else "leader"
    if done.action not in MAY[matter.kind].get(role, "").split():
        return f"{role} does not do {done.action}"
    leader = people.get(done.on_behalf_of)
    if role == "leader" and (leader is None or not _fits(leader, done.on_behalf_of, role, matter, done.day)):
        return f"{done.on_behalf_of} is not in charge"
    return ""


def _second(people: People, matter: Matter, done: Body) -> str:
    second, first = people.get(done.confirmed_by), people[done.actor]
    if second is None or not second["active"]:
        return f"nobody confirmed {done.action}"
    roles = {"office"} if done.on_behalf_of else {"office", "group"}
    alone = done.confirmed_by == done.actor
    together = not matter.department and second["home"] == first["home"]
    if (
        alone
        or together
        or not roles & set(second["roles"])
        or _at_home(done.confirmed_by, second, matter, done.day)
    ):
        return f"{done.confirmed_by} must not confirm {done.action} of {done.actor}"
    return ""
