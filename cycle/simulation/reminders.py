"""reminders.csv: which rung came due when, and to whom it went; from what the history says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime, tzinfo

from cycle.people import holder
from cycle.simulation.chronicle import Armed, Chronicle, by_key
from workflows.deadlines import LAPSE, Rung, fired, recipients, rungs
from workflows.rulebook import Rulebook
from workflows.workdays import local_day

POSTS = ("liaison", "head", "leader")
BODIES = ("office", "group", "office_head")
OUTCOMES = {"mail": "sent", "digest": "digest"}


@dataclass(frozen=True, slots=True)
class Reminder:
    """One row. `department` is the id, empty for a deadline of the whole year; `deadline` its id."""

    year: int
    department: str
    state: str
    visit: int
    deadline: str
    rung: str
    due: str
    at: str
    to: str
    outcome: str


COLUMNS = tuple(field.name for field in fields(Reminder))


def reminders(
    chronicle: Chronicle, books: Callable[[int], Rulebook], zone: tzinfo, *, until: datetime
) -> list[Reminder]:
    """Every reminder up to `until`, by at, department, rung, address and deadline.

    A pass runs at each full hour, and every rung stands at one: none is missed, so none is superseded.
    """
    calendar = chronicle.calendar()
    addresses = _Addresses(chronicle, zone)
    found: list[Reminder] = []
    for armed in chronicle.armed.values():
        ladder = rungs(
            armed.deadline,
            armed_at=armed.armed_at,
            calendar=calendar,
            rulebook_rungs=books(int(armed.subject.split(":")[1])).rungs,
            zone=zone,
            first_visit=armed.first,
        )
        for rung in _came_due(ladder, armed, until):
            found += _told(rung, armed, addresses)
    return sorted(found, key=lambda r: (r.at, r.department, r.rung, r.to, r.deadline))


def _came_due(ladder: Sequence[Rung], armed: Armed, until: datetime) -> list[Rung]:
    """The rungs that came due on a standing deadline; `lapse` is reached by the move alone."""
    came = fired(ladder, since=None, until=until, voided_at=armed.voided_at, lapsed=armed.lapsed)
    return [rung for rung in came if armed.lapsed or rung.name != LAPSE]


def _told(rung: Rung, armed: Armed, addresses: _Addresses) -> Iterator[Reminder]:
    deadline = armed.deadline
    _kind, year, *rest = armed.subject.split(":")
    department = "".join(rest)
    for address, outcome in addresses.of(rung, deadline.who, department).items():
        yield Reminder(
            year=int(year),
            department=department,
            state=deadline.state,
            visit=deadline.visit,
            deadline=deadline.id,
            rung=rung.name,
            due=deadline.due.isoformat(),
            at=rung.at.isoformat(),
            to=address,
            outcome=outcome,
        )


class _Addresses:
    """Who is behind a post or a role at an instant, as far as it had been registered by then."""

    def __init__(self, chronicle: Chronicle, zone: tzinfo) -> None:
        self._departments = dict(by_key(chronicle.registers, "department"))
        self._people = by_key(chronicle.registers, "person")
        self._by_id = dict(self._people)
        self._zone = zone
        self._bodies: dict[tuple[str, datetime], tuple[str, ...]] = {}

    def of(self, rung: Rung, who: str, department: str) -> Mapping[str, str]:
        """Address to outcome; whoever is addressed twice is told once, in the first way."""
        found: dict[str, str] = {}
        for role, channel in recipients(rung.name, who):
            for address in self._addresses(role, rung.at, department):
                found.setdefault(address, OUTCOMES[channel])
        return found

    def _addresses(self, role: str, at: datetime, department: str) -> tuple[str, ...]:
        if role in POSTS:
            return self._person(self._holder(role, at, department), at)
        if role in BODIES:
            key = (role, at)
            if key not in self._bodies:
                self._bodies[key] = tuple(self._members(role, at))
            return self._bodies[key]
        return self._person(role, at)

    def _holder(self, post: str, at: datetime, department: str) -> str:
        standing = self._departments[department].on(at) if department in self._departments else None
        return holder(standing[1], post, local_day(at, self._zone)) if standing else ""

    def _person(self, person: str, at: datetime) -> tuple[str, ...]:
        standing = self._by_id[person].on(at) if person in self._by_id else None
        return (str(standing[1]["email"]),) if standing and standing[0] == "active" else ()

    def _members(self, role: str, at: datetime) -> Iterator[str]:
        for _person, history in self._people:
            standing = history.on(at)
            if standing is None or standing[0] != "active":
                continue
            record = standing[1]
            if role in record["roles"] or (role == "office_head" and record.get("office_head")):
                yield str(record["email"])


def rows(found: Iterable[Reminder]) -> list[tuple[object, ...]]:
    """The cells of each reminder, in the order of the columns."""
    return [astuple(reminder) for reminder in found]
