"""What waits for a digest: whose it is on the day it is written, and whether it still stands.

A decision names the people of its own day. A digest held back may be written weeks later: then whoever holds the
role reads of it, and what it says is of the matter, whichever of its clocks was decided on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from cycle import queries
from cycle.board.rows import stages_of
from cycle.board.untold import kept_from
from cycle.correspondence.addressees import Addressees
from cycle.db import Session, Statement
from cycle.keys import split_key
from workflows.deadlines import LAPSE, workdays_left
from workflows.registry_guards import POSTS
from workflows.workdays import Calendar

_ROWS: Final = Statement(
    "SELECT reminder.deadline, reminder.rung, reminder.role, reminder.person, deadline.subject, deadline.state,"
    " deadline.who, deadline.due, fired_rung.at, fired_rung.decided_at FROM reminder"
    " JOIN deadline ON deadline.id = reminder.deadline"
    " JOIN fired_rung ON fired_rung.deadline = reminder.deadline AND fired_rung.rung = reminder.rung"
    " WHERE reminder.outcome = 'digest' AND reminder.digest IS NULL"
    " ORDER BY fired_rung.at, reminder.deadline, reminder.rung, reminder.role, reminder.person"
)
_OPEN: Final = Statement(
    "SELECT deadline.due FROM deadline JOIN subject ON subject.key = deadline.subject"
    " WHERE deadline.subject = :subject AND deadline.state = :state AND deadline.who = :who"
    " AND deadline.status = 'open' AND deadline.state IN (subject.state, subject.kind || '.' || subject.state)"
    " ORDER BY deadline.due DESC"
)


Reader = tuple[str, str]
"""A person and ""; of a role that nobody holds its name, and the department where it is a post."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A rung decided on that `person`, then in `role`, has not read of. `at`, `decided_at` as the tables hold them."""

    deadline: str
    rung: str
    role: str
    person: str
    subject: str
    state: str
    who: str
    due: str
    at: str
    decided_at: str

    @property
    def matter(self) -> tuple[str, str, str]:
        """What it is about: a clock whose date was moved is another row, and the same matter."""
        return self.subject, self.state, self.who


@dataclass(frozen=True, slots=True)
class Share:
    """What one reader is to be told, and which of it settles the row: a colleague's own row is left to them."""

    untold: Untold
    settles: bool


def shares(
    session: Session, rows: Iterable[Untold], people: Addressees, today: date
) -> dict[Reader, list[Share]]:
    """What is whose today.

    Those meant who still hold the role are told, and whoever took it up since. What was meant for somebody who
    no longer holds it, or may not know of it (yet), goes with the latter; where nobody is new, with the first of
    the others.
    """
    found: dict[tuple[str, str], list[Share]] = {}
    for _, each in groupby(rows, key=lambda row: (row.deadline, row.rung, row.role)):
        meant = list(each)
        for reader, share in _shares(meant, _holders(session, meant[0], people, today)):
            found.setdefault(reader, []).append(share)
    return found


def _holders(session: Session, one: Untold, people: Addressees, today: date) -> list[str]:
    """Who is to read of a rung in its role today; nobody twice who is told in another way.

    Whoever may not know of the matter leaves it to the others; where there are none, it is settled with them.
    """
    told = people.told(one.rung, one.who, split_key(one.subject)[2])
    holders = [each.person for each in told if each.role == one.role and each.channel == "digest"]
    free = [each for each in holders if not kept_from(session, each, one.subject, today)]
    return [each.id for each in free or holders]


def _shares(meant: list[Untold], holders: list[str]) -> list[tuple[Reader, Share]]:
    names = {row.person for row in meant}
    new = [who for who in holders if who not in names]
    found: list[tuple[Reader, Share]] = [
        ((row.person, ""), Share(row, settles=True)) for row in meant if row.person in holders
    ]
    left = [row for row in meant if row.person not in holders]
    for who in new:
        found += [((who, ""), Share(row, settles=True)) for row in left]
        found += [((who, ""), Share(meant[0], settles=False))] if not left else []
    if not new:
        reader = (holders[0], "") if holders else _vacant(meant[0])
        found += [(reader, Share(row, settles=True)) for row in left]
    return found


def _vacant(one: Untold) -> Reader:
    return one.role, split_key(one.subject)[2] if one.role in POSTS else ""


def untold(session: Session) -> list[Untold]:
    """Everything that waits for a digest, in the order in which it came due."""
    return [Untold(*row) for row in _ROWS.run(session).fetchall()]


def due_of(session: Session, one: Untold, today: date, calendar: Calendar) -> date | None:
    """The due date of the clock that stands for its matter; None where there is nothing left to tell.

    A clock whose date was put off is no longer late. One let pass stands as long as nobody readmitted or exempted
    the department.
    """
    if one.rung == LAPSE:
        return date.fromisoformat(one.due) if _lapsed(session, one) else None
    standing = _OPEN.run(session, subject=one.subject, state=one.state, who=one.who).fetchone()
    if standing is None:
        return None
    due = date.fromisoformat(standing[0])
    return due if workdays_left(today, due, calendar) <= (-1 if int(one.rung) > 0 else 0) else None


def _lapsed(session: Session, one: Untold) -> bool:
    row = queries.subject(session, one.subject)
    if row is None or row.state == "exempted":
        return False
    return stages_of(row)[one.state.partition(".")[0]] == "lapsed"
