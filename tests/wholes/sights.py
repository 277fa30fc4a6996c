"""Who sees what, told a second time: what a reader is shown of a department's year, by plain rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

from cycle import queries
from cycle.board import department as board
from cycle.board import matters
from cycle.board.look import Look, look
from cycle.db import Session
from cycle.people import person
from cycle.queries import SubjectRow
from cycle.service import Service
from cycle.sight import reader_of, seen, shows
from tests.held import YEAR, ZONE
from tests.wholes.kept import Kept, day_of
from tests.wholes.who_may import DEPARTMENTAL, Matter
from workflows.errors import NotFound
from workflows.matters import MATTERS

TOLD: Final = {
    "finding": ("notified",),
    "complaint": ("investigating",),
}
"""Of these a department knows nothing, nor do its own people in the office, until they were once in this state."""

POINTS: Final = ("lines.central", "lines.public", "lines.leader", "sums", "marks", "marks.of_member")
"""What stays hidden from the department and its own people until there is a proposal."""


def published(state: str) -> bool:
    """Whether a department knows its points: from the proposal on."""
    return state in ("grading.proposed", "grading.ratified", "closed") or state.startswith("rectification.")


def complete(state: str) -> bool:
    """Whether the members of a team see each other's marks."""
    return published(state) or state in ("inspection.open", "grading.pending")


def sees(
    name: str,
    who: Mapping[str, Any],
    resource: str,
    matter: Matter,
    *,
    state: str,
    record: Any,
    day: date,
) -> bool:
    """Whether somebody is shown `resource` of a department's appraisal or matter that stands at `state`."""
    roles = set(who["roles"])
    posts = "department" in roles and any(matter.holds(name, post, day) for post in ("liaison", "head"))
    of_its_own = who["home"] == matter.department or posts
    told = published(state) if resource in POINTS else _told(resource, state, record)
    whole = {"office", "group", "inspector"} if resource in TOLD else {"office", "group"}
    assigned = "reviewer" in roles and name in matter.team and who["home"] != matter.department
    leads = "leader" in roles and matter.holds(name, "leader", day)
    return who["active"] and (
        "auditor" in roles
        or bool(roles & whole and (told or not of_its_own))
        or (posts and _department(resource, state, record))
        or (assigned and _reviewer(resource, state))
        or (leads and _leader(resource, state))
    )


def _reviewer(resource: str, state: str) -> bool:
    if resource in ("lines.central", "marks.of_member"):
        return complete(state)
    return resource in ("appraisal", "marks", "evidence")


def _department(resource: str, state: str, record: Any) -> bool:
    if resource in POINTS:
        return published(state)
    if resource == "case":
        return False
    return _told(resource, state, record)


def _told(resource: str, state: str, record: Any) -> bool:
    since = TOLD.get(resource, ())
    return not since or bool({state, *record.get("visits", {})} & set(since))


def _leader(resource: str, state: str) -> bool:
    if resource in ("lines.leader", "appraisal", "case"):
        return True
    return resource in ("lines.central", "lines.public", "sums") and published(state)


def _matters(kept: Kept) -> Iterator[tuple[str, str, str, Matter, Any]]:
    """Every resource asked about: its name, the key it is of, where it stands."""
    for key, one in kept.subjects.items():
        if one.kind == "appraisal":
            for resource in (*POINTS, "appraisal"):
                yield resource, key, one.state, kept.matter(key), one.record
        elif one.kind in DEPARTMENTAL:
            yield one.kind, key, one.state, kept.matter(key), one.record


def faults(session: Session, kept: Kept, name: str, day: date) -> Iterator[str]:
    """Where the service's table of sight tells otherwise than the plain rules, for one reader."""
    who = kept.people()[name]
    one = queries.subject(session, f"person:{name}")
    assert one is not None
    reader = reader_of(person(one.key, one.state, one.record), queries.of_kind(session, "department"), day)
    for resource, key, state, matter, record in _matters(kept):
        subject = kept.subjects[key]
        row = SubjectRow(key, subject.kind, subject.year, subject.department, state, 1, "", record)
        of = replace(seen(row), team=matter.team)
        ought = sees(name, who, resource, matter, state=state, record=record, day=day)
        if shows(reader, resource, of) != ought:
            yield f"{name} {'should' if ought else 'must not'} see {resource} of {key} at {state}"


def shown_faults(service: Service, session: Session, kept: Kept, name: str, department: str) -> list[str]:
    """What a reader is given of a department's year beyond what they may see, or short of it."""
    now = service.clock.now()
    who, day, key = kept.people()[name], day_of(now), f"appraisal:{YEAR}:{department}"
    row = queries.subject(session, f"person:{name}")
    assert row is not None
    view = look(session, now, ZONE, "zh", person(row.key, row.state, row.record))
    found: list[str] = []

    def hold(resource: str, of: str, *, given: bool) -> None:
        one = kept.subjects[of]
        ought = sees(name, who, resource, kept.matter(of), state=one.state, record=one.record, day=day)
        if given and not ought:
            found.append(f"{name} was given {resource} of {of} at {one.state}")
        elif ought and not given:
            found.append(f"{name} was denied {resource} of {of} at {one.state}")

    hold("appraisal", key, given=_given(lambda: board.opened(view, YEAR, department)) is not None)
    lines = _given(lambda: board.lines(view, YEAR, department)) or []
    for part in ("central", "public", "leader"):
        if any(line["part"] == part for line in kept.standing(key)):
            hold(f"lines.{part}", key, given=any(line["part"] == part for line in lines))
    hold("marks", key, given=(sheets := _given(lambda: board.marks(view, YEAR, department))) is not None)
    if any(sheet["member"] != name for sheet in sheets or ()):
        hold("marks.of_member", key, given=True)
    if sees(name, who, "appraisal", kept.matter(key), state=kept.state(key), record={}, day=day):
        found += _told_too_much(service, view, kept, name, department)
    for kind in MATTERS:
        listed = {values["subject"] for values in _given(lambda: matters.of_year(view, kind, YEAR)) or []}  # noqa: B023
        for of, one in kept.of(kind):
            if one.year == YEAR:
                hold(kind, of, given=of in listed)
    return found


def _told_too_much(service: Service, view: Look, kept: Kept, name: str, department: str) -> list[str]:
    """Names and lines that stay within the office until the proposal, in whatever else a department is given."""
    key = f"appraisal:{YEAR}:{department}"
    one, who = kept.subjects[key], kept.people()[name]
    matter = kept.matter(key)
    if published(one.state) or who["roles"] != ["department"] or not matter.team:
        return []
    given: list[Any] = [_given(lambda: board.of_reader(view, service, YEAR, department))]
    given += [_given(lambda: board.history_of(view, YEAR, department))]
    given += [_given(partial(matters.of_year, view, kind, YEAR)) for kind in MATTERS if kind != "objection"]
    rows = [json.dumps(row, default=str, ensure_ascii=False) for row in _rows(given)]
    hidden = [line["id"] for line in kept.standing(key) if line["part"] in ("central", "public", "leader")]
    secrets = (*hidden, *matter.team)
    told = [(one, row) for one in secrets for row in rows if f'"{one}"' in row]
    return [f"{name} was told of {one} at {kept.state(key)} by {row}" for one, row in told]


def _rows(given: Any) -> Iterator[Any]:
    for one in given:
        if isinstance(one, list):
            yield from one
        else:
            yield one


def _given(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except NotFound:
        return None
