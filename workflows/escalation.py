"""Failing in consecutive recorded years, derived by walking back; never counted in a counter (use.consecutive)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EXEMPT = "exempt"
"""What a recorded year says of a department that was exempt from it."""


@dataclass(frozen=True, slots=True)
class Merger:
    """`predecessor` was absorbed into `successor` in the course of `year`."""

    successor: str
    predecessor: str
    year: int


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed year in the chain: whose failure it was, by the id it had then."""

    year: int
    department: str


def ancestors(department: str, year: int, mergers: Sequence[Merger]) -> tuple[str, ...]:
    """Who the department was in `year`: itself and all it has absorbed since, by id."""
    found = [department]
    for name in found:
        found.extend(m.predecessor for m in mergers if m.successor == name and m.year > year)
    return tuple(dict.fromkeys(found))


def failures_before(
    department: str,
    year: int,
    records: Mapping[int, Mapping[str, str]],
    mergers: Sequence[Merger] = (),
    *,
    skip_exempt: bool = True,
) -> tuple[Failure, ...]:
    """The failed years running up to `year` (not counting it), newest first.

    `records` maps a recorded year to each department's grade, or EXEMPT. The walk skips exempt years where
    the rulebook reads it so, and stops at the first year not failed or at a year without record. A successor
    inherits a failure of any predecessor.
    """
    chain: list[Failure] = []
    past = [m for m in mergers if m.year <= year]  # a later merger makes nobody answer for a year before it
    at = year - 1
    while at in records:
        known = {name: records[at][name] for name in ancestors(department, at, past) if name in records[at]}
        failed = sorted(name for name, grade in known.items() if grade == "failed")
        exempt = bool(known) and all(grade == EXEMPT for grade in known.values())
        if failed:
            chain.extend(Failure(at, name) for name in failed[:1])
        elif not (exempt and skip_exempt):
            break
        at -= 1
    return tuple(chain)
