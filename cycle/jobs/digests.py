"""Digests: at most one a person and working day, from 09:30, of everything that came due and still stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.board.untold import kept_from
from cycle.correspondence.addressees import Addressees
from cycle.correspondence.letterhead import letterhead
from cycle.correspondence.matters import in_year, matter_of
from cycle.correspondence.writer import Writer, recipient
from cycle.db import Session, Statement
from cycle.jobs import weekly
from cycle.jobs.untold import Reader, Share, due_of, shares, untold
from cycle.keys import split_key
from cycle.operations.perform import writing
from cycle.people import Person, person
from cycle.service import Service
from notifications.notices import Recipient
from workflows import words
from workflows.deadlines import GROUP, LAMPS, LAPSE, LEADER, workdays_left
from workflows.workdays import DIGEST_AT, MAIL_UNTIL, Calendar, local_day

_LISTED: Final = Statement(
    "UPDATE reminder SET digest = :digest WHERE person = :person AND deadline = :deadline AND rung = :rung"
    " AND digest IS NULL"
)
_THERE: Final = Statement("SELECT 1 FROM outbox WHERE key = :key")
_SINCE: Final = Statement(
    "SELECT 1 FROM outbox WHERE recipient = :who AND at > :decided_at AND key LIKE :digests LIMIT 1"
)
_SECTIONS: Final = (GROUP, LEADER, "own")
SETTLED: Final = "settled"
"""In place of a digest: what was to be told had been dealt with before it was."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """What one reader's letter is made of."""

    reader: Reader
    shares: Sequence[Share]
    sheet: weekly.Sheet | None


class DigestsBroken(Exception):
    """Some people's digests could not be written: whose and why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One matter to list: the latest of its rungs, the due date of the clock that stands."""

    rung: str
    role: str
    subject: str
    state: str
    who: str
    due: date


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
        today = local_day(now, service.zone)
        waiting = shares(session, untold(session), Addressees(session, today), today)
        sheets = weekly.due(session, now, service.zone)
    written, broken = 0, []
    for reader in dict.fromkeys([*waiting, *((who, "") for who in sheets)]):
        who = reader[0]
        try:
            with writing(service) as session:
                theirs = Theirs(reader, waiting.get(reader, []), sheets.get(who))
                written += _write(session, service, who, theirs, local_day(now, service.zone))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one letter, nobody else's waits
            broken.append(f"{who}: {type(error).__name__}: {error}")
    if broken:
        raise DigestsBroken("; ".join(broken))
    return written


def _write(session: Session, service: Service, who: str, theirs: Theirs, day: date) -> int:
    """One reader's letter of `day`; none where there is one already, or nothing that stands.

    None either by a worker that stood still since it looked: another day has a look of its own.
    """
    row = queries.lock(session, f"person:{who}")
    now = service.clock.now()
    today = local_day(now, service.zone)
    calendar = gathering.standing_calendar(session)
    key = f"digest:{today.isoformat()}"
    if today != day or not may_write(now, calendar, service):
        return 0
    writer = Writer(session, now, service.zone)
    to = person(row.key, row.state, row.record) if row else None
    if to is not None and to.active:
        letter, reader = recipient(to), f"{key}:{who}"
    elif theirs.sheet is None:
        # Nobody is there to be sent it: it goes to the dead letters, where the office sees it.
        (letter,) = writer.to(*theirs.reader)
        key = ":".join(part for part in (key, theirs.reader[1]) if part)
        reader = f"{key}:{letter.person}"
    else:
        return 0
    if _THERE.run(session, key=reader).fetchone():
        return 0
    standing = [
        (share, None if _kept(session, to, share, today) else due_of(session, share.untold, today, calendar))
        for share in theirs.shares
        if share.settles or not _told_since(session, who, share)
    ]
    lines = _lines(standing)
    written = 0
    if lines or theirs.sheet:
        _compose(writer, letter, key, lines, theirs.sheet)
        written = writer.post()
    for share, due in standing:
        if share.settles:
            one = share.untold
            digest = reader if due and written else SETTLED
            _LISTED.run(session, digest=digest, person=one.person, deadline=one.deadline, rung=one.rung)
    return written


def _kept(session: Session, to: Person | None, share: Share, today: date) -> bool:
    """Whether it is a matter of the reader's own department that nobody there was told of yet."""
    return to is not None and kept_from(session, to, share.untold.subject, today)


def _told_since(session: Session, who: str, share: Share) -> bool:
    """Whether somebody new to a role has read of it: a row of a colleague's does not say so."""
    digests = {"who": who, "decided_at": share.untold.decided_at, "digests": "digest:%"}
    return _SINCE.run(session, **digests).fetchone() is not None


def _lines(standing: Sequence[tuple[Share, date | None]]) -> list[Line]:
    """Of several rungs and clocks of a matter the latest; what no longer stands is left out."""
    found: dict[tuple[str, str, str], Line] = {}
    for share, due in standing:
        one = share.untold
        if due is not None:
            found[one.matter] = Line(one.rung, one.role, one.subject, one.state, one.who, due)
    return sorted(found.values(), key=lambda line: (line.due, line.subject, line.who))


def _compose(
    writer: Writer, to: Recipient, key: str, lines: Sequence[Line], sheet: weekly.Sheet | None
) -> None:
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
    writer.write(kind, to, key, fields, colour=colour)


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
