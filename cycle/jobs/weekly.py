"""The weekly sheets: a leader's departments in charge, the office's whole board; once a week, with the day's digest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from cycle import facts as gathering
from cycle import queries
from cycle.board.names import departments, years
from cycle.board.preview import RungAhead, rungs_ahead
from cycle.board.rows import BoardRow, board, late_first
from cycle.board.untold import kept_from
from cycle.correspondence.addressees import OFFICE, Addressees
from cycle.correspondence.matters import in_year
from cycle.correspondence.writer import Writer
from cycle.db import Session, Statement
from cycle.people import holder
from workflows import words
from workflows.deadlines import LAMPS, LAPSE, LEADER
from workflows.wake import midnight, stamp
from workflows.workdays import local_day

KINDS: Final = ("leader_weekly", "office_weekly")
RUNNING: Final = ("running", "proposed", "ratified")
AHEAD: Final = timedelta(days=7)
_SENT: Final = Statement(
    "SELECT recipient FROM outbox WHERE kind IN ('leader_weekly', 'office_weekly') AND at >= :since"
)
_UNDER_WAY: Final = Statement(
    "SELECT DISTINCT appraisal.department FROM subject appraisal JOIN subject cycle"
    " ON cycle.kind = 'cycle' AND cycle.year = appraisal.year WHERE appraisal.kind = 'appraisal'"
    " AND appraisal.state NOT IN ('closed', 'exempted') AND cycle.state IN (:first, :second, :third)"
)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the system will do on a day, by code, and to how many departments."""

    day: date
    code: str
    count: int
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person's weekly sheet: its template, the rows, what is ahead (for the office)."""

    kind: str
    rows: tuple[BoardRow, ...]
    ahead: tuple[Ahead, ...] = ()


def due(session: Session, now: datetime, zone: ZoneInfo) -> dict[str, Sheet]:
    """The sheets of this week (Monday to Sunday) that nobody has written yet, by person.

    Asked every minute: the board is built only where somebody is to see it.
    """
    running = dict(zip(("first", "second", "third"), RUNNING, strict=True))
    under_way = {str(department) for (department,) in _UNDER_WAY.run(session, **running).fetchall()}
    if not under_way:
        return {}
    today = local_day(now, zone)
    monday = today - timedelta(days=today.weekday())
    sent = {str(who) for (who,) in _SENT.run(session, since=stamp(midnight(monday, zone))).fetchall()}
    people = Addressees(session, today)
    office = [one.id for one in people.of(OFFICE) if one.id not in sent]
    leaders = [one.id for one in people.leaders() if one.id not in sent]
    if leaders:
        shown = [row for row in departments(session) if row.department in under_way]
        charged = {holder(row.record, LEADER, today) for row in shown}
        leaders = [who for who in leaders if who in charged]
    if not office and not leaders:
        return {}
    rows = _rows(session, now, zone)
    sheets = {who: Sheet(KINDS[0], mine) for who, mine in _of_leaders(session, leaders, rows, today).items()}
    if office:
        rungs = rungs_ahead(session, now, now + AHEAD, zone)
        opening = _opening(session, now, zone)
        for one in people.of(OFFICE):
            if one.id in office:
                told = [rung for rung in rungs if not kept_from(session, one, rung.clock.subject, today)]
                sheets[one.id] = Sheet(KINDS[1], rows, tuple(_ahead(told, opening, zone)))
    return sheets


def _year(sheet: Sheet) -> int:
    """The year a sheet is called by: the latest on it. Two overlap from January to March."""
    return max(row.year for row in sheet.rows)


def _rows(session: Session, now: datetime, zone: ZoneInfo) -> tuple[BoardRow, ...]:
    """Every department of every year that runs and is not yet archived there, the most urgent first."""
    found = [
        row
        for cycle in years(session)
        if cycle.state in RUNNING
        for row in board(session, cycle.year, now, zone)
        if row.state not in ("closed", "exempted", "none")
    ]
    return tuple(late_first(found))


def _of_leaders(
    session: Session, leaders: Sequence[str], rows: Sequence[BoardRow], today: date
) -> dict[str, tuple[BoardRow, ...]]:
    in_charge = {row.department: holder(row.record, LEADER, today) for row in departments(session)}
    found = {who: tuple(row for row in rows if in_charge.get(row.department) == who) for who in leaders}
    return {who: mine for who, mine in found.items() if mine}


def _ahead(rungs: Sequence[RungAhead], opening: Sequence[Ahead], zone: ZoneInfo) -> list[Ahead]:
    """Windows that open and rungs that fire within seven days, if nobody acts before."""
    counted = Counter((day, code) for day, code, _ in {_told(rung, zone) for rung in rungs})
    found = [Ahead(day, code, count) for (day, code), count in counted.items()]
    return sorted([*found, *opening], key=lambda each: (each.day, each.code))


def _opening(session: Session, now: datetime, zone: ZoneInfo) -> list[Ahead]:
    found: list[Ahead] = []
    today, last = local_day(now, zone), local_day(now + AHEAD, zone)
    for cycle in years(session):
        if cycle.state == "running":
            book = gathering.rulebook_of(session, cycle)
            opening = [
                (stage, book.opens(stage, cycle.year))
                for stage in ("plan", "midyear", "yearend", "central_review")
            ]
            graded = queries.of_year(session, "appraisal", cycle.year)
            count = sum(1 for row in graded if row.state != "exempted")
            found += [Ahead(day, "opens", count, stage) for stage, day in opening if today < day <= last]
    return found


def _told(rung: RungAhead, zone: ZoneInfo) -> tuple[date, str, str]:
    """Day, code and what is counted: departments, and of what is late each matter.

    A lapse counts for the day at whose end it comes.
    """
    if rung.rung == LAPSE:
        return local_day(rung.at - timedelta(microseconds=1), zone), "lapse", rung.clock.subject
    department = f"{rung.clock.year}:{rung.clock.department}"
    matter = rung.clock.deadline.id if rung.colour == "red" else department
    return local_day(rung.at, zone), rung.colour, matter


def fields(writer: Writer, sheet: Sheet, lang: str) -> dict[str, Any]:
    """What the template of a sheet names."""
    year = _year(sheet)
    said = {
        "year": year,
        "rows": [_row(row, writer, year, lang) for row in sheet.rows],
        "count": len({row.department for row in sheet.rows}),
        "late": len({row.department for row in sheet.rows if row.lamp == "red"}),
    }
    if sheet.kind == KINDS[0]:
        return said
    return {**said, "ahead": [{"day": each.day, "what": _what(each, lang)} for each in sheet.ahead]}


def _what(each: Ahead, lang: str) -> str:
    stage = words.word("stage", each.stage, lang) if each.stage else ""
    return words.phrase("letter.ahead", each.code, lang, count=each.count, stage=stage)


def _row(row: BoardRow, writer: Writer, year: int, lang: str) -> dict[str, Any]:
    lamp = LAMPS[row.lamp]
    state = words.state("appraisal", row.state, lang)
    return {
        "department": row.name,
        "state": _with_receipts(row, state if row.year == year else in_year(row.year, state, lang), lang),
        "turn": _turn(row, writer, lang),
        "due": row.due,
        "days_left": row.days_left,
        "lamp": lamp.shape,
        "word": lamp.zh if lang == "zh" else lamp.en,
        "colour": row.lamp,
    }


def _with_receipts(row: BoardRow, state: str, lang: str) -> str:
    """Where it stands, and how much it has not acknowledged in time."""
    if not row.receipts_late:
        return state
    return words.phrase("letter", "receipts_late", lang, state=state, count=row.receipts_late)


def _turn(row: BoardRow, writer: Writer, lang: str) -> str:
    roles = words.catalogue(lang)["role"]
    named = [roles.get(who) or writer.addressees.name(who) for who in row.turn]
    return words.listed(named, lang)
