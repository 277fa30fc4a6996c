"""What happens in a year beside the forms: exemptions, a merger, a founding, new names and new people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cycle.simulation.plan import Plan


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens to `department` on the first working day not before `on`.

    Kinds: `exemption`, `pause` (an exemption, taken back on `until`), `founding`, `renaming`, `merger` (of
    `other` into `department`, which goes on under a new name), `union` (of `department` and `other` into one
    newly founded, `founded`), `head` and `liaison` (a new holder).
    """

    kind: str
    department: str
    on: date
    until: date = date.max
    other: str = ""
    founded: str = ""


def founded_id(year: int) -> str:
    """The id of a department founded in a year."""
    return f"xinshe-{year}"


def united_id(year: int) -> str:
    """The id of a department that two were united in."""
    return f"hebing-{year}"


def struggling(plan: Plan, year: int, roster: Sequence[str], settled: frozenset[str]) -> tuple[str, ...]:
    """Who does worst for the three years around `year`; never one that did not stand when they began.

    `settled` are the departments that stood then: whoever joins later takes nobody's place.
    """
    era = plan.era(year)
    number = (len(roster) * plan.behaviour.points.struggling + 50) // 100
    return tuple(plan.draws.order((d for d in roster if d in settled), "struggling", era)[:number])


def of_year(plan: Plan, year: int, roster: Sequence[str], spared: Sequence[str]) -> tuple[Event, ...]:
    """Everything that happens in `year` among `roster`; what changes who takes part spares `spared`."""
    happenings = plan.behaviour.events
    if len(roster) < happenings.least:
        return ()
    found = [*_appointments(plan, year, roster)]
    pool = iter(plan.draws.order((d for d in roster if d not in spared), "events", year))
    if plan.falls_in(happenings.exemption, year):
        # Once in the autumn, once when central review has opened and the seats have to be shown.
        late = plan.draws.chance(50, "late exemption", year)
        found.append(Event("exemption", next(pool), date(year, 12, 22) if late else date(year, 10, 12)))
    if plan.falls_in(happenings.pause, year):
        start = _day(plan, year, (70, 90), "pause")
        found.append(Event("pause", next(pool), start, until=start + timedelta(days=60)))
    if plan.falls_in(happenings.merger, year):
        found.append(_merger(plan, year, next(pool), next(pool)))
    if plan.falls_in(happenings.founding, year):
        found.append(Event("founding", founded_id(year), _day(plan, year, (95, 125), "founding")))
    if plan.falls_in(happenings.renaming, year):
        found.append(Event("renaming", next(pool), _day(plan, year, (230, 270), "renaming")))
    return tuple(found)


def _merger(plan: Plan, year: int, one: str, other: str) -> Event:
    on = _day(plan, year, (155, 172), "merger")
    if plan.draws.chance(50, "union", year):
        return Event("union", one, on, other=other, founded=united_id(year))
    return Event("merger", one, on, other=other)


def _appointments(plan: Plan, year: int, roster: Sequence[str]) -> Iterator[Event]:
    shares = {"head": plan.behaviour.events.heads, "liaison": plan.behaviour.events.liaisons}
    dealt = plan.draws.deal(roster, shares, "appointments", year)
    for department in sorted(dealt):
        yield Event(dealt[department], department, _day(plan, year, (40, 300), "appointed", department))


def _day(plan: Plan, year: int, of_year_: tuple[int, int], *keys: str) -> date:
    """A day of the year, drawn between two day numbers."""
    return date(year, 1, 1) + timedelta(days=plan.draws.between(of_year_, "day", year, *keys))


def participants(roster: Sequence[str], events: Sequence[Event]) -> list[str]:
    """Who will be graded: the roster with whoever joins, without whoever is exempt at the end or absorbed."""
    leaving = {e.department for e in events if e.kind in ("exemption", "union")}
    leaving |= {e.other for e in events if e.kind in ("merger", "union")}
    joining = [e.founded or e.department for e in events if e.kind in ("founding", "union")]
    return [d for d in (*roster, *joining) if d not in leaving]
