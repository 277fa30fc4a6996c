"""Asks for an act in a person's name, with what every surface owes: nobody learns of what they may not see."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from cycle import queries
from cycle.acts.fields import COMMON
from cycle.acts.table import Row
from cycle.board.desk import shows_waiting
from cycle.board.look import look
from cycle.board.untold import untold, without
from cycle.documents.papers import issuing
from cycle.keys import split_key
from cycle.operations import pending_act
from cycle.operations.catalogue import OPERATIONS, PREVIEWS
from cycle.operations.perform import Answer, perform, preview
from cycle.people import Person
from cycle.permissions import Act
from cycle.service import Service
from cycle.sight import sees
from workflows.errors import NotFound
from workflows.workdays import local_day

_MADE_FIRST: Final[Mapping[str, Callable[[Service, Act, Mapping[str, Any]], Answer]]] = {
    "issue_paper": issuing.issue_asked,
}
"""Operations whose subject is made of what is read before they are performed."""

_TAG: Final = re.compile(r'(?<!W/)"([0-9]{1,9})(?:\.[0-9a-f]{8})?"')


def ask(
    service: Service,
    person: Person,
    row: Row,
    where: Mapping[str, Any],
    sent: Mapping[str, Any],
    *,
    key: str | None = None,
    seen: str | None = None,
    token: str = "",
) -> Answer:
    """Ask for the act of `row` on what `where` (the parts of its path) names, with the fields `sent`.

    `key` keeps it from being done twice; `seen` is the tag (ETag) of what was looked at, `token` the id of the access
    key it comes by, if any. The answer tells nothing of the person's own department too early. Raises what the
    operation raises; NotFound for what they may not see.
    """
    subject = row.subject(where)
    if row.place.about:
        require_sight(service, person, row.place.about.format_map(where), new=True)
    elif subject:
        require_sight(service, person, subject)
    values = dict(sent)
    act = act_of(person, {name: values.pop(name, None) for name in COMMON}, key, token=token)
    act = bound(act, subject, seen)
    arguments = row.arguments(where, values)
    make = _MADE_FIRST.get(row.performs)
    if make is not None:
        return make(service, act, arguments)
    answer = perform(service, OPERATIONS[row.performs], row.performs, act, arguments)
    return told_to(service, person, answer)


def look_ahead(
    service: Service, person: Person, row: Row, where: Mapping[str, Any], sent: Mapping[str, Any]
) -> Answer:
    """What the act of `row`, one of `PREVIEWS`, would change, for whoever may do it: nothing is done.

    As in `ask`: told too early is nothing, and refused is what the act would be, a second person apart.
    """
    subject, values = row.subject(where), dict(sent)
    act = act_of(person, {name: values.pop(name, None) for name in COMMON}, None)
    found = preview(service, PREVIEWS[row.performs], act, row.arguments(where, values))
    return told_to(service, person, {"subject": subject, **found})


def require_sight(service: Service, person: Person, subject: str, *, new: bool = False) -> None:
    """Raises NotFound for a subject that the person may not know to exist, or (`new`) may know of none like it."""
    try:
        _kind, year, department = split_key(subject)
    except NotFound:
        return  # the operation itself says so
    with service.database.read() as session:
        row = None if new else queries.subject(session, subject)
        around = queries.subject(session, f"department:{department}") if department else None
        into = queries.successors(session)
        marked = queries.subject(session, f"appraisal:{year}:{department}") if year else None
    day = local_day(service.clock.now(), service.zone)
    posts = around.record if around is not None else {}
    team = marked.record.get("team", ()) if marked is not None else ()
    if not sees(person, row or subject, day=day, posts=posts, team=team, into=into):
        raise NotFound(subject)


def require_waiting(service: Service, person: Person, pending: str) -> None:
    """Raises NotFound for an act that waits, or once did, and that the person is not shown."""
    with service.database.read() as session:
        kept = pending_act.find(session, pending)
        at = look(session, service.clock.now(), service.zone, "zh", person)
        if not shows_waiting(at, kept.subject, kept.actor):
            raise NotFound(pending)


def told_to(service: Service, person: Person, answer: Answer) -> Answer:
    """The answer of an act on a whole year without what it tells the person of their own department too early."""
    kind, _, year = str(answer.get("subject", "")).partition(":")
    if kind != "cycle" or "pending" in answer:
        return answer
    with service.database.read() as session:
        at = look(session, service.clock.now(), service.zone, "zh", person)
        hidden = untold(at, int(year))
    shown: Answer = without(answer, hidden)
    return shown


def act_of(person: Person, common: Mapping[str, Any], key: str | None, *, token: str = "") -> Act:
    """An act of the person, with what every act may come with and the access key it comes by."""
    on = common.get("occurred_on")
    return Act(
        actor=person.id,
        on_behalf_of=common.get("on_behalf_of") or "",
        reason=common.get("reason") or "",
        document=common.get("document") or "",
        occurred_on=date.fromisoformat(on) if on else None,
        key=key or "",
        token=token,
    )


def bound(act: Act, subject: str, seen: str | None) -> Act:
    """The act, bound to what was seen of `subject`; what is no tag of ours was never seen."""
    if seen is None or seen.strip() == "*":
        return act
    return replace(act, seen=(subject, tuple(int(number) for number in _TAG.findall(seen))))
