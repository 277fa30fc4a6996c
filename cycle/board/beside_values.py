"""A mark sheet as plain values: what the command line prints as JSON and the interface answers.

Points are text with two decimals; None where there is nothing.
"""

from __future__ import annotations

from typing import Any

from cycle.board.beside import Beside, MarkSheet, Matter
from cycle.board.values import target_values
from cycle.board.voice import Voice
from workflows.scoring import show


def mark_sheet_values(voice: Voice, found: MarkSheet) -> dict[str, Any]:
    """The whole sheet; points as text with two decimals."""
    return {
        "year": found.year,
        "department": found.department,
        "name": voice.name(found.department),
        "team": [{"person": one, "name": voice.name(one), "done": one in found.done} for one in found.team],
        "unconfirmed": list(found.unconfirmed),
        "indicators": [beside_values(voice, one) for one in found.indicators],
    }


def beside_values(voice: Voice, one: Beside) -> dict[str, Any]:
    """One indicator with all that stands beside it."""
    return {
        "item": one.item,
        "name": voice.name(one.item),
        "most": show(one.most),
        "self": {"form": one.self_form, "points": _points(one.self_points), "account": one.account}
        if one.self_form
        else None,
        "last_year": _points(one.last_year),
        "evidence": [_matter(each) for each in one.evidence],
        "marks": [
            {
                "member": mark.member,
                "name": voice.name(mark.member),
                "points": show(mark.points),
                "reason": mark.reason,
                "evidence": list(mark.evidence),
            }
            for mark in one.marks
        ],
        "mean": _points(one.mean),
        "spread": one.spread,
        "acknowledged_by": one.acknowledged_by or None,
        "plan": one.plan,
        "targets": [target_values(each) for each in one.targets],
        "setbacks": [
            {"on": each.on.isoformat(), "form": each.form, "what": each.what, "reason": each.reason}
            for each in one.setbacks
        ],
        "matters": [_matter(each) for each in one.matters],
    }


def _points(points: int | None) -> str | None:
    return None if points is None else show(points)


def _matter(one: Matter) -> dict[str, Any]:
    return {"subject": one.key, "state": one.state, "on": one.on or None, "text": one.text}
