"""Digests: at most one a person and working day, from 09:30, of everything that came due and still stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.board.rows import stages_of
from cycle.correspondence.letterhead import letterhead
from cycle.correspondence.matters import in_year, matter_of
from cycle.correspondence.writer import Writer, recipient
from cycle.db import Session, Statement
from cycle.jobs import weekly
from cycle.keys import split_key
from cycle.operations.perform import writing
from cycle.people import Person, person
from cycle.service import Service
from workflows import words
from workflows.deadlines import GROUP, LAMPS, LAPSE, LEADER, workdays_left
from workflows.workdays import DIGEST_AT, MAIL_UNTIL, Calendar, local_day

_WHO: Final = Statement(
    "SELECT DISTINCT person FROM reminder WHERE outcome = 'digest' AND digest IS NULL ORDER BY person"
)
_LINES: Final = Statement(
    "SELECT reminder.deadline, reminder.rung, reminder.role, deadline.subject, deadline.state, deadline.who,"
    " deadline.due, deadline.status, fired_rung.at FROM reminder"
    " JOIN deadline ON deadline.id = reminder.deadline"
    " JOIN fired_rung ON fired_rung.deadline = reminder.deadline AND fired_rung.rung = reminder.rung"
    " WHERE reminder.person = :person AND reminder.outcome = 'digest' AND reminder.digest IS NULL"
    " ORDER BY fired_rung.at, reminder.deadline"
)
_LISTED: Final = Statement(
    "UPDATE reminder SET digest = :digest WHERE person = :person AND deadline = :deadline AND rung = :rung"
    " AND digest IS NULL"
)
_THERE: Final = Statement("SELECT 1 FROM outbox WHERE key = :key")
_SECTIONS: Final = (GROUP, LEADER, "own")
SETTLED: Final = "settled"
"""In place of a digest: what was to be told had been dealt with before it was."""


class DigestsBroken(Exception):
    """Some people's digests could not be written: whose and why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to list: a clock with the latest of its rungs."""

    deadline: str
    rung: str
    role: str
    subject: str
    state: str
    who: str
    due: date
    stands: bool


def may_write(now: datetime, calendar: Calendar, service: Service) -> bool:
    """Whether digests are written at `now`: on working days from 09:30 while mail goes out."""
    local = now.astimezone(service.zone)
    at: time = local.time()
    return calendar.is_workday(local.date()) and DIGEST_AT <= at < MAIL_UNTIL


def write_digests(service: Service) -> int:
    """Write the digests and weekly sheets that are due; how many. One transaction a person.

    Raises DigestsBroken once everybody else's are written.
    """
    now = service.clock.now()
    with service.database.read() as session:
        calendar = gathering.standing_calendar(session)
        if not may_write(now, calendar, service) or letterhead(session).digests_held:
            return 0
        waiting = [str(who) for (who,) in _WHO.run(session).fetchall()]
        sheets = weekly.due(session, now, service.zone)
    written, broken = 0, []
    for who in dict.fromkeys([*waiting, *sheets]):
        try:
            with writing(service) as session:
                written += _write(session, service, who, sheets.get(who), local_day(now, service.zone))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one letter, nobody else's waits
            broken.append(f"{who}: {type(error).__name__}: {error}")
    if broken:
        raise DigestsBroken("; ".join(broken))
    return written


def _write(session: Session, service: Service, who: str, sheet: weekly.Sheet | None, day: date) -> int:
    """One person's letter of `day`; none where there is one already, or nothing that stands.

    None either by a worker that stood still since it looked: another day has a look of its own.
    """
    row = queries.lock(session, f"person:{who}")
    now = service.clock.now()
    today = local_day(now, service.zone)
    key = f"digest:{today.isoformat()}"
    if today != day or not may_write(now, gathering.standing_calendar(session), service):
        return 0
    if row is None or _THERE.run(session, key=f"{key}:{who}").fetchone():
        return 0
    writer = Writer(session, now, service.zone)
    lines = _lines(session, who)
    latest = _latest(lines)
    to = person(row.key, row.state, row.record)
    written = 0
    if to.active and (latest or sheet):
        _compose(writer, to, key, latest, sheet)
        written = writer.post()
    for line in lines:
        digest = f"{key}:{who}" if line.stands and written else SETTLED
        _LISTED.run(session, digest=digest, person=who, deadline=line.deadline, rung=line.rung)
    return written


def _lines(session: Session, who: str) -> list[Line]:
    found = []
    for row in _LINES.run(session, person=who).fetchall():
        name, rung, role, subject, state, owner, due, status, _ = row
        stands = _stands(session, subject, state, rung, status)
        found.append(Line(name, rung, role, subject, state, owner, date.fromisoformat(due), stands))
    return found


def _stands(session: Session, subject: str, state: str, rung: str, status: str) -> bool:
    """A clock that runs; one let pass, as long as nobody readmitted or exempted the department since."""
    if rung != LAPSE:
        return status == "open"
    row = queries.subject(session, subject)
    if row is None or row.state == "exempted":
        return False
    return stages_of(row)[state.partition(".")[0]] == "lapsed"


def _latest(lines: Sequence[Line]) -> list[Line]:
    """Of several rungs of a clock the latest; what no longer stands is left out."""
    found: dict[str, Line] = {line.deadline: line for line in lines if line.stands}
    return sorted(found.values(), key=lambda line: (line.due, line.subject, line.deadline))


def _compose(writer: Writer, to: Person, key: str, lines: Sequence[Line], sheet: weekly.Sheet | None) -> None:
    calendar = gathering.standing_calendar(writer.session)
    grouped: dict[str, list[Line]] = {name: [] for name in _SECTIONS}
    for line in lines:
        grouped[_section(line)].append(line)
    years = {split_key(line.subject)[1] for line in lines}
    sections = [
        {
            "title": words.word("letter.section", name, to.lang),
            "rows": [_row(writer, line, calendar, to.lang, years) for line in grouped[name]],
        }
        for name in _SECTIONS
        if grouped[name]
    ]
    late = any(workdays_left(writer.today, line.due, calendar) < 0 for line in lines)
    fields: dict[str, Any] = {
        "sections": sections,
        "count": len({split_key(line.subject)[2] for line in lines}),
        **(weekly.fields(writer, sheet, to.lang) if sheet else {}),
    }
    kind = sheet.kind if sheet else _kind(grouped)
    colour = "red" if late else "yellow" if sections else ""
    writer.write(kind, recipient(to), key, fields, colour=colour)


def _section(line: Line) -> str:
    """Reported to a leader or the group is what others owe; a clock of their own is theirs to act on."""
    return line.role if line.role in _SECTIONS and line.role != line.who else "own"


def _kind(grouped: Mapping[str, Sequence[Line]]) -> str:
    if grouped[GROUP]:
        return "group_digest"
    return "leader_digest" if grouped[LEADER] else "office_digest"


def _row(writer: Writer, line: Line, calendar: Calendar, lang: str, years: Collection[int]) -> dict[str, Any]:
    _, year, department = split_key(line.subject)
    matter = matter_of(line.state, line.who, lang)
    late = max(0, -workdays_left(writer.today, line.due, calendar))
    colour = "red" if late else "yellow"
    lamp = LAMPS["red" if late else "yellow"]
    return {
        "department": writer.department(department)
        if department
        else words.word("letter.section", "whole", lang),
        "matter": matter if len(years) == 1 else in_year(year, matter, lang),
        "due": line.due,
        "days_late": late,
        "colour": colour,
        "lamp": lamp.shape,
        "word": lamp.zh if lang == "zh" else lamp.en,
        "note": _note(writer, line, lang),
    }


def _note(writer: Writer, line: Line, lang: str) -> str:
    """What else there is to say: that it has lapsed, or whose clock it is where it is not the department's."""
    if line.rung == LAPSE:
        return words.word("phase", "lapsed", lang)
    if line.who == "liaison":
        return ""
    roles = words.catalogue(lang)["role"]
    return roles.get(line.who) or writer.addressees.name(line.who)
