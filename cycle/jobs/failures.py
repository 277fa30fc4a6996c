"""The letter about letters: what could not be delivered and what the clock could not do, once a working day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from cycle import facts as gathering
from cycle.correspondence.addressees import OFFICE
from cycle.correspondence.matters import in_year
from cycle.correspondence.writer import Writer, recipient
from cycle.db import Session, Statement
from cycle.jobs.breakdowns import Breakdown, breakdowns
from cycle.jobs.digests import may_write
from cycle.keys import split_key
from cycle.operations import setbacks
from cycle.operations.perform import writing
from cycle.operations.setbacks import Setback
from cycle.service import Service
from workflows import words
from workflows.errors import NotFound
from workflows.wake import midnight, stamp
from workflows.workdays import local_day

KIND: Final = "delivery_failures"
_DEAD: Final = Statement(
    "SELECT key, at, name, address, title, answer, attempts FROM outbox WHERE status = 'failed'"
    " AND owner IS NULL AND kind <> :kind ORDER BY at, key"
)
_TOLD: Final = Statement(
    "UPDATE outbox SET owner = :report WHERE key = :key AND status = 'failed' AND owner IS NULL"
)
"""A dead letter is in the hands of the report that tells of it: one sent again that dies again has none."""
_LAST: Final = Statement("SELECT max(at) FROM outbox WHERE kind = :kind")
_THERE: Final = Statement("SELECT 1 FROM outbox WHERE kind = :kind AND at >= :today")


@dataclass(frozen=True, slots=True)
class Failures:
    """What there is to tell: dead letters by key, what was set aside or refused, what broke beside that."""

    dead: Mapping[str, Any]
    setbacks: Sequence[Setback]
    broken: Sequence[Breakdown]


def report_failures(service: Service) -> int:
    """Tell the office what failed since it was told last; how many letters. Once a working day, from 09:30."""
    now = service.clock.now()
    with service.database.read() as session:
        if not may_write(now, gathering.standing_calendar(session), service):
            return 0
        if _to_tell(session, local_day(now, service.zone), service) is None:
            return 0
    with writing(service) as session:
        writer = Writer(session, service.clock.now(), service.zone)
        return _report(writer, _to_tell(session, writer.today, service))


def _report(writer: Writer, failures: Failures | None) -> int:
    if failures is None:
        return 0
    key = f"failures:{writer.today.isoformat()}"
    for one in writer.addressees.of(OFFICE):
        letters = [{**each, "answer": _answer(each["answer"], one.lang)} for each in failures.dead.values()]
        held_up = [
            *(_setback(writer, each, one.lang) for each in failures.setbacks),
            *(_breakdown(writer, each, one.lang) for each in failures.broken),
        ]
        writer.write(KIND, recipient(one), key, {"letters": letters, "setbacks": held_up}, colour="red")
    written = writer.post()
    if written:
        _TOLD.run_many(writer.session, [{"report": key, "key": each} for each in sorted(failures.dead)])
    return written


def _to_tell(session: Session, today: date, service: Service) -> Failures | None:
    """What nobody was told of; None where there is nothing to tell or it was told today."""
    start = stamp(midnight(today, service.zone))
    if _THERE.run(session, kind=KIND, today=start).fetchone():
        return None
    dead = {
        key: {
            "at": local_day(datetime.fromisoformat(at), service.zone),
            "to": name,
            "address": address or "—",
            "title": title,
            "answer": answer or "",
            "attempts": attempts,
        }
        for key, at, name, address, title, answer, attempts in _DEAD.run(session, kind=KIND).fetchall()
    }
    (last,) = _LAST.run(session, kind=KIND).fetchone()
    found = Failures(dead, setbacks.every(session), breakdowns(session, last or ""))
    return found if found.dead or found.setbacks or found.broken else None


def _answer(answer: str, lang: str) -> str:
    """What the server said; in words where the letter never came to one."""
    return words.catalogue(lang)["mail.answer"].get(answer, answer)


def _setback(writer: Writer, setback: Setback, lang: str) -> dict[str, Any]:
    names = words.names_of(gathering.rulebook_of(writer.session, None), lang)
    what = _what(writer, setback.subject, setback.action, lang)
    return {"what": what, "times": setback.times, "error": setbacks.said(setback, lang, names)}


def _breakdown(writer: Writer, broken: Breakdown, lang: str) -> dict[str, Any]:
    if broken.subject:
        what, error = _what(writer, broken.subject, "", lang), words.word("promise", broken.code, lang)
    else:
        what = words.word("scheduler.job", broken.job, lang)
        error = words.word("scheduler", broken.code, lang) if broken.code else broken.error
    return {"what": what, "times": broken.times, "error": error}


def _what(writer: Writer, subject: str, action: str, lang: str) -> str:
    """Which department's year, or which cycle, and what was to be done."""
    try:
        kind, year, department = split_key(subject)
    except NotFound:
        return subject
    named = writer.department(department) if department else words.word("kind", kind, lang)
    said = words.catalogue(lang)["action"].get(action, "")
    whose = in_year(year, named, lang) if department else f"{named} {year}"
    return f"{whose} {said}".strip()
