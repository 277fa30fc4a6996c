"""The letter about letters: what could not be delivered and what the clock could not do, once a working day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from cycle import facts as gathering
from cycle.correspondence.addressees import OFFICE, Addressees
from cycle.correspondence.writer import Writer, recipient
from cycle.db import Session, Statement
from cycle.jobs.digests import may_write
from cycle.keys import split_key
from cycle.operations import setbacks
from cycle.operations.perform import writing
from cycle.service import Service
from workflows import words
from workflows.errors import NotFound
from workflows.wake import midnight, stamp
from workflows.workdays import local_day

KIND: Final = "delivery_failures"
_DEAD: Final = Statement(
    "SELECT at, name, address, title, answer, attempts FROM outbox WHERE status = 'failed' AND kind <> :kind"
    " AND at >= :since ORDER BY at, key"
)
_LAST: Final = Statement("SELECT max(at) FROM outbox WHERE kind = :kind AND at < :today")
_THERE: Final = Statement("SELECT 1 FROM outbox WHERE kind = :kind AND at >= :today")
_FAR_BACK: Final = timedelta(days=30)


def report_failures(service: Service) -> int:
    """Tell the office what failed since it was told last; how many letters. Once a working day, from 09:30."""
    now = service.clock.now()
    with service.database.read() as session:
        if not may_write(now, gathering.standing_calendar(session), service):
            return 0
        if not _to_tell(session, now, local_day(now, service.zone), service):
            return 0
    with writing(service) as session:
        writer = Writer(session, service.clock.now(), service.zone)
        fields = _to_tell(session, writer.now, writer.today, service)
        if fields:
            for one in Addressees(session, writer.today).of(OFFICE):
                key = f"failures:{writer.today.isoformat()}"
                said = {**fields, "setbacks": _setbacks(writer, one.lang)}
                writer.write(KIND, recipient(one), key, said, colour="red")
        return writer.post()


def _to_tell(session: Session, now: datetime, today: date, service: Service) -> dict[str, Any]:
    """The dead letters and setbacks; empty where there are none or they were told today."""
    start = stamp(midnight(today, service.zone))
    if _THERE.run(session, kind=KIND, today=start).fetchone():
        return {}
    (last,) = _LAST.run(session, kind=KIND, today=start).fetchone()
    since = last or stamp(now - _FAR_BACK)
    dead = [
        {
            "at": local_day(datetime.fromisoformat(at), service.zone),
            "to": name,
            "address": address or "—",
            "title": title,
            "answer": answer or "",
            "attempts": attempts,
        }
        for at, name, address, title, answer, attempts in _DEAD.run(
            session, kind=KIND, since=since
        ).fetchall()
    ]
    return {"letters": dead} if dead or setbacks.every(session) else {}


def _setbacks(writer: Writer, lang: str) -> list[dict[str, Any]]:
    return [
        {"what": _what(writer, each, lang), "times": each.times, "error": each.error}
        for each in setbacks.every(writer.session)
    ]


def _what(writer: Writer, setback: setbacks.Setback, lang: str) -> str:
    """Which department's year, or which cycle, and what was to be done."""
    try:
        kind, year, department = split_key(setback.subject)
    except NotFound:
        return setback.subject
    named = writer.department(department) if department else words.word("kind", kind, lang)
    action = words.catalogue(lang)["action"].get(setback.action, "")
    return " ".join(part for part in (str(year or ""), named, action) if part)
