"""What review, dates, talk and steps change in an appraisal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from workflows.clocks import Clock
from workflows.deadlines import Term, grace_after_refusal
from workflows.drafts import Draft, file_by, open_of


def take_up(draft: Draft) -> None:
    draft.form(draft.facts.stage, taken_up=True)


def lapse(draft: Draft) -> None:
    draft.form(draft.facts.stage, lapsed=draft.facts.form(draft.facts.stage).get("lapsed", 0) + 1)


def ask_extension(draft: Draft) -> None:
    facts = draft.facts
    until = facts.asked.due.isoformat() if facts.asked.due else ""
    draft.form(facts.stage, requests=facts.form(facts.stage).get("requests", 0) + 1)
    draft.form(facts.stage, asked={"until": until, "by": facts.asked.by, "reason": facts.asked.reason})
    draft.clocks.append(Clock(facts.state, "office", Term(draft.day, facts.rulebook.office_days)))


def extend(draft: Draft) -> None:
    facts = draft.facts
    form = facts.form(facts.stage)
    granted = facts.asked.due or date.fromisoformat(form["asked"]["until"])
    draft.form(
        facts.stage,
        asked=None,
        extensions=form.get("extensions", 0) + 1,
        original_due=form.get("original_due", form["due"]),
        shifted=None,
    )
    draft.voids += [*open_of(facts, "liaison"), *open_of(facts, "office")]
    file_by(draft, facts.state, Term(granted))


def refuse_extension(draft: Draft) -> None:
    """The grace that was held open ends at the end of the next working day at the earliest."""
    facts = draft.facts
    form = facts.form(facts.stage)
    draft.form(facts.stage, asked=None, shifted=None)
    draft.voids += [*open_of(facts, "liaison"), *open_of(facts, "office")]
    grace = grace_after_refusal(date.fromisoformat(form["grace_until"]), draft.day, facts.calendar)
    file_by(draft, facts.state, Term(date.fromisoformat(form["due"])), grace)


def shift_grace(draft: Draft) -> None:
    facts = draft.facts
    form = facts.form(facts.stage)
    draft.voids += open_of(facts, "liaison")
    draft.form(facts.stage, shifted=True)
    grace = max(facts.asked.due or facts.calendar.add(draft.day, 1), date.fromisoformat(form["grace_until"]))
    file_by(draft, facts.state, Term(date.fromisoformat(form["due"])), grace)


def redate(draft: Draft) -> None:
    """A working-day table was imported: the deadlines still ahead are armed anew by it."""
    for clock in draft.facts.asked.extra["clocks"]:
        draft.clocks.append(clock)
    draft.voids.extend(draft.facts.asked.extra["voids"])


def move_dates(draft: Draft) -> None:
    """The date of a window was moved for all: a new deadline, for which an outage of ours counts anew."""
    redate(draft)
    if draft.facts.state.endswith(".drafting"):
        draft.form(draft.facts.stage, shifted=None)


def exempt(draft: Draft) -> None:
    draft.record["left"] = draft.facts.state
    draft.details.update(draft.facts.asked.extra.get("seats", {}))


def reinstate(draft: Draft) -> None:
    draft.record["left"] = None


def talk(draft: Draft) -> None:
    """The talk as recorded last: what an earlier record said goes with it."""
    asked = draft.facts.asked
    text = draft.keep(asked.text) if asked.text.strip() else None
    draft.record["talk"] = {"on": asked.on.isoformat() if asked.on else "", "by": asked.by, "text": text}
    draft.voids.extend(open_of(draft.facts, "leader"))


def add_step(draft: Draft) -> None:
    steps = draft.facts.record.get("steps", {})
    due = draft.facts.asked.due
    name = str(len(steps) + 1)
    draft.record["steps"] = {
        name: {"text": draft.keep(draft.facts.asked.text), "due": due.isoformat() if due else ""}
    }
    draft.details["step"] = name


def verify_step(draft: Draft) -> None:
    draft.record["steps"] = {draft.facts.asked.step: {"verified": draft.day.isoformat()}}


def chase(draft: Draft) -> None:
    on = draft.facts.calendar.next(draft.day).isoformat()
    draft.record["chased"] = {draft.facts.stage: {"on": on, "by": draft.facts.asked.by}}


def carry_over(draft: Draft) -> None:
    draft.details.update(matter=draft.facts.asked.matter, new_year=draft.facts.asked.new_year)


HANDLERS: dict[str, Callable[[Draft], None]] = {
    "take_up": take_up,
    "lapse": lapse,
    "ask_extension": ask_extension,
    "extend": extend,
    "refuse_extension": refuse_extension,
    "shift_grace": shift_grace,
    "redate": redate,
    "move_dates": move_dates,
    "exempt": exempt,
    "reinstate": reinstate,
    "record_talk": talk,
    "add_step": add_step,
    "verify_step": verify_step,
    "carry_over": carry_over,
    "chase": chase,
}
