"""Who sees what: the table of sight, cell by cell, against the one written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cycle.people import Person
from cycle.queries import SubjectRow
from cycle.sight import ROLES, SIGHT, Reader, Seen, may_ask, reader_of, seen, sees, shows
from tests.api import sight_table
from workflows.matters import MATTERS

ME, OTHER = "p-me", "p-other"
OWN, ELSEWHERE, HOME = "caizheng", "jiaoyu", "shenji"
THEIRS = Seen(OWN, published=True, complete=True, told=True, team=(ME,), person=ME)
SEEN = {
    "own": THEIRS,
    "unpublished": replace(THEIRS, published=False, complete=False),
    "untold": replace(THEIRS, told=False),
    "other year": replace(THEIRS, team=(OTHER,), person=OTHER),
    "other department": replace(THEIRS, department=ELSEWHERE, team=(OTHER,), person=OTHER),
    "home": replace(THEIRS, department=HOME, person=OTHER, published=False, complete=False),
    "home untold": replace(
        THEIRS, department=HOME, person=OTHER, published=False, complete=False, told=False
    ),
}
ROWS = [line.split() for line in sight_table.SEEN.strip().splitlines() if line.strip()]
DAY = date(2025, 3, 1)


def reader(role: str) -> Reader:
    """Somebody with one role and all that can go with it."""
    own = frozenset({OWN}) if role == "department" else frozenset[str]()
    charge = frozenset({OWN}) if role == "leader" else frozenset[str]()
    return Reader(ME, (role,), HOME, own, charge)


def cell(resource: str, role: str) -> str:
    who = reader(role)
    if not may_ask(who, resource):
        assert not any(shows(who, resource, SEEN[relation]) for relation in SEEN)
        return "-" * len(SEEN)
    return "".join("+" if shows(who, resource, SEEN[relation]) else "." for relation in sight_table.RELATIONS)


def test_the_written_table_has_every_resource_and_every_role() -> None:
    assert sight_table.ROLES == ROLES
    assert sorted(row[0] for row in ROWS) == sorted(SIGHT)
    assert all(len(row) == 1 + len(ROLES) for row in ROWS)


@pytest.mark.parametrize(("resource", "cells"), [(row[0], row[1:]) for row in ROWS])
def test_every_cell_of_sight_is_as_written(resource: str, cells: list[str]) -> None:
    assert [cell(resource, role) for role in ROLES] == cells


def test_whoever_has_none_of_the_roles_or_has_left_sees_nothing() -> None:
    nobody = [Reader(ME, ()), reader_of(Person(ME, "n", "n@x", HOME, ROLES, active=False), [], DAY)]
    for who in nobody:
        assert not any(shows(who, resource, of) for resource in SIGHT for of in SEEN.values())


def department(name: str, **held: str) -> SubjectRow:
    posts = [
        {"post": post, "person": who, "from": "2025-01-01", "until": "2025-07-01"}
        for post, who in held.items()
    ]
    return SubjectRow(f"department:{name}", "department", 0, name, "active", 1, "", {"posts": posts})


def test_one_reads_for_the_departments_whose_posts_one_holds_on_the_day() -> None:
    city = [
        department(OWN, liaison=ME, leader=OTHER),
        department(HOME, head=ME),
        department(ELSEWHERE, leader=ME),
    ]
    person = Person(ME, "n", "n@x", HOME, ("department", "leader"))
    then = reader_of(person, city, DAY)
    assert (then.own, then.charge) == (frozenset({OWN, HOME}), frozenset({ELSEWHERE}))
    later = reader_of(person, city, date(2025, 7, 1))
    assert (later.own, later.charge) == (frozenset(), frozenset())
    without = reader_of(replace(person, roles=("reviewer",)), city, DAY)
    assert (without.own, without.charge) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    ("kind", "state", "visits", "told"),
    [
        ("finding", "recorded", {"recorded": 1}, False),
        ("finding", "dropped", {"recorded": 1, "dropped": 1}, False),
        ("finding", "notified", {"recorded": 1, "notified": 1}, True),
        ("finding", "dropped", {"notified": 1, "dropped": 1}, True),
        ("complaint", "received", {"received": 1}, False),
        ("complaint", "investigating", {"investigating": 1}, True),
        ("complaint", "closed", {"received": 1, "investigating": 1, "closed": 1}, True),
        ("bonus", "applied", {"applied": 1}, True),
    ],
)
def test_a_department_is_told_of_a_matter_from_a_certain_state_on(
    kind: str, state: str, visits: dict[str, int], told: bool
) -> None:
    row = SubjectRow(f"{kind}:2025:{OWN}:1", kind, 2025, OWN, state, 1, "", {"visits": visits})
    assert seen(row).told is told
    assert shows(reader("department"), kind, seen(row)) is told


@pytest.mark.parametrize(
    ("state", "published", "complete"),
    [
        ("plan.drafting", False, False),
        ("central_review.marking", False, False),
        ("inspection.open", False, True),
        ("grading.pending", False, True),
        ("grading.proposed", True, True),
        ("rectification.underway", True, True),
        ("closed", True, True),
        ("exempted", False, False),
    ],
)
def test_points_are_published_by_the_proposal_and_marks_shown_to_members_once_complete(
    state: str, published: bool, complete: bool
) -> None:
    row = SubjectRow(f"appraisal:2025:{OWN}", "appraisal", 2025, OWN, state, 1, "", {"team": [ME]})
    assert (seen(row).published, seen(row).complete, seen(row).team) == (published, complete, (ME,))


@pytest.mark.parametrize("kind", MATTERS)
def test_a_matter_that_is_closed_publishes_no_points(kind: str) -> None:
    row = SubjectRow(f"{kind}:2025:{OWN}:1", kind, 2025, OWN, "closed", 1, "", {})
    assert (seen(row).published, seen(row).complete) == (False, False)


def test_who_belonged_to_a_department_merged_away_is_at_home_in_what_took_it_over() -> None:
    old = replace(department(ELSEWHERE), state="closed", record={"posts": [], "successor": HOME})
    older = replace(department("lvyou"), state="closed", record={"posts": [], "successor": ELSEWHERE})
    city = [department(OWN), department(HOME), old, older]
    of_old = reader_of(Person(ME, "n", "n@x", "lvyou", ("office",)), city, DAY)
    assert [of_old.at_home(one) for one in ("lvyou", ELSEWHERE, HOME, OWN)] == [True, True, True, False]
    of_new = reader_of(Person(ME, "n", "n@x", HOME, ("office",)), city, DAY)
    assert [of_new.at_home(one) for one in ("lvyou", HOME, OWN)] == [True, True, False]
    by_key = Person(ME, "n", "n@x", ELSEWHERE, ("reviewer",))
    about = f"appraisal:2025:{HOME}"
    assert sees(by_key, about, day=DAY, posts={}, team=[ME])
    assert not sees(by_key, about, day=DAY, posts={}, team=[ME], into={ELSEWHERE: HOME})


def test_who_holds_a_post_of_a_department_does_not_mark_it_whatever_their_home() -> None:
    city = [department(OWN, liaison=ME)]
    of = Seen(OWN, team=(ME,))
    person = Person(ME, "n", "n@x", HOME, ("reviewer",))
    assert not shows(reader_of(person, city, DAY), "marks", of)
    assert shows(reader_of(person, city, date(2025, 7, 1)), "marks", of)


# --- acting on what one may not know of ---

PEOPLE = {
    "clerk": Person("p-clerk", "n", "n@x", HOME, ("office",)),
    "liaison": Person(ME, "n", "n@x", OWN, ("department",)),
    "stranger": Person(OTHER, "n", "n@x", ELSEWHERE, ("department",)),
    "inspector": Person(OTHER, "n", "n@x", HOME, ("inspector",)),
    "reviewer": Person(OTHER, "n", "n@x", HOME, ("reviewer",)),
    "admin": Person(OTHER, "n", "n@x", HOME, ("admin",)),
}
POSTS = department(OWN, liaison=ME).record
TEAM = [OTHER]


@pytest.mark.parametrize(
    ("who", "known"),
    [
        ("clerk", "appraisal finding evidence case"),
        ("liaison", "appraisal finding evidence"),
        ("stranger", ""),
        ("inspector", "appraisal finding"),
        ("reviewer", "appraisal evidence"),
        ("admin", ""),
    ],
)
def test_whoever_may_not_know_of_a_departments_subject_finds_none_to_act_on(who: str, known: str) -> None:
    keys = {
        "appraisal": f"appraisal:2025:{OWN}",
        "finding": f"finding:2025:{OWN}:1",
        "evidence": f"evidence:2025:{OWN}:1",
        "case": f"case:2025:{OWN}",
    }
    found = [kind for kind, key in keys.items() if sees(PEOPLE[who], key, day=DAY, posts=POSTS, team=TEAM)]
    assert found == known.split()


def test_a_reviewer_knows_of_a_year_they_are_assigned_to_and_of_no_other() -> None:
    row = SubjectRow(f"appraisal:2025:{OWN}", "appraisal", 2025, OWN, "closed", 1, "", {})
    for about in (row, f"appraisal:2026:{OWN}", f"evidence:2025:{OWN}:1"):
        assert sees(PEOPLE["reviewer"], about, day=DAY, posts=POSTS, team=TEAM)
        assert not sees(PEOPLE["reviewer"], about, day=DAY, posts=POSTS, team=[ME])
        assert not sees(PEOPLE["reviewer"], about, day=DAY, posts=POSTS)


def test_what_is_no_departments_is_everybodys_and_a_key_of_no_shape_is_nobodys() -> None:
    assert sees(PEOPLE["admin"], "cycle:2025", day=DAY, posts={})
    assert not sees(PEOPLE["clerk"], "nothing", day=DAY, posts={})
