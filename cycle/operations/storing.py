"""How a decided change reaches the tables: one batch of statements, whatever the number of changes.

Used by the write path alone (`advance`). The order matters: state first by compare-and-set, so that a loser
stops before anything else is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cycle.db import Session, Statement
from cycle.operations import alarms
from cycle.operations.change import Change
from cycle.permissions import KEYS, Act
from cycle.queries import RESULT_COLUMNS
from workflows import ledger
from workflows.engine import NONE
from workflows.errors import Conflict
from workflows.wake import stamp

_MOVE = Statement(
    "UPDATE subject SET state = :state, number = :number, hash = :hash, record = :record, wake = :wake"
    " WHERE key = :key AND number = :before_number"
)
_CREATE = Statement(
    "INSERT INTO subject (key, kind, year, department, state, number, hash, record, wake)"
    " VALUES (:key, :kind, :year, :department, :state, :number, :hash, :record, :wake)"
    " ON CONFLICT (key) DO NOTHING"
)
_HISTORY = Statement(
    "INSERT INTO history (subject, number, at, action, body, hash)"
    " VALUES (:subject, :number, :at, :action, :body, :hash)"
)
_VOID = Statement("UPDATE deadline SET status = 'void' WHERE id = :id")
_ARM = Statement(
    "INSERT INTO deadline (id, subject, state, visit, who, due, grace_until, provisional, armed_at, status)"
    " VALUES (:id, :subject, :state, :visit, :who, :due, :grace_until, :provisional, :armed_at, 'open')"
)
_LINE = Statement(
    "INSERT INTO line (id, subject, number, part, item, points, note, reverses, source)"
    " VALUES (:id, :subject, :number, :part, :item, :points, :note, :reverses, :source)"
)
_REVERSED = Statement("UPDATE line SET reversed_by = :id WHERE id = :reverses")
_DRAFTS = Statement("DELETE FROM form_draft WHERE subject = :subject AND form = :form")
_ENDS_DRAFTS = ("submit", "accept", "lapse")
"""What ends the writing of a form: whatever anybody was typing is older than what stands from then on."""
_TEXT = Statement("INSERT INTO text (sha256, body) VALUES (:sha256, :body) ON CONFLICT (sha256) DO NOTHING")
RESULT_KEYS = (*RESULT_COLUMNS, "subject")
_RESULT = Statement(
    f"INSERT INTO result ({', '.join(RESULT_KEYS)}) VALUES ({', '.join(':' + key for key in RESULT_KEYS)})"
)


def _data(item: Change, act: Act) -> dict[str, Any] | None:
    effect = item.effect
    data: dict[str, Any] = dict(effect.details)
    data |= {name: key for name in KEYS if (key := getattr(act, name))}
    if item.patch:
        data["record"] = item.patch
    if effect.deadlines:
        data["deadlines"] = [
            {
                "id": d.id,
                "state": d.state,
                "visit": d.visit,
                "who": d.who,
                "due": d.due.isoformat(),
                "grace_until": d.grace_until.isoformat() if d.grace_until else None,
                "provisional": d.provisional,
            }
            for d in effect.deadlines
        ]
    if effect.voids:
        data["voids"] = list(effect.voids)
    if effect.lines:
        data["lines"] = [dict(line) for line in effect.lines]
    if effect.results:
        data["results"] = [dict(result) for result in effect.results]
    if effect.texts:
        data["texts"] = [ledger.digest(text) for text in effect.texts]
    return data or None


def _body(item: Change, data: Mapping[str, Any] | None, act: Act, at: str) -> dict[str, Any]:
    row = item.row
    return {
        "action": item.step.action,
        "actor": act.actor,
        "actor_kind": act.kind,
        "after": item.step.after,
        "at": at,
        "before": None if item.step.before == NONE else item.step.before,
        "confirmed_by": act.confirmed_by or None,
        "data": data,
        "document": act.document or None,
        "number": row.number + 1,
        "occurred_on": act.occurred_on.isoformat() if act.occurred_on else None,
        "on_behalf_of": act.on_behalf_of or None,
        "previous": row.hash or None,
        "reason": act.reason or None,
        "rulebook": item.rulebook,
        "subject": row.key,
    }


def _subject(item: Change, hash_: str) -> dict[str, Any]:
    row = item.row
    return {
        "key": row.key,
        "kind": row.kind,
        "year": row.year,
        "department": row.department,
        "state": item.step.after,
        "number": row.number + 1,
        "before_number": row.number,
        "hash": hash_,
        "record": ledger.canonical(item.record),
        "wake": item.wake,
    }


def write(session: Session, changes: Sequence[Change], act: Act, now: datetime) -> None:
    """Write `changes` in order, all with the same actor and instant. Raises Conflict if one was overtaken."""
    at = stamp(now)
    subjects: list[dict[str, Any]] = []
    history: list[dict[str, Any]] = []
    datas: list[Mapping[str, Any]] = []
    for item in changes:
        data = _data(item, act)
        body, hash_ = ledger.seal(_body(item, data, act, at))
        subjects.append(_subject(item, hash_))
        datas.append(data or {})
        history.append(
            {
                "subject": item.row.key,
                "number": item.row.number + 1,
                "at": at,
                "action": item.step.action,
                "body": body,
                "hash": hash_,
            }
        )
    for item, values in zip(changes, subjects, strict=True):
        statement = _MOVE if item.row.number else _CREATE
        if statement.run(session, **values).rowcount != 1:
            raise Conflict(item.row.key)
    _HISTORY.run_many(session, history)
    _projections(session, changes, datas, at)
    if ended := [
        item for item in changes if item.row.kind == "appraisal" and item.step.action in _ENDS_DRAFTS
    ]:
        forms = [{"subject": item.row.key, "form": item.step.before.partition(".")[0]} for item in ended]
        _DRAFTS.run_many(session, forms)
    alarms.follow(session, changes, now)


def _projections(
    session: Session, changes: Sequence[Change], datas: Sequence[Mapping[str, Any]], at: str
) -> None:
    """The tables that index what the history rows say."""
    voids, arms, lines, reversed_, results, texts = [], [], [], [], [], {}
    for item, data in zip(changes, datas, strict=True):
        key, number = item.row.key, item.row.number + 1
        voids += [{"id": name} for name in data.get("voids", ())]
        arms += [{**d, "subject": key, "armed_at": at} for d in data.get("deadlines", ())]
        for line in data.get("lines", ()):
            lines.append({**line, "subject": key, "number": number})
            if line["reverses"]:
                reversed_.append({"id": line["id"], "reverses": line["reverses"]})
        results += [{**dict.fromkeys(RESULT_KEYS), **r, "subject": key} for r in data.get("results", ())]
        texts.update({ledger.digest(text): text for text in item.effect.texts})
    for statement, parameters in (
        (_TEXT, [{"sha256": sha, "body": text} for sha, text in texts.items()]),
        (_VOID, voids),
        (_ARM, arms),
        (_LINE, lines),
        (_REVERSED, reversed_),
        (_RESULT, results),
    ):
        if parameters:
            statement.run_many(session, parameters)
