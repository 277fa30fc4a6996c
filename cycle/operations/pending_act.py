"""Acts that wait for a second person, as they are kept: what was asked for, by whom, and what it was about.

The id is a digest of what is kept, so that what is confirmed is what was entered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cycle import queries
from cycle.db import Session, Statement
from cycle.operations.row_names import placed
from workflows import ledger, marking
from workflows.errors import Conflict, NotFound, Refused, Unmet

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
_RATED = Statement("SELECT id, item FROM line WHERE subject = :subject AND part = 'leader' ORDER BY id")

_Stood = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class PendingAct:
    """One kept act. `call` is canonical JSON of its arguments, its act and what stood then (see `require_same`)."""

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
    actor = str(act["actor"])
    found = _stands(session, operation, subject, arguments, actor)
    asked = {"arguments": dict(arguments), "act": dict(act), "stood": found}
    kept = PendingAct(operation, subject, ledger.canonical(asked), actor, at)
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


def require_same(session: Session, kept: PendingAct) -> None:
    """What an act was entered for must still stand, and is held from now on.

    Of a cycle that is the proposal and the version of its results: raises Conflict. Of members' marks, in a sheet
    or a file on paper or confirmed by the team, the marks they would take the place of or confirm: raises Refused
    naming whose were given anew meanwhile. Of a leader's rating on paper the lines there have been of its respects:
    raises Refused naming those rated or taken back meanwhile.
    """
    then = kept.asked["stood"] or {}
    now = _stands(session, kept.operation, kept.subject, kept.asked["arguments"], kept.actor) or {}
    if kept.subject.startswith("cycle:"):
        if now != then:
            raise Conflict(f"{kept.id} was about another proposal or version")
        return
    changed = [
        *(
            Unmet("marks_changed_since", {"member": member}, subject)
            for subject, member in _differing(then.get("marks", {}), now.get("marks", {}))
        ),
        *(
            Unmet("rating_changed_since", {"item": item}, subject)
            for subject, item in _differing(then.get("ratings", {}), now.get("ratings", {}))
        ),
    ]
    if changed:
        raise Refused(*changed)


def _differing(before: _Stood, after: _Stood) -> Iterator[tuple[str, str]]:
    for subject in sorted({*before, *after}):
        was, now = before.get(subject, {}), after.get(subject, {})
        yield from ((subject, name) for name in sorted({*was, *now}) if was.get(name) != now.get(name))


def _stands(
    session: Session, operation: str, subject: str, arguments: Mapping[str, Any], actor: str
) -> dict[str, Any] | None:
    """What `require_same` compares, as it stands now; None where that is nothing."""
    if subject.startswith("cycle:"):
        row = queries.lock(session, subject)
        record = row.record if row else {}
        return {count: record.get(count, 0) for count in ("proposals", "version")}
    if subject.startswith("appraisal:") and arguments.get("action") == "rate":
        return {
            "ratings": {subject: _rated(session, subject, [str(one["item"]) for one in arguments["ratings"]])}
        }
    touched: dict[str, dict[str, list[str]]] = {}
    if operation == "import_rows" and arguments["kind"] == "marks":
        for one in placed(session, arguments["rows"], actor):
            if not one.unmet:
                key = f"appraisal:{arguments['year']:04d}:{one.department}"
                touched.setdefault(key, {}).setdefault(one.member, []).append(one.row["item"])
    elif subject.startswith("appraisal:") and arguments.get("action") == "mark":
        items = [str(mark["item"]) for mark in arguments["marks"]]
        touched[subject] = {str(arguments.get("member", "")): items}
    elif subject.startswith("appraisal:") and arguments.get("action") == "confirm_marks":
        touched[subject] = {str(arguments.get("member") or ""): []}
    else:
        return None
    return {"marks": {key: _digests(session, key, touched[key]) for key in sorted(touched)}}


def _digests(session: Session, key: str, touched: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each member's marks of some items, of all where none are named; of the whole team where no member is."""
    row = queries.lock(session, key)
    record = row.record if row else {}
    found = {}
    for named, items in touched.items():
        for member in [named] if named else marking.team(record):
            sheet = marking.sheet(record, member)
            marks = [[item, sheet.get(item)] for item in sorted(items or sheet)]
            found[member] = ledger.digest(ledger.canonical(marks))
    return found


def _rated(session: Session, key: str, items: Sequence[str]) -> dict[str, str]:
    """Of each respect that was ever rated the lines, those taken back and what took them back too, as one digest."""
    queries.lock(session, key)
    lines: dict[str, list[str]] = {}
    for line, item in _RATED.run(session, subject=key).fetchall():
        lines.setdefault(item, []).append(line)
    return {item: ledger.digest(ledger.canonical(lines[item])) for item in items if item in lines}


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
