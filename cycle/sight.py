"""Who sees what: role, resource, relation, as one table. Default deny: what stands in no cell is not seen.

A role sees a resource within a scope, or within any of several:

- `all`: whatever there is of it;
- `not_own`: the same, but what a department is not told before the proposal is not told to its own people in the
  office or the group either (org.group); `never_own`: nor afterwards;
- `told_home`: whatever there is of it, but nobody reads what their own department was not told of yet;
- `own`: of a department whose liaison or head the reader is on the day;
- `told`: the same, once the department was told of it;
- `published`: the same, from the proposal of the year on;
- `charge`, `charge_published`: likewise for the leader in charge of the department;
- `team`: of an appraisal the reader is assigned to mark, their own department's never;
- `complete`: the same, once the review is complete;
- `self`: what is the reader's own, written by them or to them.

Another department's object is not there for whoever may not see it: its existence is not told either. Acting is
another matter: see `cycle.permissions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from cycle.keys import split_key
from cycle.people import OWN_POSTS, Person, holder, merged
from cycle.queries import SubjectRow
from workflows.errors import NotFound
from workflows.matters import MATTERS

ROLES: Final = ("office", "group", "auditor", "admin", "department", "reviewer", "leader", "inspector")
"""Roles that read; whoever has none of them sees nothing."""

_BUSINESS: Final = {"office": "all", "group": "all", "auditor": "all"}
_RECUSED: Final = {"office": "not_own", "group": "not_own", "auditor": "all"}
_UNTOLD: Final = {**dict.fromkeys(("office", "group", "inspector"), "told_home"), "auditor": "all"}
_PUBLIC: Final = {**_BUSINESS, **dict.fromkeys(("department", "reviewer", "leader", "inspector"), "all")}
_EVERYBODY: Final = {**_PUBLIC, "admin": "all"}
_OF_DEPARTMENTS: Final = {**_BUSINESS, "department": "own", "leader": "charge"}
_CIRCULAR: Final = {**_BUSINESS, "department": "all", "leader": "all"}
_OTHERS_SELF: Final = dict.fromkeys(("department", "reviewer", "leader", "inspector"), "self")

SIGHT: Final[Mapping[str, Mapping[str, str]]] = {
    "me": _EVERYBODY,
    "calendar": _EVERYBODY,
    "department": _EVERYBODY,
    "cycle": _PUBLIC,
    "rulebook": _PUBLIC,
    "readiness": _BUSINESS,
    "ties": _BUSINESS,
    "posts": {**_BUSINESS, "admin": "all", "department": "own", "leader": "charge"},
    "person": {**_BUSINESS, "admin": "all", **_OTHERS_SELF},
    # One department's year: its row on the board, and each thing on its sheet.
    "appraisal": {**_BUSINESS, "department": "own", "leader": "charge", "reviewer": "team"},
    "year_of_department": {
        **_BUSINESS,
        "inspector": "all",
        "department": "own",
        "leader": "charge",
        "reviewer": "team",
    },
    "deadlines": {**_BUSINESS, "department": "own", "leader": "charge", "reviewer": "team"},
    "forms": {**_BUSINESS, "department": "own", "reviewer": "team"},
    "lines": {**_BUSINESS, "department": "own", "leader": "charge", "reviewer": "team"},
    "lines.deduction": {**_BUSINESS, "department": "own", "leader": "charge_published"},
    "lines.bonus": {**_BUSINESS, "department": "own", "leader": "charge_published"},
    "lines.central": {
        **_RECUSED,
        "department": "published",
        "leader": "charge_published",
        "reviewer": "complete",
    },
    "lines.public": {**_RECUSED, "department": "published", "leader": "charge_published"},
    "lines.leader": {**_RECUSED, "department": "published", "leader": "charge"},
    "lines.cap": {**_RECUSED, "department": "published", "leader": "charge_published"},
    "sums": {**_RECUSED, "department": "published", "leader": "charge_published"},
    "team": {**_BUSINESS, "department": "published", "reviewer": "team"},
    "marks": {**_RECUSED, "department": "published", "reviewer": "team"},
    "marks.of_member": {**_RECUSED, "department": "published", "reviewer": "complete"},
    "beside": {**_RECUSED, "reviewer": "team"},
    "rectification": {**_BUSINESS, "department": "own", "leader": "charge"},
    "history_of_appraisal": {**_BUSINESS, "department": "own"},
    "receipts": _OF_DEPARTMENTS,
    # The year's results: the list is for everybody from the proposal on, the points are not.
    "results": _PUBLIC,
    "result": {**_BUSINESS, "department": "published", "leader": "charge_published"},
    "case": {**_BUSINESS, "leader": "charge"},
    # What a ratified year's results are used for; a circular goes to everybody it is about.
    "settlement": _OF_DEPARTMENTS,
    "eligibility": _OF_DEPARTMENTS,
    "commendation": _CIRCULAR,
    "movement": _CIRCULAR,
    "talks": _OF_DEPARTMENTS,
    "years": _OF_DEPARTMENTS,
    # The matters beside a department's year.
    "finding": {**_UNTOLD, "department": "told"},
    "complaint": {**_UNTOLD, "department": "told"},
    "complainant": {"office": "never_own", "group": "never_own", "auditor": "all", "inspector": "never_own"},
    "bonus": {**_BUSINESS, "department": "told"},
    "objection": {**_BUSINESS, "department": "told"},
    "evidence": {**_BUSINESS, "department": "told", "reviewer": "team"},
    "duty": {**_BUSINESS, "department": "told"},
    # Files to fill in with rows; a reviewer's own sheet.
    "template": {"office": "all", "reviewer": "self"},
    # The office's own work, and what the service does by itself.
    "history": _BUSINESS,
    "verification": {"office": "all", "auditor": "all"},
    "pending": {
        **_OTHERS_SELF,
        "office": "not_own self",
        "group": "not_own self",
        "auditor": "all",
        "admin": "self",
    },
    "due": {**_BUSINESS, "department": "own", "leader": "charge", "reviewer": "self"},
    "token": {**_OTHERS_SELF, "office": "self", "group": "self", "auditor": "all", "admin": "all"},
    "account": {**_OTHERS_SELF, "office": "self", "group": "self", "auditor": "all", "admin": "all"},
    "reminder": {**_BUSINESS, **_OTHERS_SELF},
    "letter": {**_BUSINESS, **_OTHERS_SELF, "admin": "self", "department": "own self"},
    "outbox": {**_BUSINESS, "admin": "all"},
    "scheduler": {**_BUSINESS, "admin": "all"},
    "settings": {"office": "all", "auditor": "all", "admin": "all"},
}
"""Resource to role to scope."""

PUBLISHED: Final = frozenset(
    {
        "grading.proposed",
        "grading.ratified",
        *(f"rectification.{part}" for part in ("drafting", "submitted", "lapsed", "underway")),
        "closed",
    }
)
"""States of an appraisal whose points the department knows: from the proposal on, while one stands."""

COMPLETE: Final = PUBLISHED | {"inspection.open", "grading.pending"}
"""States of an appraisal whose review is complete."""

TOLD_FROM: Final[Mapping[str, tuple[str, ...]]] = {
    "finding": ("notified",),
    "complaint": ("investigating", "heard", "substantiated", "unsubstantiated"),
}
"""What a department is told of only from one of these states on; the other matters are of its own making."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads, on a day: their roles, the departments they read for, those they are in charge of.

    `kin` are those that are one with their home or with a department whose post they hold, by mergers.
    """

    person: str
    roles: tuple[str, ...]
    home: str = ""
    own: frozenset[str] = frozenset()
    charge: frozenset[str] = frozenset()
    kin: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether they see the business as a whole; of their own department's points see `unbiased`."""
        return not _BUSINESS.keys().isdisjoint(self.roles)

    def unbiased(self, of: Seen) -> bool:
        """Whether they see all there is of this: the business as a whole, and it is not their own department's."""
        return "auditor" in self.roles or (self.whole and (of.published or not self.at_home(of.department)))

    @property
    def homes(self) -> frozenset[str]:
        """The departments they belong to or hold a post of, those that are one with them too."""
        return (self.own | self.kin | {self.home}) - {""}

    def at_home(self, department: str) -> bool:
        """Whether it is a department they belong to, or hold a post of."""
        return department in self.homes


EVERYTHING: Final = Reader("", ("auditor",))
"""Whoever works at the machine itself: the command line hides nothing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What of an object sight depends on. `person` is whose it is; `told` whether the department knows of it."""

    department: str = ""
    published: bool = False
    complete: bool = False
    told: bool = False
    team: Sequence[str] = ()
    person: str = ""


def reader_of(
    person: Person, departments: Iterable[SubjectRow], day: date, into: Mapping[str, str] | None = None
) -> Reader:
    """How `person` reads on `day`; somebody who has left sees nothing.

    `departments` are all there are, or those it is about; then `into` says which were merged into which.
    """
    if not person.active:
        return Reader(person.id, ())
    departments, into = list(departments), dict(into or {})
    into |= {row.department: row.record["successor"] for row in departments if row.record.get("successor")}
    roles = tuple(role for role in ROLES if role in person.roles)
    held: dict[str, set[str]] = {"department": set(), "leader": set()}
    for row in departments:
        if any(holder(row.record, post, day) == person.id for post in OWN_POSTS):
            held["department"].add(row.department)
        if holder(row.record, "leader", day) == person.id:
            held["leader"].add(row.department)
    own, charge = (frozenset(held[role]) if role in roles else frozenset() for role in held)
    return Reader(person.id, roles, person.home, own, charge, _kin({person.home, *held["department"]}, into))


def _kin(at_home: Iterable[str], into: Mapping[str, str]) -> frozenset[str]:
    ends = {merged(one, into) for one in at_home if one}
    return frozenset(ends | {one for one in into if merged(one, into) in ends})


def seen(row: SubjectRow) -> Seen:
    """What sight depends on, of an appraisal, a matter of a department or a case.

    Who is assigned stands with the appraisal, not with its matters; nor does a matter that is closed publish points.
    """
    state = row.state if row.kind == "appraisal" else ""
    return Seen(
        department=row.department,
        published=state in PUBLISHED,
        complete=state in COMPLETE,
        told=_told(row),
        team=tuple(row.record.get("team", ())),
    )


def _told(row: SubjectRow) -> bool:
    from_ = TOLD_FROM.get(row.kind)
    return from_ is None or bool({row.state, *row.record.get("visits", {})} & set(from_))


def may_ask(reader: Reader, resource: str) -> bool:
    """Whether any of the reader's roles sees anything of a resource; else it is refused, not merely empty."""
    return not SIGHT[resource].keys().isdisjoint(reader.roles)


def shows(reader: Reader, resource: str, of: Seen) -> bool:
    """Whether `reader` sees this one of a resource."""
    row = SIGHT[resource]
    return any(_within(scope, reader, of) for role in reader.roles for scope in row.get(role, "").split())


def _within(scope: str, reader: Reader, of: Seen) -> bool:
    owns, leads = of.department in reader.own, of.department in reader.charge
    assigned = reader.person in of.team and not reader.at_home(of.department)
    return {
        "all": True,
        "not_own": of.published or not reader.at_home(of.department),
        "never_own": not reader.at_home(of.department),
        "told_home": of.told or not reader.at_home(of.department),
        "own": owns,
        "told": owns and of.told,
        "published": owns and of.published,
        "charge": leads,
        "charge_published": leads and of.published,
        "team": assigned,
        "complete": assigned and of.complete,
        "self": bool(of.person) and of.person == reader.person,
    }[scope]


_OF_A_DEPARTMENT: Final = frozenset({"appraisal", "case", *MATTERS})
"""Kinds of subject that are one department's, and may be none of a reader's business."""


_OF_A_PERSON: Final = frozenset({"person", "token", "account"})
"""Kinds of subject that are somebody's own."""


def sees(
    person: Person,
    row_or_key: SubjectRow | str,
    *,
    day: date,
    posts: Mapping[str, Any],
    team: Sequence[str] = (),
    into: Mapping[str, str] | None = None,
) -> bool:
    """Whether somebody who asks for an act may know that its subject exists.

    `posts` is the record of the department concerned, `team` who marks its year; `into`: see `reader_of`. What a key
    alone does not tell, whether the department was told, is left to the act itself. A key of no shape known is
    nobody's.
    """
    row = None if isinstance(row_or_key, str) else row_or_key
    key = row_or_key if isinstance(row_or_key, str) else row_or_key.key
    try:
        kind, _year, department = split_key(key)
    except NotFound:
        return False
    if kind in _OF_A_PERSON:
        owner = key.partition(":")[2] if kind != "token" else row.record["person"] if row else ""
        return shows(reader_of(person, [], day), kind, Seen(person=owner))
    if kind not in _OF_A_DEPARTMENT:
        return True
    around = SubjectRow(f"department:{department}", "department", 0, department, "", 0, "", posts)
    of = Seen(department, told=True) if isinstance(row_or_key, str) else seen(row_or_key)
    resource = "year_of_department" if kind == "appraisal" else kind
    return shows(reader_of(person, [around], day, into), resource, replace(of, team=team))
