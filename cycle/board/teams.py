"""Who reviews which department of a year: departments by members, with who has to withdraw and how much each has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.board.city import cycle_of
from cycle.board.look import Look
from cycle.people import Person, belongs, person
from cycle.sight import seen, shows
from workflows import marking
from workflows.machines.appraisal import TEAM_STATES

Values = dict[str, Any]

IN: Final = "in"
RECUSED: Final = "recused"
FREE: Final = ""


def teams(look: Look, year: int) -> Values:
    """The departments of a year the reader sees the team of, the reviewers, and how each stands to each.

    `departments` have `cells`, reviewer to IN, RECUSED or FREE, `open` whether members come and go now, and
    `short` how many are missing; `reviewers` have `count`, how many departments they review. Raises NotFound for a
    year there is none of.
    """
    book = gathering.rulebook_of(look.session, cycle_of(look, year))
    rows = [
        row
        for row in queries.of_year(look.session, "appraisal", year)
        if row.state != "exempted" and shows(look.reader, "team", seen(row))
    ]
    assigned = {row.department: marking.team(row.record) for row in rows}
    reviewers = _reviewers(look, assigned)
    posts = {row.department: row.record for row in queries.of_kind(look.session, "department")}
    into = queries.successors(look.session)
    found = []
    for row in rows:
        members = assigned[row.department]
        record = posts.get(row.department, {})
        away = {one.id for one in reviewers if belongs(one, record, row.department, look.today, into)} - set(
            members
        )
        found.append(
            {
                "department": row.department,
                "name": look.voice.name(row.department),
                "state": row.state,
                "state_word": look.voice.state("appraisal", row.state),
                "members": members,
                "cells": {
                    one.id: IN if one.id in members else RECUSED if one.id in away else FREE
                    for one in reviewers
                },
                "open": row.state in TEAM_STATES,
                "own": look.reader.at_home(row.department),
                "short": max(0, book.team_size - len(members)),
            }
        )
    return {
        "size": book.team_size,
        "departments": found,
        "reviewers": [_values(look, one, assigned) for one in reviewers],
    }


def _reviewers(look: Look, assigned: Mapping[str, Sequence[str]]) -> list[Person]:
    """Whoever may review, and whoever does although they may no more, by home and id."""
    here = {member for members in assigned.values() for member in members}
    people = [person(row.key, row.state, row.record) for row in queries.of_kind(look.session, "person")]
    known = [one for one in people if one.id in here or (one.active and "reviewer" in one.roles)]
    return sorted(known, key=lambda one: (one.home, one.id))


def _values(look: Look, one: Person, assigned: Mapping[str, Sequence[str]]) -> Values:
    return {
        "person": one.id,
        "name": one.name,
        "home": look.voice.name(one.home),
        "fit": one.active and "reviewer" in one.roles,
        "count": sum(one.id in members for members in assigned.values()),
    }
