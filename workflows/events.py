"""Which move is worth telling whom. The words and the sending are the notifications' business."""

from __future__ import annotations

NOTICES: dict[str, tuple[tuple[str, str], ...]] = {
    "open_plan": (("window_opened", "liaison"),),
    "open_midyear": (("window_opened", "liaison"),),
    "open_yearend": (("window_opened", "liaison"),),
    "enrol": (("window_opened", "liaison"),),
    "accept": (("accepted", "liaison"),),
    "send_back": (("sent_back", "liaison"), ("sent_back", "head")),
    "reopen": (("sent_back", "liaison"), ("sent_back", "head")),
    "lapse": (("lapsed", "liaison"), ("lapsed", "head")),
    "readmit": (("readmitted", "liaison"),),
    "ask_extension": (("extension_asked", "office"),),
    "extend": (("extension_decided", "liaison"),),
    "refuse_extension": (("extension_decided", "liaison"),),
    "propose": (("grades_proposed", "liaison"), ("grades_proposed", "head")),
    "ratify": (("grades_ratified", "liaison"), ("grades_ratified", "head")),
    "amend": (("grades_amended", "liaison"), ("grades_amended", "head")),
    "start_rectification": (("rectification_due", "liaison"), ("rectification_due", "head")),
    "exempt": (("exempted", "liaison"),),
    "reinstate": (("reinstated", "liaison"),),
}
"""Action of an appraisal to (kind of notice, recipient): a post of the department, or a role."""

CASE_NOTICES: dict[str, tuple[tuple[str, str], ...]] = {
    "open": (("escalation_report", "group"),),
    "revoke": (("escalation_revoked", "group"),),
}


def notices(machine: str, action: str, part: str) -> tuple[tuple[str, str], ...]:
    """The notices a move causes. `part` is the ledger part where lines are written: deductions are told."""
    if machine == "case":
        return CASE_NOTICES.get(action, ())
    if machine != "appraisal":
        return ()
    if action == "record_line" and part == "deduction":
        return (("deduction_written", "liaison"), ("deduction_written", "head"))
    return NOTICES.get(action, ())
