"""People and bodies as they are typed: a person's id or name, a body's code or name in either language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from cycle import queries
from cycle.cli import typed
from cycle.cli.terminal import BadInput
from cycle.db import Session
from cycle.permissions import BODIES
from cycle.queries import SubjectRow
from workflows import words
from workflows.scoring import folded

Called = Callable[[], Mapping[str, str]]
"""The reader's names of departments, asked for only when they are needed: an act may change them."""

_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "committee": ("市委", "师党委", "师市党委"),
    "group": ("绩效考评领导小组", "考评领导小组"),
}
"""What offices call a body beside its word."""


def person(session: Session, text: str, called: Called) -> str:
    """The id of the person meant, by id or by name. What may be an id is handed on where nobody has it.

    Raises BadInput for a name nobody has, or that several have: with the id and the home of each.
    """
    found = _person(session, text, called)
    if found is None and not typed.is_id(text):
        raise BadInput("person_unknown", person=text)
    return found or text


def principal(session: Session, text: str, called: Called, field: str) -> str:
    """The body meant by its code or a name, else the id of the leader meant. Raises BadInput naming the bodies."""
    wanted = _plain(text)
    for body in BODIES:
        if wanted in _names(body):
            return body
    found = _person(session, text, called)
    if found is None:
        known = "、".join(f"{words.word('role', body, 'zh')} {body}" for body in BODIES)
        raise BadInput("behalf_unknown", field=field, given=text, known=known)
    return found


def _names(body: str) -> Iterator[str]:
    yield body
    yield from (_plain(words.word("role", body, lang)) for lang in words.LANGS)
    yield from _ALSO.get(body, ())


def _person(session: Session, text: str, called: Called) -> str | None:
    if typed.is_id(text) and queries.subject(session, f"person:{text}") is not None:
        return text
    wanted = _plain(text)
    named = [row for row in queries.of_kind(session, "person") if _plain(row.record["name"]) == wanted]
    standing = [row for row in named if row.state == "active"] or named
    if len(standing) > 1:
        raise BadInput("person_ambiguous", entries=_entries(standing, called()), person=text)
    return _id(standing[0]) if standing else None


def _entries(rows: Sequence[SubjectRow], called: Mapping[str, str]) -> list[dict[str, str]]:
    found = []
    for row in rows:
        home = row.record["home"]
        told = f"{called[home]} {home}" if home in called else home
        found.append({"person": _id(row), "home": home, "line": f"{_id(row)}（{told}）"})
    return found


def _id(row: SubjectRow) -> str:
    return row.key.partition(":")[2]


def _plain(text: str) -> str:
    return folded(text).casefold()
