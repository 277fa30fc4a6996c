"""One working hour: who acts, at which instant, and what was refused."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cycle.clock import VirtualClock
from cycle.grading_files.faults import FileRefused
from cycle.imports.importing import Imported, import_file
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.evidence_files import hand_in
from cycle.operations.perform import Answer, confirm, perform
from cycle.people import Person
from cycle.permissions import Act
from cycle.service import Service
from cycle.simulation.city import City
from cycle.simulation.plan import Plan
from workflows.errors import Conflict, NotFound, Refused

MORNING, AFTERNOON = 10, 15
"""The local hours at which people work: departments, reviewers and leaders first, the office later."""

HOUR = timedelta(hours=1)
PACE = timedelta(seconds=1)
LAST = timedelta(minutes=59)

Key = str | int


@dataclass(slots=True)
class Hour:
    """The service on a clock of its own, moved on a second with every act, never into the next hour."""

    service: Service
    clock: VirtualClock
    plan: Plan
    city: City
    start: datetime
    refused: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.start.date()

    @property
    def morning(self) -> bool:
        return self.start.hour == MORNING

    def add(self, day: date, workdays: int) -> date:
        """The working day so many after (or before) `day`."""
        return self.city.calendar.add(day, workdays)

    def after(self, day: date, bounds: tuple[int, int], *keys: Key) -> date:
        """A working day drawn between two distances from `day`."""
        return self.add(day, self.plan.draws.between(bounds, *keys))

    def document(self, body: str, *keys: Key) -> str:
        """The number of a document of this year, as offices write them."""
        number = self.plan.draws.between((1, 96), "document", body, *keys)
        return f"{body}〔{self.today.year}〕{number}号"

    def alone(self, name: str, act: Act, /, **arguments: Any) -> bool:
        """One person acts. False where a rule forbids it; the refusal is kept."""
        return self._try(name, act, arguments, lambda: self._perform(name, act, arguments)) is not None

    def together(self, name: str, act: Act, second: Person, /, **arguments: Any) -> bool:
        """One person acts and another confirms at once."""
        return (
            self._try(name, act, arguments, lambda: self._confirmed(name, act, second, arguments)) is not None
        )

    def insist(self, name: str, act: Act, /, **arguments: Any) -> None:
        """One person does what nothing else goes on without. Raises Refused."""
        self._next_instant()
        self._perform(name, act, arguments)

    def move(self, by: str, key: str, action: str, **asked: Any) -> bool:
        """A move of an appraisal by a person, in their own name."""
        act = Act(by, reason=asked.pop("reason", ""), document=asked.pop("document", ""))
        return self.alone("move", act, subject=key, action=action, **asked)

    def behalf(
        self,
        body: str,
        department: str,
        name: str,
        document: str,
        /,
        *,
        beside: Collection[str] = (),
        reason: str = "",
        **asked: Any,
    ) -> bool:
        """The office records what a body or a leader decided; a second person confirms."""
        first, second = self.city.office(department, self.today.isoformat(), beside=beside)
        yesterday = self.add(self.today, -1)
        act = Act(first.id, on_behalf_of=body, document=document, reason=reason, occurred_on=yesterday)
        return self.together(name, act, second, **asked)

    def hand_in(self, name: str, act: Act, file: str, text: str, /, **arguments: Any) -> bool:
        """A department hands in a file with an act: `offer_evidence` or `replace_evidence`."""
        stream = io.BytesIO(text.encode())

        def ask() -> Answer:
            return hand_in(self.service, name, act, arguments, name=file, stream=stream)

        return self._try(name, act, arguments, ask) is not None

    def take_in(
        self, kind: str, file: str, content: bytes, act: Act, second: Person, /, *, year: int | None = None
    ) -> bool:
        """A file comes in as `cycle import` takes it; the second person confirms where one is needed."""

        def ask() -> Answer:
            found = import_file(self.service, kind, file, act, year=year, content=content)
            _require_sound(found)
            return confirm(self.service, OPERATIONS, found.pending, second.id) if found.pending else {}

        return self._try(f"import {kind}", act, {"year": year or 0}, ask) is not None

    def clerk(self, department: str = "", *beside: str) -> str:
        """Who of the office is at work on a department's matter, or that of several, today."""
        return self.city.office(department, self.today.isoformat(), beside=beside)[0].id

    def _try(
        self, name: str, act: Act, arguments: dict[str, Any], ask: Callable[[], Answer]
    ) -> Answer | None:
        self._next_instant()
        try:
            return ask()
        except Refused as refused:
            codes = tuple(unmet.code for unmet in refused.unmet)
        except FileRefused as unread:
            codes = (unread.fault.code,)
        except (Conflict, NotFound) as missed:
            codes = (type(missed).__name__,)
        about = str(arguments.get("subject", arguments.get("year", act.actor)))
        self.refused.append((about, str(arguments.get("action", name)), codes))
        return None

    def _next_instant(self) -> None:
        self.clock.at = min(self.clock.at + PACE, (self.start + LAST).astimezone(UTC))

    def _perform(self, name: str, act: Act, arguments: dict[str, Any]) -> Answer:
        return perform(self.service, OPERATIONS[name], name, act, arguments)

    def _confirmed(self, name: str, act: Act, second: Person, arguments: dict[str, Any]) -> Answer:
        asked = self._perform(name, act, arguments)
        if "pending" not in asked:
            return asked
        return confirm(self.service, OPERATIONS, asked["pending"], second.id)


def _require_sound(found: Imported) -> None:
    """Whether every row was taken. Raises FileRefused where a name of the roster cannot stand in a file; Refused."""
    if found.faults:
        raise FileRefused(found.faults[0])
    if found.refused:
        raise Refused(*(one.unmet for one in found.refused))


def on_clock(service: Service, clock: VirtualClock) -> Service:
    """The same service, told the time by `clock`."""
    return replace(service, clock=clock)
