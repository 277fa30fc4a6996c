"""What an appraisal's move brings with it: the record's changes, deadlines armed and voided, ledger lines.

Pure: the write path stores what is returned here, nothing else. A record changes by JSON Merge Patch, so a
history row says by itself what it did and anyone can add the rows up again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from workflows import ledger
from workflows.clocks import Clock, clocks_of, later, talk_due
from workflows.deadlines import Deadline, Term, armed, grace_after_refusal
from workflows.engine import Step
from workflows.facts import Facts
from workflows.guards import today
from workflows.ledger_guards import fixed_points

Patch = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything a step changes beside the state itself. Points in hundredths; `texts` are stored by digest."""

    record: Patch = field(default_factory=dict)
    deadlines: tuple[Deadline, ...] = ()
    voids: tuple[str, ...] = ()
    lines: tuple[Mapping[str, Any], ...] = ()
    results: tuple[Mapping[str, Any], ...] = ()
    texts: tuple[str, ...] = ()
    details: Patch = field(default_factory=dict)


@dataclass(slots=True)
class _Draft:
    """An effect in the making."""

    facts: Facts
    step: Step
    now: datetime
    record: Patch = field(default_factory=dict)
    clocks: list[Clock] = field(default_factory=list)
    void_all: bool = False
    voids: list[str] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    details: Patch = field(default_factory=dict)

    @property
    def day(self) -> date:
        return today(self.facts, self.now)

    def form(self, name: str, **changes: Any) -> None:
        self.record.setdefault("forms", {}).setdefault(name, {}).update(changes)

    def keep(self, text: str) -> str:
        self.texts.append(text)
        return ledger.digest(text)


def _file_form(draft: _Draft) -> None:
    draft.form(draft.facts.stage, text=draft.keep(draft.facts.asked.text))


def _sign(draft: _Draft) -> None:
    draft.form(
        draft.facts.stage, signed=draft.facts.form(draft.facts.stage)["text"], signed_by=draft.facts.asked.by
    )


def _submit(draft: _Draft) -> None:
    late = draft.day > date.fromisoformat(draft.facts.form(draft.facts.stage)["due"])
    draft.form(draft.facts.stage, late=late or None, asked=None)
    draft.details["late"] = late


def _take_up(draft: _Draft) -> None:
    draft.form(draft.facts.stage, taken_up=True)


def _lapse(draft: _Draft) -> None:
    draft.form(draft.facts.stage, lapsed=draft.facts.form(draft.facts.stage).get("lapsed", 0) + 1)


def _ask_extension(draft: _Draft) -> None:
    facts = draft.facts
    until = facts.asked.due.isoformat() if facts.asked.due else ""
    draft.form(facts.stage, requests=facts.form(facts.stage).get("requests", 0) + 1)
    draft.form(facts.stage, asked={"until": until, "by": facts.asked.by, "reason": facts.asked.reason})
    draft.clocks.append(Clock(facts.state, "office", Term(draft.day, facts.rulebook.office_days)))


def _extend(draft: _Draft) -> None:
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
    draft.voids += [*_open(facts, "liaison"), *_open(facts, "office")]
    _file_by(draft, facts.state, Term(granted))


def _refuse_extension(draft: _Draft) -> None:
    """The grace that was held open ends at the end of the next working day at the earliest."""
    facts = draft.facts
    form = facts.form(facts.stage)
    draft.form(facts.stage, asked=None, shifted=None)
    draft.voids += [*_open(facts, "liaison"), *_open(facts, "office")]
    grace = grace_after_refusal(date.fromisoformat(form["grace_until"]), draft.day, facts.calendar)
    _file_by(draft, facts.state, Term(date.fromisoformat(form["due"])), grace)


def _shift_grace(draft: _Draft) -> None:
    facts = draft.facts
    form = facts.form(facts.stage)
    draft.voids += _open(facts, "liaison")
    draft.form(facts.stage, shifted=True)
    grace = max(facts.asked.due or facts.calendar.add(draft.day, 1), date.fromisoformat(form["grace_until"]))
    _file_by(draft, facts.state, Term(date.fromisoformat(form["due"])), grace)


def _file_by(draft: _Draft, state: str, term: Term, grace: date | None = None) -> None:
    """Arm the department's clock for a drafting state; `grace` where its end is set by itself."""
    term = replace(term, grace_days=draft.facts.rulebook.grace_days)
    draft.clocks.append(Clock(state, "liaison", term, grace))


def _redate(draft: _Draft) -> None:
    """A working-day table was imported: the deadlines still ahead are armed anew by it."""
    for clock in draft.facts.asked.extra["clocks"]:
        draft.clocks.append(clock)
    draft.voids.extend(draft.facts.asked.extra["voids"])


def _assign(draft: _Draft) -> None:
    facts = draft.facts
    draft.record["team"] = [*facts.record.get("team", []), facts.asked.member]
    if facts.state == "central_review.marking":
        draft.clocks.extend(clocks_of(facts, facts.state, draft.day, team=(facts.asked.member,)))


def _release(draft: _Draft) -> None:
    facts = draft.facts
    draft.record["team"] = [m for m in facts.record["team"] if m != facts.asked.member]
    draft.voids.extend(_open(facts, facts.asked.member))


def _open(facts: Facts, who: str) -> list[str]:
    deadlines: Mapping[str, Mapping[str, Any]] = facts.record.get("deadlines", {})
    return [name for name in sorted(deadlines) if deadlines[name]["who"] == who]


def _new_line(
    draft: _Draft, part: str, item: str, points: int, *, note: str = "", reverses: str = ""
) -> None:
    line: dict[str, Any] = {
        "id": f"{draft.facts.subject}#{draft.facts.number}/{len(draft.lines) + 1}",
        "part": part,
        "item": item,
        "points": points,
        "note": note,
        "reverses": reverses or None,
    }
    draft.lines.append(line)


def _record_lines(draft: _Draft) -> None:
    for line in draft.facts.asked.lines:
        points = line.points
        if line.part in ("deduction", "bonus"):
            points = fixed_points(draft.facts.rulebook, line)
        signed = -(points or 0) if line.part == "deduction" else points or 0
        _new_line(draft, line.part, line.item, signed, note=line.note)
    rated = {line.item for line in draft.facts.lines if line.part == "leader"}
    rated |= {line.item for line in draft.facts.asked.lines if line.part == "leader"}
    if rated.issuperset(draft.facts.rulebook.parts["leader"]) and draft.step.action != "amend":
        draft.voids += _open(draft.facts, "leader")


def _reverse(draft: _Draft) -> None:
    for line in draft.facts.lines:
        if line.id == draft.facts.asked.line:
            _new_line(draft, line.part, line.item, -line.points, reverses=line.id)


def _amend(draft: _Draft) -> None:
    extra = draft.facts.asked.extra
    gone = set(extra.get("reversals", ()))
    for line in draft.facts.lines:
        if line.id in gone:
            _new_line(draft, line.part, line.item, -line.points, reverses=line.id)
    _record_lines(draft)
    if draft.step.after == "rectification.drafting":
        draft.record["ratified_on"] = draft.day.isoformat()  # its terms count from the amendment
    cap = extra.get("cap_line", 0)
    if cap:
        _new_line(draft, "cap", "score.bonus.cap", cap)


def _propose(draft: _Draft) -> None:
    over = (
        sum(line.points for line in draft.facts.lines if line.part == "bonus")
        - draft.facts.rulebook.bonus_cap
    )
    if over > 0:
        _new_line(draft, "cap", "score.bonus.cap", -over)


def _withdraw_proposal(draft: _Draft) -> None:
    draft.record["result"] = None
    for line in draft.facts.lines:
        if line.part == "cap":
            _new_line(draft, line.part, line.item, -line.points, reverses=line.id)


def _ratify(draft: _Draft) -> None:
    draft.record["ratified_on"] = draft.day.isoformat()
    draft.record["head"] = draft.facts.asked.extra.get("head")


def _exempt(draft: _Draft) -> None:
    draft.record["left"] = draft.facts.state
    draft.details.update(draft.facts.asked.extra.get("seats", {}))


def _reinstate(draft: _Draft) -> None:
    draft.record["left"] = None


def _reopen(draft: _Draft) -> None:
    if draft.step.after in ("yearend.drafting", "central_review.marking"):
        draft.record["marks_unconfirmed"] = bool(draft.facts.lines) or None


def _confirm_marks(draft: _Draft) -> None:
    draft.record["marks_unconfirmed"] = None


def _talk(draft: _Draft) -> None:
    asked = draft.facts.asked
    on = asked.on.isoformat() if asked.on else ""
    talk: Patch = {"on": on, "by": asked.by}
    if asked.text.strip():
        talk["text"] = draft.keep(asked.text)
    draft.record["talk"] = talk
    draft.voids.extend(_open(draft.facts, "leader"))


def _add_step(draft: _Draft) -> None:
    steps = draft.facts.record.get("steps", {})
    due = draft.facts.asked.due
    name = str(len(steps) + 1)
    draft.record["steps"] = {
        name: {"text": draft.keep(draft.facts.asked.text), "due": due.isoformat() if due else ""}
    }
    draft.details["step"] = name


def _verify_step(draft: _Draft) -> None:
    draft.record["steps"] = {draft.facts.asked.step: {"verified": draft.day.isoformat()}}


def _carry_over(draft: _Draft) -> None:
    draft.details.update(matter=draft.facts.asked.matter, new_year=draft.facts.asked.new_year)


HANDLERS: dict[str, Callable[[_Draft], None]] = {
    "save_form": _file_form,
    "sign_off": _sign,
    "submit": _submit,
    "take_up": _take_up,
    "lapse": _lapse,
    "ask_extension": _ask_extension,
    "extend": _extend,
    "refuse_extension": _refuse_extension,
    "shift_grace": _shift_grace,
    "redate": _redate,
    "assign": _assign,
    "release": _release,
    "record_line": _record_lines,
    "rule_missing": _record_lines,
    "reverse_line": _reverse,
    "confirm_marks": _confirm_marks,
    "propose": _propose,
    "withdraw_proposal": _withdraw_proposal,
    "ratify": _ratify,
    "amend": _amend,
    "exempt": _exempt,
    "reinstate": _reinstate,
    "reopen": _reopen,
    "record_talk": _talk,
    "add_step": _add_step,
    "verify_step": _verify_step,
    "carry_over": _carry_over,
}


def _term_on_entry(draft: _Draft) -> Term:
    """The term of a drafting state: as asked, the one it had (withdraw), or the window's."""
    facts, form = draft.facts, draft.step.after.partition(".")[0]
    dated = draft.step.action in ("send_back", "readmit", "reopen", "reinstate", "enrol")
    if facts.asked.due is not None and dated:  # no other move's guards look at the date asked for
        return Term(facts.asked.due)
    if draft.step.action == "withdraw":
        return Term(date.fromisoformat(facts.form(form)["due"]))
    if form == "rectification":
        ratified = facts.record.get("ratified_on") if draft.step.action == "start_rectification" else None
        start = date.fromisoformat(ratified) if ratified else draft.day
        return Term(start, facts.rulebook.rectification_due_days)
    window = Term(facts.rulebook.due(form, facts.year))
    return later(facts.calendar, window, Term(draft.day, facts.rulebook.late_window_days))


def _enter(draft: _Draft) -> None:
    """A new visit: everything open is void, the state's clocks are armed anew, signatures start afresh."""
    facts, state = draft.facts, draft.step.after
    draft.void_all = True
    draft.record["visits"] = {state: facts.record.get("visits", {}).get(state, 0) + 1}
    form = state.partition(".")[0]
    if state.endswith(".drafting"):
        draft.form(form, signed=None, signed_by=None, taken_up=None, asked=None, shifted=None, late=None)
        term = _term_on_entry(draft)
        _file_by(draft, state, term)
        if form == "rectification" and talk_due(facts):
            draft.clocks.append(Clock(state, "leader", term))
    draft.clocks.extend(clocks_of(facts, state, draft.day))


def effect(facts: Facts, step: Step, now: datetime) -> Effect:
    """Everything `step` changes in one appraisal."""
    draft = _Draft(facts, step, now)
    handler = HANDLERS.get(step.action)
    if handler is not None:
        handler(draft)
    if step.before != step.after:
        _enter(draft)
    if "result" in facts.asked.extra:
        result = facts.asked.extra["result"]
        draft.record["result"] = {"version": result["version"], "grade": result["grade"]}
    deadlines = _armed(draft)
    voids = sorted(facts.record.get("deadlines", {})) if draft.void_all else draft.voids
    if voids or deadlines:
        draft.record["deadlines"] = {
            **dict.fromkeys(voids, None),
            **{d.id: _kept(d, c) for d, c in zip(deadlines, draft.clocks, strict=True)},
        }
    for deadline in deadlines:
        if deadline.grace_until is not None:
            form = deadline.state.partition(".")[0]
            draft.form(form, due=deadline.due.isoformat(), grace_until=deadline.grace_until.isoformat())
    results = (facts.asked.extra["result"],) if "result" in facts.asked.extra else ()
    return Effect(
        record=draft.record,
        deadlines=deadlines,
        voids=tuple(voids),
        lines=tuple(draft.lines),
        results=results,
        texts=tuple(draft.texts),
        details=draft.details,
    )


def _armed(draft: _Draft) -> tuple[Deadline, ...]:
    facts = draft.facts
    visits = ledger.merge(facts.record.get("visits", {}), draft.record.get("visits", {}))
    found = []
    for index, clock in enumerate(draft.clocks, start=1):
        deadline = armed(
            id=f"{facts.subject}#{facts.number}.{index}",
            state=clock.state,
            visit=visits.get(clock.state, 1),
            who=clock.who,
            term=clock.term,
            calendar=facts.calendar,
        )
        found.append(replace(deadline, grace_until=clock.grace_until) if clock.grace_until else deadline)
    return tuple(found)


def _kept(deadline: Deadline, clock: Clock) -> Patch:
    """What the record keeps of an open deadline: enough to arm it again by another working-day table."""
    kept: Patch = {
        "state": deadline.state,
        "who": deadline.who,
        "due": deadline.due.isoformat(),
        "day": clock.term.day.isoformat(),
        "workdays": clock.term.workdays,
        "provisional": deadline.provisional,
    }
    if deadline.grace_until is not None:
        kept["grace_until"] = deadline.grace_until.isoformat()
    return kept
