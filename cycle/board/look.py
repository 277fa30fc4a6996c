"""One look at the tables: who reads, at which instant, in which language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cycle.board import names
from cycle.board.voice import Voice
from cycle.db import Session
from cycle.people import Person
from cycle.sight import EVERYTHING, Reader, reader_of
from workflows.workdays import local_day


@dataclass(frozen=True, slots=True)
class Look:
    """What every read model is asked with: what it leaves out depends on `reader`."""

    session: Session
    now: datetime
    zone: ZoneInfo
    voice: Voice
    reader: Reader = EVERYTHING

    @property
    def today(self) -> date:
        """The office's calendar day."""
        return local_day(self.now, self.zone)


def look(session: Session, now: datetime, zone: ZoneInfo, lang: str, person: Person | None = None) -> Look:
    """A look at the tables as `person` sees them on the day; without one, of whoever works at the machine itself."""
    day = local_day(now, zone)
    every = names.departments(session)
    reader = EVERYTHING if person is None else reader_of(person, every, day)
    return Look(session, now, zone, Voice(lang, names.called(session, day, lang, every)), reader)
