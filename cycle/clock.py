"""The only place that reads the time. Everything else is handed an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Something that knows what time it is: aware UTC, microseconds."""

    def now(self) -> datetime:
        """The present instant."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class VirtualClock:
    """A clock that stands where it is put: simulations and tests."""

    at: datetime

    def now(self) -> datetime:
        return self.at
