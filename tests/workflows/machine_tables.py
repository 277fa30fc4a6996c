"""What every machine does, written out by hand: from each state, which action leads where.

The facts are those of `worlds`, which meet every guard. An action that is not listed under a state is refused
there. Where the facts choose between targets, the one chosen by those facts stands here; the others are in
`test_machine_routes`.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.workflows import (
    account_table,
    dispatch_table,
    duty_table,
    evidence_table,
    finding_table,
    request_tables,
    token_table,
)

Table = Mapping[str, Mapping[str, str]]

_DRAFTING = "save_form hand_over sign_off ask_extension extend refuse_extension shift_grace redate chase"
_POINTS = "record_line reverse_line rate record_survey"
_TEAM = "assign release"
_STEPS = "record_talk add_step amend"
_WORKED_ON = "report_progress"

STAYS: Mapping[str, Mapping[str, str]] = {
    "appraisal": {
        "plan.drafting": f"{_DRAFTING} move_dates {_POINTS}",
        "plan.submitted": f"take_up redate {_POINTS}",
        "plan.accepted": f"{_POINTS} {_WORKED_ON} correct_rulebook",
        "plan.lapsed": f"{_POINTS} correct_rulebook",
        "midyear.drafting": f"{_DRAFTING} move_dates {_POINTS} {_WORKED_ON}",
        "midyear.submitted": f"take_up redate {_POINTS} {_WORKED_ON}",
        "midyear.accepted": f"{_POINTS} {_WORKED_ON} correct_rulebook",
        "midyear.lapsed": f"{_POINTS} {_WORKED_ON} correct_rulebook",
        "yearend.drafting": f"{_DRAFTING} move_dates {_POINTS} {_TEAM} {_WORKED_ON}",
        "yearend.submitted": f"take_up redate {_POINTS} {_TEAM} {_WORKED_ON}",
        "yearend.accepted": f"{_POINTS} {_TEAM} {_WORKED_ON} correct_rulebook",
        "yearend.lapsed": f"{_POINTS} {_TEAM} {_WORKED_ON} correct_rulebook",
        "central_review.marking": f"{_POINTS} {_TEAM} mark acknowledge_spread confirm_marks redate chase"
        " move_dates correct_rulebook",
        "inspection.open": f"{_POINTS} carry_over redate",
        "grading.pending": f"{_POINTS} rule_missing redate",
        "grading.ratified": "amend",
        "rectification.drafting": f"{_DRAFTING} record_talk add_step",
        "rectification.submitted": "take_up redate record_talk add_step",
        "rectification.lapsed": "redate record_talk add_step",
        "rectification.underway": "redate record_talk add_step verify_step chase",
        "closed": "amend",
    },
    "cycle": {
        "preparing": "replace_rulebook approve_rulebook accept_provisional_calendar",
        "running": "open_plans correct_rulebook move_dates",
        "proposed": "rule_tie redate",
        "ratified": "amend",
        "closed": "amend",
    },
    "case": {},
    "duty": duty_table.STAYS,
    **finding_table.STAYS,
    "bonus": request_tables.BONUS_STAYS,
    "objection": request_tables.OBJECTION_STAYS,
    "evidence": {},
    "department": {"active": "rename recategorise appoint absorb"},
    "person": {"active": "change"},
    "calendar": {"current": "import"},
    "regulation": {"current": "confirm"},
    "mail": {
        "flowing": "set_letterhead hold_digests release_digests retry_letters",
        "paused": "set_letterhead hold_digests release_digests retry_letters",
    },
    "scheduler": {"watching": "note_outage"},
    "token": {},
    "dispatch": dispatch_table.STAYS,
    "account": account_table.STAYS,
}
"""State to the actions that leave it as it is."""

MOVES: Mapping[str, Table] = {
    "appraisal": {
        "none": {"open_plan": "plan.drafting", "enrol": "plan.drafting"},
        "plan.drafting": {"submit": "plan.submitted", "lapse": "plan.lapsed", "exempt": "exempted"},
        "plan.submitted": {
            "withdraw": "plan.drafting",
            "accept": "plan.accepted",
            "send_back": "plan.drafting",
            "exempt": "exempted",
        },
        "plan.accepted": {
            "open_midyear": "midyear.drafting",
            "reopen": "plan.drafting",
            "exempt": "exempted",
        },
        "plan.lapsed": {
            "readmit": "plan.drafting",
            "open_midyear": "midyear.drafting",
            "exempt": "exempted",
        },
        "midyear.drafting": {
            "submit": "midyear.submitted",
            "lapse": "midyear.lapsed",
            "reopen": "plan.drafting",
            "exempt": "exempted",
        },
        "midyear.submitted": {
            "withdraw": "midyear.drafting",
            "accept": "midyear.accepted",
            "send_back": "midyear.drafting",
            "reopen": "plan.drafting",
            "exempt": "exempted",
        },
        "midyear.accepted": {
            "open_yearend": "yearend.drafting",
            "reopen": "midyear.drafting",
            "exempt": "exempted",
        },
        "midyear.lapsed": {
            "readmit": "midyear.drafting",
            "open_yearend": "yearend.drafting",
            "reopen": "plan.drafting",
            "exempt": "exempted",
        },
        "yearend.drafting": {
            "submit": "yearend.submitted",
            "lapse": "yearend.lapsed",
            "reopen": "midyear.drafting",
            "exempt": "exempted",
        },
        "yearend.submitted": {
            "withdraw": "yearend.drafting",
            "accept": "yearend.accepted",
            "send_back": "yearend.drafting",
            "reopen": "midyear.drafting",
            "exempt": "exempted",
        },
        "yearend.accepted": {
            "open_central_review": "central_review.marking",
            "reopen": "yearend.drafting",
            "exempt": "exempted",
        },
        "yearend.lapsed": {
            "readmit": "yearend.drafting",
            "open_central_review": "central_review.marking",
            "reopen": "midyear.drafting",
            "exempt": "exempted",
        },
        "central_review.marking": {
            "complete": "inspection.open",
            "reopen": "yearend.drafting",
            "exempt": "exempted",
        },
        "inspection.open": {
            "settle": "grading.pending",
            "reopen": "central_review.marking",
            "exempt": "exempted",
        },
        "grading.pending": {
            "propose": "grading.proposed",
            "reopen": "inspection.open",
            "exempt": "exempted",
        },
        "grading.proposed": {"withdraw_proposal": "grading.pending", "ratify": "grading.ratified"},
        "grading.ratified": {"start_rectification": "rectification.drafting", "close": "closed"},
        "rectification.drafting": {
            "submit": "rectification.submitted",
            "lapse": "rectification.lapsed",
            "amend": "closed",
        },
        "rectification.submitted": {
            "withdraw": "rectification.drafting",
            "accept": "rectification.underway",
            "send_back": "rectification.drafting",
            "amend": "closed",
        },
        "rectification.lapsed": {"readmit": "rectification.drafting", "amend": "closed"},
        "rectification.underway": {"verify": "closed", "amend": "closed"},
        "closed": {},
        "exempted": {"reinstate": "plan.drafting"},
    },
    "cycle": {
        "none": {"prepare": "preparing", "import_results": "closed", "declare_unrecorded": "closed"},
        "preparing": {"open": "running"},
        "running": {"propose": "proposed"},
        "proposed": {"withdraw_proposal": "running", "ratify": "ratified"},
        "ratified": {"close": "closed"},
        "closed": {},
    },
    "case": {
        "none": {"open": "opened"},
        "opened": {"study": "studied", "revoke": "revoked"},
        "studied": {"propose_handling": "proposed", "revoke": "revoked"},
        "proposed": {"approve": "approved", "reject": "rejected", "revoke": "revoked"},
        "approved": {"close": "closed", "revoke": "revoked"},
        "rejected": {"close": "closed", "revoke": "revoked"},
        "closed": {"revoke": "revoked"},
        "revoked": {"open": "opened"},
    },
    "duty": duty_table.MOVES,
    **finding_table.MOVES,
    "bonus": request_tables.BONUS_MOVES,
    "objection": request_tables.OBJECTION_MOVES,
    "evidence": evidence_table.MOVES,
    "department": {"none": {"register": "active"}, "active": {"dissolve": "closed"}, "closed": {}},
    "person": {"none": {"register": "active"}, "active": {"leave": "closed"}, "closed": {}},
    "calendar": {"none": {"import": "current"}, "current": {}},
    "regulation": {"none": {"confirm": "current"}, "current": {}},
    "mail": {
        "none": {
            "set_letterhead": "flowing",
            "pause": "paused",
            "hold_digests": "flowing",
            "retry_letters": "flowing",
        },
        "flowing": {"pause": "paused"},
        "paused": {"resume": "flowing"},
    },
    "scheduler": {"none": {"note_outage": "watching"}, "watching": {}},
    "token": token_table.MOVES,
    "dispatch": dispatch_table.MOVES,
    "account": account_table.MOVES,
}
"""State to the actions that lead somewhere. Every state is listed, also those nothing leads out of."""


def table(machine: str) -> dict[tuple[str, str], str]:
    """(state, action) to the one target, whatever stays included."""
    found = {(s, a): target for s, moves in MOVES[machine].items() for a, target in moves.items()}
    found |= {(s, a): s for s, actions in STAYS[machine].items() for a in actions.split()}
    if machine == "appraisal":  # what a department was told it acknowledges wherever it stands by then
        found |= {(s, a): s for s in states(machine) for a in request_tables.RECEIPT_MOVES.split()}
    return found


def states(machine: str) -> set[str]:
    """Every state but `none`."""
    return set(MOVES[machine]) - {"none"}


def actions(machine: str) -> set[str]:
    """Every action."""
    return {action for _, action in table(machine)}


def states_with(machine: str, action: str) -> list[str]:
    """Every state in which `action` means something."""
    return sorted(state for state, name in table(machine) if name == action)


EVERY_ACTION = sorted({action for machine in MOVES for action in actions(machine)} | {"no_such_action"})

REASON: Mapping[str, str] = {
    "appraisal": "note_receipt send_back readmit ask_extension extend refuse_extension shift_grace release reverse_line"
    " acknowledge_spread carry_over rule_missing withdraw_proposal reopen exempt reinstate enrol amend"
    " move_dates correct_rulebook",
    "cycle": "declare_unrecorded replace_rulebook accept_provisional_calendar withdraw_proposal rule_tie"
    " amend correct_rulebook move_dates",
    "case": "open propose_handling reject close revoke",
    "duty": duty_table.REASON,
    **finding_table.REASON,
    "bonus": request_tables.BONUS_REASON,
    "objection": request_tables.OBJECTION_REASON,
    "evidence": evidence_table.REASON,
    "department": "dissolve",
    "person": "change leave",
    "calendar": "",
    "regulation": "",
    "mail": "pause",
    "scheduler": "note_outage",
    "token": "revoke",
    "dispatch": "void_paper",
    "account": account_table.REASON,
}
"""The actions that need a reason whatever the facts."""

DOCUMENT: Mapping[str, str] = {
    "appraisal": "record_survey rule_missing ratify record_talk exempt reinstate amend move_dates correct_rulebook",
    "cycle": "correct_rulebook move_dates import_results approve_rulebook open rule_tie ratify amend",
    "case": "study propose_handling approve reject",
    "duty": duty_table.DOCUMENT,
    **finding_table.DOCUMENT,
    "bonus": request_tables.BONUS_DOCUMENT,
    "objection": request_tables.OBJECTION_DOCUMENT,
    "evidence": evidence_table.DOCUMENT,
    "department": "rename recategorise absorb dissolve",
    "person": "",
    "calendar": "import",
    "regulation": "confirm",
    "mail": "",
    "scheduler": "",
    "token": "",
    "dispatch": "",
    "account": "",
}
"""The actions that need a document whatever the facts."""

WHO: Mapping[str, Mapping[str, str]] = {
    "appraisal": {
        "system": "record_line open_plan lapse shift_grace open_midyear open_yearend open_central_review"
        " start_rectification close",
        "department": "acknowledge save_form hand_over submit withdraw ask_extension add_step report_progress",
        "head": "sign_off",
        "office": "note_receipt open_plan take_up accept send_back readmit extend refuse_extension redate open_midyear"
        " open_yearend assign release open_central_review reverse_line acknowledge_spread record_survey"
        " complete carry_over settle propose withdraw_proposal add_step verify_step verify reopen enrol chase"
        " move_dates",
        "reviewer": "mark acknowledge_spread confirm_marks complete",
        "team": "mark confirm_marks",
        "leader": "rate record_talk",
        "group": "rule_missing withdraw_proposal ratify exempt reinstate amend correct_rulebook",
        "import": "redate",
    },
    "cycle": {
        "office": "prepare import_results declare_unrecorded replace_rulebook accept_provisional_calendar"
        " open propose redate withdraw_proposal move_dates",
        "group": "approve_rulebook withdraw_proposal rule_tie ratify amend correct_rulebook",
        "system": "open_plans close",
        "import": "import_results redate",
    },
    "case": {
        "system": "open revoke",
        "group": "study propose_handling",
        "committee": "approve reject",
        "office": "close",
    },
    "duty": duty_table.WHO,
    **finding_table.WHO,
    "bonus": request_tables.BONUS_WHO,
    "objection": request_tables.OBJECTION_WHO,
    "evidence": evidence_table.WHO,
    "department": {
        "office": "register rename recategorise appoint absorb dissolve",
        "import": "register appoint",
    },
    "person": {"office": "register change leave", "import": "register"},
    "calendar": {"office": "import", "import": "import"},
    "regulation": {"office": "confirm"},
    "mail": {
        "office": "set_letterhead pause resume hold_digests release_digests retry_letters",
        "admin": "set_letterhead pause resume retry_letters",
        "import": "set_letterhead",
    },
    "scheduler": {"system": "note_outage"},
    "token": token_table.WHO,
    "dispatch": dispatch_table.WHO,
    "account": account_table.WHO,
}
"""Role to the actions it may ask for."""

SECOND_PERSON: Mapping[str, set[str]] = {
    "cycle": {"ratify", "amend", "correct_rulebook", "move_dates"},
    "person": {"register", "change"},
}
"""The actions that always wait for a second person, on nobody's behalf."""
