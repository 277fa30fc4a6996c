"""One department's year on one sheet: forms, clocks, ledger, team, result, and what may be done next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cycle import queries, queries_board
from cycle.board import receipts
from cycle.board.receipts import Unsigned
from cycle.board.rows import FORMS, BoardRow, board_row, surroundings
from cycle.db import Session
from cycle.operations.forms import accepted_targets, content_of
from cycle.people import holder
from cycle.queries import SubjectRow
from cycle.queries_board import LedgerLine, OpenDeadline
from workflows.engine import NONE
from workflows.errors import Unmet
from workflows.forms import Content, told
from workflows.registry_guards import POSTS


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One form as it stands: its text, dates and what befell it."""

    name: str
    text: str | None
    due: str
    original_due: str | None
    grace_until: str
    extensions: int
    lapsed: int
    late: bool
    signed: bool
    taken_up: bool
    asked: Mapping[str, Any] | None
    content: Content = field(default_factory=dict)
    missing: tuple[Unmet, ...] = ()
    returned: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the accepted plan, and how far it has come by the department's own word."""

    number: str
    planned: Mapping[str, str]
    percent: int | None = None
    note: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of rectification."""

    name: str
    text: str
    due: str
    verified: str | None


@dataclass(frozen=True, slots=True)
class DepartmentSheet:
    """Everything a department, or who deals with it, has to know of its year. Points in hundredths."""

    row: BoardRow
    subject: SubjectRow
    posts: Mapping[str, str]
    forms: tuple[FormSheet, ...]
    clocks: tuple[OpenDeadline, ...]
    lines: tuple[LedgerLine, ...]
    team: tuple[str, ...]
    steps: tuple[Step, ...]
    talk: Mapping[str, Any] | None
    result: Mapping[str, Any] | None
    result_is_proposed: bool
    sums: Mapping[str, int] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    unsigned: tuple[Unsigned, ...] = ()

    @property
    def total(self) -> int:
        """The exact sum of the ledger."""
        return sum(self.sums.values())


def sheet(
    session: Session, department: SubjectRow, year: int, now: datetime, zone: ZoneInfo
) -> DepartmentSheet:
    """The sheet of `department` in `year`; before its appraisal is opened, an empty one."""
    key = f"appraisal:{year}:{department.department}"
    subject = queries.subject(session, key) or SubjectRow(
        key, "appraisal", year, department.department, NONE, 0, "", {}
    )
    around = surroundings(session, year, now, zone)
    clocks = tuple(queries_board.open_of(session, key))
    entered = queries_board.last_entry(session, key)
    lines = tuple(queries_board.every_line(session, key))
    result, proposed = _result(session, subject)
    unsigned = tuple(receipts.of_department(session, subject, around.book, around.calendar, around.today))
    row = board_row(subject, department, clocks, entered, around)
    return DepartmentSheet(
        row=replace(row, receipts_late=sum(each.late for each in unsigned)),
        subject=subject,
        posts={post: holder(department.record, post, around.today) for post in POSTS},
        forms=tuple(_forms(session, subject)),
        clocks=clocks,
        lines=lines,
        team=tuple(subject.record.get("team", ())),
        steps=tuple(steps_of(session, subject)),
        talk=_talk(session, subject),
        result=result,
        result_is_proposed=proposed,
        sums=_sums(lines),
        targets=tuple(targets_of(session, subject)),
        unsigned=unsigned,
    )


def _sums(lines: tuple[LedgerLine, ...]) -> dict[str, int]:
    """Points by part; reversed lines and what reverses them cancel out."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.part] = sums.get(line.part, 0) + line.points
    return sums


def _forms(session: Session, subject: SubjectRow) -> list[FormSheet]:
    kept: Mapping[str, Mapping[str, Any]] = subject.record.get("forms", {})
    return [_form(session, subject.year, name, kept[name]) for name in FORMS if name in kept]


def _form(session: Session, year: int, name: str, form: Mapping[str, Any]) -> FormSheet:
    text = form.get("text")
    content = content_of(session, form)
    return FormSheet(
        name=name,
        text=content.get("text", "") if text else None,
        due=form.get("due", ""),
        original_due=form.get("original_due"),
        grace_until=form.get("grace_until", ""),
        extensions=form.get("extensions", 0),
        lapsed=form.get("lapsed", 0),
        late=bool(form.get("late")),
        signed=bool(text) and form.get("signed") == text,
        taken_up=bool(form.get("taken_up")),
        asked=form.get("asked"),
        content=content,
        missing=tuple(told(name, year, form.get("gaps", ()))),
        returned=form.get("returned", {}),
    )


def targets_of(session: Session, subject: SubjectRow) -> list[Target]:
    """The targets of the accepted plan in their order, with what was last reported of each."""
    return [
        _target(session, number, planned, subject.record.get("progress", {}).get(number, {}))
        for number, planned in accepted_targets(session, subject.record).items()
    ]


def _target(session: Session, number: str, planned: Mapping[str, str], said: Mapping[str, Any]) -> Target:
    note = queries.text(session, said["note"]) if said.get("note") else ""
    return Target(number, planned, said.get("percent"), note, said.get("on", ""))


def steps_of(session: Session, subject: SubjectRow) -> list[Step]:
    """The steps of an appraisal in their order, with their texts."""
    steps: Mapping[str, Mapping[str, Any]] = subject.record.get("steps", {})
    return [
        Step(
            name, queries.text(session, steps[name]["text"]), steps[name]["due"], steps[name].get("verified")
        )
        for name in sorted(steps, key=int)
    ]


def _talk(session: Session, subject: SubjectRow) -> dict[str, Any] | None:
    talk: Mapping[str, Any] | None = subject.record.get("talk")
    if talk is None:
        return None
    text = queries.text(session, talk["text"]) if "text" in talk else None
    return {"on": talk["on"], "by": talk["by"], "text": text}


def _result(session: Session, subject: SubjectRow) -> tuple[dict[str, Any] | None, bool]:
    """The department's row of the latest results; while they are proposed only, that of the proposal."""
    proposed = subject.state == "grading.proposed"
    read = queries.proposed_results if proposed else queries.latest_results
    found = [row for row in read(session, subject.year) if row["department"] == subject.department]
    return (found[0], proposed) if found else (None, False)
