"""What the clock could not do, counted and told to the office.

What broke is set aside for an hour. What was refused is tried at every pass: it waits for somebody to mend it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from cycle.db import Session, Statement
from cycle.service import Service
from workflows import words
from workflows.errors import Unmet
from workflows.wake import stamp

PAUSE: Final = timedelta(hours=1)
REMIND: Final = "remind"
_ALL = Statement("SELECT subject, action, until, times, error FROM setback ORDER BY subject, action")
_KEEP = Statement(
    "INSERT INTO setback (subject, action, until, times, error) VALUES (:subject, :action, :until, 1, :error)"
    " ON CONFLICT (subject, action) DO UPDATE SET until = excluded.until, times = setback.times + 1,"
    " error = excluded.error"
)
_OVER = Statement("DELETE FROM setback WHERE subject = :subject AND action = :action")
_LAPSED = Statement("DELETE FROM setback WHERE until <= :before")


@dataclass(frozen=True, slots=True)
class Setback:
    """Something that broke, how often in a row, and when it is tried again (an instant as the tables hold it)."""

    subject: str
    action: str
    until: str
    times: int
    error: str


def said(setback: Setback, lang: str, names: Mapping[str, str]) -> str:
    """Why: each condition in the reader's words where it was refused, else the error as it came."""
    if not setback.error.startswith("["):
        return setback.error
    refused = json.loads(setback.error)
    blank = Unmet("reason_missing")  # any: what is said stands in the row
    unmet = [replace(blank, code=each["code"], data=each["data"]) for each in refused]
    texts = [words.say(each, lang, names) for each in unmet]
    return words.word("list", "apart", lang).join(texts)


def every(session: Session) -> list[Setback]:
    """All of them, by subject."""
    return [Setback(*row) for row in _ALL.run(session).fetchall()]


def standing(session: Session, now: datetime) -> Collection[tuple[str, str]]:
    """Subject and action of everything not to be tried yet."""
    at = stamp(now)
    return {(each.subject, each.action) for each in every(session) if each.until > at}


def keep(
    service: Service,
    *,
    failed: Sequence[tuple[str, str, str, str]],
    refused: Sequence[tuple[str, str, Sequence[Unmet]]],
    done: Sequence[tuple[str, str]],
) -> None:
    """Push back what failed, note what was refused (once an hour), forget what has come about since.

    `done` are subjects and actions; `remind` is a subject whose reminders were decided on. A subject that was
    moved can be read again.
    """
    now = service.clock.now()
    with service.database.read() as session:
        known = every(session)
    come_about = {*done, *((subject, "") for subject, action in done if action != REMIND)}
    over = [each for each in known if (each.subject, each.action) in come_about]
    stale = stamp(now - PAUSE * 2)
    lately = {(each.subject, each.action) for each in known if each.until > stamp(now - PAUSE)}
    fresh = [each for each in refused if each[:2] not in lately]
    if not (failed or fresh or over or any(each.until <= stale for each in known)):
        return
    with service.database.write() as session:
        until = stamp(now + PAUSE)
        for subject, action, unmet in fresh:
            said = json.dumps([{"code": u.code, "data": dict(u.data)} for u in unmet], ensure_ascii=False)
            _KEEP.run(session, subject=subject, action=action, until=stamp(now), error=said)
        for each in over:
            _OVER.run(session, subject=each.subject, action=each.action)
        _LAPSED.run(session, before=stale)
        for subject, action, kind, text in failed:
            _KEEP.run(session, subject=subject, action=action, until=until, error=f"{kind}: {text}"[:500])
