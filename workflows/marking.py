"""A review team's marks as the record keeps them: whose sheet is whole, how far marks lie apart, what they come to.

`record.marks[member][item]` holds points in hundredths, the reason for every point taken off and the evidence
looked at; marks of a released member stay there and count for nothing. `record.spreads[item]` holds the marks a
wide spread was acknowledged for, so that a mark changed afterwards needs a new acknowledgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.facts import Facts, Record
from workflows.rulebook import Rulebook
from workflows.scoring import member_mean, spread_is_wide


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark as asked for: `points` in hundredths, `evidence` the keys of what it rests on."""

    item: str
    points: int
    reason: str = ""
    evidence: tuple[str, ...] = ()


def team(record: Record) -> list[str]:
    """The members assigned now, in the order of their assignment."""
    return list(record.get("team", ()))


def sheet(record: Record, member: str) -> Mapping[str, Mapping[str, Any]]:
    """One member's marks by indicator."""
    marks: Mapping[str, Mapping[str, Mapping[str, Any]]] = record.get("marks", {})
    return marks.get(member, {})


def unmarked(record: Record, book: Rulebook, member: str) -> list[str]:
    """The indicators a member has not marked, in the order of the rulebook."""
    have = sheet(record, member)
    return [indicator.id for indicator in book.indicators if indicator.id not in have]


def unconfirmed(record: Record) -> list[str]:
    """The members who must confirm their marks, the work having been reopened since."""
    again = record.get("marks_unconfirmed", ())
    return [member for member in team(record) if member in again]


def above(record: Record, book: Rulebook, member: str) -> list[str]:
    """The indicators for which a member gave more than they are worth by now, in the order of the rulebook."""
    marks = sheet(record, member)
    return [i.id for i in book.indicators if i.id in marks and int(marks[i.id]["points"]) > i.points]


def is_done(record: Record, book: Rulebook, member: str) -> bool:
    """Whether a member has nothing left to do: every indicator marked within its points, nothing to confirm."""
    open_ = unmarked(record, book, member) or above(record, book, member)
    return not open_ and member not in unconfirmed(record)


def disturbed(record: Record, before: Rulebook, after: Rulebook) -> dict[str, list[str]]:
    """Whose marks a corrected rulebook touches: member to the indicators marked that are worth something else now."""
    first, second = ({i.id: i.points for i in book.indicators} for book in (before, after))
    found = {
        member: sorted(item for item in sheet(record, member) if first.get(item) != second.get(item))
        for member in team(record)
    }
    return {member: items for member, items in found.items() if items}


def marks_on(record: Record, item: str) -> dict[str, int]:
    """What the members assigned now gave one indicator, those who gave nothing left out."""
    sheets = {member: sheet(record, member) for member in team(record)}
    return {member: int(marks[item]["points"]) for member, marks in sheets.items() if item in marks}


def mean(record: Record, book: Rulebook, item: str) -> int | None:
    """What the team's marks of one indicator come to, in hundredths; None while a member's is missing."""
    marks = marks_on(record, item)
    if not marks or len(marks) < len(team(record)):
        return None
    return member_mean(list(marks.values()), book.trim_from)


def means(record: Record, book: Rulebook) -> dict[str, int]:
    """What the marks come to, of every indicator that all members have marked."""
    found = {indicator.id: mean(record, book, indicator.id) for indicator in book.indicators}
    return {item: points for item, points in found.items() if points is not None}


def grounds(record: Record, item: str, most: int) -> str:
    """Why fewer than `most` points were given for an indicator: each reason once, in the order of the members."""
    marks = (sheet(record, member).get(item, {}) for member in team(record))
    reasons = (mark.get("reason") for mark in marks if mark.get("points", most) < most)
    return "；".join(dict.fromkeys(filter(None, reasons)))


def wide_spreads(record: Record, book: Rulebook) -> list[str]:
    """The indicators whose marks lie further apart than the rulebook lets pass, acknowledged or not."""
    return [
        indicator.id
        for indicator in book.indicators
        if spread_is_wide(
            list(marks_on(record, indicator.id).values()), indicator.points, book.spread_percent
        )
    ]


def as_acknowledged(record: Record, item: str) -> list[list[Any]]:
    """The marks of an indicator in the form in which an acknowledgement keeps them."""
    return [[member, points] for member, points in sorted(marks_on(record, item).items())]


def is_acknowledged(record: Record, item: str) -> bool:
    """Whether the spread of an indicator was acknowledged for the marks as they stand."""
    kept: Mapping[str, Any] = record.get("spreads", {}).get(item, {})
    return bool(kept.get("marks") == as_acknowledged(record, item))


def open_spreads(record: Record, book: Rulebook) -> list[str]:
    """The wide spreads nobody has acknowledged as they stand."""
    return [item for item in wide_spreads(record, book) if not is_acknowledged(record, item)]


def marker(facts: Facts) -> str:
    """Whose sheet is meant: a reviewer's own, or the one the office writes down for the team."""
    return facts.asked.by if facts.asked.role == "reviewer" else facts.asked.member
