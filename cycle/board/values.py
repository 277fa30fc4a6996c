"""One department's year as plain values: what the command line prints as JSON and the interface answers.

Points are text with two decimals, days ISO dates; None where there is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cycle.board.actions import Possible
from cycle.board.receipts import Unsigned
from cycle.board.rows import BoardRow
from cycle.board.sheet import DepartmentSheet, FormSheet, Step, Target
from cycle.board.voice import Voice
from cycle.queries_board import LedgerLine, OpenDeadline
from workflows import words
from workflows.deadlines import LAMPS
from workflows.forms import TARGET, returned_in_order
from workflows.scoring import show

RESULT_POINTS: Final = ("central", "public", "leader", "base", "deductions", "bonus", "total")
"""The fields of a result that hold points."""


def row_values(voice: Voice, row: BoardRow) -> dict[str, Any]:
    """A row of the board, codes and words."""
    return {
        "department": row.department,
        "name": row.name,
        "category": row.category,
        "subject": row.key,
        "state": row.state,
        "state_word": voice.state("appraisal", row.state),
        "stages": dict(row.stages),
        "grade": row.grade,
        "lamp": {"colour": row.lamp, "shape": LAMPS[row.lamp].shape, "word": voice.lamp(row)},
        "turn": list(row.turn),
        "turn_words": [voice.who(one) for one in row.turn],
        "due": row.due.isoformat() if row.due else None,
        "grace_until": row.grace_until.isoformat() if row.grace_until else None,
        "workdays_left": row.days_left,
        "provisional": row.provisional,
        "sent_back": row.sent_back,
        "extension_asked": row.extension_asked,
        "receipts_late": row.receipts_late,
    }


def sheet_values(voice: Voice, found: DepartmentSheet, next_: Sequence[Possible]) -> dict[str, Any]:
    """A department's sheet."""
    return {
        "year": found.row.year,
        **row_values(voice, found.row),
        "number": found.subject.number,
        "posts": {post: {"person": one, "name": voice.name(one)} for post, one in found.posts.items()},
        "forms": {form.name: form_values(voice, form) for form in found.forms},
        "targets": [target_values(target) for target in found.targets],
        "deadlines": [deadline_values(clock) for clock in found.clocks],
        "lines": [line_values(voice, line) for line in found.lines],
        "sums": {part: show(points) for part, points in found.sums.items()},
        "sum": show(found.total),
        "team": [{"person": one, "name": voice.name(one)} for one in found.team],
        "steps": [step_values(step) for step in found.steps],
        "talk": found.talk,
        "result": result_values(found.result) if found.result else None,
        "result_is_proposed": found.result_is_proposed,
        "receipts": [receipt_values(voice, one) for one in found.unsigned],
        "actions": [action_values(voice, one) for one in next_],
    }


def form_values(voice: Voice, form: FormSheet) -> dict[str, Any]:
    """A form as it stands: what is written in it, what is missing, what was returned by itself."""
    return {
        "text": form.text,
        "targets": form.content.get("targets", {}),
        "marks": {
            item: mark_values(voice, item, mark) for item, mark in form.content.get("marks", {}).items()
        },
        "missing": voice.entries(form.missing),
        "returned": [
            {"part": part, "name": words.form_part(part, voice.lang, voice.names), "reason": reason}
            for part, reason in returned_in_order(form.returned)
        ],
        "due": form.due,
        "original_due": form.original_due,
        "grace_until": form.grace_until,
        "extensions": form.extensions,
        "extension_asked": form.asked,
        "lapsed": form.lapsed,
        "late": form.late,
        "signed": form.signed,
        "taken_up": form.taken_up,
    }


def mark_values(voice: Voice, item: str, mark: Mapping[str, Any]) -> dict[str, Any]:
    """A department's own mark of one indicator."""
    points = mark.get("points")
    return {
        "name": voice.name(item),
        "points": None if points is None else show(points),
        "account": mark.get("account", ""),
    }


def target_values(target: Target) -> dict[str, Any]:
    """A target of the accepted plan with its progress; `percent` None until something was reported."""
    return {
        "target": target.number,
        **{name: target.planned.get(name, "") for name in TARGET},
        "percent": target.percent,
        "note": target.note,
        "on": target.on or None,
    }


def deadline_values(clock: OpenDeadline) -> dict[str, Any]:
    """A deadline that runs."""
    deadline = clock.deadline
    return {
        "id": deadline.id,
        "state": deadline.state,
        "who": deadline.who,
        "due": deadline.due.isoformat(),
        "grace_until": deadline.grace_until.isoformat() if deadline.grace_until else None,
        "provisional": deadline.provisional,
    }


def line_values(voice: Voice, line: LedgerLine) -> dict[str, Any]:
    """A ledger line, standing or not."""
    return {
        "id": line.id,
        "part": line.part,
        "item": line.item,
        "name": voice.name(line.item),
        "points": show(line.points),
        "note": line.note,
        "reverses": line.reverses,
        "reversed_by": line.reversed_by,
        "source": line.source,
    }


def receipt_values(voice: Voice, one: Unsigned) -> dict[str, Any]:
    """Something to acknowledge: the number of the history row it is about, the move, its day, the last day for it."""
    kind = one.subject.partition(":")[0]
    return {
        "subject": one.subject,
        "department": one.department,
        "name": voice.name(one.department),
        "number": one.receipt.number,
        "what": one.receipt.what,
        "what_word": words.action(one.receipt.what, voice.lang, kind),
        "on": one.receipt.on.isoformat(),
        "due": one.receipt.due.isoformat(),
        "late": one.late,
    }


def step_values(step: Step) -> dict[str, Any]:
    """A step of rectification."""
    return {"step": step.name, "text": step.text, "due": step.due or None, "verified": step.verified}


def result_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """One department's result, without its year and status."""
    points = {key: None if row[key] is None else show(row[key]) for key in RESULT_POINTS}
    kept = {key: value for key, value in row.items() if key not in ("year", "status")}
    return {**kept, **points, "escalated": bool(row["escalated"])}


def action_values(voice: Voice, one: Possible) -> dict[str, Any]:
    """What may be done next; `to_give` are the codes of what whoever acts has to give with it."""
    return {
        "action": one.action,
        "word": words.action(one.action, voice.lang, "appraisal"),
        "who": list(one.who),
        "to_give": [unmet.code for unmet in one.to_give],
        "unmet": voice.entries(one.in_the_way),
    }
