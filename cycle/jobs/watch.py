"""Whether the service keeps watch: its last pass, its jobs, what it could not do, when nobody watched. Plain values."""

from __future__ import annotations

from typing import Any

from cycle.board.look import Look
from cycle.db import Session
from cycle.history_stream import rows_of
from cycle.jobs import away, run_log
from cycle.jobs.passes import KEY
from cycle.jobs.run_log import Run
from cycle.operations import setbacks, vigil
from cycle.operations.vigil import is_outage, last_pass, watched_since
from notifications import outbox
from workflows import words
from workflows.errors import NotFound
from workflows.ledger import parsed
from workflows.wake import stamp

Values = dict[str, Any]


def status(look: Look) -> Values:
    """How the service's own work stands."""
    last, since = last_pass(look.session), watched_since(look.session)
    oldest = outbox.oldest_waiting(look.session)
    return {
        "now": stamp(look.now),
        "last_pass": stamp(last) if last else None,
        "late": is_outage(since, look.now),
        "jobs": _jobs(look),
        "setbacks": [_setback(look, one) for one in setbacks.every(look.session)],
        "mail": outbox.counts(look.session),
        "oldest_waiting": stamp(oldest) if oldest else None,
        "server_away": _server_away(look.session),
        "outages": _outages(look.session),
    }


def _setback(look: Look, one: setbacks.Setback) -> Values:
    return {
        "subject": one.subject,
        "name": _called(look, one.subject),
        "action": one.action,
        "times": one.times,
        "until": one.until,
        "error": setbacks.said(one, look.voice.lang, look.voice.names),
    }


def _called(look: Look, key: str) -> str:
    try:
        return look.voice.in_year(key)
    except NotFound:
        return key  # of a shape that cannot be read: that is what is wrong with it


def _jobs(look: Look) -> list[Values]:
    """Each job: when it last did something or broke, what, and where it has turns of its own, the last one done."""
    turns = {one.name: one for one in run_log.standing(look.session)}
    found = []
    for job in words.catalogue(look.voice.lang)["scheduler.job"]:
        last = next(iter(run_log.recent(look.session, 1, job)), None)
        turn = turns.get(job)
        found.append(
            {
                "job": job,
                "at": last.at if last else turn.at if turn else None,
                "done_for": turn.slot if turn and turn.name != vigil.JOB else None,
                "did": dict(last.did) if last else {},
                "failed": list(last.failed) if last else [],
            }
        )
    return found


def _server_away(session: Session) -> dict[str, str] | None:
    """Why no letter leaves, since when, and when the mail server is tried again."""
    found = away.away(session)
    if found is None:
        return None
    return {
        "since": stamp(found.since),
        "reason": found.reason,
        "text": found.text,
        "until": stamp(found.until),
    }


def _outages(session: Session) -> list[dict[str, str]]:
    """From when to when nobody watched, the latest first."""
    bodies = [parsed(body) for body, _ in rows_of(session, KEY)]
    gaps = [body["data"]["record"]["outage"] for body in reversed(bodies) if body["action"] == "note_outage"]
    return [{"from": gap["from"], "until": gap["until"]} for gap in gaps]


def run_values(one: Run) -> Values:
    """One run of a job."""
    return {
        "number": one.seq,
        "job": one.job,
        "at": one.at,
        "seconds": one.seconds,
        "worker": one.worker,
        "did": dict(one.did),
        "failed": list(one.failed),
    }
