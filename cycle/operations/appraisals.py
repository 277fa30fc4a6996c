"""Moves of one department's year: filing, review, team, ledger lines, talk, steps, exemption, enrolment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final, TypeVar

from cycle import facts as gathering
from cycle import queries
from cycle.keys import split_key
from cycle.operations import forms, left_open, marking, matters
from cycle.operations.advance import advance, answer, require_role
from cycle.operations.grades import exemption_effect
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.people import belongs, person
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked, Line
from workflows.guards import stage_now
from workflows.one_line import one_line
from workflows.workdays import local_day

T = TypeVar("T", str, int)


FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
"""Whatever is reckoned from a day between them is still a day of the calendar."""


def day_of(value: Any) -> date | None:
    """An ISO date as a date; None for nothing. Refused where it is neither, or of another age."""
    if not value:
        return None
    try:
        day = date.fromisoformat(str(value))
    except ValueError as error:
        raise Refused(Unmet("date_malformed", {"value": str(value)})) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Refused(Unmet("date_malformed", {"value": str(value)}))
    return day


def typed(value: Any, kind: type[T], field: str) -> T:
    """`value` if it is of the kind meant (a truth value is no number). Raises Refused naming the field."""
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Refused(Unmet("value_unusable", {"field": field}))
    return value


def asked_of(arguments: Arguments) -> Asked:
    """What the plain arguments of a move ask for."""
    lines = tuple(
        Line(
            part=typed(line.get("part"), str, "part"),
            item=typed(line.get("item"), str, "item"),
            points=None if line.get("points") is None else typed(line["points"], int, "points"),
            note=one_line(typed(line.get("note", ""), str, "note"), "note"),
        )
        for line in arguments.get("lines", ())
    )
    return Asked(
        due=day_of(arguments.get("due")),
        stage=arguments.get("stage", ""),
        text=arguments.get("text", ""),
        member=arguments.get("member", ""),
        lines=lines,
        line=arguments.get("line", ""),
        matter=arguments.get("matter", ""),
        new_year=typed(arguments.get("new_year", 0), int, "new_year"),
        step=str(arguments.get("step", "")),
        on=day_of(arguments.get("on")),
    )


def move(work: Transaction, arguments: Arguments) -> Answer:
    """Move one subject: `subject` its key, `action`, and what that action asks for.

    due, on: ISO dates; lines: [{part, item, points in hundredths, note}]; text, member, stage, line, matter,
    new_year, step; marks, items, ratings, counts as in `marking.extra_of`, content, items, progress as in
    `forms.extra_of`. Acts on the whole cycle have operations of their own.
    """
    key, action = arguments["subject"], arguments["action"]
    kind, year, department = split_key(key)
    if kind != "appraisal":
        raise NotFound(key)
    if action in WHOLE_CYCLE:
        raise Refused(Unmet("whole_cycle_only", {"action": action}))
    if action in LOOKED_INTO:
        require_role(work.session, work.act, kind, action)
    asked = asked_of(arguments)
    asked = replace(asked, extra={**asked.extra, **marking.extra_of(work, action, arguments)})
    asked = replace(asked, extra={**asked.extra, **forms.extra_of(work, key, action, arguments)})
    if action in ("assign", "release") or (asked.member and action in ("mark", "confirm_marks")):
        asked = _with_member(work, asked, department)
    if action == "reinstate":
        _active(work, department)
    if action in CREATING:
        _whole_year(work, year, department)
    if action == "enrol" and not asked.stage:
        asked = _with_stage(work, asked, year)
    if action == "carry_over":
        return answer(matters.carry_over(work, key, asked))
    if action == "exempt":
        asked = _with_seats(work, asked, year, department)
    outcome = advance(work.session, key, action, act=work.act, clock=work.clock, zone=work.zone, asked=asked)
    if action == "save_form":
        forms.drop(work.session, key, outcome.after.partition(".")[0], work.act.actor)
    return {**answer(outcome), **_left(work, action, year, department)}


def _left(work: Transaction, action: str, year: int, department: str) -> Answer:
    """What a department leaves open when it leaves the year, and what was decided without points meanwhile."""
    if action == "exempt":
        return {"undecided": left_open.of_year(work.session, year, department)}
    if action == "reinstate":
        return {"without_points": left_open.without_points(work.session, year, department)}
    return {}


LOOKED_INTO = frozenset(
    {"assign", "release", "mark", "confirm_marks", "reinstate", "open_plan", "enrol", "exempt", "carry_over"}
)
"""Actions for which something is looked up before the write path asks who may."""

CREATING = frozenset({"open_plan", "enrol"})
WHOLE_CYCLE = frozenset(
    {"propose", "withdraw_proposal", "ratify", "amend", "redate", "move_dates", "correct_rulebook"}
)


def _with_member(work: Transaction, asked: Asked, department: str) -> Asked:
    """Who is meant, and where they belong as far as this department is concerned."""
    row = queries.subject(work.session, f"person:{asked.member}")
    if row is None or row.kind != "person":
        raise Refused(Unmet("person_unknown", {"person": asked.member}))
    member = person(row.key, row.state, row.record)
    fit = member.active and "reviewer" in member.roles
    around, into = queries.subject(work.session, f"department:{department}"), queries.successors(work.session)
    today = local_day(work.clock.now(), work.zone)
    at_home = belongs(member, around.record if around else {}, department, today, into)
    home = department if at_home else member.home
    return replace(asked, member_home=home, member_is_reviewer=fit)


def _whole_year(work: Transaction, year: int, department: str) -> None:
    """Hold the cycle while a new appraisal joins it, so that no proposal passes it by; the department must be."""
    if queries.lock(work.session, f"cycle:{year}") is None:
        raise NotFound(f"cycle:{year}")
    _active(work, department)


def _active(work: Transaction, department: str) -> None:
    """Only a department that still stands joins a year or comes back to it."""
    row = queries.subject(work.session, f"department:{department}")
    if row is None or row.state != "active":
        raise Refused(Unmet("department_unknown", {"department": department}))


def _with_stage(work: Transaction, asked: Asked, year: int) -> Asked:
    cycle = queries.subject(work.session, f"cycle:{year}")
    book = gathering.rulebook_of(work.session, cycle)
    today = work.clock.now().astimezone(work.zone).date()
    return replace(asked, stage=stage_now(book, year, today))


def _with_seats(work: Transaction, asked: Asked, year: int, department: str) -> Asked:
    """After central review opened: the seats before and after the exemption, and the grades that change.

    The cycle is held, so that of two exemptions at once the second counts what the first left.
    """
    cycle = queries.lock(work.session, f"cycle:{year}")
    row = queries.lock(work.session, f"appraisal:{year}:{department}")
    if cycle is None or row is None:
        return asked
    opens = gathering.rulebook_of(work.session, cycle).opens("central_review", year)
    reached = row.state.partition(".")[0] in ("central_review", "inspection", "grading")
    if not reached and local_day(work.clock.now(), work.zone) < opens:
        return asked
    return replace(asked, extra={"seats": exemption_effect(work.session, year, department)})
