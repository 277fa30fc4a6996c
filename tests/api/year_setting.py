"""Where and among whom a year takes place, and how its people get at the service: by some `Hand`.

Nothing of the service is imported here: what the year has to know of it is read by its hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

CLERK, COLLEAGUE = "p-qiao-yanan", "p-gong-ping"
"""Two of the office, of homes that are not appraised. The others are registered by them."""

YEAR = 2025


class Hand(Protocol):
    """How things are done: `act` about a subject, `make` a matter; a second person confirms where one has to."""

    def act(self, who: str, subject: str, action: str, /, **sent: Any) -> dict[str, Any]: ...
    def make(self, who: str, kind: str, year: int, department: str, action: str, /, **sent: Any) -> str: ...
    def register(self, who: str, kind: str, /, **entry: Any) -> None: ...
    def hand_in(self, who: str, subject: str, name: str, content: bytes, **fields: str) -> str: ...
    def renew(self) -> None: ...
    def rulebook(self, who: str, year: int) -> tuple[str, Mapping[str, Any]]: ...
    def to_confirm(self, who: str, year: int) -> list[str]: ...
    def ties(self, who: str, year: int) -> dict[str, tuple[list[str], Mapping[str, int]]]: ...
    def receipts(self, who: str, year: int, department: str) -> list[tuple[str, int]]: ...
    def open_duties(self, who: str, year: int) -> list[str]: ...
    def state(self, who: str, subject: str) -> str: ...


@dataclass(frozen=True)
class Setting:
    """One year of one city before anything has happened.

    `papers` are what the office has on paper: people, departments, working days. `until` lets time go by to a
    local day, the service doing meanwhile what it does by itself. `rulebook` is the content of another rulebook
    than the shipped one.
    """

    hand: Hand
    papers: Mapping[str, Any]
    until: Callable[[str], None]
    rulebook: Mapping[str, Any] | None = None

    @cached_property
    def departments(self) -> list[str]:
        """Whom the year is about, as on the roster. The first two end equal, the last fails."""
        return [entry["id"] for entry in self.papers["departments"]]

    @property
    def equal(self) -> list[str]:
        """Two that end with the same points in everything."""
        return self.departments[:2]

    @property
    def last(self) -> str:
        """Who fails, as in the year before."""
        return self.departments[-1]

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The rulebook of the year."""
        return self.hand.rulebook(CLERK, YEAR)[1]

    @cached_property
    def most(self) -> dict[str, int]:
        """The points of each indicator, in hundredths."""
        return {one["id"]: int(Decimal(one["points"]) * 100) for one in self.content["indicators"]}

    def post(self, department: str, post: str) -> str:
        """Who holds a post of a department."""
        entries = {entry["id"]: entry for entry in self.papers["departments"]}
        return str(entries[department]["posts"][post])

    def inspector(self, department: str) -> str:
        """Who inspects a department and is not at home there."""
        people = [p for p in self.papers["people"] if "inspector" in p["roles"] and p["home"] != department]
        return str(people[0]["id"])

    def move(self, department: str, action: str, /, who: str = CLERK, **sent: Any) -> dict[str, Any]:
        """Move the year of one department."""
        return self.hand.act(who, f"appraisal:{YEAR}:{department}", action, **sent)

    def by_liaison(self, department: str, action: str, /, **sent: Any) -> dict[str, Any]:
        """The same, by its liaison."""
        return self.move(department, action, self.post(department, "liaison"), **sent)

    def cycle(self, action: str, /, **sent: Any) -> dict[str, Any]:
        """An act on the whole year, by the office."""
        return self.hand.act(CLERK, f"cycle:{YEAR}", action, **sent)

    def make(self, who: str, kind: str, department: str, action: str, /, **sent: Any) -> str:
        """A new matter of a department's year; its key."""
        return self.hand.make(who, kind, YEAR, department, action, **sent)

    def receipts(self, department: str) -> list[tuple[str, int]]:
        """What a department has still to acknowledge."""
        return self.hand.receipts(self.post(department, "liaison"), YEAR, department)

    def acknowledges(self, department: str) -> None:
        """It acknowledges all of it."""
        for subject, number in self.receipts(department):
            self.hand.act(self.post(department, "liaison"), subject, "acknowledge", receipts=[number])
