"""Acts that wait for a second person, as they are kept: what was asked for, by whom, and what it was about.

The id is a digest of what is kept, so that what is confirmed is what was entered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cycle import queries
from cycle.db import Session, Statement
from workflows import ledger, marking
from workflows.errors import Conflict, NotFound

_DIGITS = 16

_KEEP = Statement(
    "INSERT INTO pending_act (id, operation, subject, call, actor, requested_at, status)"
    " VALUES (:id, :operation, :subject, :call, :actor, :requested_at, 'waiting')"
    # The same act asked for again at the same instant is the same act; taken back before, it waits again.
    " ON CONFLICT (id) DO UPDATE SET status = 'waiting' WHERE pending_act.status <> 'confirmed'"
)
_FIND = Statement("SELECT operation, subject, call, actor, requested_at FROM pending_act WHERE id = :id")
_CONFIRM = Statement("UPDATE pending_act SET status = 'confirmed' WHERE id = :id AND status = 'waiting'")
_DROP = Statement("UPDATE pending_act SET status = 'dropped' WHERE id = :id AND status = 'waiting'")
_LIST = Statement(
    "SELECT id, operation, subject, actor, requested_at FROM pending_act WHERE status = 'waiting'"
    " ORDER BY requested_at, id"
)


@dataclass(frozen=True)
class PendingAct:
    """One kept act. `call` is canonical JSON of its arguments, its act and what `stood` then."""

    operation: str
    subject: str
    call: str
    actor: str
    requested_at: str

    @cached_property
    def id(self) -> str:
        """What the act is confirmed by, recomputed from all that is kept of it."""
        kept = [self.operation, self.subject, self.call, self.actor, self.requested_at]
        return ledger.digest(ledger.canonical(kept))[:_DIGITS]

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The call as plain values: `arguments`, `act`, `stood`."""
        asked: dict[str, Any] = json.loads(self.call)
        return asked


def keep(
    session: Session,
    operation: str,
    subject: str,
    *,
    arguments: Mapping[str, Any],
    act: Mapping[str, Any],
    at: str,
) -> str:
    """Keep an act until a second person confirms it; its id.

    Raises Conflict where the very same act, entered at the same instant, has been confirmed already.
    """
    asked = {"arguments": dict(arguments), "act": dict(act), "stood": stood(session, subject, arguments)}
    kept = PendingAct(operation, subject, ledger.canonical(asked), str(act["actor"]), at)
    done = _KEEP.run(
        session,
        id=kept.id,
        operation=kept.operation,
        subject=kept.subject,
        call=kept.call,
        actor=kept.actor,
        requested_at=kept.requested_at,
    )
    if done.rowcount != 1:
        raise Conflict(kept.id)
    return kept.id


def stood(session: Session, subject: str, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an act was entered for and must still find, its subject held from now on; None where that is nothing.

    Of a cycle the proposal and the version of its results; of a member's sheet on paper the digest of the sheet
    whose place it takes.
    """
    sheet = subject.startswith("appraisal:") and arguments.get("action") == "mark"
    if not sheet and not subject.startswith("cycle:"):
        return None
    row = queries.lock(session, subject)
    record = row.record if row else {}
    if sheet:
        marks = marking.sheet(record, str(arguments.get("member", "")))
        return {"sheet": ledger.digest(ledger.canonical(marks))}
    return {count: record.get(count, 0) for count in ("proposals", "version")}


def find(session: Session, name: str) -> PendingAct:
    """The act kept under an id, waiting or not. Raises NotFound."""
    found = _FIND.run(session, id=name).fetchone()
    if found is None:
        raise NotFound(name)
    return PendingAct(*found)


def take(session: Session, name: str) -> None:
    """It is confirmed and waits no longer. Raises Conflict where it did not wait."""
    if _CONFIRM.run(session, id=name).rowcount != 1:
        raise Conflict(name)


def take_back(session: Session, name: str) -> None:
    """It is dropped and waits no longer. Raises Conflict where it did not wait."""
    if _DROP.run(session, id=name).rowcount != 1:
        raise Conflict(name)


def waiting(session: Session) -> list[dict[str, Any]]:
    """Every act that waits, oldest first."""
    keys = ("id", "operation", "subject", "actor", "requested_at")
    return [dict(zip(keys, row, strict=True)) for row in _LIST.run(session).fetchall()]
