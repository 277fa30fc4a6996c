"""Moves that can be made again and again: many departments filing their plans, over and over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cycle.bench.beds import Bed
from cycle.bench.copies import copy
from cycle.bench.office import APPRAISAL, DEPARTMENT, PATTERN, PLAN_DAY, YEAR, ZONE, Office, filing, opened
from cycle.operations.advance import advance
from cycle.operations.appraisals import asked_of
from cycle.permissions import Act
from workflows.facts import Asked


@dataclass(frozen=True, slots=True)
class Move:
    """One move of one subject, its request already read."""

    key: str
    act: Act
    action: str
    asked: Asked


def names(count: int, start: int = 1) -> list[str]:
    """Ids for copies of the pattern department."""
    return [f"d{number:05}" for number in range(start, start + count)]


def plan(subjects: int, count: int, start: int = 0) -> list[Move]:
    """`count` moves from the `start`-th on: each of so many subjects takes its first, then each its second."""
    ids = names(subjects)
    return [move_of(ids[number % subjects], number // subjects) for number in range(start, start + count)]


def move_of(department: str, number: int) -> Move:
    """The `number`-th of a department's moves."""
    act, action, arguments = filing(number)
    asked = replace(asked_of(arguments), extra={"content": arguments.get("content", {})})
    return Move(f"appraisal:{YEAR}:{department}", act, action, asked)


def make(office: Office, moves: Sequence[Move]) -> None:
    """Make each move in a transaction of its own."""
    for move in moves:
        with office.database.write() as session:
            advance(
                session,
                move.key,
                move.action,
                act=move.act,
                clock=office.clock,
                zone=ZONE,
                asked=move.asked,
            )


def drafting(bed: Bed, subjects: int) -> str:
    """URL of a database in which so many departments draft their plan; nobody is connected to it."""
    url = bed.fresh()
    office = opened(url)
    with office.database.write() as session:
        for key in (DEPARTMENT, APPRAISAL):
            copy(session, key, PATTERN, names(subjects))
    office.close()
    return url


def on_plan_day(url: str) -> Office:
    """An office on a database made by `drafting`."""
    office = Office(url)
    office.clock.at = PLAN_DAY
    return office
