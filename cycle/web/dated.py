"""Days of instants that may lie years back: tables of the running year leave the year out, these do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cycle.web.entry import Visit
from workflows.workdays import local_day


def dated(visit: Visit) -> Callable[[str | None], str]:
    """Says the office's calendar day of an instant as the tables hold it; a dash for none."""
    zone = visit.look.zone
    return lambda at: local_day(datetime.fromisoformat(at), zone).isoformat() if at else "—"
