"""One look at the tables: who reads, at which instant, in which language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cycle import queries
from cycle.board import names
from cycle.board.voice import Voice
from cycle.db import Session
from cycle.people import Person
from cycle.queries import SubjectRow
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
    _read: dict[tuple[str, int], list[SubjectRow]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def today(self) -> date:
        """The office's calendar day."""
        return local_day(self.now, self.zone)

    def departments(self) -> list[SubjectRow]:
        """Every department there ever was, by id; read once a look, as the transaction sees one moment."""
        if ("department", 0) not in self._read:
            self._read["department", 0] = names.departments(self.session)
        return self._read["department", 0]

    def appraisals(self, year: int) -> list[SubjectRow]:
        """The appraisals of a year, by key; read once a look."""
        if ("appraisal", year) not in self._read:
            self._read["appraisal", year] = queries.of_year(self.session, "appraisal", year)
        return self._read["appraisal", year]


def look(session: Session, now: datetime, zone: ZoneInfo, lang: str, person: Person | None = None) -> Look:
    """A look at the tables as `person` sees them on the day; without one, of whoever works at the machine itself."""
    day = local_day(now, zone)
    every = names.departments(session)
    reader = EVERYTHING if person is None else reader_of(person, every, day)
    voice = Voice(lang, names.called(session, day, lang, every))
    return Look(session, now, zone, voice, reader, {("department", 0): every})
