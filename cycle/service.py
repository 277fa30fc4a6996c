"""What every surface holds: the database, the clock, the office's zone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from cycle.clock import Clock, SystemClock
from cycle.db import Database
from cycle.settings import Settings


@dataclass(frozen=True, slots=True)
class Service:
    """One office's running service. `evidence` is the folder of its evidence files, `templates` that of its own
    templates of papers, None where it has none.
    """

    database: Database
    clock: Clock
    zone: ZoneInfo
    evidence: Path | None = None
    evidence_max_mb: int = 20
    templates: Path | None = None


def open_service(settings: Settings, clock: Clock | None = None) -> Service:
    """The service the settings describe; the database is opened, not migrated."""
    return Service(
        Database(settings.url),
        clock or SystemClock(),
        settings.zone,
        settings.home / "evidence",
        settings.evidence_max_mb,
        settings.home / "templates",
    )
