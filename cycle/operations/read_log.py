"""What auditors read, and when: written before they are shown it, in a table nothing is ever taken from."""

from __future__ import annotations

from datetime import datetime

from cycle.db import Statement
from cycle.operations.perform import writing
from cycle.service import Service
from workflows.wake import stamp

_NOTE = Statement("INSERT INTO read_log (at, person, path) VALUES (:at, :person, :path)")


def note(service: Service, person: str, path: str, now: datetime) -> None:
    """`person` reads `path`, kept whole, at `now`. Raises Conflict where the database gave way to somebody else."""
    with writing(service) as session:
        _NOTE.run(session, at=stamp(now), person=person, path=path)
