"""Which letters a move causes: written and rendered in its own transaction, one to each recipient.

What is told follows from `workflows.events`; here it is put into words and addressed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cycle.correspondence import (
    duty_letters,
    evidence_letters,
    filing_letters,
    finding_letters,
    request_letters,
    result_letters,
)
from cycle.correspondence.matters import form_of
from cycle.correspondence.moved import Moved
from cycle.correspondence.writer import Writer
from cycle.db import Session
from cycle.operations.change import Change
from cycle.permissions import Act
from notifications.notices import Recipient
from workflows.events import notices

KINDS = filing_letters.KINDS | finding_letters.KINDS | result_letters.KINDS | duty_letters.KINDS
KINDS |= request_letters.KINDS | evidence_letters.KINDS


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of letter to one recipient."""

    kind: str
    to: Recipient
    deadline: str | None = None


def tell(session: Session, changes: Sequence[Change], act: Act, now: datetime, zone: ZoneInfo) -> int:
    """Write the letters of one act into the outbox; how many there are."""
    writer = Writer(session, now, zone)
    for item in changes:
        moved = _moved(item, act)
        for told in _told(writer, item, moved):
            _write(writer, moved, told)
    return writer.post()


def _moved(item: Change, act: Act) -> Moved:
    return Moved(
        key=item.row.key,
        year=item.row.year,
        department=item.row.department,
        number=item.row.number + 1,
        action=item.step.action,
        before=item.step.before,
        after=item.step.after,
        facts=item.facts,
        record=item.record,
        deadlines=item.effect.deadlines,
        actor=act.on_behalf_of or act.actor,
        document=act.document,
        reason=act.reason,
        confirmed_by=act.confirmed_by,
        lines=item.effect.lines,
    )


def _told(writer: Writer, item: Change, moved: Moved) -> Iterator[Told]:
    if item.step.action == "chase":
        yield from _chased(writer, item)
        return
    part = item.effect.lines[0]["part"] if item.effect.lines else ""
    roles: dict[str, list[str]] = {}
    for kind, role in notices(item.row.kind, item.step.action, part):
        roles.setdefault(kind, []).append(role)
    for kind, addressed in roles.items():
        if KINDS[kind].worth_saying(writer, moved):
            for to in writer.each(addressed, item.row.department):
                yield Told(kind, to)


def _chased(writer: Writer, item: Change) -> Iterator[Told]:
    """Whoever's clock runs here and is not the office's, its leaders' or the group's."""
    open_: dict[str, Any] = item.row.record.get("deadlines", {})
    for name, kept in sorted(open_.items()):
        if kept["who"] in ("office", "leader", "group"):
            continue
        roles = ("liaison", "head") if kept["who"] == "liaison" else (kept["who"],)
        for to in writer.each(roles, item.row.department):
            yield Told("chase", to, name)


def _write(writer: Writer, moved: Moved, told: Told) -> None:
    kind, lang = KINDS[told.kind], told.to.lang
    event = None
    if kind.event is not None:
        entry = kind.event(moved)
        if entry is not None:
            title = f"{writer.department(moved.department)} {form_of(entry.state, lang)}"
            event = writer.event(
                moved.key, entry.state, moved.number, entry.day, title, cancelled=entry.cancelled
            )
    writer.write(
        told.kind,
        told.to,
        f"{moved.key}#{moved.number}:{told.kind}",
        kind.fields(writer, moved, lang),
        year=moved.year,
        department=moved.department,
        colour=kind.colour(moved),
        subject=moved.key,
        number=moved.number,
        deadline=told.deadline,
        event=event,
    )
