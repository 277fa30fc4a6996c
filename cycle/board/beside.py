"""What stands beside each indicator when a department is marked: for the members of its team and the office.

The plan beside content.2.1, the targets as reported beside content.2.2, what was late or returned beside
content.2.3, complaints beside content.3.3, absences from activities beside content.4.2; everywhere the
department's own mark and account, its evidence, last year's points and the marks given so far. It takes no point
off by itself: people mark. It names no complainant.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from cycle import facts as gathering
from cycle import queries
from cycle.board.sheet import Target, targets_of
from cycle.db import Session, Statement
from cycle.operations import forms
from cycle.queries import SubjectRow
from workflows import marking
from workflows.errors import NotFound
from workflows.rulebook import Rulebook
from workflows.workdays import local_day

PLAN: Final = "content.2.1"
TARGETS: Final = "content.2.2"
SETBACKS: Final = "content.2.3"
COMPLAINTS: Final = "content.3.3"
ABSENCES: Final = "content.4.2"
ABSENCE: Final = "score.deduct.4"
"""The ground of a finding that is an absence from an activity of the city."""

_HISTORY = Statement(
    "SELECT body FROM history WHERE subject = :subject"
    " AND action IN ('submit', 'lapse', 'send_back', 'open_central_review') ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class Setback:
    """What went late or came back: `what` is late_submit, lapse, send_back or report_missing."""

    on: date
    form: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A complaint, a finding or a piece of evidence: its key, where it stands, what it says."""

    key: str
    state: str
    on: str
    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """One member's mark, in hundredths."""

    member: str
    points: int
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """One indicator with all that stands beside it. Points in hundredths; None where there are none.

    `self_form` is the form the self-mark is from. `spread` is narrow, open (wide, not acknowledged) or
    acknowledged; `acknowledged_by` by whom.
    """

    item: str
    most: int
    self_form: str
    self_points: int | None
    account: str
    last_year: int | None
    evidence: tuple[Matter, ...]
    marks: tuple[Given, ...]
    mean: int | None
    spread: str
    acknowledged_by: str
    plan: str = ""
    targets: tuple[Target, ...] = ()
    setbacks: tuple[Setback, ...] = ()
    matters: tuple[Matter, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """Every indicator of one department's year; `unconfirmed` are members whose marks wait after a reopening."""

    key: str
    year: int
    department: str
    team: tuple[str, ...]
    done: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    indicators: tuple[Beside, ...]


def mark_sheet(session: Session, key: str, zone: ZoneInfo) -> MarkSheet:
    """The sheet of an appraisal. Raises NotFound where there is none."""
    row = queries.subject(session, key)
    if row is None or row.kind != "appraisal":
        raise NotFound(key)
    book = gathering.rulebook_of(session, queries.subject(session, f"cycle:{row.year}"))
    members = marking.team(row.record)
    reading = _Reading(session, row, book, zone)
    return MarkSheet(
        key=key,
        year=row.year,
        department=row.department,
        team=tuple(members),
        done=tuple(member for member in members if marking.is_done(row.record, book, member)),
        unconfirmed=tuple(marking.unconfirmed(row.record)),
        indicators=tuple(reading.beside(indicator.id, indicator.points) for indicator in book.indicators),
    )


class _Reading:
    """What is read once for all indicators."""

    def __init__(self, session: Session, row: SubjectRow, book: Rulebook, zone: ZoneInfo) -> None:
        self.session = session
        self.row = row
        self.book = book
        self.zone = zone
        self.self_form = next((f for f in ("yearend", "midyear") if _was_accepted(row, f)), "")
        reviewed = forms.content_of(session, row.record.get("forms", {}).get(self.self_form, {}))
        self.self_marks: Mapping[str, Mapping[str, Any]] = reviewed.get("marks", {})
        before = queries.lines(session, f"appraisal:{row.year - 1}:{row.department}")
        self.last_year = {line.item: line.points for line in before if line.part == "central"}
        self.evidence = self._matters("evidence")
        self.wide = set(marking.wide_spreads(row.record, book))

    def _matters(self, kind: str) -> list[SubjectRow]:
        return queries.matters(self.session, kind, self.row.year, self.row.department)

    def beside(self, item: str, most: int) -> Beside:
        own = self.self_marks.get(item, {})
        acknowledged = item in self.wide and marking.is_acknowledged(self.row.record, item)
        by = self.row.record["spreads"][item]["by"] if acknowledged else ""
        return Beside(
            item=item,
            most=most,
            self_form=self.self_form if own else "",
            self_points=own.get("points"),
            account=own.get("account", ""),
            last_year=self.last_year.get(item),
            evidence=tuple(_evidence(one) for one in self.evidence if one.record.get("about") == item),
            marks=tuple(self._given(item)),
            mean=marking.mean(self.row.record, self.book, item),
            spread="acknowledged" if acknowledged else "open" if item in self.wide else "narrow",
            acknowledged_by=by,
            plan=self._plan() if item == PLAN else "",
            targets=tuple(targets_of(self.session, self.row)) if item in (PLAN, TARGETS) else (),
            setbacks=tuple(self._setbacks()) if item == SETBACKS else (),
            matters=tuple(self._against(item)),
        )

    def _given(self, item: str) -> Iterator[Given]:
        for member in marking.team(self.row.record):
            mark = marking.sheet(self.row.record, member).get(item)
            if mark is not None:
                evidence = tuple(mark.get("evidence", ()))
                yield Given(member, mark["points"], mark.get("reason", ""), evidence)

    def _plan(self) -> str:
        accepted = self.row.record.get("accepted_plan")
        return str(forms.content_of(self.session, {"text": accepted}).get("text", "")) if accepted else ""

    def _setbacks(self) -> Iterator[Setback]:
        for (text,) in _HISTORY.run(self.session, subject=self.row.key).fetchall():
            body = json.loads(text)
            what = _setback(body)
            if what:
                on = local_day(datetime.fromisoformat(body["at"]), self.zone)
                reason = body["reason"] if what == "send_back" else ""
                yield Setback(on, body["before"].partition(".")[0], what, reason)

    def _against(self, item: str) -> Iterator[Matter]:
        if item == COMPLAINTS:
            yield from (_matter(one) for one in self._matters("complaint"))
        elif item == ABSENCES:
            absences = (one for one in self._matters("finding") if one.record.get("item") == ABSENCE)
            yield from (_matter(one) for one in absences)


def _was_accepted(row: SubjectRow, form: str) -> bool:
    return f"{form}.accepted" in row.record.get("visits", {})


def _setback(body: Mapping[str, Any]) -> str:
    """What a history row says of lateness or returns; empty where it says nothing of the kind."""
    action = str(body["action"])
    if body["before"].startswith("rectification"):
        return ""
    if action == "submit":
        return "late_submit" if (body["data"] or {}).get("late") else ""
    if action == "open_central_review":
        return "report_missing" if body["before"] == "yearend.lapsed" else ""
    return action


def _evidence(row: SubjectRow) -> Matter:
    """A piece of evidence under the name of the version that stands."""
    version = row.record.get("versions", {}).get(str(row.record.get("version")), {})
    return Matter(row.key, row.state, "", version.get("name", ""))


def _matter(row: SubjectRow) -> Matter:
    return Matter(row.key, row.state, row.record.get("on") or "", row.record.get("text") or "")
