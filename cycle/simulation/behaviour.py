"""How invented people behave, as data: `simulation.toml`, shipped beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("simulation.toml")

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Days:
    """Working days, from and to, after or before what the name says."""

    early: Bounds
    late: Bounds
    again: Bounds
    review: Bounds
    decide: Bounds
    returned: Bounds
    readmit: Bounds
    marking: Bounds
    rating: Bounds
    settle: Bounds
    propose: Bounds
    ratify: Bounds
    talk: Bounds
    verify: Bounds
    case: Bounds
    examine: Bounds
    award: Bounds
    object: Bounds
    answer: Bounds
    duty: Bounds
    heard: Bounds
    confirmed: Bounds
    rectified: Bounds
    verified: Bounds
    looked: Bounds
    replaced: Bounds


@dataclass(frozen=True, slots=True)
class Office:
    """Chances, per cent."""

    take_up: int
    readmit: int
    rectification_lapses: int
    rectification_returned: int
    parts_returned: int
    progress: int
    on_behalf: int
    paper_marks: int
    withdraw_proposal: int
    case_rejected: int
    in_vain: int
    objects: int
    forgets: int
    duty_owned: int
    duty_waived: int
    held_to_account: int
    silent: int
    unfounded: int
    unverified: int
    circulated: int
    vetoed: int
    proves: int


@dataclass(frozen=True, slots=True)
class Points:
    """What is lost and won: tenths of a part, hundredths of a point, shares of the departments."""

    skill: Bounds
    slips: Bounds
    public: Bounds
    leader: Bounds
    swing: Bounds
    trouble: int
    minor: int
    grave: int
    honoured: int
    crowned: int
    wrong: int
    unrated: int
    replaced: int
    struggling: int
    alike: int


@dataclass(frozen=True, slots=True)
class Happenings:
    """First year (from 0) and every how many years; shares per cent; `least` departments for any of them."""

    least: int
    founding: Bounds
    exemption: Bounds
    pause: Bounds
    merger: Bounds
    renaming: Bounds
    moved: Bounds
    corrected: Bounds
    heads: int
    liaisons: int


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The whole file. `filing` and `evidence` are the shares of departments that get each card of a form."""

    filing: Mapping[str, int]
    evidence: Mapping[str, int]
    days: Days
    office: Office
    points: Points
    events: Happenings


def parse(text: str) -> Behaviour:
    """The behaviour a TOML text describes. Raises TypeError or ValueError where it does not describe one."""
    tables = tomllib.loads(text)
    kinds = {"days": Days, "office": Office, "points": Points, "events": Happenings}
    made: dict[str, Any] = {name: _table(kind, tables.pop(name)) for name, kind in kinds.items()}
    return Behaviour(filing=tables.pop("filing"), evidence=tables.pop("evidence"), **made, **tables)


def shipped() -> Behaviour:
    """The behaviour this version comes with."""
    return parse(SHIPPED.read_text(encoding="utf-8"))


def _table(kind: Any, values: Mapping[str, Any]) -> Any:
    made = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    for field in fields(kind):
        value = made.get(field.name)
        right = isinstance(value, tuple if field.type in ("Bounds", Bounds) else int)
        if not right:
            raise ValueError(f"{field.name}: {value!r}")
    return kind(**made)
