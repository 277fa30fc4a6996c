"""Acts on a whole year: preparing, opening, proposing, taking back, ruling on ties, ratifying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session
from cycle.operations.readiness import confirmed_figures
from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.simulation import files
from cycle.simulation.hour import Hour
from cycle.simulation.marking import Marked, settled
from cycle.simulation.year_plan import YearPlan
from workflows import rulebook
from workflows.rulebook import GRADES

PREPARED_FROM = (12, 10)
"""Of the year before; the first year of a run is prepared once it has begun."""

WITHDRAWN_AFTER = 2


@dataclass(frozen=True, slots=True)
class Readiness:
    """What opening a year depends on beside the cycle itself. `figures` are those not confirmed yet.

    `from_last` is whether the year before was opened here, with a rulebook to go on from.
    """

    year_before: bool
    from_last: bool
    figures: tuple[str, ...]
    calendar: bool


def due(cycle: SubjectRow | None, year: int, today: date) -> bool:
    """Whether people have begun to think of opening `year`."""
    if cycle is None:
        return today >= date(year - 1, *PREPARED_FROM)
    return cycle.state == "preparing"


def readiness(session: Session, year: int, cycle: SubjectRow | None) -> Readiness:
    """What there is and what is missing for opening `year`."""
    book = gathering.rulebook_of(session, cycle)
    confirmed = confirmed_figures(session, book)
    before = queries.subject(session, f"cycle:{year - 1}")
    return Readiness(
        year_before=before is not None,
        from_last=before is not None and "rulebook" in before.record,
        figures=tuple(f.path for f in book.to_confirm() if confirmed.get(f.path) != f.value),
        calendar=queries.subject(session, f"calendar:{year}") is not None,
    )


def prepare(hour: Hour, year: int, cycle: SubjectRow | None, ready: Readiness) -> None:
    """Bring a year from nothing to running, one thing a half-day. Raises Refused where it cannot open."""
    if cycle is None:
        _begin(hour, year, ready)
    elif ready.figures:
        document = hour.document("解释", "figures")
        for path in ready.figures:
            hour.alone("confirm_figure", Act(hour.clerk(), document=document), figure=path)
    elif cycle.record.get("approved") != cycle.record["rulebook_digest"]:
        _approve(hour, cycle)
    elif not ready.calendar and not cycle.record.get("provisional_accepted"):
        act = Act(hour.clerk(), reason="放假安排尚未公布，暂按周一至周五计")
        hour.alone("accept_provisional_calendar", act, year=year)
    elif hour.today.year >= year:
        act = Act(hour.clerk(), document=hour.document("领导小组纪要", "open", year))
        hour.insist("open", act, year=year)


def _begin(hour: Hour, year: int, ready: Readiness) -> None:
    """The first year follows one without an appraisal, and that one a trial; every other year follows the last."""
    if not ready.year_before:
        files.trial_year(hour, year - 2, rulebook.load())
        act = Act(hour.clerk(), reason="试点后停考一年，无考评结果")
        hour.alone("declare_unrecorded", act, year=year - 1)
    last = {"from": year - 1} if ready.from_last else {}
    hour.alone("prepare", Act(hour.clerk()), year=year, **last)


def _approve(hour: Hour, cycle: SubjectRow) -> None:
    document = hour.document("领导小组纪要", "rulebook", cycle.year)
    hour.behalf(
        "group", "", "approve_rulebook", document, year=cycle.year, digest=cycle.record["rulebook_digest"]
    )


def grade(hour: Hour, cycle: SubjectRow, rows: Sequence[SubjectRow], year: YearPlan, marked: Marked) -> None:
    """Propose once nothing is missing; then withdraw, rule, ratify, each in its time."""
    if cycle.state == "running":
        _propose(hour, cycle, rows, year, marked)
    elif cycle.state == "proposed":
        _decide(hour, cycle, rows, year)


def _propose(
    hour: Hour, cycle: SubjectRow, rows: Sequence[SubjectRow], year: YearPlan, marked: Marked
) -> None:
    if not settled(rows, marked):
        return
    number = hour.plan.draws.between(hour.plan.behaviour.days.propose, "propose", year.year)
    if cycle.record.get("proposals") or hour.today >= hour.city.calendar.workday_of_year(
        year.year + 1, number
    ):
        hour.alone("propose", Act(hour.clerk()), year=year.year)


def _decide(hour: Hour, cycle: SubjectRow, rows: Sequence[SubjectRow], year: YearPlan) -> None:
    until = date.fromisoformat(cycle.record["objections_until"])
    if year.withdraws and cycle.record["proposals"] == 1:
        proposed = hour.add(until, -WITHDRAWN_AFTER)
        if hour.today >= proposed and any(row.state == "grading.proposed" for row in rows):
            act = Act(hour.clerk(), reason="发现登记有误，核实后重新提出")
            hour.alone("withdraw_proposal", act, year=year.year)
        return
    unruled = {n: t for n, t in cycle.record.get("ties", {}).items() if not t.get("ruling")}
    if hour.today <= until:
        return
    for name in sorted(unruled):
        _rule(hour, cycle, name, unruled[name])
    ratified = hour.after(until, hour.plan.behaviour.days.ratify, "ratify", year.year)
    if not unruled and hour.today >= ratified:
        document = hour.document("领导小组纪要", "ratify", year.year)
        hour.behalf("group", "", "ratify", document, year=year.year)


def _rule(hour: Hour, cycle: SubjectRow, name: str, tie: Mapping[str, Any]) -> None:
    """The seats as the group's vote had it: the better grades to those drawn first."""
    voted = hour.plan.draws.order(tie["departments"], "tie", cycle.year, name)
    grades = [grade for grade in GRADES for _ in range(tie["seats"].get(grade, 0))]
    document = hour.document("领导小组纪要", "tie", cycle.year, name)
    ruling = dict(zip(voted, grades, strict=True))
    asked = {"year": cycle.year, "tie": name, "ruling": ruling}
    reason = "总分及各分项相同，按会议表决确定"
    hour.behalf("group", "", "rule_tie", document, beside=tie["departments"], reason=reason, **asked)
