"""Which move is worth telling whom. The words and the sending are the notifications' business."""

from __future__ import annotations

from workflows.matters import MATTERS

NOTICES: dict[str, tuple[tuple[str, str], ...]] = {
    "hand_over": (("to_sign", "head"),),
    "accept": (("accepted", "liaison"), ("accepted", "head")),
    "send_back": (("sent_back", "liaison"), ("sent_back", "head")),
    "reopen": (("sent_back", "liaison"), ("sent_back", "head")),
    "lapse": (("lapsed", "liaison"), ("lapsed", "head")),
    "readmit": (("readmitted", "liaison"), ("readmitted", "head")),
    "ask_extension": (("extension_asked", "office"),),
    "extend": (("extension_decided", "liaison"), ("extension_decided", "head")),
    "refuse_extension": (("extension_decided", "liaison"), ("extension_decided", "head")),
    "shift_grace": (("date_moved", "liaison"), ("date_moved", "head")),
    "redate": (("date_moved", "liaison"), ("date_moved", "head")),
    "move_dates": (("date_moved", "liaison"), ("date_moved", "head")),
    "propose": (("grades_proposed", "liaison"), ("grades_proposed", "head")),
    "withdraw_proposal": (("proposal_withdrawn", "liaison"), ("proposal_withdrawn", "head")),
    "ratify": (("grades_ratified", "liaison"), ("grades_ratified", "head")),
    "amend": (("grades_amended", "liaison"), ("grades_amended", "head")),
    "start_rectification": (("rectification_due", "head"),),
    "exempt": (("exempted", "liaison"), ("exempted", "head")),
    "reinstate": (("reinstated", "liaison"), ("reinstated", "head")),
}
"""Action of an appraisal to (kind of letter, recipient): a post of the department, or a role.

That a window has opened is told by the rung `opens`; whom an act of chasing means follows from the open clocks.
"""

CASE_NOTICES: dict[str, tuple[tuple[str, str], ...]] = {
    "open": (("escalation_report", "group"), ("escalation_report", "leader")),
    "revoke": (("escalation_withdrawn", "group"), ("escalation_withdrawn", "leader")),
}


_BOTH = ("liaison", "head")


def _told(*kinds: str) -> tuple[tuple[str, str], ...]:
    """Letters to the department: to its liaison and its head."""
    return tuple((kind, post) for kind in kinds for post in _BOTH)


MATTER_NOTICES: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "finding": {
        "notify": _told("finding_notified"),
        **dict.fromkeys(("confirm", "return", "drop", "overturn", "publish"), _told("finding_decided")),
    },
    "complaint": {
        "investigate": _told("complaint_told"),
        **dict.fromkeys(("substantiate", "dismiss", "overturn"), _told("complaint_decided")),
    },
    "bonus": dict.fromkeys(("approve", "refuse", "overturn"), _told("bonus_decided")),
    "evidence": {"refuse": (("evidence_refused", "liaison"),)},
    "objection": {
        "file": (("objection_filed", "group"), ("objection_filed", "office")),
        **dict.fromkeys(("uphold", "dismiss"), _told("objection_decided")),
    },
    "duty": {
        **dict.fromkeys(("open", "hold_to_account"), (("duty_opened", "head"),)),
        "redate": (),  # nobody of the department has to do anything by that date
    },
}
"""Kind of matter to action to letters, as above. That a date of the department's moved is told of every kind."""


def notices(machine: str, action: str, part: str) -> tuple[tuple[str, str], ...]:
    """The notices a move causes. `part` is the ledger part where lines are written: deductions are told."""
    if machine == "case":
        return CASE_NOTICES.get(action, ())
    if machine in MATTERS:
        moved = _told("date_moved") if action == "redate" else ()
        return MATTER_NOTICES.get(machine, {}).get(action, moved)
    if machine != "appraisal":
        return ()
    if action == "record_line" and part == "deduction":
        return (("deduction_written", "liaison"), ("deduction_written", "head"))
    return NOTICES.get(action, ())
