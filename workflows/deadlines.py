"""Deadlines: when they remind, whom, when they lapse, and how they look on a board.

A deadline is a value, not a timer. Whoever sweeps asks what came due up to an instant and claims each answer
once; nothing is lost by asking late. Days are local dates of the office's zone, instants are aware datetimes
(a naive one raises ValueError or TypeError), and 24:00 of a day is 00:00 of the day after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Final, Literal
from zoneinfo import ZoneInfo

from workflows.workdays import Calendar, day_end, local_day

ZONE: Final = ZoneInfo("Asia/Shanghai")

OPENS: Final = "opens"
LAPSE: Final = "lapse"

LIAISON: Final = "liaison"
HEAD: Final = "head"
LEADER: Final = "leader"
OFFICE_HEAD: Final = "office_head"
GROUP: Final = "group"

RUNG_AT: Final = time(9)
OUTAGE: Final = timedelta(hours=1)
LEAST_NOTICE: Final = 3  # working days an imported calendar leaves at least
SOON: Final = 2  # working days before due from which a lamp is yellow

Channel = Literal["mail", "digest"]
Colour = Literal["green", "blue", "yellow", "red", "grey"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """The clock of one visit of one state.

    `who` is a post, person or role; `due` is a working day; `grace_until` is the last day of grace, or None
    where nothing lapses (the clocks of office, reviewers, raters, group and leader); `provisional` says that
    a year without a working-day table was counted.
    """

    id: str
    state: str
    visit: int
    who: str
    due: date
    grace_until: date | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Term:
    """What a due date follows from: the n-th working day after `day`.

    With 0 it is `day`, moved to the next working day where it is none. `grace_days` are working days after
    due, None where nothing lapses.
    """

    day: date
    workdays: int = 0
    grace_days: int | None = None

    def due(self, calendar: Calendar) -> date:
        return calendar.add(self.day, self.workdays)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder; `at` is its own instant, in the office's zone, however late it is noticed."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Firing:
    """What one pass has to do for one deadline: act on `chosen`, record the others as superseded."""

    chosen: Rung | None
    superseded: tuple[Rung, ...]


def lapse_instant(grace_until: date, zone: tzinfo) -> datetime:
    """24:00 of the last day of grace."""
    return day_end(grace_until, zone)


def in_time(now: datetime, due: date, zone: tzinfo) -> bool:
    """Whether `now` is before 24:00 local of `due`."""
    return now < day_end(due, zone)


def workdays_left(today: date, due: date, calendar: Calendar) -> int:
    """Working days from `today` to `due`: n on the day of rung -n, 0 when due, -n on the day of rung +n.

    Never 0 once `due` is past: the weekend after it already counts -1.
    """
    if today > due:
        return min(-1, calendar.count(today, due))
    return calendar.count(today, due)


def armed(*, id: str, state: str, visit: int, who: str, term: Term, calendar: Calendar) -> Deadline:  # noqa: A002 -- the field's name
    """The deadline that `term` gives by `calendar`."""
    blank = Deadline(id, state, visit, who, term.day, None, provisional=False)
    return _dated(blank, term.due(calendar), term, calendar)


def _dated(deadline: Deadline, due: date, term: Term, calendar: Calendar) -> Deadline:
    grace_until = None if term.grace_days is None else calendar.add(due, term.grace_days)
    provisional = any(calendar.provisional(day) for day in (term.day, due, grace_until or due))
    return replace(deadline, due=due, grace_until=grace_until, provisional=provisional)


def rungs(
    deadline: Deadline,
    *,
    armed_at: datetime,
    calendar: Calendar,
    rulebook_rungs: Sequence[str],
    zone: tzinfo,
    first_visit: bool,
) -> tuple[Rung, ...]:
    """The rungs that can ever fire, in time order, at one instant in the order of `rulebook_rungs`.

    Left out are: `opens` on a later visit; a rung before due that is not later than `opens`; a rung whose
    instant is not after the arming; and without grace all but 0 and those after it. A name is `opens`,
    `lapse` or a signed number of working days from due; anything else raises ValueError.
    """
    graced = deadline.grace_until is not None
    opening = (
        _opening(armed_at, calendar, zone) if graced and first_visit and OPENS in rulebook_rungs else None
    )
    ladder = []
    for name in rulebook_rungs:
        at = opening if name == OPENS else _instant(name, deadline, calendar, zone)
        too_early = opening is not None and _before_due(name) and at is not None and at <= opening
        if at is not None and at > armed_at and not too_early:
            ladder.append(Rung(name, at))
    return tuple(sorted(ladder, key=lambda rung: rung.at))


def _instant(name: str, deadline: Deadline, calendar: Calendar, zone: tzinfo) -> datetime | None:
    """Of every rung but `opens`; None where the deadline has no such rung."""
    if name == LAPSE:
        return None if deadline.grace_until is None else lapse_instant(deadline.grace_until, zone)
    distance = int(name)
    if distance < 0 and deadline.grace_until is None:
        return None
    day = calendar.add(deadline.due, distance) if distance else deadline.due
    return datetime.combine(day, RUNG_AT, tzinfo=zone)


def _opening(armed_at: datetime, calendar: Calendar, zone: tzinfo) -> datetime:
    today = local_day(armed_at, zone)
    at = datetime.combine(calendar.next(today), RUNG_AT, tzinfo=zone)
    return at if at > armed_at else datetime.combine(calendar.add(today, 1), RUNG_AT, tzinfo=zone)


def _distance(name: str) -> int:
    """Working days from due; `opens` stands before every number, `lapse` after."""
    return {OPENS: -1_000_000, LAPSE: 1_000_000}.get(name) or int(name)


def _before_due(name: str) -> bool:
    """Whether the rung reminds ahead of due; `opens` only tells that a window has opened."""
    return name != OPENS and _distance(name) < 0


def fired(
    ladder: Sequence[Rung],
    *,
    since: datetime | None,
    until: datetime,
    voided_at: datetime | None,
    lapsed: bool = False,
) -> tuple[Rung, ...]:
    """The rungs that came due in `since` < at <= `until` (None: from the beginning) on a standing deadline.

    A deadline voided at a rung's instant no longer stands. `lapse` fires by the move and not by the clock
    alone: on a voided deadline it counts if and only if that move voided it (`lapsed`), since an end of grace
    that was held open passes without one.
    """
    return tuple(
        rung
        for rung in ladder
        if (since is None or since < rung.at) and rung.at <= until and _stood(rung, voided_at, lapsed=lapsed)
    )


def _stood(rung: Rung, voided_at: datetime | None, *, lapsed: bool) -> bool:
    if voided_at is None:
        return True
    return lapsed if rung.name == LAPSE else rung.at < voided_at


def due_now(
    ladder: Sequence[Rung],
    *,
    since: datetime | None,
    until: datetime,
    voided_at: datetime | None = None,
    lapsed: bool = False,
    held: bool = False,
) -> Firing:
    """Of the rungs that came due since the pass before, the one to act on.

    1. A due `lapse` is chosen before all others. It is a move whose own notice goes to everyone the rungs
       before it address, so "today is the last day" is never sent together with "it has lapsed".
    2. Else the latest is chosen.
    3. On a deadline voided by `until` otherwise than by lapsing nothing is chosen: what no pass noticed
       in time is superseded by the leaving, nobody is pressed for what has been handed in.

    `held` leaves `lapse` out while the end of grace is held open or an outage moves it. It need not be asked
    for again: either ends in a new grace date or a new deadline, and so in a new instant.
    """
    due = fired(ladder, since=since, until=until, voided_at=voided_at, lapsed=lapsed)
    due = tuple(rung for rung in due if not (held and rung.name == LAPSE))
    lapse = next((rung for rung in due if rung.name == LAPSE), None)
    standing = voided_at is None or voided_at > until
    chosen = lapse or (due[-1] if due and standing else None)
    return Firing(chosen, tuple(rung for rung in due if rung is not chosen))


def recipients(rung_name: str, who: str) -> tuple[tuple[str, Channel], ...]:
    """Posts and roles a rung addresses, and how; a later rung addresses all an earlier one does.

    The liaison's clock is the department's: letters to liaison and head, digests to leader and group. Every
    other clock is its owner's alone: digests to who is late, then the office head, then the group, each once.
    """
    distance = _distance(rung_name)
    if who == LIAISON:
        return _department_recipients(distance)
    if distance < 0:
        return ()
    roles = [who, *([OFFICE_HEAD] if distance >= 1 else []), *([GROUP] if distance >= 5 else [])]
    return tuple((role, "digest") for role in dict.fromkeys(roles))


def _department_recipients(distance: int) -> tuple[tuple[str, Channel], ...]:
    ladder: tuple[tuple[int, str, Channel], ...] = (
        (-1, HEAD, "mail"),
        (1, LEADER, "digest"),
        (5, GROUP, "digest"),
    )
    return ((LIAISON, "mail"), *((role, channel) for first, role, channel in ladder if distance >= first))


def letter_colour(rung_name: str) -> Literal["blue", "yellow", "red"]:
    """蓝 until -2, 黄 at -1 and 0, 红 after."""
    distance = _distance(rung_name)
    if distance > 0:
        return "red"
    return "yellow" if distance >= -1 else "blue"


def shifted_grace(
    grace_until: date, gap_start: datetime, gap_end: datetime, calendar: Calendar, zone: tzinfo
) -> date | None:
    """The new last day of grace after an outage from the last pass before to the first pass after it.

    None unless the gap is longer than an hour and grace ended inside it (gap_start < end <= gap_end). The new
    day is the first working day after that of the restart. Doing so once a deadline is left to the caller.
    """
    if not gap_start < lapse_instant(grace_until, zone) <= gap_end:
        return None
    if gap_end.astimezone(UTC) - gap_start.astimezone(UTC) <= OUTAGE:
        return None
    return calendar.add(local_day(gap_end, zone), 1)


def grace_after_refusal(grace_until: date, refused_on: date, calendar: Calendar) -> date:
    """The last day of grace once an extension is refused: at the earliest the next working day."""
    return max(grace_until, calendar.add(refused_on, 1))


def moved_due(nominal_due: date, calendar: Calendar, today: date, *, current: date | None = None) -> date:
    """Where a newly imported `calendar` puts a date whose nominal day is `nominal_due`.

    It is the nominal day or the next working day, but never less than 3 working days after `today`. A date
    that the calendar leaves where it is (`current`) stays, and none is put off only because drawing it
    nearer would leave too little time.
    """
    planned = calendar.next(nominal_due)
    if planned == current:
        return planned
    moved = max(planned, calendar.add(today, LEAST_NOTICE))
    if current is not None and planned < current < moved and calendar.is_workday(current):
        return current
    return moved


def recomputed(deadline: Deadline, term: Term, calendar: Calendar, today: date) -> Deadline | None:
    """The open deadline by a newly imported calendar, id unchanged, or None where nothing about it changes.

    Only a deadline still ahead (due today or later) moves; one in its grace keeps the end it was told. The
    same dates with `provisional` gone are a change without a move.
    """
    if deadline.due < today:
        return None
    due = moved_due(term.due(calendar), calendar, today, current=deadline.due)
    renewed = _dated(deadline, due, term, calendar)
    return None if renewed == deadline else renewed


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp is never colour alone."""

    shape: str
    zh: str
    en: str


LAMPS: Final[Mapping[Colour, Lamp]] = MappingProxyType(
    {
        "green": Lamp("●", "按期", "On time"),
        "blue": Lamp("◆", "提醒", "Reminded"),
        "yellow": Lamp("▲", "临期", "Due soon"),
        "red": Lamp("■", "逾期", "Overdue"),
        "grey": Lamp("○", "免予", "Exempt"),
    }
)


def lamp(
    now: datetime,
    deadline: Deadline | None,
    state: str,
    *,
    calendar: Calendar,
    zone: tzinfo,
    ladder: Sequence[Rung] = (),
    sent_back: bool = False,
    undecided: bool = False,
) -> Colour:
    """The lamp of a matter: the first that applies of grey, red, yellow, blue, green.

    `deadline` is the clock now running, whoever's it is, so the lateness of office and reviewers is red too;
    None where nobody's runs. `ladder` are its rungs: blue is a rung before due (not `opens`) that has fired.
    """
    if state == "exempted":
        return "grey"
    if state.endswith(".lapsed") or (deadline is not None and not in_time(now, deadline.due, zone)):
        return "red"
    if sent_back or undecided:
        return "yellow"
    if deadline is None:
        return "green"
    if workdays_left(local_day(now, zone), deadline.due, calendar) <= SOON:
        return "yellow"
    return "blue" if any(_before_due(rung.name) and rung.at <= now for rung in ladder) else "green"
