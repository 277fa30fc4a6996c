"""What each action of the appraisal asks for, said a second time and otherwise than the guards say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tests.workflows import marking_table
from tests.workflows.machine_tables import DOCUMENT, REASON, table
from tests.workflows.test_workdays import CALENDAR
from tests.workflows.worlds import BOOK, RATINGS
from workflows.deadlines import ZONE
from workflows.facts import Facts

TABLE = table("appraisal")
WINDOWS = {"plan": (1, 10), "midyear": (7, 1), "yearend": (11, 10), "central_review": (12, 11)}
AFTER = {"plan": "midyear", "midyear": "yearend", "yearend": "central_review"}
INDICATORS = {indicator.id: indicator.points for indicator in BOOK.indicators}
FIXED = {entry.id: entry.points for entry in BOOK.deductions} | {
    entry.id: entry.points for entry in BOOK.bonuses
}


def opens(window: str, year: int) -> date:
    """The day a window opens."""
    return date(year, *WINDOWS[window])


def form_of(f: Facts) -> Mapping[str, Any]:
    """The record of the form the state is about."""
    found: Mapping[str, Any] = f.record.get("forms", {}).get(f.state.split(".")[0], {})
    return found


def in_grace(f: Facts, day: date) -> bool:
    """Whether the form may still be handed in."""
    return bool(form_of(f).get("asked")) or day.isoformat() <= form_of(f)["grace_until"]


def ahead(f: Facts, day: date, least: int) -> bool:
    """Whether so many working days lie before the due date asked for, counted one by one."""
    if f.asked.due is None:
        return False
    days = (day + timedelta(days=n) for n in range(1, (f.asked.due - day).days + 1))
    return sum(CALENDAR.is_workday(one) for one in days) >= least


def by_the_clock(window: str) -> Callable[[Facts, date], bool]:
    """The system waits for the day, the office need not."""
    return lambda f, day: f.asked.role != "system" or day >= opens(window, f.year)


def open_by(f: Facts, day: date) -> str:
    """The stage whose window opened last; before the first of them it is that one."""
    return max(
        (name for name in WINDOWS if name == "plan" or day >= opens(name, f.year)), key=WINDOWS.__getitem__
    )


def marked(f: Facts) -> bool:
    """Whether every indicator has its line."""
    return set(INDICATORS) <= {line.item for line in f.lines if line.part == "central"}


def lines_sound(f: Facts, *, mixed: bool = False) -> bool:
    """Whether every line asked for is of one part (unless mixed), known, in range and not there already."""
    lines, there = f.asked.lines, {(line.part, line.item) for line in f.lines}
    if not lines or (len({line.part for line in lines}) != 1 and not mixed):
        return False
    for line in lines:
        if line.part in ("deduction", "bonus"):
            if line.item not in FIXED or line.points not in (None, FIXED[line.item]):
                return False
            continue
        known = INDICATORS if line.part == "central" else BOOK.parts.get(line.part, {})
        if line.item not in known or line.points is None or not 0 <= line.points <= known[line.item]:
            return False
        if (line.part, line.item) in there:
            return False
        there.add((line.part, line.item))
    return True


def has_failed(f: Facts) -> bool:
    """Whether the department's own grade is failed."""
    return bool(f.record.get("result", {}).get("grade") == "failed")


def talked(f: Facts) -> bool:
    """Whether the admonition talk was held where there has to be one."""
    return not has_failed(f) or bool(f.record.get("talk"))


def extension_granted(f: Facts, day: date) -> bool:
    """Whether there is a request, and what is granted lies after both the due date and yesterday."""
    request = form_of(f).get("asked")
    if not request:
        return False
    until = f.asked.due.isoformat() if f.asked.due else request["until"]
    return bool(until > form_of(f)["due"] and until >= day.isoformat())


def due_from_today(f: Facts, day: date) -> bool:
    """Whether a due date is asked for that is not past."""
    return f.asked.due is not None and f.asked.due >= day


def settled(f: Facts, day: date) -> bool:
    """Whether the year's inspections are over."""
    return day > date(f.year, 12, 31)


def receipts_wait(f: Facts) -> bool:
    """Whether everything named waits for acknowledgement, and something is named."""
    waiting = {number for number, kept in f.record.get("receipts", {}).items() if "seen" not in kept}
    named = set(f.asked.extra.get("receipts", ()))
    return bool(named) and named <= waiting


HOLDS: Mapping[str, Callable[[Facts, date], bool]] = {
    **marking_table.HOLDS,
    "open_plan": lambda f, d: f.cycle_state == "running" and by_the_clock("plan")(f, d),
    "save_form": lambda f, _: bool(f.asked.text.strip()),
    "report_progress": lambda f, _: bool(f.asked.extra.get("progress")) and bool(f.record.get("targets")),
    "hand_over": lambda f, _: (
        bool(form_of(f).get("text"))
        and not form_of(f).get("gaps")
        and form_of(f).get("handed") != form_of(f)["text"]
    ),
    "sign_off": lambda f, _: bool(form_of(f).get("text")),
    "submit": lambda f, d: (
        bool(form_of(f).get("text"))
        and not form_of(f).get("gaps")
        and form_of(f).get("signed") == form_of(f)["text"]
        and in_grace(f, d)
    ),
    "withdraw": lambda f, d: d.isoformat() <= form_of(f)["due"] and not form_of(f).get("taken_up"),
    "take_up": lambda f, _: not form_of(f).get("taken_up"),
    "send_back": lambda f, d: ahead(f, d, 3),
    "lapse": lambda f, d: not in_grace(f, d),
    "readmit": lambda f, d: (
        due_from_today(f, d) and (f.stage == "rectification" or d < opens(AFTER[f.stage], f.year))
    ),
    "ask_extension": lambda f, d: (
        in_grace(f, d)
        and not form_of(f).get("asked")
        and form_of(f).get("requests", form_of(f).get("extensions", 0)) < 2
        and f.asked.due is not None
        and f.asked.due.isoformat() > form_of(f)["due"]
    ),
    "extend": extension_granted,
    "refuse_extension": lambda f, _: bool(form_of(f).get("asked")),
    "shift_grace": lambda f, _: not form_of(f).get("shifted"),
    "chase": lambda f, d: (
        f.record.get("chased", {}).get(f.stage, {}).get("on") != f.calendar.next(d).isoformat()
        and (
            f.stage != "central_review"
            or not all(marking_table.is_done(f, m) for m in f.record.get("team", ()))
        )
    ),
    "open_midyear": by_the_clock("midyear"),
    "open_yearend": by_the_clock("yearend"),
    "open_central_review": lambda f, d: (
        by_the_clock("central_review")(f, d) and len(f.record.get("team", ())) >= 3
    ),
    "assign": lambda f, _: (
        f.asked.member_is_reviewer
        and f.asked.member_home != f.department
        and f.asked.member not in f.record.get("team", ())
    ),
    "release": lambda f, _: f.asked.member in f.record.get("team", ()) and len(f.record["team"]) > 1,
    "record_line": lambda f, _: lines_sound(f),
    "reverse_line": lambda f, _: f.asked.line in {line.id for line in f.lines if line.part != "central"},
    "carry_over": lambda f, d: (
        settled(f, d)
        and f.asked.matter in {*f.findings, *f.complaints, *f.bonus_applications}
        and f.asked.new_year == f.year + 1
    ),
    "settle": lambda f, d: settled(f, d) and not (f.findings or f.complaints or f.bonus_applications),
    "rule_missing": lambda f, _: lines_sound(f, mixed=True),
    "propose": lambda f, _: marked(f) and set(RATINGS) <= {(line.part, line.item) for line in f.lines},
    "start_rectification": lambda f, _: has_failed(f) or bool(f.key_findings),
    "close": lambda f, _: not has_failed(f) and not f.key_findings,
    "accept": lambda f, _: f.stage != "rectification" or talked(f),
    "record_talk": lambda f, d: f.asked.on is not None and f.asked.on <= d,
    "add_step": lambda f, d: bool(f.asked.text.strip()) and due_from_today(f, d),
    "verify_step": lambda f, _: (
        f.asked.step in f.record.get("steps", {}) and not f.record["steps"][f.asked.step].get("verified")
    ),
    "verify": lambda f, _: (
        bool(f.record.get("steps"))
        and all(step.get("verified") for step in f.record["steps"].values())
        and not f.duties
        and not f.key_findings
        and talked(f)
    ),
    "reopen": lambda f, d: not TABLE[f.state, "reopen"].endswith(".drafting") or ahead(f, d, 3),
    "reinstate": lambda f, d: (
        f.cycle_state == "running" and (not str(f.record.get("left")).endswith(".drafting") or ahead(f, d, 5))
    ),
    **dict.fromkeys(("acknowledge", "note_receipt"), lambda f, _: receipts_wait(f)),
    "enrol": lambda f, d: (
        f.cycle_state == "running"
        and open_by(f, d) == f.asked.stage
        and (f.asked.stage == "central_review" or ahead(f, d, 5))
    ),
}
"""Beside reason and document; an action not listed here asks for nothing else."""


def _place(f: Facts, action: str) -> str | None:
    """Where the action leads by the facts, its conditions apart; None where it means nothing here."""
    usual = TABLE.get((f.state, action))
    choose = _CHOICES.get(action)
    return choose(f, usual) if choose and usual else usual


def _enrolled(f: Facts, _usual: str) -> str | None:
    targets = {name: f"{name}.drafting" for name in ("plan", "midyear", "yearend")}
    return (targets | {"central_review": "central_review.marking"}).get(f.asked.stage)


def _reinstated(f: Facts, _usual: str) -> str | None:
    left = f.record.get("left")
    return left if (left, "exempt") in TABLE else None


def _amended(f: Facts, usual: str) -> str | None:
    fails = f.asked.extra.get("grade") == "failed"
    if f.state == "closed":
        return "rectification.drafting" if fails and not has_failed(f) else "closed"
    return f.state if fails or f.key_findings else usual


def _recorded(f: Facts, usual: str) -> str | None:
    return usual if {line.part for line in f.asked.lines} in ({"deduction"}, {"bonus"}) else None


def _ruled(f: Facts, usual: str) -> str | None:
    parts = {line.part for line in f.asked.lines}
    return usual if parts <= {"public", "leader"} else None


def _acknowledged(f: Facts, usual: str) -> str | None:
    waiting = [kept for kept in f.record.get("receipts", {}).values() if "seen" not in kept]
    return usual if waiting else None


_CHOICES: Mapping[str, Callable[[Facts, str], str | None]] = {
    "enrol": _enrolled,
    "reinstate": _reinstated,
    "amend": _amended,
    "record_line": _recorded,
    "rule_missing": _ruled,
    "acknowledge": _acknowledged,
    "note_receipt": _acknowledged,
}


def expected(f: Facts, action: str, now: datetime) -> str | None:
    """Where `action` leads from these facts, or None where it must be refused."""
    target = _place(f, action)
    if target is None:
        return None
    if action in REASON["appraisal"].split() and not f.asked.reason.strip():
        return None
    if action in DOCUMENT["appraisal"].split() and not f.asked.document.strip():
        return None
    holds = HOLDS.get(action)
    return target if holds is None or holds(f, now.astimezone(ZONE).date()) else None
