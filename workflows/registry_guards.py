"""The conditions of acts on departments, people and the regulation's figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from workflows.errors import Unmet
from workflows.facts import Facts

POST_ROLES = {"liaison": "department", "head": "department", "leader": "leader"}
"""The role whoever holds a post needs (org.internal)."""
POSTS = tuple(POST_ROLES)

BUSINESS_ROLES = frozenset({"office", "group", "reviewer", "inspector", "leader", "department"})
APART = frozenset({"admin", "auditor"})
RESERVED = BUSINESS_ROLES | APART | {"committee", "chief", "team", "head", "system", "scheduler", "import"}
"""Words the history uses for bodies, roles and what acts by itself: nobody's id."""


def name_given(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.asked.text.strip():
        yield Unmet("name_missing")


def day_given(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.asked.on is None:
        yield Unmet("day_missing")


def category_known(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.asked.stage not in facts.rulebook.categories:
        yield Unmet("category_unknown", {"category": facts.asked.stage})


def post_known(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.asked.stage not in POST_ROLES:
        yield Unmet("post_unknown", {"post": facts.asked.stage})


def person_active(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.asked.extra.get("person_active"):
        yield Unmet("person_unknown", {"person": facts.asked.member})


def post_role_held(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Whoever is put in a post has the role it needs: an auditor never files."""
    post, person = facts.asked.stage, facts.asked.member
    known = post in POST_ROLES and facts.asked.extra.get("person_active")
    if known and POST_ROLES[post] not in facts.asked.extra.get("person_roles", ()):
        yield Unmet("post_role_missing", {"post": post, "person": person})


def id_free(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    wanted = facts.subject.partition(":")[2]
    if wanted in RESERVED:
        yield Unmet("id_reserved", {"id": wanted})


def others_given(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.asked.extra.get("predecessors"):
        yield Unmet("predecessors_missing")


def roles_apart(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """`admin` and `auditor` are never held together, nor with a business role."""
    roles = set(facts.asked.extra.get("roles", ()))
    unknown = roles - BUSINESS_ROLES - APART
    if unknown:
        yield Unmet("role_unknown", {"roles": ",".join(sorted(unknown))})
    if len(roles & APART) > 1 or (roles & APART and roles & BUSINESS_ROLES):
        yield Unmet("roles_not_apart", {"roles": ",".join(sorted(roles))})


def figure_needs_confirming(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    wanted = {figure.path for figure in facts.rulebook.to_confirm()}
    if facts.asked.step not in wanted:
        yield Unmet("figure_unknown", {"figure": facts.asked.step})
