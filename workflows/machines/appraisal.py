"""One department's year, from plan to archive, as one table (method.self … use.failed)."""

from __future__ import annotations

from workflows import form_guards as fg
from workflows import guards as g
from workflows import ledger_guards as lg
from workflows import marking_guards as mg
from workflows.engine import NONE, Guard, Machine, Move, Route
from workflows.facts import Facts
from workflows.machines.receipt_moves import receipts

FORMS = ("plan", "midyear", "yearend")
FILED = (*FORMS, "rectification")
BEFORE_PROPOSAL = (
    *(f"{form}.{part}" for form in FORMS for part in ("drafting", "submitted", "accepted", "lapsed")),
    "central_review.marking",
    "inspection.open",
    "grading.pending",
)
RECTIFYING = tuple(f"rectification.{part}" for part in ("drafting", "submitted", "lapsed", "underway"))
STATES = (*BEFORE_PROPOSAL, "grading.proposed", "grading.ratified", *RECTIFYING, "closed", "exempted")
PROGRESSING = (
    "plan.accepted",
    *(f"{form}.{part}" for form in FORMS[1:] for part in ("drafting", "submitted", "accepted", "lapsed")),
)
"""From the accepted plan until central review: when targets are worked on."""

TEAM_STATES = (
    *(f"yearend.{p}" for p in ("drafting", "submitted", "accepted", "lapsed")),
    "central_review.marking",
)

CLOCKED = (
    *(f"{form}.{part}" for form in FILED for part in ("drafting", "submitted")),
    "central_review.marking",
    "inspection.open",
    "grading.pending",
    "rectification.lapsed",
    "rectification.underway",
)


CHASED = (*(f"{form}.drafting" for form in FILED), "rectification.underway")
"""Where the department has something to hand in."""

DATED = (*(f"{form}.drafting" for form in FORMS), "central_review.marking")
"""Where the date of a window runs, which may be moved for all."""

WAITING = tuple(f"{form}.{part}" for form in FORMS for part in ("accepted", "lapsed"))
"""Where the next window is waited for."""

CORRECTED = (*WAITING, "central_review.marking")
"""Where a corrected rulebook may change something: the day of the next window, or what marks are given of."""


def _in(part: str) -> tuple[str, ...]:
    return tuple(f"{form}.{part}" for form in FILED)


def _filing(form: str) -> tuple[Move, ...]:
    """The eight moves every form goes through; the plan, both self-reviews and the rectification alike."""
    drafting, submitted, lapsed = f"{form}.drafting", f"{form}.submitted", f"{form}.lapsed"
    on_time = (g.form_complete, g.within_grace)
    readmission = (g.next_window_closed, g.due_not_past) if form in FORMS else (g.due_not_past,)
    return (
        Move("submit", (drafting,), submitted, ("department",), on_time),
        Move("withdraw", (submitted,), drafting, ("department",), (g.before_due, g.not_taken_up)),
        Move(
            "send_back",
            (submitted,),
            drafting,
            ("office",),
            (g.due_ahead("send_back_days"), fg.items_fit),
            reason=True,
        ),
        Move("lapse", (drafting,), lapsed, ("system",), (g.grace_passed, g.no_extension_undecided)),
        Move("readmit", (lapsed,), drafting, ("office",), readmission, reason=True),
    )


def _reopen(sources: tuple[str, ...], target: str) -> Move:
    needs = (g.due_ahead("send_back_days"),) if target.endswith(".drafting") else ()
    return Move("reopen", sources, target, ("office",), needs, reason=True)


def _came_from(state: str) -> Route:
    return lambda facts, _now: facts.record.get("left") == state


def _reinstate(state: str) -> Move:
    needs = (g.cycle_running, *([g.due_ahead("reinstate_days")] if state.endswith(".drafting") else []))
    return Move(
        "reinstate", ("exempted",), state, ("group",), needs, _came_from(state), reason=True, document=True
    )


def _enrol(stage: str, state: str, *needs: Guard) -> Move:
    asked: Route = lambda facts, _now: facts.asked.stage == stage  # noqa: E731 - a route is a value here
    return Move(
        "enrol", (NONE,), state, ("office",), (g.cycle_running, g.stage_is_open, *needs), asked, reason=True
    )


def _amend(sources: tuple[str, ...], target: str | None, when: Route) -> Move:
    return Move("amend", sources, target, ("group",), when=when, reason=True, document=True)


def _cleared(facts: Facts, _now: object) -> bool:
    return facts.asked.extra["grade"] != "failed" and not facts.key_findings


def _newly_failed(facts: Facts, _now: object) -> bool:
    return facts.asked.extra["grade"] == "failed" and not g.failed(facts)


APPRAISAL = Machine(
    name="appraisal",
    states=STATES,
    final=("closed", "exempted"),
    moves=(
        Move(
            "open_plan",
            (NONE,),
            "plan.drafting",
            ("system", "office"),
            (g.cycle_running, g.window_reached("plan")),
        ),
        Move("save_form", _in("drafting"), None, ("department",), (fg.form_sound,)),
        Move("hand_over", _in("drafting"), None, ("department",), (g.form_filled, g.not_handed_over)),
        Move("sign_off", _in("drafting"), None, ("head",), (g.something_to_sign,)),
        *(move for form in FILED for move in _filing(form)),
        Move("take_up", _in("submitted"), None, ("office",), (g.not_taken_up,)),
        *(Move("accept", (f"{form}.submitted",), f"{form}.accepted", ("office",)) for form in FORMS),
        Move("report_progress", PROGRESSING, None, ("department",), (fg.progress_fits,)),
        Move(
            "ask_extension",
            _in("drafting"),
            None,
            ("department",),
            (g.within_grace, g.no_extension_undecided, g.extension_possible),
            reason=True,
        ),
        Move(
            "extend",
            _in("drafting"),
            None,
            ("office",),
            (g.extension_asked, g.extension_lengthens),
            reason=True,
        ),
        Move("refuse_extension", _in("drafting"), None, ("office",), (g.extension_asked,), reason=True),
        Move("shift_grace", _in("drafting"), None, ("system",), (g.grace_unshifted,), reason=True),
        Move("redate", CLOCKED, None, ("office", "import")),
        Move("move_dates", DATED, None, ("office",), reason=True, document=True),
        Move("correct_rulebook", CORRECTED, None, ("group",), reason=True, document=True),
        Move("chase", CHASED, None, ("office",), (g.not_chased_today,)),
        Move(
            "chase",
            ("central_review.marking",),
            None,
            ("office",),
            (g.not_chased_today, mg.marks_outstanding),
        ),
        Move(
            "open_midyear",
            ("plan.accepted", "plan.lapsed"),
            "midyear.drafting",
            ("system", "office"),
            (g.window_reached("midyear"),),
        ),
        Move(
            "open_yearend",
            ("midyear.accepted", "midyear.lapsed"),
            "yearend.drafting",
            ("system", "office"),
            (g.window_reached("yearend"),),
        ),
        Move("assign", TEAM_STATES, None, ("office",), (g.member_fits,)),
        Move("release", TEAM_STATES, None, ("office",), (g.member_leaves_others,), reason=True),
        Move(
            "open_central_review",
            ("yearend.accepted", "yearend.lapsed"),
            "central_review.marking",
            ("system", "office"),
            (g.window_reached("central_review"), g.team_complete),
        ),
        Move(
            "mark",
            ("central_review.marking",),
            None,
            ("reviewer", "team"),
            (mg.member_marks, mg.marks_fit),
        ),
        Move(
            "acknowledge_spread",
            ("central_review.marking",),
            None,
            ("reviewer", "office"),
            (mg.spreads_wide,),
            reason=True,
        ),
        Move("rate", BEFORE_PROPOSAL, None, ("leader",), (mg.ratings_fit,)),
        Move("record_survey", BEFORE_PROPOSAL, None, ("office",), (mg.survey_fits,), document=True),
        Move(
            "record_line",
            BEFORE_PROPOSAL,
            None,
            ("system",),
            (lg.lines_fit,),
            lg.for_parts("deduction", "bonus"),
        ),
        Move(
            "reverse_line",
            BEFORE_PROPOSAL,
            None,
            ("office",),
            (lg.line_standing, lg.line_not_of_marks, lg.line_not_of_matter),
            reason=True,
        ),
        Move(
            "confirm_marks",
            ("central_review.marking",),
            None,
            ("reviewer", "team"),
            (mg.confirming_member, mg.own_sheet_whole, mg.own_marks_within),
        ),
        Move(
            "complete",
            ("central_review.marking",),
            "inspection.open",
            ("reviewer", "office"),
            (
                g.office_gives_reason,
                g.team_present,
                mg.every_sheet_whole,
                mg.every_mark_within,
                mg.spreads_acknowledged,
                mg.marks_confirmed,
            ),
        ),
        Move(
            "carry_over",
            ("inspection.open",),
            None,
            ("office",),
            (g.cutoff_passed, g.matter_open, g.next_year_takes_it),
            reason=True,
        ),
        Move(
            "settle",
            ("inspection.open",),
            "grading.pending",
            ("office",),
            (g.cutoff_passed, g.nothing_undecided),
        ),
        Move(
            "rule_missing",
            ("grading.pending",),
            None,
            ("group",),
            (lg.ruling_fits, lg.part_is_missing),
            lg.within_parts("public", "leader"),
            reason=True,
            document=True,
        ),
        Move("propose", ("grading.pending",), "grading.proposed", ("office",), (g.parts_complete,)),
        Move("withdraw_proposal", ("grading.proposed",), "grading.pending", ("office", "group"), reason=True),
        Move("ratify", ("grading.proposed",), "grading.ratified", ("group",), document=True),
        Move(
            "start_rectification",
            ("grading.ratified",),
            "rectification.drafting",
            ("system",),
            (g.something_to_rectify,),
        ),
        Move("close", ("grading.ratified",), "closed", ("system",), (g.nothing_to_rectify,)),
        Move("record_talk", RECTIFYING, None, ("leader",), (g.day_come, g.talk_after_result), document=True),
        Move(
            "accept",
            ("rectification.submitted",),
            "rectification.underway",
            ("office",),
            (g.talk_held_if_failed,),
        ),
        Move("add_step", RECTIFYING, None, ("department", "office"), (g.text_given, g.due_not_past)),
        Move("verify_step", ("rectification.underway",), None, ("office",), (g.step_known,)),
        Move(
            "verify",
            ("rectification.underway",),
            "closed",
            ("office",),
            (g.talk_held_if_failed, g.steps_verified, g.duties_closed, g.key_findings_verified),
        ),
        *(_reopen((f"{form}.accepted",), f"{form}.drafting") for form in FORMS),
        _reopen(("midyear.drafting", "midyear.submitted", "midyear.lapsed"), "plan.drafting"),
        _reopen(("yearend.drafting", "yearend.submitted", "yearend.lapsed"), "midyear.drafting"),
        _reopen(("central_review.marking",), "yearend.drafting"),
        _reopen(("inspection.open",), "central_review.marking"),
        _reopen(("grading.pending",), "inspection.open"),
        Move("exempt", BEFORE_PROPOSAL, "exempted", ("group",), reason=True, document=True),
        *(_reinstate(state) for state in BEFORE_PROPOSAL),
        *(_enrol(form, f"{form}.drafting", g.due_ahead("reinstate_days")) for form in FORMS),
        _enrol("central_review", "central_review.marking"),
        _amend(RECTIFYING, "closed", _cleared),
        _amend(RECTIFYING, None, lambda f, n: not _cleared(f, n)),
        _amend(("closed",), "rectification.drafting", _newly_failed),
        _amend(("closed",), None, lambda f, n: not _newly_failed(f, n)),
        _amend(("grading.ratified",), None, lambda _f, _n: True),
        *receipts(*STATES),
    ),
)
