"""One department's year as a reader sees it: the sheet and each of its parts. Plain values.

What is not the reader's to see is None or left out; an appraisal that is not theirs is not there at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from cycle import queries, queries_board
from cycle.board import history
from cycle.board.actions import Possible, possible
from cycle.board.beside import Beside, mark_sheet
from cycle.board.city import cycle_of, department_of
from cycle.board.look import Look
from cycle.board.receipts import shown_to
from cycle.board.sheet import DepartmentSheet, sheet
from cycle.board.values import (
    deadline_values,
    form_values,
    line_values,
    receipt_values,
    sheet_values,
    target_values,
)
from cycle.board.year import without_names
from cycle.queries import SubjectRow
from cycle.queries_board import LedgerLine, OpenDeadline
from cycle.service import Service
from cycle.sight import Seen, seen, shows
from workflows.engine import NONE
from workflows.errors import NotFound
from workflows.scoring import show

Values = dict[str, Any]

_DATES: Final = frozenset(
    {"due", "original_due", "grace_until", "extensions", "lapsed", "late", "signed", "taken_up"}
)
"""What everybody who sees an appraisal sees of its forms: when, not what."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One department's year, found and the reader's to see: its row and what sight depends on."""

    row: SubjectRow
    of: Seen


def opened(look: Look, year: int, department: str, resource: str = "appraisal") -> Opened:
    """The appraisal of a department in a year. Raises NotFound where there is none, or none for this reader."""
    row = queries.subject(look.session, f"appraisal:{year}:{department}")
    if row is None or not shows(look.reader, resource, seen(row)):
        raise NotFound(f"appraisal:{year}:{department}")
    return Opened(row, seen(row))


def of_reader(look: Look, service: Service, year: int, department: str) -> Values:
    """The whole sheet, with what the reader may do next. Raises NotFound."""
    cycle_of(look, year)
    found, of = _sheet(look, year, department)
    next_: list[Possible] = []
    if look.reader.person and found.subject.state != NONE:
        next_ = possible(service, look.session, found.subject, look.reader.person)
    values = sheet_values(look.voice, found, next_)
    return _pruned(look, values, found, of)


def _sheet(look: Look, year: int, department: str) -> tuple[DepartmentSheet, Seen]:
    found = sheet(look.session, department_of(look, department), year, look.now, look.zone)
    of = seen(found.subject)
    if not shows(look.reader, "appraisal", of):
        raise NotFound(found.subject.key)
    return found, of


def _pruned(look: Look, values: Values, found: DepartmentSheet, of: Seen) -> Values:
    """The sheet without what the reader is not shown."""

    def shown(resource: str) -> bool:
        return shows(look.reader, resource, of)

    turn = without_names(look, of, found.row.turn)
    values |= {"turn": turn, "turn_words": [look.voice.who(one) for one in turn]}
    values["lines"] = [line_values(look.voice, one) for one in _lines(look, found.lines, of)]
    values["deadlines"] = [_deadline(look, one, of) for one in found.clocks]
    if not shown("posts"):
        values["posts"] = None
    if not shown("forms"):
        values["targets"] = None
        for form in values["forms"].values():
            form |= {name: None for name in form if name not in _DATES}
    if not shown("sums"):
        values |= {"sums": None, "sum": None}
    if not shown("team"):
        values["team"] = None
    if not shown("rectification"):
        values |= {"steps": [], "talk": None}
    if not shown("result"):
        values["result"] = None
    told = [receipt_values(look.voice, one) for one in found.unsigned if shown_to(look.reader, one, of)]
    values["receipts"] = told if shown("receipts") else None
    return values


def _lines(look: Look, every: tuple[LedgerLine, ...], of: Seen) -> list[LedgerLine]:
    return [line for line in every if shows(look.reader, f"lines.{line.part}", of)]


def _deadline(look: Look, clock: OpenDeadline, of: Seen) -> Values:
    values = deadline_values(clock)
    return {**values, "who": without_names(look, of, [values["who"]])[0]}


def lines(look: Look, year: int, department: str) -> list[Values]:
    """The ledger lines the reader sees, reversed ones too. Raises NotFound."""
    found = opened(look, year, department, "lines")
    every = tuple(queries_board.every_line(look.session, found.row.key))
    return [line_values(look.voice, one) for one in _lines(look, every, found.of)]


def deadlines(look: Look, year: int, department: str) -> list[Values]:
    """The deadlines that run, the nearest first. Raises NotFound."""
    found = opened(look, year, department, "deadlines")
    clocks = queries_board.open_deadlines(look.session, year)
    return [_deadline(look, one, found.of) for one in clocks if one.subject == found.row.key]


def history_of(look: Look, year: int, department: str) -> list[Values]:
    """What happened, the oldest first. Raises NotFound."""
    found = opened(look, year, department, "history_of_appraisal")
    return history.of_subject(look, found.row.key, found.of)


def form(look: Look, year: int, department: str, name: str) -> Values:
    """One form with its text. Raises NotFound, also for a form that is not begun."""
    found = opened(look, year, department, "forms")
    standing, _of = _sheet(look, year, department)
    for one in standing.forms:
        if one.name == name:
            return {"form": name, "number": found.row.number, **form_values(look.voice, one)}
    raise NotFound(f"{found.row.key}/{name}")


def team(look: Look, year: int, department: str) -> list[Values]:
    """Who reviews the department. Raises NotFound."""
    found = opened(look, year, department, "team")
    return [{"person": one, "name": look.voice.name(one)} for one in found.row.record.get("team", ())]


def marks(look: Look, year: int, department: str) -> list[Values]:
    """The members' marks the reader sees, by member: their own, others' once the review is complete.

    Raises NotFound.
    """
    found = opened(look, year, department, "marks")
    kept: Mapping[str, Mapping[str, Mapping[str, Any]]] = found.row.record.get("marks", {})
    every = shows(look.reader, "marks.of_member", found.of)
    return [
        {
            "member": member,
            "name": look.voice.name(member),
            "assigned": member in found.of.team,
            "marks": [_mark(look, item, mark) for item, mark in sorted(given.items())],
        }
        for member, given in sorted(kept.items())
        if every or member == look.reader.person
    ]


def _mark(look: Look, item: str, mark: Mapping[str, Any]) -> Values:
    return {
        "item": item,
        "name": look.voice.name(item),
        "points": show(mark["points"]),
        "reason": mark.get("reason") or None,
        "evidence": list(mark.get("evidence") or ()),
    }


def beside(look: Look, year: int, department: str) -> Values:
    """What stands beside each indicator when it is marked. Raises NotFound.

    A member sees their own marks, the others', their mean and how far they lie apart once the review is complete;
    that they lie apart also once everybody has marked, because then it has to be acknowledged.
    """
    found = opened(look, year, department, "beside")
    known = mark_sheet(look.session, found.row.key, look.zone)
    every = shows(look.reader, "marks.of_member", found.of)
    apart = every or set(known.done) >= set(known.team)
    named = {one.key for indicator in known.indicators for one in indicator.matters}
    told = frozenset(key for key in named if _told(look, key))
    return {
        "number": found.row.number,
        "team": list(known.team),
        "done": list(known.done),
        "unconfirmed": list(known.unconfirmed),
        "indicators": [
            _indicator(look, one, every=every, apart=apart, told=told) for one in known.indicators
        ],
    }


def _told(look: Look, key: str) -> bool:
    """Whether a complaint or a finding is beside for this reader: to the team, once the department was told of it."""
    row = queries.subject(look.session, key)
    return row is not None and (seen(row).told or shows(look.reader, row.kind, seen(row)))


def _indicator(look: Look, one: Beside, *, every: bool, apart: bool, told: frozenset[str]) -> Values:
    own = [given for given in one.marks if every or given.member == look.reader.person]
    return {
        "item": one.item,
        "name": look.voice.name(one.item),
        "most": show(one.most),
        "self_form": one.self_form or None,
        "self_points": _points(one.self_points),
        "account": one.account,
        "last_year": _points(one.last_year),
        "evidence": [asdict(each) for each in one.evidence],
        "marks": [{**asdict(each), "points": show(each.points)} for each in own],
        "mean": _points(one.mean) if every else None,
        "spread": one.spread if apart else None,
        "acknowledged_by": one.acknowledged_by or None if apart else None,
        "plan": one.plan,
        "targets": [target_values(each) for each in one.targets],
        "setbacks": [{**asdict(each), "on": each.on.isoformat()} for each in one.setbacks],
        "matters": [asdict(each) for each in one.matters if each.key in told],
    }


def _points(points: int | None) -> str | None:
    return None if points is None else show(points)
