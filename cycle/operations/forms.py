"""Forms beside their moves: what a content asks for and what was kept, and drafts while somebody still writes.

A draft is no act: it has no history, belongs to one person and one form, and goes when that person saves or
leaves their post; all of a form go when it is submitted, accepted or lapses (see `storing`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from cycle import queries
from cycle.db import Session, Statement
from cycle.operations.advance import consider, look_around, open_desk, unborn
from cycle.operations.perform import Arguments, Transaction, require_sound, writing
from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.service import Service
from workflows import forms
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked
from workflows.wake import stamp

MOST_DRAFT: Final = forms.MOST_LETTERS
"""The longest draft, counted as it is kept."""

_KEEP = Statement(
    "INSERT INTO form_draft (subject, form, person, content, at)"
    " VALUES (:subject, :form, :person, :content, :at)"
    " ON CONFLICT (subject, form, person) DO UPDATE SET content = excluded.content, at = excluded.at"
)
_READ = Statement(
    "SELECT content, at FROM form_draft WHERE subject = :subject AND form = :form AND person = :person"
)
_DROP = Statement("DELETE FROM form_draft WHERE subject = :subject AND form = :form AND person = :person")


_FORGET = Statement(
    "DELETE FROM form_draft WHERE person = :person"
    " AND subject IN (SELECT key FROM subject WHERE kind = 'appraisal' AND department = :department)"
)


class FormDraft(NamedTuple):
    """What somebody was writing in `form`, and the UTC instant of the last time it was kept.

    `base` is the digest of what was saved in the form when they began; empty where nothing was, None if unknown.
    """

    form: str
    content: Mapping[str, Any]
    at: str
    base: str | None = None


def extra_of(work: Transaction, key: str, action: str, arguments: Arguments) -> dict[str, Any]:
    """What `action` asks for beside the fields of every move; empty where it is none of these actions.

    save_form: `content` (see `workflows.forms`). send_back: `items` {part: reason}. report_progress: `progress`
    {target: {percent, note}}. Raises Refused naming the field that is of another shape.
    """
    if action == "save_form":
        given = _mapping(arguments, "content")
        extra: dict[str, Any] = {"content": given} if given else {}
        return {**extra, "mended": _mended(work, key, {"text": arguments.get("text") or "", **given})}
    field, name = {"send_back": ("items", "returned"), "report_progress": ("progress",) * 2}.get(
        action, ("", "")
    )
    return {name: _mapping(arguments, field)} if field in arguments else {}


def content_of(session: Session, form: Mapping[str, Any]) -> forms.Content:
    """What stands in a form by its record; empty where nothing was saved."""
    return forms.read(queries.text(session, form["text"])) if form.get("text") else {}


def accepted_targets(session: Session, record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The targets of the accepted plan by number, in their order; empty before there is one."""
    if not record.get("accepted_plan"):
        return {}
    targets = forms.read(queries.text(session, record["accepted_plan"])).get("targets", {})
    return {number: targets[number] for number in forms.in_order(targets)}


def draft_save(
    service: Service, person: str, key: str, content: Mapping[str, Any], base: str | None = None
) -> FormDraft:
    """Keep what `person` is writing in the form now open, in the place of what was kept before.

    `base` is the digest of what was saved when they began to write; None means what is saved now. Whoever may save
    the form may keep a draft of it; nothing of the content is checked but that it could be sealed (see
    `perform.require_sound`) and is no longer than MOST_DRAFT. Raises Refused, NotFound.
    """
    require_sound(content, "content")
    try:
        size = forms.length(content)
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(Unmet("value_unusable", {"field": "content"})) from error
    with writing(service) as session:
        form, saved = _writable(service, session, person, key)
        if size > MOST_DRAFT:
            raise Refused(Unmet("form_too_long", {"form": form, "most": MOST_DRAFT}))
        kept = FormDraft(form, content, stamp(service.clock.now()), saved if base is None else base)
        body = json.dumps({"base": kept.base, "content": content}, sort_keys=True)
        _KEEP.run(session, subject=key, form=form, person=person, content=body, at=kept.at)
    return kept


def draft_read(service: Service, person: str, key: str) -> FormDraft | None:
    """The person's own draft of the form now open, or None. Raises Refused, NotFound as `draft_save`."""
    with service.database.read() as session:
        form, _saved = _writable(service, session, person, key)
        found = _READ.run(session, subject=key, form=form, person=person).fetchone()
    if found is None:
        return None
    body, at = json.loads(found[0]), found[1]
    if body.keys() != {"base", "content"}:  # kept before drafts knew what they were begun from
        return FormDraft(form, body, at)
    return FormDraft(form, body["content"], at, body["base"])


def draft_drop(service: Service, person: str, key: str) -> str:
    """Forget the person's draft of the form now open, if there is one; says which form. Raises as `draft_save`."""
    with writing(service) as session:
        form, _saved = _writable(service, session, person, key)
        drop(session, key, form, person)
    return form


def drop(session: Session, key: str, form: str, person: str) -> None:
    """The draft has become the form, or is not wanted any more."""
    _DROP.run(session, subject=key, form=form, person=person)


def forget(session: Session, department: str, people: Collection[str]) -> None:
    """Whoever has left a post finds no draft of theirs when they come back to it."""
    if people:
        _FORGET.run_many(session, [{"person": one, "department": department} for one in sorted(people)])


def _writable(service: Service, session: Session, person: str, key: str) -> tuple[str, str]:
    """The form of `key` that `person` may write in now, and the digest of what is saved in it.

    Raises Refused as saving it would, NotFound.
    """
    row = queries.subject(session, key) or unborn(key)
    if row.kind != "appraisal":
        raise NotFound(key)
    desk = open_desk(session, service.clock, service.zone, Act(person))
    consider(desk, row, "save_form", Asked(text="-"), around=look_around(desk, row))
    form = _form(row)
    return form, row.record.get("forms", {}).get(form, {}).get("text") or ""


def _form(row: SubjectRow) -> str:
    return row.state.partition(".")[0]


def _mended(work: Transaction, key: str, content: forms.Content) -> list[str]:
    """The returned parts of the form at `key`, held, that `content` changes."""
    row = queries.subject(work.session, key)
    if row is None or not row.record.get("forms", {}).get(_form(row), {}).get("returned"):
        return []
    row = queries.lock(work.session, key) or row
    form = row.record["forms"].get(_form(row), {})
    before = content_of(work.session, form)
    return [name for name in form.get("returned", {}) if forms.differ(before, content, name)]


def _mapping(arguments: Arguments, field: str) -> dict[str, Any]:
    value = arguments.get(field, {})
    if not isinstance(value, Mapping):
        raise Refused(Unmet("value_unusable", {"field": field}))
    return dict(value)
