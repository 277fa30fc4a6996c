"""What stands in the way of every guarded action: single departures from the facts, and several at once.

Where a row names no states it holds in every state in which the action means something.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from tests.workflows import (
    account_table,
    dispatch_table,
    duty_table,
    evidence_table,
    finding_table,
    form_refusals,
    marking_table,
    request_tables,
    token_table,
)
from tests.workflows.broken_facts import Broken, row
from tests.workflows.register_refusals import DEPARTMENT, MAIL, PERSON, REGULATION
from tests.workflows.worlds import (
    EXTENSION,
    FAILED,
    LEDGER,
    MATTER,
    NEXT,
    SHEET,
    Departure,
    asked,
    at,
    extra,
    facts,
    form,
    local,
    record,
)
from workflows.errors import Unmet
from workflows.facts import Line, Standing


def _chased(day: str) -> Departure:
    """Every stage was chased for a day."""
    chased = {stage: {"on": day, "by": "p-1"} for stage in (*FILED, "central_review")}
    return record(chased=chased)


def _there(**changes: object) -> Departure:
    """Another year to carry over to."""
    return extra(next={**NEXT, **changes})


FILED = ("plan", "midyear", "yearend", "rectification")
PAST = date(2025, 6, 9)
OVER = form(grace_until="2025-06-09")
EMPTY = form(text=None)
NO_DUE = asked(due=None)
AFTER_CUTOFF_NOT = at(datetime(2025, 12, 31, 15, 59, tzinfo=UTC))
FORMS = ("plan.drafting", "midyear.drafting", "yearend.drafting", "rectification.drafting")
CENTRAL_REVIEW_OPENS = at(datetime(2025, 12, 10, 16, tzinfo=UTC))
WINDOWED = ("plan.lapsed", "midyear.lapsed", "yearend.lapsed")
NOT_RUNNING = facts(cycle_state="proposed")

_NEW_DUE_3 = (
    row("due_missing", NO_DUE),
    row("due_too_near", asked(due=date(2025, 6, 12))),
    row("due_too_near", asked(due=PAST)),
    row("due_missing reason_missing", NO_DUE, asked(reason="")),
)
INTO_DRAFTING = (
    *(f"{name}.accepted" for name in ("plan", "midyear", "yearend")),
    *(f"{name}.{part}" for name in ("midyear", "yearend") for part in ("drafting", "submitted", "lapsed")),
    "central_review.marking",
)
"""The states `reopen` leads out of into a drafting state."""

MIXED = (Line("deduction", "score.deduct.1"), Line("bonus", "score.bonus.region"))
TWO_SPOILT = (
    Line("deduction", "no.such"),
    Line("deduction", "score.deduct.1", 200),
)
KEY = facts(key_findings=(MATTER,))
OF_FINDING = facts(lines=(Standing("r1", "deduction", "score.deduct.1", -100, MATTER),))
INDICATOR_GONE = facts(lines=LEDGER[1:])
SURVEY_GONE = facts(lines=tuple(line for line in LEDGER if line.item != "survey"))
RESPECT_GONE = facts(lines=tuple(line for line in LEDGER if line.item != "conduct"))

APPRAISAL: Mapping[str, tuple[Broken, ...]] = {
    "open_plan": (
        row("cycle_not_running", NOT_RUNNING),
        row("cycle_not_running", facts(cycle_state="")),
        row("window_not_reached", asked(role="system"), at(datetime(2025, 1, 9, 15, 59, tzinfo=UTC))),
        row(
            "cycle_not_running window_not_reached",
            asked(role="system"),
            NOT_RUNNING,
            at(datetime(2024, 12, 1, tzinfo=UTC)),
        ),
    ),
    "save_form": form_refusals.SAVE_FORM,
    "report_progress": form_refusals.REPORT_PROGRESS,
    "hand_over": (
        row("form_empty", EMPTY),
        row("form_handed_over", form(handed="t1")),
        row("form_entry_missing", form(gaps=["text"])),
        row("form_entry_missing form_handed_over", form(gaps=["text"], handed="t1")),
    ),
    "sign_off": (row("form_empty", EMPTY),),
    "submit": (
        row("form_empty", EMPTY),
        row("form_unsigned", form(signed=None)),
        row("form_unsigned", form(signed="t0")),
        row("grace_over", OVER),
        row("form_empty grace_over", EMPTY, OVER),
        row("form_unsigned grace_over", form(text="t2"), OVER),
        *form_refusals.SUBMIT,
    ),
    "withdraw": (
        row("due_passed", form(due="2025-06-09")),
        row("already_taken_up", form(taken_up=True)),
        row("already_taken_up due_passed", form(taken_up=True, due="2025-06-09")),
    ),
    "take_up": (row("already_taken_up", form(taken_up=True)),),
    "send_back": (*_NEW_DUE_3, *form_refusals.SEND_BACK),
    "lapse": (
        row("grace_not_over", form(grace_until="2025-06-10")),
        row("extension_undecided", form(asked=EXTENSION)),
        row("extension_undecided grace_not_over", form(asked=EXTENSION, grace_until="2025-06-27")),
    ),
    "readmit": (
        row("due_missing", NO_DUE),
        row("due_past", asked(due=PAST)),
        row("next_window_open", CENTRAL_REVIEW_OPENS, asked(due=date(2026, 1, 5)), states=WINDOWED),
        row("due_past next_window_open", CENTRAL_REVIEW_OPENS, states=WINDOWED),
        row(
            "due_missing next_window_open reason_missing",
            CENTRAL_REVIEW_OPENS,
            NO_DUE,
            asked(reason=""),
            states=WINDOWED,
        ),
    ),
    "ask_extension": (
        row("grace_over", OVER),
        row("extension_undecided", form(asked=EXTENSION)),
        row("extensions_used", form(extensions=2, requests=2)),
        row("due_missing", NO_DUE),
        row("due_not_later", asked(due=date(2025, 6, 20))),
        row(
            "due_not_later extensions_used grace_over reason_missing",
            OVER,
            form(extensions=3, requests=3),
            asked(due=PAST, reason=""),
        ),
    ),
    "extend": (
        row("extension_not_asked", form(asked=None)),
        row("due_not_later", asked(due=date(2025, 6, 20))),
        row("due_past", asked(due=PAST), form(due="2025-05-30")),
        row(
            "due_not_later due_past extension_not_asked reason_missing",
            form(asked=None),
            asked(due=PAST, reason=""),
        ),
        row("due_past", NO_DUE, form(due="2025-05-30", asked={**EXTENSION, "until": "2025-06-09"})),
    ),
    "refuse_extension": (row("extension_not_asked", form(asked=None)),),
    "shift_grace": (row("grace_already_moved", form(shifted=True)),),
    "chase": (
        row("chased_already", _chased("2025-06-10")),
        row("nobody_to_chase", record(marks={"r1": SHEET}), states=("central_review.marking",)),
        row("", _chased("2025-06-09")),
    ),
    "open_midyear": (
        row("window_not_reached", asked(role="system"), at(datetime(2025, 6, 30, 15, 59, tzinfo=UTC))),
    ),
    "open_yearend": (
        row("window_not_reached", asked(role="system"), at(datetime(2025, 11, 9, 15, 59, tzinfo=UTC))),
    ),
    "assign": (
        row("member_already", asked(member="r1")),
        row("member_not_reviewer", asked(member_is_reviewer=False)),
        row("member_recused", asked(member_home="caizheng")),
        row(
            "member_already member_not_reviewer member_recused",
            asked(member="r1", member_is_reviewer=False, member_home="caizheng"),
        ),
    ),
    "release": (
        row("member_absent", asked(member="r9")),
        row("member_last", record(team=["r1"])),
        row("member_absent reason_missing", record(team=[]), asked(reason="")),
    ),
    "open_central_review": (
        row("team_short", record(team=["r1", "r2"])),
        row("team_short", record(team=None)),
        row(
            "team_short window_not_reached",
            record(team=[]),
            asked(role="system"),
            at(datetime(2025, 12, 10, 15, 59, tzinfo=UTC)),
        ),
    ),
    "record_line": (
        row("item_unknown", asked(lines=(Line("bonus", "no.such"),))),
        row("points_fixed", asked(lines=(Line("bonus", "score.bonus.national", 299),))),
        row("not_here", asked(lines=())),
        row("not_here", asked(lines=MIXED)),
        row("item_unknown points_fixed", asked(lines=TWO_SPOILT)),
    ),
    "reverse_line": (
        row("line_of_marks", asked(line="i1")),
        row("line_of_matter", OF_FINDING),
        row("line_of_matter", OF_FINDING, extra(matters=["finding:2025:caizheng:2"])),
        row("", OF_FINDING, extra(matters=[MATTER])),
        row("", extra(reversals=["r1", "r2"])),
        row("line_of_matter", OF_FINDING, extra(reversals=["r1"])),
        row("line_of_marks line_unknown", extra(reversals=["r1", "i1", "i99"])),
        row("line_unknown", asked(line="i99")),
        row("line_unknown reason_missing", facts(lines=()), asked(reason="")),
    ),
    **marking_table.REFUSALS,
    "carry_over": (
        row("cutoff_not_passed", AFTER_CUTOFF_NOT),
        row("matter_not_open", asked(matter="finding:2025:caizheng:2")),
        row("new_year_not_next", asked(new_year=2025)),
        row("new_year_not_next", asked(new_year=2027)),
        *(row("next_year_past", _there(cycle=state)) for state in ("proposed", "ratified", "closed")),
        *(row("", _there(cycle=state)) for state in ("none", "preparing")),
        row("next_year_exempted", _there(standing="exempted")),
        row("department_gone", _there(active=False)),
        row(
            "cutoff_not_passed department_gone matter_not_open new_year_not_next next_year_exempted reason_missing",
            AFTER_CUTOFF_NOT,
            facts(findings=()),
            _there(standing="exempted", active=False),
            asked(new_year=2024, reason=""),
        ),
    ),
    "settle": (
        row("cutoff_not_passed", AFTER_CUTOFF_NOT),
        row("finding_undecided", facts(findings=(MATTER,))),
        row("complaint_undecided", facts(complaints=("complaint:2025:caizheng:1",))),
        row("bonus_undecided", facts(bonus_applications=("bonus:2025:caizheng:1",))),
        row(
            "bonus_undecided complaint_undecided cutoff_not_passed finding_undecided",
            AFTER_CUTOFF_NOT,
            facts(findings=(MATTER,), complaints=("c",), bonus_applications=("b",)),
        ),
    ),
    "rule_missing": (
        row("line_already part_not_missing", facts(lines=LEDGER)),
        row("points_out_of_range", asked(lines=(Line("public", "survey", 400),))),
        row("points_missing", asked(lines=(Line("public", "survey"),))),
        row("lines_missing", asked(lines=())),
        row(
            "document_missing line_already part_not_missing points_out_of_range reason_missing",
            facts(lines=LEDGER),
            asked(lines=(Line("leader", "team", 101),), reason="", document=""),
        ),
    ),
    "propose": (
        row("part_missing", INDICATOR_GONE),
        row("part_missing", SURVEY_GONE),
        row("part_missing", RESPECT_GONE),
        row("part_missing", facts(lines=())),
    ),
    "start_rectification": (row("nothing_to_rectify", record(result={"grade": "passed"})),),
    "close": (
        row("grade_failed", record(result=FAILED)),
        row("key_finding_open", KEY),
        row("grade_failed key_finding_open", record(result=FAILED), KEY),
    ),
    "accept": (row("talk_missing", record(talk=None), states=("rectification.submitted",)),),
    "record_talk": (
        row("day_missing", asked(on=None)),
        row("day_ahead", asked(on=date(2025, 6, 11))),
        row("talk_before_result", asked(on=date(2025, 6, 5)), record(ratified_on="2025-06-06")),
        row("day_missing document_missing", asked(on=None, document="")),
    ),
    "add_step": (
        row("text_missing", asked(text="")),
        row("due_missing", NO_DUE),
        row("due_past text_missing", asked(due=PAST, text=" ")),
    ),
    "verify_step": (
        row("step_unknown", asked(step="2")),
        row("step_already_verified", record(steps={"1": {"verified": "2025-06-06"}})),
    ),
    "verify": (
        row("step_unverified", record(steps={"2": {"text": "s2"}})),
        row("steps_missing", record(steps=None)),
        row("talk_missing", record(result=FAILED, talk=None)),
        row("department_duties_open", facts(duties=("duty:2025:caizheng:1",))),
        row("key_finding_unverified", KEY),
        row("key_finding_unverified steps_missing", KEY, record(steps=None)),
        row(
            "department_duties_open step_unverified",
            facts(duties=("d",)),
            record(steps={"1": {"verified": None}}),
        ),
        row("department_duties_open steps_missing", facts(duties=("d",)), record(steps=None)),
        row(
            "department_duties_open steps_missing talk_missing",
            facts(duties=("d",)),
            record(result=FAILED, talk=None, steps=None),
        ),
    ),
    "reopen": tuple(Broken(broken.departures, broken.codes, INTO_DRAFTING) for broken in _NEW_DUE_3),
    "reinstate": (
        row("cycle_not_running", NOT_RUNNING),
        row("due_missing", NO_DUE),
        row("due_too_near", asked(due=date(2025, 6, 16))),
        row(
            "cycle_not_running document_missing due_missing reason_missing",
            NOT_RUNNING,
            asked(due=None, reason="", document=""),
        ),
        row("not_here", record(left=None)),
    ),
    **request_tables.RECEIPTS,
    "enrol": (
        row("cycle_not_running", NOT_RUNNING),
        row("due_missing", NO_DUE),
        row("due_too_near", asked(due=date(2025, 6, 16))),
        row("stage_not_open", asked(stage="midyear")),
        row("stage_not_open", asked(stage="central_review", due=None)),
        row("stage_not_open", at(local("2025-07-01T00:00")), asked(due=date(2025, 8, 1))),
        row(
            "cycle_not_running due_missing reason_missing stage_not_open",
            NOT_RUNNING,
            asked(stage="yearend", due=None, reason=""),
        ),
        row("not_here", asked(stage="grading")),
    ),
}

_BLOCKED = facts(blocking=(Unmet("part_missing", about="appraisal:2025:a"), Unmet("team_short", about="b")))

CYCLE: Mapping[str, tuple[Broken, ...]] = {
    "import_results": (row("part_missing team_short", _BLOCKED),),
    "approve_rulebook": (
        row("rulebook_differs", extra(digest="0" * 64)),
        row("document_missing rulebook_differs", asked(extra={}, document="")),
    ),
    "open": (row("document_missing part_missing team_short", _BLOCKED, asked(document="")),),
    "propose": (row("part_missing team_short", _BLOCKED),),
    "correct_rulebook": (row("part_missing team_short", _BLOCKED),),
    "move_dates": (row("document_missing part_missing team_short", _BLOCKED, asked(document="")),),
    "rule_tie": (
        row("tie_unknown", extra(tie="T2")),
        row("tie_members_differ", extra(ruling={"a": "good"})),
        row("tie_members_differ", extra(ruling={"a": "good", "b": "passed", "c": "passed"})),
        row("tie_seats_differ", extra(ruling={"a": "good", "b": "good"})),
        row("tie_seats_differ", extra(ruling={"a": "failed", "b": "good"})),
    ),
    "ratify": (
        row("objection_window_open", record(objections_until="2025-06-10")),
        row("objection_undecided", facts(objections=("objection:2025:a:1",))),
        row("tie_unruled", record(ties={"T1": {"ruling": None}})),
        row(
            "document_missing objection_undecided objection_window_open part_missing team_short tie_unruled",
            _BLOCKED,
            facts(objections=("o",)),
            record(objections_until="2025-06-30", ties={"T1": {"ruling": None}}),
            asked(document=""),
        ),
    ),
    "close": (
        row("appraisals_open", facts(open_appraisals=1)),
        row("duties_open", facts(open_duties=1)),
        row("appraisals_open duties_open", facts(open_appraisals=1, open_duties=1)),
    ),
    "amend": (
        row(
            "document_missing part_missing reason_missing team_short", _BLOCKED, asked(reason="", document="")
        ),
    ),
}

REFUSALS: Mapping[str, Mapping[str, tuple[Broken, ...]]] = {
    "appraisal": APPRAISAL,
    "cycle": CYCLE,
    "duty": duty_table.REFUSALS,
    **finding_table.REFUSALS,
    "bonus": request_tables.BONUS,
    "objection": request_tables.OBJECTION,
    "evidence": evidence_table.REFUSALS,
    "department": DEPARTMENT,
    "person": PERSON,
    "regulation": REGULATION,
    "mail": MAIL,
    "token": token_table.REFUSALS,
    "dispatch": dispatch_table.REFUSALS,
    "account": account_table.REFUSALS,
}
