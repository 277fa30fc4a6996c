"""The conditions of the appraisal's moves: each looks at the facts and names what is missing, or says nothing.

A guard never stops at the first fault: a refusal lists them all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from workflows import forms
from workflows.engine import Guard
from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.rulebook import Rulebook

NEXT_WINDOW = {"plan": "midyear", "midyear": "yearend", "yearend": "central_review"}


def today(facts: Facts, now: datetime) -> date:
    """The office's calendar day at `now`."""
    return now.astimezone(facts.zone).date()


def _day(text: str) -> date:
    return date.fromisoformat(text)


def cycle_running(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.cycle_state != "running":
        yield Unmet("cycle_not_running", {"year": facts.year, "state": facts.cycle_state or "none"})


WINDOWS = ("plan", "midyear", "yearend", "central_review")
"""The windows of a year in their order; the last one opened is the stage now open."""


def stage_now(book: Rulebook, year: int, day: date) -> str:
    """The window opened last by `day`; the plan before any has opened."""
    opened = [stage for stage in WINDOWS if book.opens(stage, year) <= day]
    return opened[-1] if opened else "plan"


def stage_is_open(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """Who joins in mid-year joins at the stage now open."""
    stage = stage_now(facts.rulebook, facts.year, today(facts, now))
    if facts.asked.stage != stage:
        yield Unmet("stage_not_open", {"window": stage})


def window_reached(window: str) -> Guard:
    """The system opens a window on its day, not before; the office may open it earlier."""

    def guard(facts: Facts, now: datetime) -> Iterator[Unmet]:
        opens = facts.rulebook.opens(window, facts.year)
        if facts.asked.role == "system" and today(facts, now) < opens:
            yield Unmet("window_not_reached", {"window": window, "opens": opens.isoformat()})

    return guard


def form_filled(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Everything the form asks for stands in it."""
    form = facts.form(facts.stage)
    if not form.get("text"):
        yield Unmet("form_empty", {"form": facts.stage})
        return
    yield from forms.told(facts.stage, facts.year, form.get("gaps", ()))


def form_complete(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """Everything the form asks for stands in it, and the head signed exactly what stands there."""
    yield from form_filled(facts, now)
    form = facts.form(facts.stage)
    if form.get("text") and form.get("signed") != form["text"]:
        yield Unmet("form_unsigned", {"form": facts.stage})


def not_handed_over(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The head is asked for a signature once for each text."""
    form = facts.form(facts.stage)
    if form.get("text") and form.get("handed") == form["text"]:
        yield Unmet("form_handed_over", {"form": facts.stage})


def within_grace(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """Until the end of grace; an undecided extension request holds that end open."""
    form = facts.form(facts.stage)
    until = form.get("grace_until")
    if until and not form.get("asked") and today(facts, now) > _day(until):
        yield Unmet("grace_over", {"until": until})


def grace_passed(facts: Facts, now: datetime) -> Iterator[Unmet]:
    until = facts.form(facts.stage).get("grace_until")
    if until and today(facts, now) <= _day(until):
        yield Unmet("grace_not_over", {"until": until})


def no_extension_undecided(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.form(facts.stage).get("asked"):
        yield Unmet("extension_undecided", {"form": facts.stage})


def extension_asked(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.form(facts.stage).get("asked"):
        yield Unmet("extension_not_asked", {"form": facts.stage})


def extension_possible(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """At most `max_extensions` a form, to a day after the present due date."""
    form = facts.form(facts.stage)
    most = facts.rulebook.max_extensions
    if form.get("requests", 0) >= most:
        yield Unmet("extensions_used", {"most": most})
    if facts.asked.due is None:
        yield Unmet("due_missing")
    elif facts.asked.due <= _day(form["due"]):
        yield Unmet("due_not_later", {"due": form["due"]})


def extension_lengthens(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """What is granted (the day asked for unless another is given) lies after the present due date and today."""
    form = facts.form(facts.stage)
    asked = form.get("asked")
    granted = facts.asked.due or (_day(asked["until"]) if asked else None)
    if granted is None:
        return
    if granted <= _day(form["due"]):
        yield Unmet("due_not_later", {"due": form["due"]})
    if granted < today(facts, now):
        yield Unmet("due_past", {"today": today(facts, now).isoformat()})


def not_taken_up(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.form(facts.stage).get("taken_up"):
        yield Unmet("already_taken_up")


def before_due(facts: Facts, now: datetime) -> Iterator[Unmet]:
    due = facts.form(facts.stage).get("due")
    if due and today(facts, now) > _day(due):
        yield Unmet("due_passed", {"due": due})


def due_ahead(days: str) -> Guard:
    """A new due date at least so many working days ahead; `days` names the rulebook's figure."""

    def guard(facts: Facts, now: datetime) -> Iterator[Unmet]:
        least: int = getattr(facts.rulebook, days)
        earliest = facts.calendar.add(today(facts, now), least)
        if facts.asked.due is None:
            yield Unmet("due_missing")
        elif facts.asked.due < earliest:
            yield Unmet("due_too_near", {"days": least, "earliest": earliest.isoformat()})

    return guard


def talk_after_result(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The talk is about this result: it cannot have been held before there was one."""
    ratified = facts.record.get("ratified_on")
    if facts.asked.on is not None and ratified and facts.asked.on < _day(ratified):
        yield Unmet("talk_before_result", {"day": ratified})


def due_not_past(facts: Facts, now: datetime) -> Iterator[Unmet]:
    if facts.asked.due is None:
        yield Unmet("due_missing")
    elif facts.asked.due < today(facts, now):
        yield Unmet("due_past", {"today": today(facts, now).isoformat()})


def next_window_closed(facts: Facts, now: datetime) -> Iterator[Unmet]:
    window = NEXT_WINDOW.get(facts.stage)
    if window and today(facts, now) >= facts.rulebook.opens(window, facts.year):
        yield Unmet("next_window_open", {"window": window})


def text_given(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.asked.text.strip():
        yield Unmet("text_missing")


def something_to_sign(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.form(facts.stage).get("text"):
        yield Unmet("form_empty", {"form": facts.stage})


def grace_unshifted(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Our own outage moves the end of grace once for each deadline."""
    if facts.form(facts.stage).get("shifted"):
        yield Unmet("grace_already_moved")


def member_fits(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    asked = facts.asked
    if asked.member in facts.record.get("team", []):
        yield Unmet("member_already", {"member": asked.member})
    if not asked.member_is_reviewer:
        yield Unmet("member_not_reviewer", {"member": asked.member})
    if asked.member_home == facts.department:
        yield Unmet("member_recused", {"member": asked.member})


def member_leaves_others(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    team = facts.record.get("team", [])
    if facts.asked.member not in team:
        yield Unmet("member_absent", {"member": facts.asked.member})
    elif len(team) < 2:
        yield Unmet("member_last")


def team_complete(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    have = len(facts.record.get("team", []))
    if have < facts.rulebook.team_size:
        yield Unmet("team_short", {"have": have, "need": facts.rulebook.team_size})


def office_gives_reason(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A reviewer completes as a matter of course; the office does so in the team's place and says why."""
    if facts.asked.role == "office" and not facts.asked.reason.strip():
        yield Unmet("reason_missing")


def team_present(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.record.get("team"):
        yield Unmet("team_empty")


def cutoff_passed(facts: Facts, now: datetime) -> Iterator[Unmet]:
    cutoff = facts.rulebook.cutoff_date(facts.year)
    if today(facts, now) <= cutoff:
        yield Unmet("cutoff_not_passed", {"cutoff": cutoff.isoformat()})


def nothing_undecided(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.findings:
        yield Unmet("finding_undecided", {"matters": ",".join(facts.findings)})
    if facts.complaints:
        yield Unmet("complaint_undecided", {"matters": ",".join(facts.complaints)})
    if facts.bonus_applications:
        yield Unmet("bonus_undecided", {"matters": ",".join(facts.bonus_applications)})


def matter_open(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.asked.matter not in (*facts.findings, *facts.complaints, *facts.bonus_applications):
        yield Unmet("matter_not_open", {"matter": facts.asked.matter})


def next_year_takes_it(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A matter goes to the very next year, while that can still decide it.

    `extra.next` says of that year: state, standing, active, and the item its rulebook lacks.
    """
    following = facts.year + 1
    if facts.asked.new_year != following:
        yield Unmet("new_year_not_next", {"year": following})
    there: Mapping[str, Any] | None = facts.asked.extra.get("next")
    if there is None:
        return  # who only looks at what is possible has asked for nothing yet
    if there.get("cycle", "none") not in ("none", "preparing", "running"):
        yield Unmet("next_year_past", {"machine": "cycle", "year": following, "state": there["cycle"]})
    elif there.get("standing") == "exempted":
        yield Unmet("next_year_exempted", {"year": following})
    if there.get("lacks"):
        yield Unmet("next_year_lacks_item", {"year": following, "items": there["lacks"]})
    if not there.get("active"):
        yield Unmet("department_gone", {"department": facts.department})


def expected_items(book: Rulebook) -> tuple[tuple[str, str], ...]:
    """Every (part, item) a complete ledger has a line for, deductions and bonuses apart."""
    central = (("central", i.id) for i in book.indicators)
    rated = ((part, item) for part, items in book.parts.items() for item in items)
    return (*central, *rated)


def parts_complete(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    yield from parts_missing(facts.rulebook, {(line.part, line.item) for line in facts.lines})


def parts_missing(book: Rulebook, have: Collection[tuple[str, str]]) -> Iterator[Unmet]:
    """Each part of the total without a line for every item; `have` are those that stand, as (part, item)."""
    for part in book.components:
        missing = [i for p, i in expected_items(book) if p == part and (p, i) not in have]
        if missing:
            yield Unmet("part_missing", {"part": part, "items": ",".join(missing)})


def failed(facts: Facts) -> bool:
    """Whether the department's own result of the year is 不达标 (use.failed)."""
    return bool(facts.record.get("result", {}).get("grade") == "failed")


def something_to_rectify(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not failed(facts) and not facts.key_findings:
        yield Unmet("nothing_to_rectify")


def nothing_to_rectify(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if failed(facts):
        yield Unmet("grade_failed")
    if facts.key_findings:
        yield Unmet("key_finding_open", {"matters": ",".join(facts.key_findings)})


def talk_held_if_failed(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if failed(facts) and not facts.record.get("talk"):
        yield Unmet("talk_missing")


def steps_verified(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    steps = facts.record.get("steps", {})
    if not steps:
        yield Unmet("steps_missing")
    waiting = [name for name in sorted(steps) if not steps[name].get("verified")]
    if waiting:
        yield Unmet("step_unverified", {"steps": ",".join(waiting)})


def duties_closed(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.duties:
        yield Unmet("department_duties_open", {"matters": ",".join(facts.duties)})


def key_findings_verified(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A key finding is followed until it is put right (method.inspection)."""
    if facts.key_findings:
        yield Unmet("key_finding_unverified", {"matters": ",".join(facts.key_findings)})


def step_known(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    step = facts.record.get("steps", {}).get(facts.asked.step)
    if step is None:
        yield Unmet("step_unknown", {"step": facts.asked.step})
    elif step.get("verified"):
        yield Unmet("step_already_verified", {"step": facts.asked.step})


def day_come(facts: Facts, now: datetime) -> Iterator[Unmet]:
    if facts.asked.on is None:
        yield Unmet("day_missing")
    elif facts.asked.on > today(facts, now):
        yield Unmet("day_ahead", {"today": today(facts, now).isoformat()})


def not_chased_today(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """One reminder by the office a working day, department and stage; the next working day counts for a day off."""
    day = facts.calendar.next(today(facts, now)).isoformat()
    chased = facts.record.get("chased", {}).get(facts.stage, {})
    if chased.get("on") == day:
        yield Unmet("chased_already", {"day": day, "person": chased["by"]})
