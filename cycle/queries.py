"""Every question put to the tables, one function each. Rows come back as plain values, never as ORM objects."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from cycle.db import Session, Statement
from workflows import matters as rules
from workflows.facts import Standing


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject as it stands. `number` and `hash` are those of its last history row."""

    key: str
    kind: str
    year: int
    department: str
    state: str
    number: int
    hash: str
    record: Mapping[str, Any]
    wake: str | None = None


_COLUMNS = "key, kind, year, department, state, number, hash, record, wake"
_WIDTH = 9
_ONE = Statement(f"SELECT {_COLUMNS} FROM subject WHERE key = :key")
_SHARED = "pg_advisory_xact_lock_shared(7002)"
"""Whoever moves a subject reads the working days under this lock; who imports a table holds it alone.

It is taken before the row's own lock (rows are locked last of all), so the two cannot wait for each other.
"""

_ONE_LOCKED = Statement(f"SELECT {_COLUMNS}, {_SHARED} FROM subject WHERE key = :key FOR UPDATE")
_CALENDARS_ALONE = Statement("SELECT pg_advisory_xact_lock(7002)")
_RELATED = Statement(
    f"SELECT {_COLUMNS} FROM subject WHERE key IN (:a, :b, :c, :d, :e, :f)"
    " UNION ALL SELECT key, kind, year, department, state, number, hash, '{}', wake"
    " FROM subject WHERE kind = 'calendar'"
    f" UNION ALL SELECT {_COLUMNS} FROM subject WHERE kind = 'department' AND state = 'closed'"
)
_OF_YEAR = f"SELECT {_COLUMNS} FROM subject WHERE kind = :kind AND year = :year ORDER BY key"
_KIND_OF_YEAR = Statement(_OF_YEAR)
_KIND_OF_YEAR_LOCKED = Statement(
    f"SELECT {_COLUMNS}, {_SHARED} FROM subject WHERE kind = :kind AND year = :year ORDER BY key FOR UPDATE"
)
_KIND = Statement(f"SELECT {_COLUMNS} FROM subject WHERE kind = :kind ORDER BY key")
_AWAKE = Statement(f"SELECT {_COLUMNS} FROM subject WHERE wake <= :now ORDER BY wake, key")
_TEXT = Statement("SELECT body FROM text WHERE sha256 = :sha256")
_LINES = Statement(
    "SELECT id, part, item, points, coalesce(source, '') FROM line"
    " WHERE subject = :subject AND reverses IS NULL AND reversed_by IS NULL ORDER BY number, id"
)
_LINES_OF_YEAR = Statement(
    "SELECT line.subject, line.id, part, item, points, coalesce(source, '') FROM line"
    " JOIN subject ON subject.key = line.subject"
    " WHERE subject.kind = 'appraisal' AND subject.year = :year AND reverses IS NULL AND reversed_by IS NULL"
    " ORDER BY line.subject, line.number, line.id"
)
_POINTS_OF_YEAR = Statement(
    "SELECT line.subject, part, sum(points) FROM line JOIN subject ON subject.key = line.subject"
    " WHERE subject.kind = 'appraisal' AND subject.year = :year AND reverses IS NULL AND reversed_by IS NULL"
    " GROUP BY line.subject, part"
)
_TO_GRADE = Statement(
    "SELECT key, department FROM subject WHERE kind = 'appraisal' AND year = :year AND state <> 'exempted'"
    " ORDER BY key"
)
_MATTERS = Statement(
    f"SELECT {_COLUMNS} FROM subject WHERE department = :department AND kind = :kind AND year <= :year"
    " ORDER BY year, key"
)
_OF_DEPARTMENT = Statement(
    f"SELECT {_COLUMNS} FROM subject WHERE department = :department AND kind = :kind ORDER BY key"
)
_OPEN_APPRAISALS = Statement(
    "SELECT count(*) FROM subject WHERE kind = 'appraisal' AND year = :year"
    " AND state NOT IN ('closed', 'exempted')"
)


@lru_cache(maxsize=4096)
def _read(record: str) -> Mapping[str, Any]:
    """A record that many moves look at and none changes: people, departments, the cycle."""
    read: Mapping[str, Any] = json.loads(record)
    return read


def _row(values: Sequence[Any]) -> SubjectRow:
    key, kind, year, department, state, number, hash_, record, wake = values
    return SubjectRow(key, kind, year, department, state, number, hash_, json.loads(record), wake)


def subject(session: Session, key: str) -> SubjectRow | None:
    """The subject `key`, or None."""
    found = _ONE.run(session, key=key).fetchone()
    return _row(found) if found else None


def lock(session: Session, key: str) -> SubjectRow | None:
    """The subject `key`, held until the transaction ends (on SQLite the whole file already is)."""
    statement = _ONE if session.dialect == "sqlite" else _ONE_LOCKED
    found = statement.run(session, key=key).fetchone()
    return _row(found[:_WIDTH]) if found else None


_ONE_FREE = Statement(f"SELECT {_COLUMNS}, {_SHARED} FROM subject WHERE key = :key FOR UPDATE SKIP LOCKED")


def lock_free(session: Session, key: str) -> SubjectRow | None:
    """The subject `key`, held until the transaction ends; None also where somebody else holds it."""
    statement = _ONE if session.dialect == "sqlite" else _ONE_FREE
    found = statement.run(session, key=key).fetchone()
    return _row(found[:_WIDTH]) if found else None


def hold_calendars(session: Session) -> None:
    """Keep the working-day tables to this transaction: nobody arms a deadline by them until it is over.

    On SQLite the whole file already is.
    """
    if session.dialect == "postgresql":
        _CALENDARS_ALONE.run(session)


def related(session: Session, keys: Sequence[str]) -> tuple[dict[str, SubjectRow], tuple[str, ...]]:
    """Up to six subjects by key and every department dissolved, and the hash of every calendar in order of year."""
    named = dict(zip("abcdef", [*keys, *[""] * (6 - len(keys))], strict=True))
    found: dict[str, SubjectRow] = {}
    calendars: dict[str, str] = {}
    rows = _RELATED.run(session, **named).fetchall()
    for key, kind, year, department, state, number, hash_, record, wake in rows:
        if kind == "calendar":
            calendars[key] = hash_
        else:
            read = _read(record)
            found[key] = SubjectRow(key, kind, year, department, state, number, hash_, read, wake)
    return found, tuple(calendars[key] for key in sorted(calendars))


def of_year(session: Session, kind: str, year: int) -> list[SubjectRow]:
    """All subjects of a kind in a year, by key."""
    return [_row(row) for row in _KIND_OF_YEAR.run(session, kind=kind, year=year).fetchall()]


def lock_year(session: Session, kind: str, year: int) -> list[SubjectRow]:
    """All subjects of a kind in a year, by key, held until the transaction ends."""
    statement = _KIND_OF_YEAR if session.dialect == "sqlite" else _KIND_OF_YEAR_LOCKED
    return [_row(row[:_WIDTH]) for row in statement.run(session, kind=kind, year=year).fetchall()]


def of_kind(session: Session, kind: str) -> list[SubjectRow]:
    """All subjects of a kind, by key."""
    return [_row(row) for row in _KIND.run(session, kind=kind).fetchall()]


def successors(session: Session) -> dict[str, str]:
    """Each department that was merged into another, with that other."""
    rows = related(session, ())[0].values()
    return {row.department: row.record["successor"] for row in rows if row.record.get("successor")}


def awake(session: Session, now: str) -> list[SubjectRow]:
    """Subjects at which the clock has something to look at by `now` (an instant as the history writes it)."""
    return [_row(row) for row in _AWAKE.run(session, now=now).fetchall()]


def text(session: Session, sha256: str) -> str:
    """A kept text by its digest. Raises KeyError where there is none."""
    found = _TEXT.run(session, sha256=sha256).fetchone()
    if found is None:
        raise KeyError(sha256)
    return str(found[0])


def lines(session: Session, subject_key: str) -> list[Standing]:
    """The ledger lines of one appraisal that stand: neither reversed nor reversing."""
    return [Standing(*row) for row in _LINES.run(session, subject=subject_key).fetchall()]


def lines_of_year(session: Session, year: int) -> dict[str, list[Standing]]:
    """The standing lines of every appraisal of a year, by subject."""
    rows = _LINES_OF_YEAR.run(session, year=year).fetchall()
    return {
        key: [Standing(*line) for _key, *line in of_subject]
        for key, of_subject in groupby(rows, key=itemgetter(0))
    }


def points_of_year(session: Session, year: int) -> dict[str, dict[str, int]]:
    """What the standing lines of every appraisal of a year add up to, by subject and part."""
    found: dict[str, dict[str, int]] = {}
    for key, part, points in _POINTS_OF_YEAR.run(session, year=year).fetchall():
        found.setdefault(key, {})[part] = int(points)
    return found


class ToGrade(NamedTuple):
    """One appraisal that takes part in a year's grading."""

    key: str
    department: str


def to_grade(session: Session, year: int) -> list[ToGrade]:
    """Every appraisal of a year that is not exempt, by key."""
    return [ToGrade(*row) for row in _TO_GRADE.run(session, year=year).fetchall()]


def matters(session: Session, kind: str, year: int, department: str) -> list[SubjectRow]:
    """A department's matters of a kind that count in a year, those carried over into it among them, by number."""
    rows = [
        _row(row) for row in _MATTERS.run(session, department=department, kind=kind, year=year).fetchall()
    ]
    return sorted((row for row in rows if counting_year(row) == year), key=_numbered)


def matters_of_year(session: Session, kind: str, year: int) -> list[SubjectRow]:
    """The matters of a kind that were opened in a year, of every department, by department and number."""
    return sorted(of_year(session, kind, year), key=lambda row: (row.department, _numbered(row)))


def of_department(session: Session, kind: str, department: str) -> list[SubjectRow]:
    """A department's matters of a kind, whatever year they are of."""
    return [_row(row) for row in _OF_DEPARTMENT.run(session, department=department, kind=kind).fetchall()]


def counting_year(row: SubjectRow) -> int:
    """The year a matter counts in."""
    return rules.counting_year(row.year, row.record)


def _numbered(row: SubjectRow) -> tuple[int, int]:
    return row.year, int(row.key.rpartition(":")[2])


def undecided(session: Session, kind: str, year: int, department: str) -> list[str]:
    """Matters of a kind (finding, complaint, bonus, objection, duty) that still hold up a department's year."""
    return [
        row.key for row in matters(session, kind, year, department) if rules.undecided(row.kind, row.state)
    ]


def undecided_of_year(session: Session, kind: str, year: int) -> list[str]:
    """Matters of a kind opened in a year that still wait for their decision."""
    return [row.key for row in matters_of_year(session, kind, year) if rules.undecided(kind, row.state)]


_SETTLED_BEFORE = ("finding", "complaint", "bonus")
_UNDECIDED = Statement(
    f"SELECT {_COLUMNS} FROM subject WHERE year <= :year AND ("
    + " OR ".join(
        f"kind = '{kind}' AND state IN ({', '.join(repr(state) for state in rules.UNDECIDED[kind])})"
        for kind in _SETTLED_BEFORE
    )
    + ") ORDER BY key"
)


def undecided_counting(session: Session, year: int) -> list[SubjectRow]:
    """The findings, complaints and applications, of every department, that hold up a year, by key."""
    rows = [_row(row) for row in _UNDECIDED.run(session, year=year).fetchall()]
    return [row for row in rows if counting_year(row) == year]


def key_findings(session: Session, year: int, department: str) -> list[str]:
    """The confirmed key findings of a department's year whose rectification is not verified."""
    rows = matters(session, "finding", year, department)
    return [row.key for row in rows if rules.key_open(row.kind, row.state, row.record)]


def open_appraisals(session: Session, year: int) -> int:
    """How many appraisals of a year are neither closed nor exempt."""
    return int(_OPEN_APPRAISALS.run(session, year=year).fetchone()[0])


_OPEN_DUTIES = Statement(
    "SELECT count(*) FROM subject WHERE kind = 'duty' AND year = :year AND state = 'open'"
)
_VETOED = Statement(
    f"SELECT {_COLUMNS} FROM subject WHERE kind = 'finding' AND year <= :year AND record LIKE :named"
    " ORDER BY year, key"
)


def open_duties(session: Session, year: int) -> int:
    """How many duties of a year are open; a year is not archived while there is one."""
    return int(_OPEN_DUTIES.run(session, year=year).fetchone()[0])


def vetoed(session: Session, year: int) -> list[SubjectRow]:
    """The findings counting in a year on which a veto was decided, by year and number."""
    rows = [_row(row) for row in _VETOED.run(session, year=year, named='%"veto":{%').fetchall()]
    return sorted((row for row in rows if counting_year(row) == year), key=_numbered)


RESULT_COLUMNS = (
    "year",
    "status",
    "version",
    "department",
    "name",
    "category",
    "central",
    "public",
    "leader",
    "base",
    "deductions",
    "bonus",
    "total",
    "rank",
    "category_rank",
    "grade",
    "award_rate",
    "previous_rank",
    "previous_category_rank",
    "previous_grade",
    "movement",
    "category_movement",
    "consecutive_failures",
    "escalated",
)
_RESULTS = Statement(
    f"SELECT {', '.join(RESULT_COLUMNS)} FROM result WHERE year = :year AND status <> 'proposed' AND version ="
    " (SELECT max(version) FROM result WHERE year = :year AND status <> 'proposed') ORDER BY rank, department"
)


def latest_results(session: Session, year: int) -> list[dict[str, Any]]:
    """The latest ratified (or imported) version of a year's results, best first; empty where there is none."""
    rows = _RESULTS.run(session, year=year).fetchall()
    return [dict(zip(RESULT_COLUMNS, row, strict=True)) for row in rows]


_OPEN_DEADLINES = Statement(
    f"SELECT {_COLUMNS} FROM subject WHERE key IN"
    " (SELECT subject FROM deadline WHERE status = 'open') ORDER BY key"
)


_PEOPLE = Statement(
    f"SELECT {_COLUMNS} FROM subject WHERE kind = 'person' AND record LIKE :named ORDER BY key"
)


def people_saying(session: Session, word: str = "name") -> list[SubjectRow]:
    """Everybody whose record says `word`, as a role or as a field: whoever has it (a name all have), perhaps more."""
    rows = _PEOPLE.run(session, named=f'%"{word}"%').fetchall()
    found = []
    for key, kind, year, department, state, number, hash_, record, wake in rows:
        found.append(SubjectRow(key, kind, year, department, state, number, hash_, _read(record), wake))
    return found


_CALENDARS = Statement("SELECT hash FROM subject WHERE kind = 'calendar' ORDER BY key")


def calendar_hashes(session: Session) -> tuple[str, ...]:
    """The hash of every imported working-day table, in order of year."""
    return tuple(str(hash_) for (hash_,) in _CALENDARS.run(session).fetchall())


def with_open_deadlines(session: Session) -> list[SubjectRow]:
    """Every subject with a deadline open, by key."""
    return [_row(row) for row in _OPEN_DEADLINES.run(session).fetchall()]


_PROPOSED = Statement(
    f"SELECT {', '.join(RESULT_COLUMNS)} FROM result WHERE year = :year AND status = 'proposed' AND version ="
    " (SELECT max(version) FROM result WHERE year = :year AND status = 'proposed') ORDER BY rank, department"
)


def proposed_results(session: Session, year: int) -> list[dict[str, Any]]:
    """The latest proposal of a year, best first, whether it still stands or not; empty without any."""
    rows = _PROPOSED.run(session, year=year).fetchall()
    return [dict(zip(RESULT_COLUMNS, row, strict=True)) for row in rows]


_OF_VERSION = Statement(
    f"SELECT {', '.join(RESULT_COLUMNS)} FROM result WHERE year = :year AND department = :department"
    " AND version = :version AND status <> 'proposed'"
)


def result_of_version(session: Session, year: int, department: str, version: int) -> dict[str, Any] | None:
    """One department's result in one ratified version of a year; None where it had none."""
    found = _OF_VERSION.run(session, year=year, department=department, version=version).fetchone()
    return dict(zip(RESULT_COLUMNS, found, strict=True)) if found else None
