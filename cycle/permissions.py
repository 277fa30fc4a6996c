"""Who may ask for a move: role, relation to the department, recusal, acting on behalf, the second person.

Default deny. The roles of each move stand in its machine's table; this module says what each role means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cycle.people import Person, belongs, holder, merged
from workflows.engine import Move
from workflows.errors import Refused, Unmet

BODIES = ("group", "committee", "team", "chief")
"""Bodies the office may act for, the chief leader among them; they meet rather than sign in."""

NO_POSTS: Mapping[str, Any] = {}
ACTS_ALONE = ("scheduler", "import")
PROGRAMS = ("system", "import")
"""Roles that no person has."""
PERSONAL = ("office", "group", "leader", "reviewer", "inspector")
"""Roles whose holders withdraw from a matter of their own department (org.group)."""


KEYS = ("token", "confirmed_token")
"""What of an act, and of its history row's data, names access keys."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, in whose name, and why. `kind` is person, command, scheduler or import.

    `on_behalf_of` is a body or a leader's id; `confirmed_by` the second person. `occurred_on` is the day it
    happened where that is not the day it is entered. `key` makes a repetition harmless. `seen` is a subject and the
    numbers of its history rows of which one must still be the last, where whoever acts looked at it before.
    `token` is the id of the access key it came by, `confirmed_token` that of the confirmation; empty without one.
    """

    actor: str
    kind: str = "person"
    on_behalf_of: str = ""
    confirmed_by: str = ""
    reason: str = ""
    document: str = ""
    occurred_on: date | None = None
    key: str = ""
    seen: tuple[str, tuple[int, ...]] | None = None
    token: str = ""
    confirmed_token: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What permission depends on: the people involved and whose matter it is.

    `department` empty means an act on the whole cycle or on a register: who acts and who confirms have
    different homes. `matters` are the departments such an act is about all the same (those tied, renamed,
    merged), with the record of each in `beside`; `posts` is that of `department`. `into` says which department
    those dissolved were merged into. `entry` is the person whose own entry in the register is concerned,
    `owner` whose token it is.
    """

    day: date
    actor: Person | None
    principal: Person | None = None
    confirmer: Person | None = None
    department: str = ""
    matters: tuple[str, ...] = ()
    entry: str = ""
    owner: str = ""
    posts: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    into: Mapping[str, str] = field(default_factory=dict)
    team: Sequence[str] = ()


def require_known(act: Act, actor: Person | None) -> None:
    """A stranger is told nothing but that. Raises Refused."""
    if act.kind not in ACTS_ALONE and (actor is None or not actor.active):
        raise Refused(Unmet("person_unknown", {"person": act.actor}))


def require_asker(moves: Sequence[Move], act: Act, actor: Person | None) -> None:
    """Somebody whose roles never ask for any of these moves learns that alone, not where their subject stands.

    Whether a role is theirs here, and what a body decided, is `role_for`'s. Raises Refused.
    """
    require_known(act, actor)
    who = tuple(dict.fromkeys(role for move in moves for role in move.who))
    if act.kind in ACTS_ALONE or actor is None or not moves:
        return
    if act.on_behalf_of:
        if "office" not in actor.roles:
            raise Refused(_missing("office"))
    elif not any(role == "owner" or _has(role, actor) for role in who):
        raise Refused(_missing(*who))


def role_for(move: Move, act: Act, scene: Scene) -> str:
    """The role in which `act` may ask for `move`. Raises `Refused` with every obstacle."""
    if act.kind in ACTS_ALONE:
        alone = {"scheduler": "system", "import": "import"}[act.kind]
        if alone in move.who:
            return alone
        raise Refused(Unmet("role_missing", {"roles": ",".join(move.who)}))
    actor = scene.actor
    if actor is None or not actor.active:
        raise Refused(Unmet("person_unknown", {"person": act.actor}))
    if act.on_behalf_of:
        return _behalf(move, act, scene, actor)
    obstacles: list[Unmet] = []
    for role in move.who:
        obstacle = _obstacle(role, actor, scene)
        if obstacle is None:
            _require_not_own(move, scene, actor)
            _second_person(move, act, scene, actor)
            return role
        obstacles.append(obstacle)
    raise Refused(*_worth_saying(obstacles, move))


def _worth_saying(obstacles: Sequence[Unmet], move: Move) -> tuple[Unmet, ...]:
    """The nearest obstacle: a recusal or a missing relation tells more than a role one does not hold."""
    near = [o for o in obstacles if o.code != "role_missing"]
    return tuple(near) or (_missing(*move.who),)


def _obstacle(role: str, person: Person, scene: Scene) -> Unmet | None:
    """Why `person` may not act as `role` here; None when they may."""
    if role == "owner":
        return None if person.id == scene.owner else _missing(role)
    related = {
        "department": ("liaison", "head"),
        "head": ("head",),
        "leader": ("leader",),
    }
    if role in related:
        if not _has(role, person):
            return _missing(role)
        if person.id not in {holder(scene.posts, post, scene.day) for post in related[role]}:
            return Unmet("relation_missing", {"role": role})
    elif role not in person.roles:
        return _missing(role)
    if role == "reviewer" and person.id not in scene.team:
        return Unmet("relation_missing", {"role": role})
    return _recusal(person, scene) if role in PERSONAL else None


def _recusal(person: Person, scene: Scene) -> Unmet | None:
    """Whoever is at home in a department, or holds a post of it, withdraws from what concerns it (org.group)."""
    concerned = {**dict.fromkeys(scene.matters, NO_POSTS), **scene.beside, scene.department: scene.posts}
    for department, record in concerned.items():
        if department and belongs(person, record, department, scene.day, scene.into):
            return Unmet("recused", {"person": person.id, "department": department})
    return None


def _require_not_own(move: Move, scene: Scene, actor: Person) -> None:
    """A home or a role is what recusal and permission rest on: nobody sets their own. Raises Refused."""
    if move.confirmed and scene.entry == actor.id:
        raise Refused(Unmet("own_record", {"person": actor.id}))


def _has(role: str, person: Person) -> bool:
    return ("department" if role == "head" else role) in person.roles


def _missing(*roles: str) -> Unmet:
    """Whose act it is: people can be asked for it, a program cannot, so it is named where it acts alone."""
    people = [role for role in roles if role not in PROGRAMS]
    return Unmet("role_missing", {"roles": ",".join(people or roles)})


def _behalf(move: Move, act: Act, scene: Scene, actor: Person) -> str:
    """The office records what a body or a leader decided, with its document and a second office person."""
    found: list[Unmet] = []
    role = act.on_behalf_of if act.on_behalf_of in BODIES else "leader"
    if role not in move.who:
        found.append(Unmet("behalf_not_possible", {"principal": act.on_behalf_of}))
    elif role == "leader":
        obstacle = _obstacle(role, scene.principal, scene) if scene.principal else None
        if scene.principal is None:
            found.append(Unmet("person_unknown", {"person": act.on_behalf_of}))
        elif obstacle is not None:
            found.append(obstacle)
    obstacle = _obstacle("office", actor, scene)
    if obstacle is not None:
        found.append(obstacle)
    if not act.document.strip():
        found.append(Unmet("document_missing"))
    if found:
        raise Refused(*found)
    _second_person(move, act, scene, actor)
    return role


def needs_confirmation(move: Move, act: Act) -> bool:
    """Whether a second person has to confirm before the act takes effect."""
    return bool(act.on_behalf_of) or (move.confirmed and act.kind not in ACTS_ALONE)


def _second_person(move: Move, act: Act, scene: Scene, actor: Person) -> None:
    """The confirming person: of the office (or group for its own acts), another one, not of a department
    concerned, not the person concerned. For an act on the whole cycle or a register the two have different homes.
    """
    if not act.confirmed_by or not needs_confirmation(move, act):
        return
    second = scene.confirmer
    if second is None or not second.active:
        raise Refused(Unmet("person_unknown", {"person": act.confirmed_by}))
    found: list[Unmet] = []
    if second.id == actor.id:
        found.append(Unmet("second_person_same", {"person": second.id}))
    elif not scene.department and merged(second.home, scene.into) == merged(actor.home, scene.into):
        found.append(Unmet("second_person_same_home", {"home": second.home}))
    if "office" not in second.roles and not (not act.on_behalf_of and "group" in second.roles):
        found.append(_missing("office"))
    if second.id == scene.entry:
        found.append(Unmet("own_record", {"person": second.id}))
    recusal = _recusal(second, scene)
    if recusal is not None:
        found.append(recusal)
    if found:
        raise Refused(*found)
