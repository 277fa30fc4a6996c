"""What marks, acknowledgements, ratings and the survey change in an appraisal, and what completing it writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from workflows import marking
from workflows.clocks import Clock, marking_term
from workflows.deadlines import Term
from workflows.drafts import Draft, open_of
from workflows.ledger import merge
from workflows.ledger_effects import new_line, write_lines
from workflows.marking import Mark
from workflows.marking_guards import rated_lines, survey_line

OFFICE = "office"


def mark(draft: Draft) -> None:
    """The member's marks, new ones in the place of older; a whole sheet given anew needs no confirming beside."""
    facts = draft.facts
    member = marking.marker(facts)
    marks: Sequence[Mark] = facts.asked.extra["marks"]
    before = marking.sheet(facts.record, member)
    draft.record["marks"] = {member: {mark.item: _kept(mark, before.get(mark.item, {})) for mark in marks}}
    if {mark.item for mark in marks} == {indicator.id for indicator in facts.rulebook.indicators}:
        _confirm(draft, {member})
    draft.details["member"] = member
    _close_clocks(draft)


def _kept(mark: Mark, before: Mapping[str, Any]) -> dict[str, Any]:
    """A mark as the record keeps it; what an earlier one said beside its points goes with it."""
    kept: dict[str, Any] = {"points": mark.points}
    said = {"reason": mark.reason.strip() or None, "evidence": list(mark.evidence) or None}
    return kept | {name: value for name, value in said.items() if value or name in before}


def confirm_marks(draft: Draft) -> None:
    """The member's marks hold as they are; where no member is named, everybody's of the team."""
    who = marking.marker(draft.facts)
    _confirm(draft, {who} if who else set(marking.team(draft.facts.record)))
    _close_clocks(draft)


def _confirm(draft: Draft, members: Collection[str]) -> None:
    again = draft.facts.record.get("marks_unconfirmed")
    if again is not None:
        draft.record["marks_unconfirmed"] = [one for one in again if one not in members] or None


def reopen(draft: Draft) -> None:
    """Whoever has marked must look at the marks again."""
    if draft.step.after in ("yearend.drafting", "central_review.marking"):
        again = [m for m in marking.team(draft.facts.record) if marking.sheet(draft.facts.record, m)]
        draft.record["marks_unconfirmed"] = again or None


def assign(draft: Draft) -> None:
    """A member joins; while the review runs with a clock of their own, and the office has to wait again."""
    facts, member = draft.facts, draft.facts.asked.member
    draft.record["team"] = [*marking.team(facts.record), member]
    if facts.state != "central_review.marking":
        return
    if marking.is_done(facts.record, facts.rulebook, member):  # released once, and back with a whole sheet
        return
    draft.clocks.append(Clock(facts.state, member, marking_term(facts, draft.day)))
    draft.voids.extend(open_of(facts, OFFICE))


def release(draft: Draft) -> None:
    facts = draft.facts
    draft.record["team"] = [m for m in facts.record["team"] if m != facts.asked.member]
    draft.voids.extend(open_of(facts, facts.asked.member))
    if facts.state == "central_review.marking":
        _close_clocks(draft)


def _close_clocks(draft: Draft) -> None:
    """Who has nothing left to do has no clock left; once that is everybody it is the office's turn to complete."""
    facts = draft.facts
    record = merge(facts.record, draft.record)
    members = marking.team(record)
    done = [member for member in members if marking.is_done(record, facts.rulebook, member)]
    draft.voids.extend(name for member in done for name in open_of(facts, member))
    if done == members and not open_of(facts, OFFICE):
        draft.clocks.append(Clock(facts.state, OFFICE, Term(draft.day, facts.rulebook.office_days)))


def correct_rulebook(draft: Draft) -> None:
    """Whoever marked what is worth something else now (`extra.members`) looks at it again, with a clock."""
    facts = draft.facts
    again = {*facts.record.get("marks_unconfirmed", ()), *facts.asked.extra.get("members", ())}
    if again:
        draft.record["marks_unconfirmed"] = sorted(again)
    if facts.state != "central_review.marking":
        return
    record = merge(facts.record, draft.record)
    busy = [m for m in marking.team(record) if not marking.is_done(record, facts.rulebook, m)]
    for member in busy:
        if not open_of(facts, member):
            draft.clocks.append(Clock(facts.state, member, marking_term(facts, draft.day)))
    if busy:
        draft.voids.extend(open_of(facts, OFFICE))
    _close_clocks(draft)


def acknowledge_spread(draft: Draft) -> None:
    """Bound to the marks as they stand: a mark changed later has to be acknowledged anew."""
    facts = draft.facts
    draft.record["spreads"] = {
        item: {"marks": marking.as_acknowledged(facts.record, item), "by": facts.asked.by}
        for item in facts.asked.extra["items"]
    }


def complete(draft: Draft) -> None:
    """A line an indicator: the mean of the marks, and why it is not more.

    Lines from before a reopening stay where their points are the same.
    """
    facts = draft.facts
    standing = {line.item: line for line in facts.lines if line.part == "central"}
    most = {indicator.id: indicator.points for indicator in facts.rulebook.indicators}
    for item, points in marking.means(facts.record, facts.rulebook).items():
        line = standing.get(item)
        if line is not None and line.points == points:
            continue
        if line is not None:
            new_line(draft, line.part, item, -line.points, reverses=line.id, source=line.source)
        new_line(draft, "central", item, points, note=marking.grounds(facts.record, item, most[item]))


def rate(draft: Draft) -> None:
    """A line a respect; the levels chosen stay beside them in the history."""
    levels = {r["item"]: r["level"] for r in draft.facts.asked.extra["ratings"] if r.get("level")}
    if levels:
        draft.details["levels"] = levels
    write_lines(draft, rated_lines(draft.facts))


def record_survey(draft: Draft) -> None:
    """One line, and the answers it was reckoned from."""
    facts = draft.facts
    extra = facts.asked.extra
    counts = {level: extra["counts"].get(level, 0) for level in facts.rulebook.levels["public"]}
    draft.record["survey"] = {extra["item"]: {"counts": counts, "document": facts.asked.document}}
    write_lines(draft, (survey_line(facts),))


HANDLERS: dict[str, Callable[[Draft], None]] = {
    "mark": mark,
    "confirm_marks": confirm_marks,
    "reopen": reopen,
    "correct_rulebook": correct_rulebook,
    "assign": assign,
    "release": release,
    "acknowledge_spread": acknowledge_spread,
    "complete": complete,
    "rate": rate,
    "record_survey": record_survey,
}
