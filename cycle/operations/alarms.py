"""Alarms follow the deadlines: set when one is armed, gone when it is void, with whatever reminded of it.

Part of the write path: in the transaction of the move itself, so that nobody is reminded of what is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cycle.correspondence.addressees import Addressees
from cycle.db import Session, Statement
from cycle.operations import decisions
from cycle.operations.change import Change
from cycle.operations.decisions import Ladders, Watched
from notifications import outbox
from workflows.deadlines import LAPSE, Deadline, Rung
from workflows.facts import Facts
from workflows.wake import stamp
from workflows.workdays import local_day

_SET = Statement("INSERT INTO alarm (deadline, subject, first, at) VALUES (:deadline, :subject, :first, :at)")
_GONE = Statement("DELETE FROM alarm WHERE deadline = :deadline")
_FOLLOW = Statement("UPDATE outbox SET deadline = :new WHERE deadline = :old")
_FOLLOW_DAYLESS = Statement(
    "UPDATE outbox SET deadline = :new WHERE deadline = :old"
    " AND kind IN ('window_opened', 'rectification_due', 'chase')"
)
_UNOPENED = Statement(
    "SELECT 1 FROM alarm WHERE deadline = :deadline AND first AND NOT EXISTS"
    " (SELECT 1 FROM fired_rung WHERE fired_rung.deadline = alarm.deadline AND rung = 'opens')"
)
_PUT = Statement("UPDATE alarm SET at = :at WHERE deadline = :deadline")
_ROW = Statement(
    "SELECT state, visit, who, due, grace_until, provisional, armed_at FROM deadline WHERE id = :deadline"
)


def ladders(facts: Facts) -> Ladders:
    """What the rungs of a subject's deadlines follow from."""
    return Ladders(facts.calendar, facts.rulebook.rungs, facts.zone)


def follow(session: Session, changes: Sequence[Change], now: datetime) -> None:
    """Decide on the rungs of deadlines voided by `changes`, void what reminds of them, set alarms for new ones."""
    voids = {name: item for item in changes for name in item.effect.voids}
    unopened: set[str] = set()
    if voids:
        _leave(session, changes, voids, now)
        unopened = _hand_on(session, changes)
        _GONE.run_many(session, [{"deadline": name} for name in voids])
        outbox.void(session, list(voids))
    alarms = [alarm for item in changes for alarm in _alarms(item, now, unopened)]
    if alarms:
        _SET.run_many(session, alarms)


def _leave(session: Session, changes: Sequence[Change], voids: dict[str, Change], now: datetime) -> None:
    """What no pass noticed in time is superseded by the leaving; `lapse` fires by its move."""
    key = changes[0].row.key
    watched = decisions.due(session, key, now) if len(changes) == 1 else decisions.every_due(session, now)
    for one in watched:
        if one.deadline.id in voids:
            item = voids[one.deadline.id]
            missed = [r for r in ladders(item.facts).open(session, one) if r.at < now]
            who = Addressees(session, local_day(now, item.facts.zone))
            quiet = item.step.action == "shift_grace"  # an outage of ours: see decisions
            decide = decisions.supersede_but_digests if quiet else decisions.supersede
            decide(session, one, missed, who, now)
    for name, item in voids.items():
        if item.step.action == LAPSE:
            _lapse(session, name, item, now)


def _lapse(session: Session, name: str, item: Change, now: datetime) -> None:
    """The rung `lapse` of the deadline that was let pass; other clocks of the state have none."""
    state, visit, who, due, grace, provisional, armed_at = _ROW.run(session, deadline=name).fetchone()
    if grace is None:
        return
    deadline = Deadline(
        name,
        state,
        visit,
        who,
        date.fromisoformat(due),
        date.fromisoformat(grace),
        provisional=bool(provisional),
    )
    watched = Watched(item.row.key, first=False, armed_at=datetime.fromisoformat(armed_at), deadline=deadline)
    (rung,) = [r for r in ladders(item.facts).of(watched) if r.name == LAPSE]
    if decisions.claim(session, watched, rung, now, decisions.TOLD):
        who_is = Addressees(session, local_day(now, item.facts.zone))
        decisions.tell(session, watched, rung, who_is)


def _hand_on(session: Session, changes: Sequence[Change]) -> set[str]:
    """A new working-day table, or a date moved for all, replaces deadlines although nothing was done about them.

    Letters already written follow the new one: all where the date stays, else those that count no days. Returned
    are the new deadlines of windows nobody has been told of yet.
    """
    unopened: set[str] = set()
    for item in changes:
        if item.step.action not in ("redate", "move_dates"):
            continue
        kept: Mapping[str, Mapping[str, Any]] = item.row.record.get("deadlines", {})
        for deadline in item.effect.deadlines:
            for old in item.effect.voids:
                if (kept[old]["state"], kept[old]["who"]) != (deadline.state, deadline.who):
                    continue
                same = kept[old]["due"] == deadline.due.isoformat()
                (_FOLLOW if same else _FOLLOW_DAYLESS).run(session, old=old, new=deadline.id)
                if _UNOPENED.run(session, deadline=old).fetchone():
                    unopened.add(deadline.id)
    return unopened


def _alarms(item: Change, now: datetime, unopened: set[str]) -> list[dict[str, object]]:
    found = []
    for deadline in item.effect.deadlines:
        entered = item.step.before != item.step.after and deadline.visit == 1
        first = entered or deadline.id in unopened
        watched = Watched(item.row.key, first, now, deadline)
        rung = _first(ladders(item.facts).of(watched))
        if rung is not None:
            place = {"deadline": deadline.id, "subject": item.row.key, "first": first}
            found.append({**place, "at": stamp(rung.at)})
    return found


def _first(ladder: Sequence[Rung]) -> Rung | None:
    return next((rung for rung in ladder if rung.name != LAPSE), None)


def put(session: Session, watched: Watched, ladder: Sequence[Rung]) -> None:
    """Set the alarm to the first of the rungs left to decide on; without any it goes."""
    rung = _first(ladder)
    name = watched.deadline.id
    if rung is None:
        _GONE.run(session, deadline=name)
    else:
        _PUT.run(session, deadline=name, at=stamp(rung.at))
