"""The board: where every department of a year stands, whose turn it is, by when, and how its lamp looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from cycle import facts as gathering
from cycle import queries, queries_board
from cycle.board import receipts
from cycle.board.names import departments
from cycle.db import Session
from cycle.people import name_on
from cycle.queries import SubjectRow
from cycle.queries_board import OpenDeadline
from workflows.deadlines import Colour, Deadline, Rung, lamp, rungs, workdays_left
from workflows.engine import NONE
from workflows.rulebook import Rulebook
from workflows.workdays import Calendar, local_day

STAGES: Final = (
    "plan",
    "midyear",
    "yearend",
    "central_review",
    "inspection",
    "grading",
    "rectification",
)
FORMS: Final = ("plan", "midyear", "yearend", "rectification")
# What has to have been entered for a stage that is behind to count as gone through.
_THROUGH: Final = {"central_review": "inspection.open", "inspection": "grading.pending"}
_TURN: Final = {
    "grading.proposed": ("group",),
    "grading.ratified": ("system",),
    "central_review.marking": ("team",),
}
_SEVERITY: Final = ("red", "yellow", "blue", "green", "grey")


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One department's year on the board.

    `stages` gives each stage's phase: none, drafting, submitted, accepted, lapsed, marking, open, done,
    pending, proposed, ratified, underway. `turn` holds posts, roles and people's ids. `days_left` are
    working days, negative once late; None where nobody's clock runs. `receipts_late` counts what the department
    should have acknowledged by now.
    """

    key: str
    year: int
    department: str
    name: str
    category: str
    state: str
    stages: Mapping[str, str]
    grade: str | None
    lamp: Colour
    turn: tuple[str, ...]
    due: date | None
    grace_until: date | None
    days_left: int | None
    provisional: bool
    sent_back: bool
    extension_asked: bool
    receipts_late: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every row of one board is read against."""

    now: datetime
    zone: ZoneInfo
    calendar: Calendar
    book: Rulebook

    @property
    def today(self) -> date:
        return local_day(self.now, self.zone)


def surroundings(session: Session, year: int, now: datetime, zone: ZoneInfo) -> Surroundings:
    """The calendar as it stands and the rulebook the year holds."""
    cycle = queries.subject(session, f"cycle:{year}")
    calendar = gathering.standing_calendar(session)
    return Surroundings(now, zone, calendar, gathering.rulebook_of(session, cycle))


def board(
    session: Session,
    year: int,
    now: datetime,
    zone: ZoneInfo,
    *,
    read: Sequence[SubjectRow] | None = None,
    every: Sequence[SubjectRow] | None = None,
) -> list[BoardRow]:
    """Every department with an appraisal of `year` or still to get one, by id.

    `read` are the year's appraisals and `every` the departments there are, where somebody has read them already.
    """
    around = surroundings(session, year, now, zone)
    known = queries.of_year(session, "appraisal", year) if read is None else read
    appraisals = {row.department: row for row in known}
    entries = queries_board.last_entries(session, year)
    clocks: dict[str, list[OpenDeadline]] = {}
    for clock in queries_board.open_deadlines(session, year):
        clocks.setdefault(clock.subject, []).append(clock)
    late = receipts.late_of_departments(
        session,
        year,
        appraisals.values(),
        book=around.book,
        calendar=around.calendar,
        today=around.today,
    )
    rows = []
    for department in departments(session) if every is None else every:
        appraisal = appraisals.get(department.department)
        if appraisal is None and department.state != "active":
            continue
        shown = appraisal or _unopened(year, department.department)
        running = clocks.get(shown.key, [])
        if shown.state == "grading.proposed":
            running = [*running, *clocks.get(f"cycle:{year}", [])]
        row = board_row(shown, department, running, entries.get(shown.key, ""), around)
        rows.append(replace(row, receipts_late=late[shown.department]))
    return rows


def late_first(rows: Sequence[BoardRow]) -> list[BoardRow]:
    """The most urgent lamp first, then the nearest due date, then the order given."""
    return sorted(rows, key=lambda row: (_SEVERITY.index(row.lamp), row.due or date.max))


def _unopened(year: int, department: str) -> SubjectRow:
    return SubjectRow(f"appraisal:{year}:{department}", "appraisal", year, department, NONE, 0, "", {})


def board_row(
    row: SubjectRow,
    department: SubjectRow,
    running: Sequence[OpenDeadline],
    entered_by: str,
    around: Surroundings,
) -> BoardRow:
    """One row of the board; `running` are the clocks of its present state, the nearest due first."""
    stage = row.state.partition(".")[0]
    form = row.record.get("forms", {}).get(stage, {})
    asked = row.state.endswith(".drafting") and bool(form.get("asked"))
    sent_back = row.state.endswith(".drafting") and entered_by in ("send_back", "reopen")
    nearest = running[0] if running else None
    due = nearest.deadline.due if nearest else None
    return BoardRow(
        key=row.key,
        year=row.year,
        department=row.department,
        name=name_on(department.record, around.today),
        category=department.record["category"],
        state=row.state,
        stages=stages_of(row),
        grade=row.record.get("result", {}).get("grade"),
        lamp=_lamp(row.state, nearest, around, sent_back=sent_back, undecided=asked),
        turn=turn_of(row.state, running),
        due=due,
        grace_until=nearest.deadline.grace_until if nearest else None,
        days_left=workdays_left(around.today, due, around.calendar) if due else None,
        provisional=any(clock.deadline.provisional for clock in running),
        sent_back=sent_back,
        extension_asked=asked,
    )


def _lamp(
    state: str, nearest: OpenDeadline | None, around: Surroundings, *, sent_back: bool, undecided: bool
) -> Colour:
    if state == NONE:
        return "grey"  # a year not begun is neither in time nor late
    return lamp(
        around.now,
        nearest.deadline if nearest else None,
        state,
        calendar=around.calendar,
        zone=around.zone,
        ladder=ladder(nearest, around) if nearest else (),
        sent_back=sent_back,
        undecided=undecided,
    )


def ladder(clock: OpenDeadline, around: Surroundings, *, first: bool | None = None) -> tuple[Rung, ...]:
    """The rungs of a deadline that runs; `first` where it is known whether the first entry into its state armed it."""
    return _ladder(
        due=clock.deadline.due,
        grace_until=clock.deadline.grace_until,
        armed_at=clock.armed_at,
        calendar=around.calendar,
        names=around.book.rungs,
        zone=around.zone,
        first=clock.deadline.visit == 1 if first is None else first,
    )


@lru_cache(maxsize=4096)
def _ladder(
    *,
    due: date,
    grace_until: date | None,
    armed_at: datetime,
    calendar: Calendar,
    names: tuple[str, ...],
    zone: ZoneInfo,
    first: bool,
) -> tuple[Rung, ...]:
    """A ladder follows from days and instants alone, and most departments of a year have the same."""
    dated = Deadline("", "", 1, "", due, grace_until, provisional=False)
    return rungs(
        dated,
        armed_at=armed_at,
        calendar=calendar,
        rulebook_rungs=names,
        zone=zone,
        first_visit=first,
    )


def turn_of(state: str, running: Sequence[OpenDeadline]) -> tuple[str, ...]:
    """Whose turn it is: whose clocks run, else who acts in this state without one."""
    if running:
        return tuple(dict.fromkeys(clock.deadline.who for clock in running))
    return ("office",) if state.endswith(".lapsed") else _TURN.get(state, ())


def stages_of(row: SubjectRow) -> dict[str, str]:
    """The phase of every stage: how it ended where it is behind, `none` where it is ahead."""
    state = str(row.record.get("left", "")) if row.state == "exempted" else row.state
    stage, _, phase = state.partition(".")
    at = len(STAGES) if state == "closed" else STAGES.index(stage) if stage in STAGES else -1
    visits: Mapping[str, int] = row.record.get("visits", {})
    return {
        name: phase if place == at else _ended(name, visits) if place < at else NONE
        for place, name in enumerate(STAGES)
    }


def _ended(stage: str, visits: Mapping[str, int]) -> str:
    if stage in _THROUGH:
        return "done" if _THROUGH[stage] in visits else NONE
    if stage == "grading":
        return "ratified"
    ends = ("underway",) if stage == "rectification" else ("accepted", "lapsed")
    ended = next((end for end in ends if f"{stage}.{end}" in visits), NONE)
    return "done" if ended == "underway" else ended
