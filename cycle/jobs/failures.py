"""The letter about letters: what could not be delivered and what the clock could not do, once a working day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from cycle import facts as gathering
from cycle.correspondence.addressees import OFFICE
from cycle.correspondence.matters import in_year
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
    "SELECT key, at, name, address, title, answer, attempts FROM outbox WHERE status = 'failed'"
    " AND owner IS NULL AND kind <> :kind ORDER BY at, key"
)
_TOLD: Final = Statement(
    "UPDATE outbox SET owner = :report WHERE key = :key AND status = 'failed' AND owner IS NULL"
)
"""A dead letter is in the hands of the report that tells of it: one sent again that dies again has none."""
_LAST: Final = Statement("SELECT max(at) FROM outbox WHERE kind = :kind")
_BROKEN: Final = Statement(
    "SELECT job, count(*), max(failed) FROM job_run WHERE failed <> '[]' AND job <> 'sweep' AND at >= :since"
    " GROUP BY job ORDER BY job"
)
"""Jobs that broke since; what a pass could not do has setbacks of its own."""

_THERE: Final = Statement("SELECT 1 FROM outbox WHERE kind = :kind AND at >= :today")


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


def _report(writer: Writer, dead: Mapping[str, Any] | None) -> int:
    if dead is None:
        return 0
    key = f"failures:{writer.today.isoformat()}"
    for one in writer.addressees.of(OFFICE):
        letters = [{**each, "answer": _answer(each["answer"], one.lang)} for each in dead.values()]
        said = {"letters": letters, "setbacks": _setbacks(writer, one.lang)}
        writer.write(KIND, recipient(one), key, said, colour="red")
    written = writer.post()
    if written:
        _TOLD.run_many(writer.session, [{"report": key, "key": each} for each in dead])
    return written


def _to_tell(session: Session, today: date, service: Service) -> dict[str, Any] | None:
    """The dead letters nobody was told of, by key; None where there is nothing to tell or it was told today."""
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
    broken = _BROKEN.run(session, since=_since(session)).fetchall()
    return dead if dead or broken or setbacks.every(session) else None


def _answer(answer: str, lang: str) -> str:
    """What the server said; in words where the letter never came to one."""
    return words.catalogue(lang)["mail.answer"].get(answer, answer)


def _setbacks(writer: Writer, lang: str) -> list[dict[str, Any]]:
    return [
        *(
            {"what": _what(writer, each, lang), "times": each.times, "error": _error(writer, each, lang)}
            for each in setbacks.every(writer.session)
        ),
        *(
            {
                "what": words.word("scheduler.job", job, lang),
                "times": times,
                "error": "; ".join(json.loads(failed)),
            }
            for job, times, failed in _BROKEN.run(writer.session, since=_since(writer.session)).fetchall()
        ),
    ]


def _error(writer: Writer, setback: setbacks.Setback, lang: str) -> str:
    names = words.names_of(gathering.rulebook_of(writer.session, None), lang)
    return setbacks.said(setback, lang, names)


def _since(session: Session) -> str:
    """When the office was told last."""
    (last,) = _LAST.run(session, kind=KIND).fetchone()
    return str(last or "")


def _what(writer: Writer, setback: setbacks.Setback, lang: str) -> str:
    """Which department's year, or which cycle, and what was to be done."""
    try:
        kind, year, department = split_key(setback.subject)
    except NotFound:
        return setback.subject
    named = writer.department(department) if department else words.word("kind", kind, lang)
    action = words.catalogue(lang)["action"].get(setback.action, "")
    whose = in_year(year, named, lang) if department else f"{named} {year}"
    return f"{whose} {action}".strip()
