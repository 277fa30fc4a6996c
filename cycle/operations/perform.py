"""How every operation is asked for: once a key, in one transaction, and with a second person where needed.

An operation is a function of a transaction and plain JSON arguments, so that what waits for confirmation
can be kept and a program can ask for the same things as a person.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from cycle.clock import Clock
from cycle.db import Session, Statement
from cycle.operations.advance import Unconfirmed
from cycle.permissions import Act
from cycle.service import Service
from workflows import ledger
from workflows.errors import Conflict, NotFound, Refused, Unmet
from workflows.wake import stamp

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Transaction:
    """What an operation works with. `clock` is read only once the operation holds its locks."""

    session: Session
    clock: Clock
    zone: ZoneInfo
    act: Act


Operation = Callable[[Transaction, Arguments], Answer]

_SEEN = Statement("SELECT request, answer FROM once WHERE actor = :actor AND key = :key")
_RESERVE = Statement(
    "INSERT INTO once (actor, key, request, answer, at) VALUES (:actor, :key, :request, '', :at)"
    " ON CONFLICT (actor, key) DO NOTHING"
)
_REMEMBER = Statement("UPDATE once SET answer = :answer WHERE actor = :actor AND key = :key")
_WAIT = Statement(
    "INSERT INTO pending_act (id, operation, subject, call, actor, requested_at, status)"
    " VALUES (:id, :operation, :subject, :call, :actor, :requested_at, 'waiting')"
    # The same act asked for again at the same instant, after it was taken back, waits again.
    " ON CONFLICT (id) DO UPDATE SET status = 'waiting' WHERE pending_act.status = 'dropped'"
)
_WAITING = Statement("SELECT operation, call, actor, status FROM pending_act WHERE id = :id")
_TAKE = Statement("UPDATE pending_act SET status = 'confirmed' WHERE id = :id AND status = 'waiting'")
_DROP = Statement("UPDATE pending_act SET status = 'dropped' WHERE id = :id AND status = 'waiting'")
_LIST = Statement(
    "SELECT id, operation, subject, actor, requested_at FROM pending_act WHERE status = 'waiting'"
    " ORDER BY requested_at, id"
)


def perform(service: Service, operation: Operation, name: str, act: Act, arguments: Arguments) -> Answer:
    """Do `operation` once. Returns its answer, or `{"pending": id}` where a second person must confirm.

    The same actor and key again give the first answer; with another request they are a Conflict.
    Raises Refused, Conflict, NotFound.
    """
    _require_sound(dict(arguments), "")
    _require_sound(_plain(act), "")
    act = replace(act, confirmed_by="")  # the second person confirms in person: see `confirm`
    request = ledger.digest(ledger.canonical([name, dict(arguments), _plain(act)]))
    with service.database.write() as session:
        if act.key and not _reserved(session, service, act, request):
            # On PostgreSQL the reservation waited for whoever came first: their answer is there by now.
            return _repeated(_SEEN.run(session, actor=act.actor, key=act.key).fetchone(), request, act)
        answer = _attempt(Transaction(session, service.clock, service.zone, act), operation, name, arguments)
        if act.key:
            _REMEMBER.run(session, actor=act.actor, key=act.key, answer=ledger.canonical(answer))
        return answer


def _require_sound(value: Any, field: str) -> None:
    """What is asked for will be sealed for good: whole numbers, and text that both databases can hold.

    Raises Refused naming the field for fractions (points are hundredths), NUL and broken characters.
    """
    if isinstance(value, Mapping):
        for key, below in value.items():
            _require_sound(str(key), field)
            _require_sound(below, f"{field}.{key}" if field else str(key))
    elif isinstance(value, list | tuple):
        for index, below in enumerate(value, start=1):
            _require_sound(below, f"{field}[{index}]")
    elif isinstance(value, float) or (isinstance(value, str) and not _is_text(value)):
        raise Refused(Unmet("value_unusable", {"field": field}))


def _is_text(value: str) -> bool:
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _reserved(session: Session, service: Service, act: Act, request: str) -> bool:
    at = stamp(service.clock.now())
    taken = _RESERVE.run(session, actor=act.actor, key=act.key, request=request, at=at)
    return bool(taken.rowcount == 1)


def _repeated(seen: tuple[str, str], request: str, act: Act) -> Answer:
    if seen[0] != request:
        raise Conflict(f"key {act.key} was used for another request")
    answer: Answer = json.loads(seen[1])
    return answer


def _attempt(work: Transaction, operation: Operation, name: str, arguments: Arguments) -> Answer:
    try:
        return operation(work, arguments)
    except Unconfirmed as waiting:
        call = ledger.canonical({"arguments": dict(arguments), "act": _plain(work.act)})
        requested_at = stamp(work.clock.now())
        name_of_act = ledger.digest(f"{name} {call} {requested_at}")[:10]
        _WAIT.run(
            work.session,
            id=name_of_act,
            operation=name,
            subject=waiting.subject,
            call=call,
            actor=work.act.actor,
            requested_at=requested_at,
        )
        return {"pending": name_of_act, "subject": waiting.subject}


def confirm(service: Service, operations: Mapping[str, Operation], pending: str, by: str) -> Answer:
    """A second person confirms an act: now it takes effect, checked anew against the facts of now.

    Raises NotFound for an unknown id, Conflict for one already confirmed, Refused as the act itself.
    """
    with service.database.write() as session:
        found = _WAITING.run(session, id=pending).fetchone()
        if found is None:
            raise NotFound(pending)
        name, call, _actor, status = found
        if status != "waiting" or _TAKE.run(session, id=pending).rowcount != 1:
            raise Conflict(pending)
        if not by:
            raise Refused(Unmet("person_unknown", {"person": by}))
        stored = json.loads(call)
        act = replace(_act(stored["act"]), confirmed_by=by, key="")
        return operations[name](Transaction(session, service.clock, service.zone, act), stored["arguments"])


def drop(service: Service, pending: str, by: str) -> Answer:
    """Whoever entered an act that still waits takes it back; nothing had taken effect.

    Raises NotFound for an unknown id, Conflict for one no longer waiting, Refused for anybody else.
    """
    with service.database.write() as session:
        found = _WAITING.run(session, id=pending).fetchone()
        if found is None:
            raise NotFound(pending)
        name, _call, actor, _status = found
        if actor != by:
            raise Refused(Unmet("not_own_act", {"person": actor}))
        if _DROP.run(session, id=pending).rowcount != 1:
            raise Conflict(pending)
        return {"dropped": pending, "operation": name}


def waiting(service: Service) -> list[Answer]:
    """Every act that waits for a second person, oldest first."""
    keys = ("id", "operation", "subject", "actor", "requested_at")
    with service.database.read() as session:
        return [dict(zip(keys, row, strict=True)) for row in _LIST.run(session).fetchall()]


def _plain(act: Act) -> dict[str, Any]:
    values = asdict(act)
    values["occurred_on"] = act.occurred_on.isoformat() if act.occurred_on else None
    return values


def _act(values: Mapping[str, Any]) -> Act:
    on = values["occurred_on"]
    return Act(**{**values, "occurred_on": date.fromisoformat(on) if on else None})
