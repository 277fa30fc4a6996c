"""What ledger lines, proposals and results change in an appraisal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from workflows.clocks import Clock, proposal_term
from workflows.drafts import Draft, open_of
from workflows.facts import Line
from workflows.ledger_guards import fixed_points, going
from workflows.scoring import over_cap


def new_line(
    draft: Draft, part: str, item: str, points: int, *, note: str = "", reverses: str = "", source: str = ""
) -> None:
    line: dict[str, Any] = {
        "id": f"{draft.facts.subject}#{draft.facts.number}/{len(draft.lines) + 1}",
        "part": part,
        "item": item,
        "points": points,
        "note": note,
        "reverses": reverses or None,
        "source": source or None,
    }
    draft.lines.append(line)


def record_lines(draft: Draft) -> None:
    """The lines asked for; `extra.reversals` are standing ones they take the place of."""
    if draft.step.action == "record_line":
        _reverse_all(draft)
    write_lines(draft, draft.facts.asked.lines)


def write_lines(draft: Draft, lines: Sequence[Line]) -> None:
    """Write these lines; with the leader's last respect the leader's clock ends."""
    for line in lines:
        points = line.points
        if line.part in ("deduction", "bonus"):
            points = fixed_points(draft.facts.rulebook, line)
        signed = -(points or 0) if line.part == "deduction" else points or 0
        new_line(draft, line.part, line.item, signed, note=line.note, source=line.source)
    rated = {line.item for line in draft.facts.lines if line.part == "leader"}
    rated |= {line.item for line in lines if line.part == "leader"}
    if rated.issuperset(draft.facts.rulebook.parts["leader"]) and draft.step.action != "amend":
        draft.voids += open_of(draft.facts, "leader")


def reverse(draft: Draft) -> None:
    for line in draft.facts.lines:
        if line.id in going(draft.facts):
            new_line(draft, line.part, line.item, -line.points, reverses=line.id, source=line.source)
            if line.item in draft.facts.record.get("survey", {}) and line.part == "public":
                draft.record["survey"] = {line.item: None}
            if (
                line.part == "leader"
                and draft.facts.state == "grading.pending"
                and not open_of(draft.facts, "leader")
            ):
                draft.clocks.append(Clock(draft.facts.state, "leader", proposal_term(draft.facts, draft.day)))


def _reverse_all(draft: Draft) -> None:
    gone = set(draft.facts.asked.extra.get("reversals", ()))
    for line in draft.facts.lines:
        if line.id in gone:
            new_line(draft, line.part, line.item, -line.points, reverses=line.id, source=line.source)


def amend(draft: Draft) -> None:
    extra = draft.facts.asked.extra
    _reverse_all(draft)
    record_lines(draft)
    if draft.step.after == "rectification.drafting":
        # A new failure: its terms count from the amendment, and an earlier talk and steps were not about it.
        draft.record |= {"ratified_on": draft.day.isoformat(), "talk": None, "steps": None}
    cap = extra.get("cap_line", 0)
    if cap:
        new_line(draft, "cap", "score.bonus.cap", cap)


def propose(draft: Draft) -> None:
    awarded = sum(line.points for line in draft.facts.lines if line.part == "bonus")
    over = over_cap(awarded, draft.facts.rulebook.bonus_cap)
    if over:
        new_line(draft, "cap", "score.bonus.cap", -over)


def withdraw_proposal(draft: Draft) -> None:
    draft.record["result"] = None
    for line in draft.facts.lines:
        if line.part == "cap":
            new_line(draft, line.part, line.item, -line.points, reverses=line.id, source=line.source)


def ratify(draft: Draft) -> None:
    draft.record["ratified_on"] = draft.day.isoformat()
    draft.record["head"] = draft.facts.asked.extra.get("head")


HANDLERS: dict[str, Callable[[Draft], None]] = {
    "record_line": record_lines,
    "rule_missing": record_lines,
    "reverse_line": reverse,
    "propose": propose,
    "withdraw_proposal": withdraw_proposal,
    "ratify": ratify,
    "amend": amend,
}
