"""How every operation is asked for: once a key, in one transaction, and with a second person where needed.

An operation is a function of a transaction and plain JSON arguments, so that what waits for confirmation
can be kept and a program can ask for the same things as a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from cycle.clock import Clock
from cycle.db import Overtaken, Session
from cycle.operations import pending_act
from cycle.operations.advance import Unconfirmed
from cycle.operations.once import once
from cycle.permissions import KEYS, Act
from cycle.service import Service
from workflows import ledger
from workflows.errors import Conflict, Refused, Unmet
from workflows.forms import MOST_LETTERS
from workflows.one_line import one_line
from workflows.wake import stamp

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Transaction:
    """What an operation works with. `clock` is read only once the operation holds its locks.

    `evidence` is the folder of the evidence files, None where the service has none.
    """

    session: Session
    clock: Clock
    zone: ZoneInfo
    act: Act
    evidence: Path | None = None


Operation = Callable[[Transaction, Arguments], Answer]


@contextmanager
def writing(service: Service) -> Iterator[Session]:
    """One writing transaction. Raises Conflict where the database gave way to another one."""
    try:
        with service.database.write() as session:
            yield session
    except Overtaken as overtaken:
        raise Conflict(str(overtaken)) from overtaken


def perform(service: Service, operation: Operation, name: str, act: Act, arguments: Arguments) -> Answer:
    """Do `operation` once. Returns its answer, or `{"pending": id}` where a second person must confirm.

    The same actor and key again give the first answer; with another request they are a Conflict.
    Raises Refused, Conflict, NotFound.
    """
    _require_sound(act, arguments)
    # The second person confirms in person: see `confirm`.
    act = replace(act, confirmed_by="", confirmed_token="")
    request = _request(name, dict(arguments), _plain(act))
    with writing(service) as session:
        work = Transaction(session, service.clock, service.zone, act, service.evidence)
        return _once(work, request, lambda: _attempt(work, operation, name, arguments))


def preview(service: Service, operation: Operation, act: Act, arguments: Arguments) -> Answer:
    """What an act would change, as `operation` tells it, that looks or tries: whatever it writes is undone.

    Raises as `perform`; what needs a second person is told all the same.
    """
    _require_sound(act, arguments)
    try:
        with writing(service) as session:
            work = Transaction(session, service.clock, service.zone, act, service.evidence)
            _undo(operation(work, arguments))
    except _Tried as tried:
        return tried.told


def preview_waiting(service: Service, operations: Mapping[str, Operation], pending: str) -> Answer:
    """What a waiting act would change if it were confirmed now, as `preview` by the one of `operations` for it.

    Raises as `confirm`, a second person apart.
    """
    with service.database.read() as session:
        kept = pending_act.find(session, pending)

    def same(work: Transaction, arguments: Arguments) -> Answer:
        pending_act.require_same(work.session, kept)
        return operations[kept.operation](work, arguments)

    return preview(service, same, _act(kept.asked["act"]), kept.asked["arguments"])


def _undo(told: Answer) -> NoReturn:
    raise _Tried(told)


class _Tried(Exception):
    """Undoes the transaction of what was only tried; `told` is what it would change."""

    def __init__(self, told: Answer) -> None:
        super().__init__()
        self.told = told


def _require_sound(act: Act, arguments: Arguments) -> None:
    require_sound(dict(arguments), "")
    require_sound(_plain(act), "")
    one_line(act.document, "document")


def _once(work: Transaction, request: str, do: Callable[[], Answer]) -> Answer:
    act = work.act
    return once(work.session, do, actor=act.actor, key=act.key, request=request, clock=work.clock)


def _request(*asked: Any) -> str:
    return ledger.digest(ledger.canonical(list(asked)))


def require_sound(value: Any, field: str) -> None:
    """What is asked for will be sealed for good: whole numbers, and text that both databases can hold.

    Raises Refused naming the field for fractions (points are hundredths), NUL and broken characters, and for a
    text longer than MOST_LETTERS, whatever it is for.
    """
    if isinstance(value, Mapping):
        for key, below in value.items():
            require_sound(str(key), field)
            require_sound(below, f"{field}.{key}" if field else str(key))
    elif isinstance(value, list | tuple):
        for index, below in enumerate(value, start=1):
            require_sound(below, f"{field}[{index}]")
    elif isinstance(value, float) or (isinstance(value, str) and not _is_text(value)):
        raise Refused(Unmet("value_unusable", {"field": field}))
    elif isinstance(value, str) and len(value) > MOST_LETTERS:
        raise Refused(Unmet("text_too_long", {"field": field, "most": MOST_LETTERS}))


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return "\0" not in value


def _attempt(work: Transaction, operation: Operation, name: str, arguments: Arguments) -> Answer:
    try:
        return operation(work, arguments)
    except Unconfirmed as unconfirmed:
        subject = unconfirmed.subject
        at = stamp(work.clock.now())
        act = _plain(work.act) | ({"token": work.act.token} if work.act.token else {})
        kept = pending_act.keep(work.session, name, subject, arguments=arguments, act=act, at=at)
        return {"pending": kept, "subject": subject}


def confirm(
    service: Service,
    operations: Mapping[str, Operation],
    pending: str,
    by: str,
    key: str = "",
    *,
    token: str = "",
) -> Answer:
    """A second person confirms an act: now it takes effect, checked anew against the facts of now.

    Raises NotFound for an unknown id; Conflict for one already confirmed, or entered for another proposal or
    version of the year than the one that stands now; Refused as the act itself, and where the marks it is about
    were given anew since. `key`: see `perform`; `token` is the access key it is confirmed by, if any.
    """
    require_sound({"pending": pending, "by": by, "key": key}, "")
    with writing(service) as session:
        act = Act(by, key=key, confirmed_token=token)
        work = Transaction(session, service.clock, service.zone, act, service.evidence)
        return _once(work, _request("confirm", pending), lambda: _confirmed(work, operations, pending))


def _confirmed(work: Transaction, operations: Mapping[str, Operation], pending: str) -> Answer:
    session, by = work.session, work.act.actor
    kept = pending_act.find(session, pending)
    pending_act.take(session, pending)
    if not by:
        raise Refused(Unmet("person_unknown", {"person": by}))
    if kept.id != pending:
        raise Refused(Unmet("waiting_act_altered", {"pending": pending}))
    pending_act.require_same(session, kept)
    asked = kept.asked
    act = replace(_act(asked["act"]), confirmed_by=by, confirmed_token=work.act.confirmed_token, key="")
    return operations[kept.operation](replace(work, act=act), asked["arguments"])


def drop(service: Service, pending: str, by: str, key: str = "") -> Answer:
    """Whoever entered an act that still waits takes it back; nothing had taken effect.

    Raises NotFound for an unknown id, Conflict for one no longer waiting, Refused for anybody else.
    `key`: see `perform`.
    """
    require_sound({"pending": pending, "by": by, "key": key}, "")
    with writing(service) as session:
        work = Transaction(session, service.clock, service.zone, Act(by, key=key), service.evidence)
        return _once(work, _request("drop", pending), lambda: _dropped(work, pending))


def _dropped(work: Transaction, pending: str) -> Answer:
    kept = pending_act.find(work.session, pending)
    if kept.actor != work.act.actor:
        raise Refused(Unmet("not_own_act", {"person": kept.actor}))
    pending_act.take_back(work.session, pending)
    return {"dropped": pending, "operation": kept.operation}


def waiting(service: Service) -> list[Answer]:
    """Every act that waits for a second person, oldest first."""
    with service.database.read() as session:
        return pending_act.waiting(session)


_PLAIN = tuple(field.name for field in fields(Act) if field.name not in ("seen", *KEYS))


def _plain(act: Act) -> dict[str, Any]:
    """An act as it is compared and kept: what was seen before it binds the first asking only; by any access key."""
    values = {name: getattr(act, name) for name in _PLAIN}
    values["occurred_on"] = act.occurred_on.isoformat() if act.occurred_on else None
    return values


def _act(values: Mapping[str, Any]) -> Act:
    on = values["occurred_on"]
    return Act(**{**values, "occurred_on": date.fromisoformat(on) if on else None})
