"""What is answered about the registers of a year. Points are text with two decimals, days ISO dates."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from cycle.api.reads_shapes import Day, Points, Receipt


class ReceiptOfYear(Receipt):
    """Something that a department of the year has still to acknowledge."""

    department: str
    name: str


class Forfeit(BaseModel):
    """Somebody who loses the whole award; `finding` is what the veto rests on."""

    name: str
    post: str
    post_word: str
    finding: str


class Settled(BaseModel):
    """One department's line of the settlement, in per cent: `award_rate` beside the base award, `share` of it paid."""

    department: str
    name: str
    category: str | None
    rank: int
    grade: str
    award_rate: int
    share: int
    forfeits: list[Forfeit]


class Lost(BaseModel):
    """An eligibility lost for the year's awards; `who` null for the department itself. Waived: not lost after all."""

    department: str
    name: str
    loses: str
    loses_word: str
    who: str | None
    awards_of: int
    lost_on: Day | None
    until: Day | None
    duty: str
    state: str
    state_word: str


class Commended(BaseModel):
    """A department commended; null what of another department is not told."""

    department: str
    name: str
    category: str | None
    rank: int | None
    total: Points | None
    state: str | None
    state_word: str | None


class Moved(BaseModel):
    """How a department's rank moved; `by` null where the year before gives none to compare."""

    department: str
    name: str
    category: str | None
    basis: Literal["category", "overall"]
    rank: int | None
    previous: int | None
    by: int | None
    direction: Literal["rose", "fell", "same", "left_out"]
    direction_word: str


class Talk(BaseModel):
    """The admonition talk with the head of a failed department; `leader` and `on` null until it is recorded."""

    department: str
    name: str
    head: str
    leader: str | None
    on: Day | None


class DutyOfYear(BaseModel):
    """What remained to be done about a result."""

    subject: str
    duty: str
    duty_word: str
    state: str
    state_word: str


class FileYear(BaseModel):
    """One year of a department's file; null what its reader is not shown."""

    year: int
    department: str
    name: str
    category: str | None
    grade: str
    rank: int
    category_rank: int | None
    total: Points | None
    movement: int | None
    category_movement: int | None
    consecutive_failures: int | None
    case: str | None
    case_word: str | None
    findings: int | None
    complaints: int | None
    duties: list[DutyOfYear] | None
