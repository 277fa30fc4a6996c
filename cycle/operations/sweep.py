"""What a pass of the clock does: windows open, forms lapse, rectification starts, rungs of the ladder fire.

Level-triggered: it asks what is due up to now and not yet done, so a pass missed is made up by the next.
Each subject is looked at in a transaction of its own; one that refuses, or cannot even be read, does not hold
up the rest: what broke is pushed back by an hour.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session, Statement
from cycle.operations import reminding, setbacks
from cycle.operations.advance import advance
from cycle.operations.cases import SYSTEM
from cycle.operations.grades import roster_of
from cycle.operations.perform import writing
from cycle.operations.vigil import require_watched
from cycle.queries import SubjectRow
from cycle.service import Service
from workflows.deadlines import LAPSE, shifted_grace
from workflows.errors import Conflict, Refused, Unmet
from workflows.facts import Asked
from workflows.wake import due_action, stamp

LOG: Final = logging.getLogger("cycle.sweep")

Failure = tuple[str, str, str, str]
"""Key, action ("" where not even that could be told), type and message of the error."""

_AWAKE_KEYS = Statement("SELECT key FROM subject WHERE wake <= :now ORDER BY wake, key")


@dataclass(slots=True)
class Swept:
    """What a pass did: (subject, action) moved, rungs decided on, refused and why, who was first, what failed."""

    moved: list[tuple[str, str]] = field(default_factory=list)
    reminded: list[reminding.Decided] = field(default_factory=list)
    refused: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    unmet: list[tuple[str, str, tuple[Unmet, ...]]] = field(default_factory=list)
    overtaken: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


@contextmanager
def _apart(key: str, action: str, failed: list[Failure]) -> Iterator[None]:
    """Keep what goes wrong with one subject from the others; `failed` takes note of it."""
    try:
        yield
    except Exception as error:  # whatever is wrong with one record, nobody else's window waits
        failure = (key, action, type(error).__name__, str(error))
        if failure not in failed:
            failed.append(failure)
            LOG.exception("subject broke", extra={"fields": {"subject": key, "action": action}})


def due(service: Service, now: datetime) -> list[tuple[SubjectRow, str]]:
    """What the clock would do by `now`, in order of the instant at which it fell due; changes nothing.

    Subjects of which it cannot be told are left out; a pass names them as failed.
    """
    return _look(service, now, [])


def _look(service: Service, now: datetime, failed: list[Failure]) -> list[tuple[SubjectRow, str]]:
    found: list[tuple[SubjectRow, str]] = []
    with service.database.read() as session:
        held = setbacks.standing(session, now)
        for row in _awake(session, now, failed, held):
            with _apart(row.key, "", failed):
                found += _of_cycle(session, row) if row.kind == "cycle" else _of_appraisal(session, row)
    return [(row, action) for row, action in found if (row.key, action) not in held]


def _awake(
    session: Session, now: datetime, failed: list[Failure], held: Collection[tuple[str, str]] = ()
) -> list[SubjectRow]:
    """Every subject to look at that can be read: all at once, or one by one where one of them cannot."""
    try:
        return [row for row in queries.awake(session, stamp(now)) if (row.key, "") not in held]
    except ValueError:
        rows: list[SubjectRow] = []
        for (key,) in _AWAKE_KEYS.run(session, now=stamp(now)).fetchall():
            if (key, "") in held:
                continue
            with _apart(key, "", failed):
                row = queries.subject(session, key)
                rows += [row] if row else []
        return rows


def _of_appraisal(session: Session, row: SubjectRow) -> list[tuple[SubjectRow, str]]:
    failed = row.record.get("result", {}).get("grade") == "failed"
    keys = queries.key_findings(session, row.year, row.department)
    action = due_action(row.state, failed=failed, key_findings=bool(keys))
    return [] if action is None else [(row, action)]


def _of_cycle(session: Session, row: SubjectRow) -> list[tuple[SubjectRow, str]]:
    if row.state == "ratified":
        waits = queries.open_appraisals(session, row.year) or queries.open_duties(session, row.year)
        return [] if waits else [(row, "close")]
    have = {a.department for a in queries.of_year(session, "appraisal", row.year)}
    missing = [d for d in roster_of(session, row) if d not in have and _exists(session, d)]
    openings = [(_unopened(row, d), "open_plan") for d in missing]
    return openings or [(row, "open_plans")]


def _exists(session: Session, department: str) -> bool:
    row = queries.subject(session, f"department:{department}")
    return row is not None and row.state == "active"


def _unopened(cycle: SubjectRow, department: str) -> SubjectRow:
    key = f"appraisal:{cycle.year}:{department}"
    return SubjectRow(key, "appraisal", cycle.year, department, "none", 0, "", {}, cycle.wake)


def sweep(service: Service) -> Swept:
    """Do what is due by the clock's now: first the moves, again until nothing more is (a lapse may open the next
    window), then the rungs of whatever still stands.
    """
    swept = Swept()
    tried: set[tuple[str, str]] = set()
    while True:
        fresh = [
            (row, action)
            for row, action in _look(service, service.clock.now(), swept.failed)
            if (row.key, action) not in tried
        ]
        if not fresh:
            break
        for row, action in fresh:
            tried.add((row.key, action))
            _move(service, row.key, action, swept)
    _remind(service, swept)
    setbacks.keep(service, failed=swept.failed, refused=swept.unmet, done=_done(swept))
    return swept


def _done(swept: Swept) -> list[tuple[str, str]]:
    """What came about, as setbacks are named."""
    reminded = dict.fromkeys(deadline.partition("#")[0] for deadline, _, _ in swept.reminded)
    return [*swept.moved, *((key, reminding.ACTION) for key in reminded)]


def _remind(service: Service, swept: Swept) -> None:
    """Every rung that came due, subject by subject, until none is left that was not tried."""
    tried: set[str] = set()
    while True:
        with service.database.read() as session:
            keys = reminding.waiting(session, stamp(service.clock.now()))
        fresh = [key for key in keys if key not in tried]
        if not fresh:
            return
        for key in fresh:
            tried.add(key)
            with _apart(key, reminding.ACTION, swept.failed):
                try:
                    with writing(service) as session:
                        swept.reminded += reminding.remind(session, key, service.clock, service.zone)
                except Conflict:
                    swept.overtaken.append(key)


def _move(
    service: Service, key: str, action: str, swept: Swept, *, asked: Asked | None = None, reason: str = ""
) -> None:
    with _apart(key, action, swept.failed):
        try:
            _advance(service, key, action, asked, reason)
        except Refused as refused:
            swept.refused.append((key, action, tuple(u.code for u in refused.unmet)))
            swept.unmet.append((key, action, refused.unmet))
        except Conflict:
            swept.overtaken.append(key)
        else:
            swept.moved.append((key, action))


def _advance(service: Service, key: str, action: str, asked: Asked | None, reason: str) -> None:
    act = replace(SYSTEM, reason=reason)
    with writing(service) as session:
        if key.startswith("appraisal:") and action == "open_plan":
            queries.lock(session, f"cycle:{key.split(':')[1]}")
        advance(session, key, action, act=act, clock=service.clock, zone=service.zone, asked=asked)
        if action == LAPSE:
            # Only now: a worker may stand still between this look at the clock and the move's own.
            require_watched(session, service.clock)


def spare(service: Service, since: datetime) -> Swept:
    """After an outage of ours from `since` to now: move each end of grace that fell inside it, once a deadline.

    Comes before the sweep of the first pass, so that nobody lapses by a day on which nobody could file.
    """
    swept = Swept()
    now = service.clock.now()
    with service.database.read() as session:
        calendar = gathering.standing_calendar(session)
        drafting = [row for row in _awake(session, now, swept.failed) if row.state.endswith(".drafting")]
    for row in drafting:
        with _apart(row.key, "shift_grace", swept.failed):
            form = row.record["forms"][row.state.partition(".")[0]]
            until = shifted_grace(date.fromisoformat(form["grace_until"]), since, now, calendar, service.zone)
            if until is not None:
                reason = f"outage {stamp(since)} / {stamp(now)}"
                _move(service, row.key, "shift_grace", swept, asked=Asked(due=until), reason=reason)
    return swept
